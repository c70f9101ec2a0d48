// Judges a pod with the OPA module:
//   node judge.mjs podproof-opa.wasm [pod.json]     (without a file: standard input)

import { readFileSync } from "node:fs";
import opa from "@open-policy-agent/opa-wasm";

const [wasm, pod = 0] = process.argv.slice(2);
if (!wasm) {
  console.error("usage: node judge.mjs podproof-opa.wasm [pod.json]");
  process.exit(2);
}
const policy = await opa.loadPolicy(readFileSync(wasm));
const object = JSON.parse(readFileSync(pod, "utf8"));
const result = policy.evaluate({ review: { object } }, "podproof/violation");
console.log(JSON.stringify(result, null, 2));
