// What the runtime has to open a WebSocket with. The names are those of src/tasks/realtime/address.rs.

import { failure } from "../../core.js";

/** @returns {"fetch" | "headers" | "plain"} */
export function means() {
  // Workers upgrade a fetch, which shows the answer of a service that refuses.
  if (typeof globalThis.WebSocketPair === "function") return "fetch";
  if (typeof globalThis.WebSocket !== "function") {
    throw failure("CONFIG", "This runtime has no WebSocket: Node has one from version 22 on.", {
      field: "WebSocket",
    });
  }
  return takesHeaders() ? "headers" : "plain";
}

/** The sockets of Node, Deno and Bun take headers, beyond the standard; those of pages do not. */
const takesHeaders = () =>
  typeof globalThis.Deno === "object" ||
  typeof globalThis.Bun === "object" ||
  typeof globalThis.process?.versions?.node === "string";
