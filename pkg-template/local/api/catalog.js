// The catalogue's endpoints: models, their schemas, tasks, authors.

import { digest } from "../digest.js";
import { ServiceError } from "../errors.js";
import { schemasOf } from "../models/json-schema.js";
import { TASKS } from "../models/tasks.js";

const DEFAULT_PAGE = 50;
const MOST_PER_PAGE = 100;
const PRICE_UNITS = {
  inputTokens: "per M input tokens",
  outputTokens: "per M output tokens",
  cachedInputTokens: "per M cached input tokens",
  characters: "per 1k characters",
  images: "per M images",
  audioMinute: "per audio minute",
  audioMinuteWebSocket: "per audio minute (websocket)",
  tile: "per 512 by 512 tile",
  step: "per step",
  inputTile: "per input 512x512 tile",
  outputTile: "per output 512x512 tile",
  inputTileStep: "per input 512x512 tile, per step",
  outputTileStep: "per output 512x512 tile, per step",
  firstMegapixel: "per first MP",
  furtherMegapixel: "per subsequent MP",
  inputMegapixel: "per input MP",
};
/** Flags whose name differs from that of the capability by more than spelling. */
const FLAGS = {
  functionCalling: "function_calling",
  batch: "async_queue",
  paidPlan: "require_workers_paid",
};

/** An id of the correct form, derived from a text. */
export const stableId = (text) => {
  const hex = digest(text) + digest(`${text} again`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`.padEnd(
    36,
    "0",
  );
};

const text = (id, value) => (value === undefined ? [] : [{ property_id: id, value: String(value) }]);

function propertiesOf({ entry = {}, contextWindow }) {
  const { price, capabilities = [], reasoningEffort } = entry;
  const prices = Object.entries(price ?? {}).map(([unit, { usd = 0 }]) => ({
    unit: PRICE_UNITS[unit],
    price: usd,
    currency: "USD",
  }));
  return [
    ...text("context_window", entry.contextWindow ?? (entry.id ? undefined : contextWindow)),
    ...text("max_input_tokens", entry.maxInputTokens),
    ...text("output_dimensions", entry.dimensions),
    ...(prices.length > 0 ? [{ property_id: "price", value: prices }] : []),
    ...capabilities.flatMap((name) => text(FLAGS[name] ?? name, true)),
    ...(reasoningEffort?.levels
      ? [{ property_id: "reasoning_effort", value: effortOf(reasoningEffort) }]
      : []),
    ...text("languages", entry.languages?.join(", ")),
    ...text("planned_deprecation_date", entry.deprecatedOn),
  ];
}

const effortOf = ({ levels, default: byDefault, canDisable, aliases }) => ({
  supported_efforts: levels,
  ...(byDefault ? { default_effort: byDefault } : {}),
  default_enabled: true,
  mandatory: canDisable === false,
  ...(aliases ? { normalizes_to: aliases } : {}),
});

/** A model in the format of the catalogue. `id` is a UUID; calls use `name`. */
const listed = (model) => ({
  id: stableId(model.id),
  source: sourceOf(model),
  name: model.id,
  description: `${TASKS[model.task].name} model`,
  task: TASKS[model.task],
  ...(model.entry?.created ? { created_at: `${model.entry.created} 00:00:00.000` } : {}),
  tags: [],
  properties: propertiesOf(model),
});

const sourceOf = ({ id }) => (id.startsWith("@hf/") ? 2 : 1);
const authorOf = ({ id }) => id.split("/")[1] ?? "";
/**
 * Selects the listed models: not those known from price lists only, nor removed ones; deprecated ones on
 * request only.
 */
const isListed = ({ entry }, withDeprecated) =>
  !entry ||
  entry.status === "active" ||
  entry.status === "gated" ||
  (withDeprecated && entry.status === "deprecated");

const page = (value, fallback, most = Infinity) =>
  Math.min(most, Math.max(1, Number.parseInt(value, 10) || fallback));

export function searchModels({ query }, service) {
  const found = service.models
    .list()
    .filter((model) => model.task in TASKS && isListed(model, query.include_deprecated === "true"))
    .filter((model) => !query.search || model.id.toLowerCase().includes(query.search.toLowerCase()))
    .filter((model) => !query.task || TASKS[model.task].name === query.task)
    .filter((model) => !query.author || authorOf(model) === query.author)
    .filter((model) => !query.source || String(sourceOf(model)) === query.source)
    .filter(({ entry }) => query.hide_experimental !== "true" || !entry?.capabilities?.includes("beta"));
  const perPage = page(query.per_page, DEFAULT_PAGE, MOST_PER_PAGE);
  const number = page(query.page, 1);
  const result = found.slice((number - 1) * perPage, number * perPage).map(listed);
  const info = { count: result.length, page: number, per_page: perPage, total_count: found.length };
  return { kind: "json", value: result, info };
}

/** OpenAI's list of models, or one model. */
export function openAIModels({ model }, service) {
  const spelled = ({ id, entry }) => ({
    id,
    object: "model",
    created: entry?.created ? Date.parse(entry.created) / 1000 : 0,
    owned_by: authorOf({ id }),
  });
  if (model) return { kind: "json", value: spelled(service.models.get(model)) };
  const data = service.models.list().filter((each) => each.task in TASKS && isListed(each, false));
  return { kind: "json", value: { object: "list", data: data.map(spelled) } };
}

export function modelSchema({ query }, service) {
  if (!query.model) throw new ServiceError(5006, "Bad input: Error: required properties at '/' are 'model'");
  return { kind: "json", value: schemasOf(service.models.get(query.model)) };
}

export const searchTasks = () => ({ kind: "json", value: Object.values(TASKS) });

export function searchAuthors(_call, service) {
  const authors = [...new Set(service.models.list().map(authorOf))].sort();
  return { kind: "json", value: authors.map((name) => ({ id: stableId(name), name })) };
}
