/** The entry `workers-ai-wasm/catalog`: the models as the package knew them, and what a call costs. */
export { estimateCost } from "./estimate.js";
export { asOf, freeNeuronsPerDay, models, usdPerNeuron } from "./models.js";
