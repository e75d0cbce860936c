/**
 * Merges the service's live list of models into the table: the service's facts override, and facts that only
 * the table has are kept. Prices with neurons are kept, since the list's dollars are rounded and sometimes
 * outdated: differences are reported.
 */

const UNITS = [
  [/^per m input tokens$/, "inputTokens"],
  [/^per m output tokens$/, "outputTokens"],
  [/^per m cached input tokens$/, "cachedInputTokens"],
  [/^per audio minute.*websocket/, "audioMinuteWebSocket"],
  [/^per audio minute/, "audioMinute"],
  [/^per (1k|1000|1,000) (input )?characters$/, "characters"],
  [/^per m images$/, "images"],
  [/^per input 512x512 tile,? per step$/, "inputTileStep"],
  [/^per (output )?512x512 tile,? per step$/, "outputTileStep"],
  [/^per input 512x512 tile$/, "inputTile"],
  [/^per output 512x512 tile$/, "outputTile"],
  [/^per 512x512 tile$/, "tile"],
  [/^per (inference )?step$/, "step"],
  [/^(per )?first (mp|megapixel)/, "firstMegapixel"],
  [/^per subsequent (mp|megapixel)/, "furtherMegapixel"],
  [/^per input (image )?(mp|megapixel)/, "inputMegapixel"],
];
const FLAGS = {
  function_calling: "functionCalling",
  reasoning: "reasoning",
  vision: "vision",
  lora: "lora",
  async_queue: "batch",
  realtime: "realtime",
  partner: "partner",
  beta: "beta",
  require_workers_paid: "paidPlan",
};
const NUMBERS = {
  context_window: "contextWindow",
  max_input_tokens: "maxInputTokens",
  output_dimensions: "dimensions",
};
/** The order of a row's members. */
const ORDER = [
  ..."id task status deprecatedOn successor created contextWindow maxInputTokens maxOutputTokens dimensions price".split(
    " ",
  ),
  ..."capabilities reasoningEffort streams languages requestsPerMinute access input output unverified note".split(
    " ",
  ),
];
/** Defaults of a new model, by task, until its row is reviewed. */
const USUAL = {
  "Text Generation": ["text.open", "text.open"],
  "Text Embeddings": ["embedding.text", "embedding.rows"],
  "Text Classification": ["classification.text", "classification.labels"],
  "Text-to-Image": ["image.stable-diffusion", "image.bytes"],
  "Image-to-Text": ["vision.llava", "vision.description"],
  "Image Classification": ["vision.classify", "classification.labels"],
  "Object Detection": ["vision.detect", "vision.objects"],
  "Automatic Speech Recognition": ["speech.whisper-turbo", "speech.whisper-turbo"],
  "Text-to-Speech": ["voice.aura1", "voice.bytes"],
  Translation: ["translation.m2m100", "translation.text"],
  Summarization: ["summary.bart", "summary.text"],
  "Voice Activity Detection": ["turn.smart-turn", "turn.probability"],
};

/**
 * @param {object} table the contents of `src/catalog/models.json`; not modified
 * @param {object[]} live the service's list of models
 * @param {string} today `YYYY-MM-DD`
 * @returns {{ table: object, changes: string[] }} the new table, and the changes in it or facts to review
 */
export function mergeCatalog(table, live, today) {
  const changes = [];
  const rows = new Map(table.models.map((row) => [row.id, structuredClone(row)]));
  const listed = new Set();
  for (const model of live) {
    listed.add(model.name);
    const known = rows.get(model.name);
    if (!known && !table.tasks[model.task?.name]) {
      changes.push(`? ${model.name}: the task "${model.task?.name}" is unknown; not taken up`);
      continue;
    }
    const row = known ?? newRow(model);
    if (!known) {
      const [input] = USUAL[row.task];
      changes.push(`+ ${row.id} (${row.task}); taken for ${input} until its shapes are entered`);
    }
    const before = structuredClone(row);
    update(row, model, table, today, (line) => changes.push(`? ${row.id} ${line}`));
    if (known) changes.push(...differences(before, row).map((line) => `~ ${row.id} ${line}`));
    rows.set(row.id, row);
  }
  for (const row of rows.values()) {
    if (listed.has(row.id)) continue;
    const before = row.status;
    if (before === "active" || before === "gated")
      row.status = isPast(row, today) ? "deprecated" : "unlisted";
    if (row.status !== before) changes.push(`- ${row.id} is no longer listed: ${before} -> ${row.status}`);
  }
  const models = [...rows.values()].map(ordered).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { table: { ...table, asOf: today, models }, changes };
}

function newRow({ name, task, created_at }) {
  const [input, output] = USUAL[task.name];
  return {
    id: name,
    task: task.name,
    status: "active",
    ...(created_at ? { created: created_at.slice(0, 10) } : {}),
    ...(task.name === "Text Generation" ? { streams: true } : {}),
    input,
    output,
    unverified: ["input", "output", "streams"],
  };
}

