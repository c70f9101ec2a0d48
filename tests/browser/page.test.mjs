// The built page in a browser: `cargo xtask web test`.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PRIVILEGED = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example.com/web:1
      securityContext:
        privileged: true
`;

let server, origin, profile, browser, page;
let requests, errors;

before(async () => {
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const name = pathname === "/" ? "/index.html" : pathname;
    try {
      const body = await readFile(join(DIST, name));
      response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  profile = await mkdtemp(join(tmpdir(), "podproof-browser-"));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.PODPROOF_CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
  });
});

after(async () => {
  await browser?.close();
  server?.close();
  if (profile) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  requests = [];
  errors = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(origin);
  await findings().first().waitFor();
});

const manifest = () => page.getByLabel("Kubernetes manifest");
const findings = () => page.getByRole("list", { name: "Findings" }).getByRole("listitem");
const rules = () => findings().locator("code").allTextContents();

test("the findings of the demo manifest are listed", async () => {
  const listed = await rules();
  assert.ok(listed.includes("run-as-non-root"), `${listed}`);
  for (const finding of await findings().allTextContents()) {
    assert.match(finding, /^(error|warning|info) \S+ .+ \d+:\d+$/);
  }
  await page.getByText(/^verdict: baseline: .+; restricted: rejected, /).waitFor();
  await page.getByText(/^1 file, 1 object: /).waitFor();
});

test("what is typed is checked", async () => {
  assert.ok(!(await rules()).includes("privileged"));
  await manifest().fill("");
  await page.getByText("verdict: no pods to judge").waitFor();
  await manifest().pressSequentially(PRIVILEGED);
  const finding = findings().filter({ has: page.locator("code", { hasText: /^privileged$/ }) });
  await finding.waitFor();
  assert.match(await finding.textContent(), / 10:\d+$/);
});

test("nothing leaves the page", async () => {
  await page.waitForLoadState("networkidle");
  const loaded = requests.length;
  assert.ok(loaded >= 3, `${requests}`);
  await manifest().fill(PRIVILEGED);
  await findings().filter({ hasText: "privileged" }).first().waitFor();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(requests.slice(loaded), []);
  const outside = requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("data:"));
  assert.deepEqual(outside, []);
  assert.deepEqual(errors, []);
});

test("the fixed manifest is shown, without findings of its own, and can be copied", async () => {
  const fixed = page.getByRole("textbox", { name: "Fixed manifest" });
  const applied = page.getByRole("list", { name: /What was changed/ }).getByRole("listitem");
  await manifest().fill(`# keep me\n${PRIVILEGED}`);
  await page.getByText(/privileged/).first().waitFor();
  assert.match(await fixed.inputValue(), /^# keep me\n[^]*privileged: true/);
  await page.getByRole("checkbox").check();
  await applied.filter({ hasText: "privileged" }).first().waitFor();
  const text = await fixed.inputValue();
  assert.match(text, /^# keep me\n[^]*runAsNonRoot: true/);
  assert.doesNotMatch(text, /privileged: true/);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  await manifest().fill(text);
  await page.getByText("verdict: baseline: admitted; restricted: admitted").waitFor();
  assert.deepEqual(errors, []);
});
