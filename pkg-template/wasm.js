// Instances of the modules. Nothing else calls their exports: where the wasm traps, which only a bug or the end of memory brings about,
// that memory is not to be trusted any more, so another instance takes its place. The call is lost, and so is what lives in the old one.

import { failure } from "./client/failure.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const nothing = () => {};

const lost = (cause) =>
  failure(
    "INTERNAL",
    "workers-ai-wasm has failed inside: this call is lost, and so are streams and indexes that were open. Make them again, and report it.",
    { cause },
  );

/**
 * Makes an instance.
 *
 * @param {WebAssembly.Module | BufferSource} source
 * @param {(wasm: object, error?: object) => void} connect is given the exports; again, with the error, whenever there is a new instance
 */
export function instantiate(source, connect) {
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  const start = (error) => {
    const wasm = { ...new WebAssembly.Instance(module).exports };
    const names = Object.keys(wasm).filter((name) => typeof wasm[name] === "function");
    for (const name of names) {
      const call = wasm[name];
      wasm[name] = (...given) => {
        try {
          return call(...given);
        } catch (cause) {
          const give = () => {
            throw lost(cause);
          };
          // Whoever still holds something of it hears so; but nothing is left to be freed.
          for (const name of names) wasm[name] = name.endsWith("_close") ? nothing : give;
          start(lost(cause));
          give();
        }
      };
    }
    connect(wasm, error);
  };
  start();
}

/** Asks an export that takes a number and a text, and gives a text. */
export function ask(wasm, name, number, text) {
  const bytes = encoder.encode(text);
  const at = wasm.__wbindgen_malloc(bytes.length, 1) >>> 0;
  new Uint8Array(wasm.memory.buffer).set(bytes, at);
  return textOf(wasm, wasm[name](number, at, bytes.length));
}

/** A text that an export gave. */
export function textOf(wasm, given) {
  const at = given[0] >>> 0;
  const text = decoder.decode(new Uint8Array(wasm.memory.buffer, at, given[1]));
  wasm.__wbindgen_free(at, given[1], 1);
  return text;
}
