/**
 * A provider for the AI SDK (`ai` 7 and later: specification v4), without the wasm, which the entries beside
 * this file install.
 *
 * Nothing is imported from the SDK. The SDK recognizes a provider by its shape, and an error by symbols of
 * the global registry, so an optional peer dependency would only add a version that has to match the
 * application's. `pkg-template/ai-sdk/errors.js` defines classes with the same symbols;
 * `tests/suite/ai-sdk-errors.test.mjs` tests them with the genuine package.
 *
 * ```text
 * the SDK's call -> language/input.js -> client -> language/parts.js (a stream) -> the SDK's parts
 *                                                  language/content.js (a whole answer)
 * ```
 */
export { createWorkersAI, workersai } from "./ai-sdk/provider.js";
