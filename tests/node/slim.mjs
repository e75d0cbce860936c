/** The entry without wasm in Node, Deno and Bun, imported; the wasm as bytes. */
import { readFileSync } from "node:fs";
import process from "node:process";
import * as slim from "workers-ai-wasm/slim";
import { runSlimSuite } from "../suite/slim.mjs";

const { runtime } = JSON.parse(process.argv[2]);
const [wasm, openai] = ["workers-ai-wasm/wasm", "workers-ai-wasm/wasm/openai"].map((name) =>
  readFileSync(new URL(import.meta.resolve(name))),
);
await runSlimSuite(slim, wasm, openai, runtime, (line) => console.log(JSON.stringify(line)));
