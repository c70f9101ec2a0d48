// The program's reports, read as CI systems read them. PODPROOF names the program.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { SaxesParser } from "saxes";

const program = process.env.PODPROOF ?? "podproof";
const folder = mkdtempSync(join(tmpdir(), "podproof-formats-"));
after(() => rmSync(folder, { recursive: true }));

const files = {
  "k8s/pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: "wéb 😀", namespace: prod}
spec:
  hostPID: true # 😀
  containers:
    - name: a
      env: [{name: P, value: hunter2}]
      ports: [{containerPort: 80, hostPort: 80}]
    - {name: b, env: [{name: P, value: hunter2}], securityContext: {privileged: true}}
`,
  "k8s/carriage returns.yaml":
    "apiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n  - name: a\r\n",
  "k8s/a%,:]&<\"'.yaml":
    'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: "a\\e\\n##vso[x]::b"}]}\n',
  "k8s/list.json": JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "c" },
        spec: { containers: [{ name: "c" }] },
      },
    ],
  }),
  "k8s/several.yaml": ["a", "b", "c"]
    .map(
      (name) =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: ${name}}]}\n`,
    )
    .join("---\n"),
  "k8s/broken.yaml": "apiVersion: v1\nkind: [Pod\n",
  "clean/clean.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: clean}\n",
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function check(format, ...args) {
  const run = spawnSync(program, ["check", "--format", format, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(run.error, undefined);
  return run.stdout;
}

const schemaFile = createRequire(import.meta.url).resolve(
  "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
);
// Its patterns are older than the strict reading of patterns.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")));

function sarif(...args) {
  const text = check("sarif", ...args);
  const log = JSON.parse(text);
  // The rules' documentation has examples with passwords.
  assert.ok(!JSON.stringify(log.runs[0].results).includes("hunter2"));
  assert.ok(isSarif(log), JSON.stringify(isSarif.errors, null, 1));
  return log.runs[0];
}

// The text after a fix. Columns count code points.
function applied(text, replacements) {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/u);
  const offset = (line, column) =>
    lines.slice(0, line - 1).join("").length +
    [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  let done = text;
  for (const { deletedRegion: at, insertedContent } of replacements.toReversed()) {
    const [start, end] = [offset(at.startLine, at.startColumn), offset(at.endLine, at.endColumn)];
    done = done.slice(0, start) + (insertedContent?.text ?? "") + done.slice(end);
  }
  return done;
}

test("SARIF fits its schema, with results and without", () => {
  const run = sarif(".");
  assert.ok(run.results.length > 10);
  assert.equal(run.invocations[0].executionSuccessful, false);
  assert.equal(run.invocations[0].toolExecutionNotifications.length, 1);
  assert.ok(!isSarif({ ...JSON.parse(check("sarif", "clean")), version: "2.0.0" }));
  assert.equal(sarif("clean").results.length, 0);
  assert.equal(sarif("gone.yaml").results[0].ruleId, "unread-text");
  for (const profile of ["baseline", "restricted"]) sarif(".", "--profile", profile);
});

test("SARIF names files by URIs that lead to them", () => {
  for (const result of sarif(".").results) {
    const { uri } = result.locations[0].physicalLocation.artifactLocation;
    const url = new URL(uri, "file:///root/");
    const path = decodeURIComponent(url.pathname).slice("/root/".length);
    assert.ok(path in files, `${uri} is ${path}`);
  }
});

test("SARIF points at what is wrong", () => {
  const pid = sarif("k8s/pod.yaml").results.find((result) => result.ruleId === "host-namespaces");
  const { startLine, startColumn, endColumn } = pid.locations[0].physicalLocation.region;
  const line = [...files["k8s/pod.yaml"].split("\n")[startLine - 1]];
  assert.equal(line.slice(startColumn - 1, endColumn - 1).join(""), "true");
});

test("a fix in SARIF makes its finding go away", () => {
  let fixes = 0;
  for (const name of [
    "k8s/pod.yaml",
    "k8s/carriage returns.yaml",
    "k8s/list.json",
    "k8s/several.yaml",
  ]) {
    for (const result of sarif(name).results) {
      for (const fix of result.fixes ?? []) {
        fixes += 1;
        const [{ replacements }] = fix.artifactChanges;
        writeFileSync(join(folder, "fixed.yaml"), applied(files[name], replacements));
        const left = sarif("fixed.yaml").results;
        const same = (other) =>
          other.message.text === result.message.text && other.ruleId === result.ruleId;
        assert.equal(left.find(same), undefined, `${result.ruleId}: ${fix.description.text}`);
        rmSync(join(folder, "fixed.yaml"));
      }
    }
  }
  assert.ok(fixes > 5);
});

test("what a baseline accepted is suppressed", () => {
  const baseline = join(folder, "accepted.json");
  check("text", "k8s/pod.yaml", "--write-baseline", baseline);
  const { results } = sarif("k8s/pod.yaml", "--baseline", baseline);
  assert.ok(results.every((result) => result.suppressions[0].kind === "external"));
  rmSync(baseline);
});

test("JUnit is well-formed XML with suites and tests", () => {
  const names = {
    testsuites: 0,
    testsuite: 0,
    testcase: 0,
    failure: 0,
    skipped: 0,
    "system-out": 0,
  };
  const counted = { tests: 0, failures: 0, skipped: 0 };
  const parser = new SaxesParser();
  parser.on("error", (error) => assert.fail(error));
  parser.on("opentag", ({ name, attributes }) => {
    assert.ok(name in names, name);
    names[name] += 1;
    if (name === "testsuite") {
      for (const key of Object.keys(counted)) counted[key] += Number(attributes[key]);
    }
  });
  const text = check("junit", ".");
  assert.ok(!text.includes("hunter2"));
  parser.write(text).close();
  assert.equal(names.testsuites, 1);
  assert.equal(names.testsuite, Object.keys(files).length);
  assert.deepEqual(counted, {
    tests: names.testcase,
    failures: names.failure,
    skipped: names.skipped,
  });
});

test("GitHub reads each line as one command", () => {
  const lines = check("github", ".").trimEnd().split("\n");
  assert.match(lines.pop(), /^7 files, /u);
  const seen = new Set();
  for (const line of lines) {
    const [, command, properties, message] =
      /^::(error|warning|notice) ([^:]*)::(.+)$/u.exec(line) ?? assert.fail(line);
    const decoded = (text) =>
      text
        .replaceAll("%3A", ":")
        .replaceAll("%2C", ",")
        .replaceAll("%0A", "\n")
        .replaceAll("%25", "%");
    const fields = Object.fromEntries(properties.split(",").map((property) => property.split("=")));
    assert.ok(command && decoded(message) && fields.title.startsWith("podproof%3A "));
    seen.add(decoded(fields.file));
  }
  assert.ok(seen.has("k8s/a%,:]&<\"'.yaml"), [...seen].join("\n"));
});

test("Azure Pipelines reads a command only where one is meant", () => {
  const lines = check("azure", ".").trimEnd().split("\n");
  for (const line of lines) {
    assert.equal(line.lastIndexOf("##vso["), line.startsWith("##vso[") ? 0 : -1, line);
    if (line.startsWith("##")) {
      assert.match(
        line,
        /^##vso\[task\.logissue type=(error|warning);sourcepath=[^;\]]+;(linenumber=\d+;columnnumber=\d+;)?code=[a-z-]+\]./u,
      );
    }
  }
});
