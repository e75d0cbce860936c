/** Computes the price of a call from the price table. */
import { reading, refusal } from "../client/failure.js";
import { imageDefaults, models, usdPerNeuron } from "./models.js";

const TILE = 512;
const MEGAPIXEL = 1024 * 1024;

/** Quantity per unit of a price. `use` returns a number of the usage and rejects other values. */
const UNITS = {
  // Cached tokens of the prompt have their own price where there is one. Extraction models are billed for the
  // prompt once per pass.
  inputTokens: (use, price) =>
    (use("passes", 1) * (use("promptTokens") - (price.cachedInputTokens ? use("cachedTokens", 0) : 0))) / 1e6,
  cachedInputTokens: (use) => use("cachedTokens", 0) / 1e6,
  outputTokens: (use) => use("completionTokens", 0) / 1e6,
  characters: (use) => use("characters") / 1000,
  images: (use) => use("images", 1) / 1e6,
  step: (use) => use("images", 1) * use("steps"),
  tile: (use) => use("images", 1) * tiles(use.size()),
  inputTile: (use) => use("images", 1) * sum(use.inputs(), tiles),
  outputTile: (use) => use("images", 1) * tiles(use.size()),
  inputTileStep: (use) => use("images", 1) * use("steps") * sum(use.inputs(), tiles),
  outputTileStep: (use) => use("images", 1) * use("steps") * tiles(use.size()),
  firstMegapixel: (use) => use("images", 1),
  furtherMegapixel: (use) => use("images", 1) * Math.max(0, megapixels(use.size()) - 1),
  inputMegapixel: (use) => use("images", 1) * sum(use.inputs(), megapixels),
  audioMinute: (use) => (use.realtime ? 0 : use("audioSeconds") / 60),
  audioMinuteWebSocket: (use) => (use.realtime ? use("audioSeconds") / 60 : 0),
};

export const estimateCost = (id, usage) =>
  usage === undefined ? undefined : reading("usage", () => costOf(id, usage));

function costOf(id, source) {
  if (typeof source !== "object" || source === null) throw refused("usage", "must be an object");
  const usage = renamed(source);
  if (usage.neurons !== undefined) return measured(number(usage.neurons, "neurons"));
  const { model, price } = priceOf(id);
  if (price === undefined) return undefined;
  const rates = Object.entries(price);
  if (rates.every(([, { usd, neurons }]) => !usd && !neurons)) return { neurons: 0, usd: 0 };
  const use = reader(model, price, usage);
  const audio = use.realtime ? "audioMinuteWebSocket" : "audioMinute";
  if ((price.audioMinute || price.audioMinuteWebSocket) && !price[audio]) return undefined;
  let neurons = 0;
  let usd = 0;
  for (const [unit, rate] of rates) {
    const count = UNITS[unit](use, price);
    // Neurons are billed; the prices in dollars are rounded.
    neurons += count * (rate.neurons ?? rate.usd / usdPerNeuron);
    usd += count * (rate.neurons === undefined ? rate.usd : rate.neurons * usdPerNeuron);
  }
  return { neurons: tidy(neurons), usd: tidy(usd) };
}

/** The service's own names of the fields of a result's `usage`. */
const SERVICE_NAMES = {
  promptTokens: ({ prompt_tokens, input_tokens }) => prompt_tokens ?? input_tokens,
  completionTokens: ({ completion_tokens, output_tokens }) => completion_tokens ?? output_tokens,
  cachedTokens: ({ prompt_tokens_details, input_tokens_details }) =>
    (prompt_tokens_details ?? input_tokens_details)?.cached_tokens,
};

function renamed(usage) {
  const own = { ...usage };
  for (const [name, read] of Object.entries(SERVICE_NAMES)) own[name] ??= read(usage) ?? undefined;
  return own;
}

/** The price of the model that answers for an alias. */
function priceOf(id) {
  const model = models.find((item) => item.id === id);
  const successor = model?.successor && models.find((item) => item.id === model.successor);
  return { model, price: successor?.price ?? model?.price };
}

/** Reads the usage, with the model's defaults. */
function reader(model, price, usage) {
  const defaults = imageDefaults[model.input] ?? {};
  const use = (name, fallback = defaults[name]) => {
    const value = usage[name] ?? fallback;
    if (value === undefined)
      throw refused(`usage.${name}`, `is needed: the price of ${model.id} depends on it`);
    return number(value, name);
  };
  use.realtime = usage.realtime ?? !price.audioMinute;
  use.size = () => ({ width: use("width"), height: use("height") });
  use.inputs = () => {
    const inputs = usage.inputImages ?? [];
    if (!Array.isArray(inputs)) throw refused("usage.inputImages", "must be an array of { width, height }");
    return inputs.map((image, index) => ({
      width: number(image?.width, `inputImages[${index}].width`),
      height: number(image?.height, `inputImages[${index}].height`),
    }));
  };
  if (usage.cachedTokens !== undefined && use("cachedTokens") > use("promptTokens")) {
    throw refused("usage.cachedTokens", "is a part of promptTokens and can't be larger");
  }
  return use;
}

const tiles = ({ width, height }) => Math.ceil(width / TILE) * Math.ceil(height / TILE);
const megapixels = ({ width, height }) => Math.ceil((width * height) / MEGAPIXEL);
const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

function measured(neurons) {
  return { neurons, usd: tidy(neurons * usdPerNeuron) };
}

function number(value, name) {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw refused(`usage.${name}`, "must be a number, and not negative");
  }
  return value;
}

/** Rounds off binary fraction errors. */
function tidy(value) {
  return Number(value.toPrecision(12));
}

const refused = (field, what) => refusal(field, `${field} ${what}.`);
