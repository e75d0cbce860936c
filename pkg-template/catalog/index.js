/** The entry `workers-ai-wasm/catalog`: the models known to this version, and the prices of calls. */
export { estimateCost } from "./estimate.js";
export { asOf, freeNeuronsPerDay, models, usdPerNeuron } from "./models.js";
