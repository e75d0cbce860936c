/** The vector index, without its wasm. */
export { vectorIndexOver } from "./vectors/index.js";
