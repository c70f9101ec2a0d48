// The OPA module in its npm host. PODPROOF_OPA_WASM says where the module is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import opa from "@open-policy-agent/opa-wasm";

const wasm = readFileSync(process.env.PODPROOF_OPA_WASM);
const ENTRYPOINT = "podproof/violation";

const pod = (container, spec = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { ...spec, containers: [{ name: "web", image: "registry.example/web:1", ...container }] },
});

const COMPLIANT = pod(
  { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
  { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } },
);
const PRIVILEGED = pod({ securityContext: { privileged: true } });

const review = (object, parameters) => ({ review: { object }, parameters });
const bytes = (text) => new TextEncoder().encode(text).buffer;

// The host evaluates in one call from ABI 1.2 on, and step by step before.
async function load(minorVersion = 3) {
  const policy = await opa.loadPolicy(wasm);
  assert.equal(policy.minorVersion, 3);
  policy.minorVersion = minorVersion;
  return policy;
}

function violations(policy, input) {
  const results = policy.evaluate(input, ENTRYPOINT);
  assert.equal(results.length, 1);
  return results[0].result;
}

for (const [way, minorVersion] of [["in one call", 3], ["step by step", 1]]) {
  test(`pods are judged ${way}`, async () => {
    const policy = await load(minorVersion);
    assert.deepEqual(policy.entrypoints, { [ENTRYPOINT]: 0 });
    assert.deepEqual(violations(policy, review(COMPLIANT)), []);

    const found = violations(policy, review(PRIVILEGED));
    const privileged = found.find((violation) => violation.details.rule === "privileged");
    assert.equal(privileged.details.pointer, "/spec/containers/0/securityContext/privileged");
    assert.match(privileged.msg, /^spec\.containers\[0\]\.securityContext\.privileged: .+ \(privileged\)$/);

    const baseline = violations(policy, review(PRIVILEGED, { profile: "baseline" }));
    assert.ok(0 < baseline.length && baseline.length < found.length);
  });

  test(`what cannot be judged is a violation ${way}`, async () => {
    const policy = await load(minorVersion);
    for (const input of [{}, [], "garbage", { review: null }, review("pod"), review(COMPLIANT, { profil: "baseline" })]) {
      const found = violations(policy, input);
      assert.equal(found.length, 1, JSON.stringify(input));
      assert.match(found[0].msg, /could not judge/);
    }
  });

  test(`an instance stays as it is ${way}`, async () => {
    const policy = await load(minorVersion);
    policy.setData({ unrelated: ["data"] });
    const pages = () => policy.mem.buffer.byteLength / 65_536;
    const before = pages();
    const first = violations(policy, review(PRIVILEGED));
    for (let i = 0; i < 2000; i += 1) violations(policy, review(PRIVILEGED));
    assert.equal(pages(), before);

    const large = structuredClone(PRIVILEGED);
    large.metadata.annotations = { large: "x".repeat(3_000_000), text: "wéb 日本 \u0001 😀 \"q\"" };
    assert.deepEqual(violations(policy, review(large)), first);
    assert.deepEqual(violations(policy, review(PRIVILEGED)), first);
  });
}

// Step by step, this host throws by itself when `opa_json_parse` gives 0.
test("a text that is no JSON or nested too deeply is a violation", async () => {
  const policy = await load();
  const nested = (depth) => `{"review":{"object":${"[".repeat(depth)}${"]".repeat(depth)}}}`;
  for (let i = 0; i < 500; i += 1) {
    for (const text of ['{"review":', "\0\xff", nested(126), nested(100_000)]) {
      const found = violations(policy, bytes(text));
      assert.equal(found.length, 1);
      assert.match(found[0].msg, /cannot be read/);
    }
  }
  assert.match(violations(policy, undefined)[0].msg, /no input/);
  assert.match(policy.evaluate({}, 7)[0].result[0].msg, /no entrypoint 7/);

});

test("nesting up to the limit fits the stack", async () => {
  const policy = await load();
  const list = bytes(`{"review":{"object":${"[".repeat(125)}${"]".repeat(125)}}}`);
  assert.match(violations(policy, list)[0].msg, /is a list, not an object/);

  // Lists in lists: 3 levels around them, 5 in the pod.
  const lists = (depth) => {
    let object = PRIVILEGED;
    for (let i = 0; i < depth; i += 1) object = { items: [object] };
    return review(object);
  };
  const rules = (found) => found.map((violation) => violation.details.rule);
  const expected = rules(violations(policy, review(PRIVILEGED)));
  assert.deepEqual(rules(violations(policy, lists(60))), expected);
  assert.match(violations(policy, lists(61))[0].msg, /cannot be read/);
});
