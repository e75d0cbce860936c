/** The entry without wasm in a page, which fetches the .wasm file apart. */
import * as slim from "workers-ai-wasm/slim";
import { runSlimSuite } from "../suite/slim.mjs";

const wasm = await WebAssembly.compileStreaming(fetch("/workers-ai-wasm.wasm"));
await runSlimSuite(slim, wasm, "chromium", (line) => globalThis.reportLine(JSON.stringify(line)));
