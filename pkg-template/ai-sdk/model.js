// Base class of all models but language models: sends one request, converts its failure to the SDK's, and
// adds warnings for unsupported parameters.

import { later } from "../core.js";
import { callOf } from "./call.js";
import { failureOf } from "./failure.js";

export class Model {
  specificationVersion = "v4";
  #client;
  #settings;
  #modelType;

  /**
   * @param {() => object} client
   * @param {string} modelId
   * @param {object} [settings] in the form of the provider options, for every call
   * @param {string} kind of the model: `"embedding"`
   */
  constructor(client, modelId, settings, kind) {
    this.provider = `workersai.${kind}`;
    this.modelId = modelId;
    this.#client = client;
    this.#settings = settings;
    this.#modelType = `${kind}Model`;
  }

  /**
   * @param {object} call the SDK's
   * @param {(client: object, parameters: object, options: object) => Promise<object>} ask
   */
  async request(call, ask) {
    const { options, parameters } = callOf(this.#settings, call);
    try {
      return await ask(this.#client(), parameters, options);
    } catch (error) {
      throw failureOf(error, { modelId: this.modelId, modelType: this.#modelType });
    }
  }

  /**
   * The parameters that the model supports; a warning is added for each of the others.
   *
   * @param {Record<string, [feature: string, value: unknown]>} requested by the service's names
   * @param {object[]} warnings
   */
  async taken(requested, warnings) {
    const set = Object.entries(requested).filter(([, [, value]]) => value !== undefined);
    if (set.length === 0) return {};
    const names = await later("tasks", "takenParameters", [this.modelId, set.map(([name]) => name)]);
    const refused = new Set(set.filter(([name]) => !names.includes(name)).map(([, [feature]]) => feature));
    for (const [name, [feature]] of set) if (names.includes(name)) refused.delete(feature);
    for (const feature of refused) this.warn(warnings, feature);
    return Object.fromEntries(
      set.filter(([name]) => names.includes(name)).map(([name, [, value]]) => [name, value]),
    );
  }

  warn(warnings, feature) {
    warnings.push({ type: "unsupported", feature, details: `${this.modelId} has no such parameter.` });
  }
}
