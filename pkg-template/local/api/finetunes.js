// Finetunes. They are kept in memory until the service ends.

import { ServiceError } from "../errors.js";
import { readFields } from "../inputs/check.js";
import { stableId } from "./catalog.js";

const FILES = ["adapter_config.json", "adapter_model.safetensors"];
const MOST_FINETUNES = 30;
const LARGEST_FILE = 500 * 2 ** 20;
const NO_MODEL = { id: "finetunes" };
const RULES = {
  model: { kind: "string", required: true, minLength: 1, maxLength: 200 },
  name: { kind: "string", required: true, minLength: 1, maxLength: 200 },
  description: { kind: "string", maxLength: 2000 },
  public: { kind: "boolean", default: false },
};
const badInput = (message) => new ServiceError(5006, `Bad input: Error: ${message}`);

const published = (name, model) => ({
  id: stableId(name),
  created_at: "2024-04-02 00:00:00.000",
  modified_at: "2024-04-02 00:00:00.000",
  model,
  name,
  description: `Public finetune ${name}`,
  public: true,
});
/** Adapters that the service offers to all accounts. */
const PUBLIC = [
  published("cf-public-magicoder", "@cf/mistral/mistral-7b-instruct-v0.1"),
  published("cf-public-jargon-law", "@cf/mistral/mistral-7b-instruct-v0.1"),
  published("cf-public-cnn-summarization", "@cf/mistral/mistral-7b-instruct-v0.1"),
];

export class Finetunes {
  /** Finetunes and the names of their uploaded files, by id. */
  #own = new Map();

  list() {
    return [...this.#own.values()].map(({ finetune }) => finetune);
  }

  create(fields, model) {
    if (!model.entry?.capabilities?.includes("lora")) throw new ServiceError(5005);
    if (this.#own.size >= MOST_FINETUNES) throw badInput(`at most ${MOST_FINETUNES} finetunes per account`);
    if (this.list().some(({ name }) => name === fields.name))
      throw badInput("a finetune of this name exists");
    const now = new Date().toISOString().replace("T", " ").replace("Z", "");
    const finetune = { id: crypto.randomUUID(), created_at: now, modified_at: now, ...fields };
    this.#own.set(finetune.id, { finetune, files: new Set() });
    return finetune;
  }

  find(idOrName) {
    const own = [...this.#own.values()].find(({ finetune }) =>
      [finetune.id, finetune.name].includes(idOrName),
    );
    if (own) return own;
    const shared = PUBLIC.find(({ id, name }) => [id, name].includes(idOrName));
    return shared && { finetune: shared, files: new Set(FILES) };
  }

  /** Rejects a `lora` that the model does not support, that does not exist, or whose files are missing. */
  check(lora, model) {
    if (model.entry && !model.entry.capabilities?.includes("lora")) throw new ServiceError(5005);
    const found = this.find(lora);
    if (!found) throw badInput(`no finetune "${lora}"`);
    if (found.files.size < FILES.length) throw new ServiceError(3039);
  }
}

/** The service returns its list as an array in an array. */
export const listFinetunes = (_call, service) => ({ kind: "json", value: [service.finetunes.list()] });

export function listPublicFinetunes({ query }) {
  const from = Number(query.offset) || 0;
  const ordered = query.orderBy
    ? [...PUBLIC].sort((a, b) => (a[query.orderBy] > b[query.orderBy] ? 1 : -1))
    : PUBLIC;
  return { kind: "json", value: ordered.slice(from, from + (Number(query.limit) || PUBLIC.length)) };
}

export function createFinetune({ inputs }, service) {
  const { description, ...fields } = readFields(inputs, NO_MODEL, RULES);
  const model = service.models.get(fields.model);
  return {
    kind: "json",
    value: service.finetunes.create(description ? { ...fields, description } : fields, model),
  };
}

export function uploadFinetuneAsset({ finetuneId, form }, service) {
  const found = service.finetunes.find(finetuneId);
  if (!found) throw badInput("no such finetune");
  const name = form.get("file_name");
  const file = form.get("file");
  if (!FILES.includes(name)) throw badInput(`'/file_name' must be one of ${FILES.join(", ")}`);
  if (!file || typeof file === "string") throw badInput("required properties at '/' are 'file'");
  if (file.size > LARGEST_FILE) throw new ServiceError(3006);
  if (found.files.has(name)) throw badInput("assets can't be replaced");
  found.files.add(name);
  return { kind: "json", value: { success: true } };
}
