import { ServiceError } from "../errors.js";
import { MODELS } from "./rows.js";

/** What a model added by `options.models` is when only its dialect is named. */
const DEFAULTS = {
  legacy: { task: "text-generation", contextWindow: 131072 },
  chat: { task: "text-generation", contextWindow: 131072 },
  embeddings: { task: "text-embeddings", contextWindow: 8192, dimensions: 768, input: "text" },
};

/** Finds models by id, among the catalogue and the caller's additions. */
export class ModelRegistry {
  #added = new Map();
  #refusesDeprecated;

  /**
   * @param {Record<string, string | { dialect: string }>} [added]
   * @param {{ deprecated?: "serve" | "refuse" }} [options]
   */
  constructor(added = {}, { deprecated = "serve" } = {}) {
    this.#refusesDeprecated = deprecated === "refuse";
    for (const [id, value] of Object.entries(added)) {
      const row = typeof value === "string" ? { dialect: value } : value;
      if (row.like !== undefined) {
        this.#added.set(id, likeness(id, row.like));
        continue;
      }
      const defaults = DEFAULTS[row.dialect];
      if (!defaults) {
        throw new TypeError(
          `models["${id}"]: the dialect must be one of ${Object.keys(DEFAULTS).join(", ")}`,
        );
      }
      this.#added.set(id, { id, inputNeurons: 0, outputNeurons: 0, ...defaults, ...row });
    }
  }

  /** The row of the model that answers, which may be a successor. Rejects an unknown id like the service. */
  get(id) {
    const model = this.#added.get(id) ?? MODELS.get(id) ?? thirdParty(id);
    if (!model) throw new ServiceError(5007, `No such model ${id} or task`);
    if (this.#refusesDeprecated && isRetired(model)) throw new ServiceError(5028);
    return this.#successorOf(model) ?? model;
  }

  #successorOf({ entry }) {
    return entry?.successor && (this.#added.get(entry.successor) ?? MODELS.get(entry.successor));
  }

  /** All models, the caller's own first. */
  list() {
    return [...this.#added.values(), ...[...MODELS.values()].filter(({ id }) => !this.#added.has(id))];
  }
}

/** Other companies' models, dynamic routes, the router: `author/model`, never with an `@`. */
export const isThirdParty = (id) => /^[a-z0-9][\w.-]*\/[\w./:-]+$/i.test(id);

/** They are treated as chat models. */
function thirdParty(id) {
  if (!isThirdParty(id)) return undefined;
  return {
    id,
    inputNeurons: 0,
    outputNeurons: 0,
    ...DEFAULTS.chat,
    contextWindow: 1_000_000,
    vision: true,
    thirdParty: true,
  };
}

/** An additional name of a model of the catalogue. */
function likeness(id, like) {
  const row = MODELS.get(like);
  if (!row) throw new TypeError(`models["${id}"]: there is no model "${like}" to be like`);
  const { deprecatedOn, successor, ...entry } = row.entry;
  return { ...row, id, entry: { ...entry, id, status: "active" } };
}

/** Past its announced end, or removed. Models with a successor are still served by it. */
const isRetired = ({ entry }) =>
  (entry?.status === "deprecated" || entry?.status === "removed") && entry.successor === undefined;

/** The billed neurons of a call, rounded like the `cf-ai-neurons` header. */
export function neuronsFor(model, { promptTokens, completionTokens = 0 }) {
  const neurons = (promptTokens * model.inputNeurons + completionTokens * model.outputNeurons) / 1e6;
  return Math.round(neurons * 1e4) / 1e4;
}
