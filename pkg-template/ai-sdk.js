/**
 * A provider for the AI SDK (`ai` 7 and later: specification v4), without the wasm: the entries beside it put that in place.
 *
 * Nothing of the SDK is imported. It knows a provider by its shape and an error by marks of the global symbol registry, so that an optional peer
 * dependency would give nothing but a version that has to be the application's: `pkg-template/ai-sdk/errors.js` has classes with the same marks, and
 * `tests/suite/ai-sdk-errors.test.mjs` asks the genuine package about them.
 *
 * ```text
 * the SDK's call -> language/input.js -> client -> language/parts.js (a stream), language/content.js (a whole answer) -> the SDK's parts
 * ```
 */
export { createWorkersAI, workersai } from "./ai-sdk/provider.js";
