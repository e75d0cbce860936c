/**
 * MODELS.md of the package: a table of the models for users, by task. The maintainers' table of encoders,
 * decoders and tests is printed by coverage.mjs.
 */
import { methodsOf, readCatalog } from "./catalog.mjs";

/** Units of prices in the order of the table, with their descriptions. */
const UNITS = {
  inputTokens: "M tokens in",
  cachedInputTokens: "M cached tokens in",
  outputTokens: "M tokens out",
  characters: "1000 characters",
  images: "M images",
  audioMinute: "minute",
  audioMinuteWebSocket: "minute over a WebSocket",
  tile: "tile of 512 x 512",
  inputTile: "tile in",
  outputTile: "tile out",
  step: "step",
  inputTileStep: "tile in and step",
  outputTileStep: "tile out and step",
  firstMegapixel: "first megapixel",
  furtherMegapixel: "further megapixel",
  inputMegapixel: "megapixel in",
};
const CAPABILITIES = {
  functionCalling: "tools",
  reasoning: "reasoning",
  vision: "images",
  lora: "finetunes",
  batch: "batch queue",
  realtime: "WebSocket",
  partner: "partner",
  beta: "beta",
  paidPlan: "paid plan",
};

/** @returns {Promise<string>} Markdown */
export async function modelsFile() {
  const { catalog, shapes } = await readCatalog();
  const models = catalog.models.filter(({ status }) => status !== "removed");
  const parts = [
    "# Models",
    `Every model that this version knows and that is not gone, as of ${catalog.asOf}. Any other model works with \`run\`, and with the method ` +
      "of its task. Prices are US dollars; billed are neurons " +
      `(${catalog.usdPerNeuron} dollars each, ${thousands(catalog.freeNeuronsPerDay)} free per day). As data: \`workers-ai-wasm/catalog\`, which ` +
      "also estimates what a call costs. A hyphen: not published.",
  ];
  for (const task of [...new Set(models.map((model) => model.task))].sort()) {
    const rows = models.filter((model) => model.task === task).sort(byAge);
    parts.push(
      `## ${task}`,
      [
        "| model | method | price | tokens | can |",
        "| --- | --- | --- | --- | --- |",
        ...rows.map((model) => rowOf(model, shapes)),
      ].join("\n"),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

/** Active models first, by id. */
const byAge = (one, other) =>
  Number(one.status === "deprecated") - Number(other.status === "deprecated") || (one.id < other.id ? -1 : 1);

function rowOf(model, shapes) {
  const cells = [
    nameOf(model),
    methodsOf(model, shapes)
      .map((method) => `\`${method}\``)
      .join(", "),
    priceOf(model),
    sizeOf(model),
    (model.capabilities ?? [])
      .map((name) => CAPABILITIES[name])
      .filter(Boolean)
      .join(", ") || "-",
  ];
  return `| ${cells.join(" | ")} |`;
}

function nameOf({ id, status, deprecatedOn, successor }) {
  if (status === "deprecated") {
    return `\`${id}\` (deprecated since ${deprecatedOn}${successor ? `: use \`${successor}\`` : ""})`;
  }
  return `\`${id}\`${status === "active" ? "" : ` (${status})`}`;
}

function priceOf({ price = {} }) {
  const rates = Object.keys(UNITS).filter((unit) => price[unit]?.usd !== undefined);
  return rates.map((unit) => `$${price[unit].usd} per ${UNITS[unit]}`).join(", ") || "-";
}

function sizeOf({ contextWindow, maxInputTokens, dimensions }) {
  const facts = [
    contextWindow && `window ${thousands(contextWindow)}`,
    maxInputTokens && `input ${thousands(maxInputTokens)}`,
    dimensions && `${thousands(dimensions)} dimensions`,
  ];
  return facts.filter(Boolean).join(", ") || "-";
}

const thousands = (number) => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");
