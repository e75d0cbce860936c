/** The provider for the AI SDK, over the entry that has its wasm inside. */
import "./index.js";

export * from "./ai-sdk.js";
