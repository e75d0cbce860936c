/** The entry without wasm in a page, which fetches the .wasm file apart. */
import * as slim from "workers-ai-wasm/slim";
import { runSlimSuite } from "../suite/slim.mjs";

const compiled = (name) => WebAssembly.compileStreaming(fetch(name));
const wasm = await compiled("/workers-ai-wasm.wasm");
const openai = await compiled("/workers-ai-wasm-openai.wasm");
await runSlimSuite(slim, wasm, openai, "chromium", (line) => globalThis.reportLine(JSON.stringify(line)));
