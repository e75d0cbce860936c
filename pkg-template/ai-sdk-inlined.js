/** The provider for the AI SDK, on the entry with inlined wasm. */
import "./index.js";

export * from "./ai-sdk.js";