function update(row, model, { tasks, usdPerNeuron }, today, complain) {
  const properties = Object.fromEntries(
    (model.properties ?? []).map((item) => [item.property_id, item.value]),
  );
  if (tasks[model.task?.name]) row.task = model.task.name;
  if (model.created_at) row.created = model.created_at.slice(0, 10);
  for (const [theirs, ours] of Object.entries(NUMBERS)) {
    const value = Number(properties[theirs]);
    if (properties[theirs] !== undefined && Number.isInteger(value) && value > 0) set(row, ours, value);
  }
  if (typeof properties.planned_deprecation_date === "string") {
    row.deprecatedOn = properties.planned_deprecation_date.slice(0, 10);
  }
  const ended = model.deprecated === true || isPast(row, today);
  if (ended) row.status = "deprecated";
  else if (row.status !== "gated") row.status = "active";
  if (typeof properties.languages === "string") {
    row.languages = properties.languages.split(",").map((language) => language.trim());
  }
  updateCapabilities(row, properties);
  if (typeof properties.reasoning_effort === "object") updateEffort(row, properties.reasoning_effort);
  if (Array.isArray(properties.price)) updatePrice(row, properties.price, usdPerNeuron, complain);
}

function updateCapabilities(row, properties) {
  const has = new Set(row.capabilities);
  for (const [theirs, ours] of Object.entries(FLAGS)) {
    if (properties[theirs] === undefined) continue;
    if (String(properties[theirs]) === "true") has.add(ours);
    else has.delete(ours);
    verified(row, ours);
  }
  row.capabilities = Object.values(FLAGS).filter((name) => has.has(name));
  if (row.capabilities.length === 0) delete row.capabilities;
}

function updateEffort(row, { supported_efforts, default_effort, mandatory, normalizes_to }) {
  row.reasoningEffort = {
    ...row.reasoningEffort,
    ...(supported_efforts ? { levels: supported_efforts } : {}),
    ...(default_effort ? { default: default_effort } : {}),
    ...(typeof mandatory === "boolean" ? { canDisable: !mandatory } : {}),
    ...(normalizes_to ? { aliases: normalizes_to } : {}),
  };
  verified(row, "reasoningEffort");
}

function updatePrice(row, prices, usdPerNeuron, complain) {
  for (const { unit: listedUnit, price, currency } of prices) {
    const unit = unitOf(listedUnit);
    if (unit === undefined || currency !== "USD" || typeof price !== "number") {
      complain(`price: "${listedUnit}" in ${currency} is not understood`);
      continue;
    }
    const ours = row.price?.[unit];
    if (ours?.neurons === undefined) {
      row.price = { ...row.price, [unit]: { ...ours, usd: price } };
    } else if (!agree(price, ours, usdPerNeuron)) {
      complain(`price.${unit}: the list says ${price} USD, the table ${ours.neurons} neurons (kept)`);
    }
  }
}

/** Within the precision of rounded dollars. */
const agree = (price, { usd, neurons }, usdPerNeuron) =>
  price === usd || Math.abs(neurons * usdPerNeuron - price) <= 0.05 * price;

const unitOf = (text) => {
  const plain = String(text).toLowerCase().replaceAll(" by ", "x").replaceAll(/\s+/g, " ").trim();
  return UNITS.find(([pattern]) => pattern.test(plain))?.[1];
};

const isPast = ({ deprecatedOn }, today) => deprecatedOn !== undefined && deprecatedOn <= today;

function set(row, name, value) {
  row[name] = value;
  verified(row, name);
}

/** Facts that the service itself publishes are no longer marked as inferred. */
function verified(row, name) {
  if (!row.unverified) return;
  row.unverified = row.unverified.filter((item) => item !== name);
  if (row.unverified.length === 0) delete row.unverified;
}

function differences(before, after) {
  return ORDER.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map(
    (name) => `${name}: ${show(before[name])} -> ${show(after[name])}`,
  );
}

const show = (value) => (value === undefined ? "nothing" : JSON.stringify(value));

function ordered(row) {
  const strange = Object.keys(row).find((name) => !ORDER.includes(name));
  if (strange) throw new Error(`${row.id}: "${strange}" is no member of a row`);
  return Object.fromEntries(ORDER.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));
}

/** Formats the table: one model per line. */
export function formatCatalog({ tasks, models, ...facts }) {
  const lines = Object.entries(facts).map(([name, value]) => `  "${name}": ${inline(value)},`);
  const rows = Object.entries(tasks).map(([name, task]) => `    ${inline(name)}: ${inline(task)}`);
  return [
    "{",
    ...lines,
    `  "tasks": {\n${rows.join(",\n")}\n  },`,
    `  "models": [\n${models.map((row) => `    ${inline(row)}`).join(",\n")}\n  ]`,
    "}\n",
  ].join("\n");
}

function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return plain(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${inline(member)}`)
    .join(", ")}}`;
}

/** Formats numbers without an exponent: prices are small. */
function plain(value) {
  if (typeof value !== "number" || !String(value).includes("e")) return JSON.stringify(value);
  return value.toFixed(20).replace(/0+$/, "");
}
