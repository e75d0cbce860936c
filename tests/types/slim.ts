/** Compiled, never run: the entry without wasm. */
import { initSync, WorkersAI } from "workers-ai-wasm/slim";
import wasm from "workers-ai-wasm/wasm";

initSync(wasm);
initSync(new Uint8Array(8));
initSync(new ArrayBuffer(8));
// @ts-expect-error the wasm is missing
initSync();
// @ts-expect-error nothing is no wasm
initSync(undefined);

export const ai = new WorkersAI({ baseURL: "https://example.com/ai" });
