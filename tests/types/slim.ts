/** Compiled, never run: the entry without wasm. */
import { initSync, WorkersAI } from "workers-ai-wasm/slim";
import wasm from "workers-ai-wasm/wasm";

initSync(wasm);
initSync(new Uint8Array(8));
initSync(new ArrayBuffer(8));
// @ts-expect-error a promise has to be awaited
initSync(Promise.resolve(wasm));
// @ts-expect-error neither a module nor bytes
initSync("AGFzbQ==");

export const ai = new WorkersAI({ baseURL: "https://example.com/ai" });
