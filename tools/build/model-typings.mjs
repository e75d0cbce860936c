/**
 * Generates the typings of each model's input and output, from the data that the crate is built with. The
 * hand-written half, `src/catalog/*.d.ts`, has the types that the data refers to by name.
 */
import { methodsOf } from "./catalog.mjs";

/** Media as the whole input. */
const RAW = "BytesLike";
const BYTES = "ReadableStream<Uint8Array>";

/** Parameters that a method's hand-written input declares itself. */
const HAND_WRITTEN = {
  generateText: ["prompt", "messages", "input", "stream", "model", "tools", "tool_choice", "response_format"],
  embed: ["text", "query", "contexts", "queries", "documents"],
  rerank: ["query", "contexts"],
  classifyText: ["text"],
  summarize: ["input_text"],
  translate: ["text", "source_lang", "target_lang", "target_language"],
  decide: ["state", "questions", "fields", "model"],
  transcribe: ["audio"],
  generateSpeech: ["text", "prompt"],
  detectTurn: ["audio"],
  generateImage: ["prompt", "image"],
  describeImage: ["image", "prompt", "question", "stream", "task", "target", "max_objects"],
  classifyImage: ["image"],
  detectObjects: ["image"],
};
/** Parameters that a method's hand-written input declares, and that some of its models have as well. */
const HAS = {
  // The newer name is converted to the older one.
  generateText: { max_completion_tokens: { kind: "integer", doc: "Another name for `max_tokens`." } },
};
/** Names from before there were several. */
const PARAMETERS_NAMES = { generateText: "TextParameters", connect: undefined };

/** @returns {string} declarations; the public ones with `export` */
export function modelTypings({ catalog, shapes }) {
  const { groups, inputs, outputs } = shapes;
  return [
    ...Object.entries(groups).map(
      ([name, properties]) => `interface ${pascal(name)}Parameters {\n${members(properties)}}\n`,
    ),
    ...Object.entries(inputs).flatMap(([name, shape]) => inputTypes(name, shape, groups)),
    ...Object.entries(outputs).flatMap(([name, shape]) => outputTypes(name, shape)),
    ...Object.entries(HAND_WRITTEN).map(([method, handWritten]) => parametersOf(method, handWritten, shapes)),
    ...Object.entries(inputs).map(([name, shape]) => optionsOf(name, shape, groups)),
    modelOptions(catalog.models, shapes),
    modelMap(catalog.models, shapes),
    methodLists(catalog.models, shapes),
  ].join("\n");
}

// Inputs.

function inputTypes(name, { doc, body, variants }, groups) {
  const base = pascal(name);
  const bodies = variants.filter(({ properties }) => properties.$body);
  const batch = variants.find((variant) => variant.name === "batch");
  const forms = variants.filter((variant) => variant !== batch && !bodies.includes(variant));
  const types = [];
  const names = forms.map((form) => {
    const type = forms.length > 1 ? `${base}${pascal(form.name)}Input` : `${base}Input`;
    const own = { ...form.properties };
    const by = forms.length > 1 ? `${doc.replace(/\.$/, "")}: by \`${form.name}\`.` : doc;
    form = { ...form, use: usesOf(form) };
    const uses = form.use.map((group) => `${pascal(group)}Parameters`);
    // A property of the form overrides the group's.
    const parents = uses.map((use, index) => {
      const clashes = Object.keys(own).filter((property) => groups[form.use[index]][property]);
      return clashes.length > 0 ? `Omit<${use}, ${clashes.map(quote).join(" | ")}>` : use;
    });
    const has = (property) => own[property] || form.use.some((group) => groups[group][property]);
    const others = forms.flatMap((other) =>
      Object.entries(other.properties)
        .filter(([, property]) => property.required)
        .map(([property]) => property),
    );
    const excluded = [...new Set(others)].filter((property) => !has(property));
    const lines = [members(own), ...excluded.map((property) => `  ${key(property)}?: undefined;\n`)];
    // A property that only other forms have.
    for (const property of form.never ?? []) lines.push(`  ${key(property)}?: false | undefined;\n`);
    if (!has("extra")) lines.push(EXTRA);
    if (!form.atLeast) {
      types.push(declaration(type, by, lines.join(""), parents));
      return type;
    }
    // At least one of them is required.
    const fields = type.replace(/Input$/, "Fields");
    types.push(declaration(fields, by, lines.join(""), parents));
    const some = form.atLeast.map((property) => `{ ${key(property)}: ${inputType(own[property])} }`);
    types.push(`/** ${by} */\ntype ${type} = ${fields} & (${some.join(" | ")});\n`);
    return type;
  });
  const all = [...names];
  if (bodies.length > 0) all.push(RAW);
  if (body.includes("multipart")) all.push("FormData");
  if (all.length > 1) {
    const union = forms.length > 1 ? `${base}Input` : `${base}RunInput`;
    types.push(`/** ${doc} */\ntype ${union} = ${all.join(" | ")};\n`);
  }
  if (batch) types.push(declaration(`${base}Batch`, `A batch of them. ${doc}`, members(batch.properties)));
  if (body.includes("websocket")) types.push(realtimeType(base, doc, forms, groups));
  return types;
}

/** A model without published parameters is assumed to support those of all newer ones. */
const usesOf = ({ use = [], open }) => (open ? [...use, "chat"] : use);

/** Parameters that are sent unvalidated. */
const EXTRA_TYPE = "ExtraParameters";
const EXTRA = `  /** Parameters that this version does not know: sent among the others, unchecked. */\n  extra?: ${EXTRA_TYPE} | undefined;\n`;

/** The parameters of one shape, of all its forms together, for its methods. */
function optionsOf(name, { doc, methods, variants }, groups) {
  const method = methods.find((one) => HAND_WRITTEN[one] !== undefined);
  const handWritten = HAND_WRITTEN[method] ?? [];
  const found = new Map();
  for (const variant of variants) {
    if (variant.name === "batch") continue;
    const all = Object.assign({}, ...usesOf(variant).map((group) => groups[group]), variant.properties);
    for (const [property, value] of Object.entries(all)) {
      if (handWritten.includes(property) || property === "$body" || property === "multipart") continue;
      found.set(property, [...(found.get(property) ?? []), value]);
    }
  }
  for (const [property, value] of Object.entries(HAS[method] ?? {})) {
    if (!found.has(property)) found.set(property, [value]);
  }
  const lines = [...found].map(([property, values]) => {
    const types = new Set(values.flatMap((value) => alternatives(inputType(value))));
    if (property === "extra") types.add(EXTRA_TYPE);
    const text = [values[0].doc, boundsOf({ ...values[0], required: false })].filter(Boolean).join(" ");
    return `${comment(text, "  ")}  ${key(property)}?: ${[...types].join(" | ")} | undefined;\n`;
  });
  if (!found.has("extra")) lines.push(EXTRA);
  return declaration(`${pascal(name)}Options`, `Parameters. ${doc}`, lines.join(""));
}

/** The parameters of each model. */
function modelOptions(models) {
  const rows = models.map(({ id, input }) => `  ${quote(id)}: ${pascal(input)}Options;\n`);
  return `/** The parameters of each model, for the methods that speak to it. */\ninterface ModelOptions {\n${rows.join("")}}\n`;
}

/** The input of `run`, by name. */
function runInput(name, { body, variants }) {
  const forms = variants.filter((variant) => variant.name !== "batch" && !variant.properties.$body);
  const raw = variants.some(({ properties }) => properties.$body) || body.includes("multipart");
  return `${pascal(name)}${raw && forms.length === 1 ? "RunInput" : "Input"}`;
}

/** Over a WebSocket the audio is sent later, in messages. */
function realtimeType(base, doc, forms, groups) {
  const only = forms.every(({ properties }) => !Object.values(properties).some(isMedia));
  const properties = {};
  for (const { use = [], properties: own } of forms) {
    for (const [name, property] of Object.entries(
      Object.assign({}, ...use.map((group) => groups[group]), own),
    )) {
      if (isMedia(property)) continue;
      properties[name] = base === "SpeechFlux" && only ? property : { ...property, required: false };
    }
  }
  return declaration(`${base}Realtime`, `${doc.replace(/\.$/, "")}, for a WebSocket.`, members(properties));
}

const isMedia = (property) => property.kind === "media";

// Outputs.

function outputTypes(name, { doc, variants = [], media, streamsUnasked }) {
  const base = pascal(name);
  const types = [];
  const cases = variants.map(({ name: variant, when, properties }) => {
    const type =
      variants.length > 1
        ? `${base}${pascal(variant)}Output`
        : `${base}${media || streamsUnasked ? "Json" : ""}Output`;
    const list = properties["[]"];
    types.push(
      list
        ? `/** ${doc} */\ntype ${type} = ${tsOf(list)}[];\n`
        : declaration(type, doc, members(properties, { output: true })),
    );
    return { when, type };
  });
  if (streamsUnasked) {
    const [{ type }] = cases;
    types.push(
      `/** ${doc} Without \`stream: false\` a stream of events. */\ntype ${base}Output = ByInput<[[{ stream: false } | { task: "point" | "detect" }, ${type}], [unknown, ${BYTES}]]>;\n`,
    );
  } else if (media) {
    types.push(
      `/** ${doc} */\ntype ${base}Output = ${[...cases.map(({ type }) => type), BYTES].join(" | ")};\n`,
    );
  } else if (cases.length > 1) {
    const rows = cases.map(({ when, type }) => {
      const condition = when ? when.map((property) => `{ ${key(property)}: {} }`).join(" | ") : "unknown";
      return `[${condition}, ${type}]`;
    });
    types.push(`/** ${doc} */\ntype ${base}Output = ByInput<[${rows.join(", ")}]>;\n`);
  }
  return types;
}

// Methods.

/** The parameters of all models of a method. */
function parametersOf(method, handWritten, { groups, inputs }) {
  const found = new Map();
  for (const { methods, variants } of Object.values(inputs)) {
    if (!methods.includes(method)) continue;
    for (const { name, use = [], properties } of variants) {
      if (name === "batch") continue;
      const all = Object.assign({}, ...use.map((group) => groups[group]), properties);
      for (const [property, value] of Object.entries(all)) {
        if (handWritten.includes(property) || property === "$body" || property === "multipart") continue;
        found.set(property, [...(found.get(property) ?? []), value]);
      }
    }
  }
  const lines = [...found].map(([property, values]) => {
    const types = new Set(
      values.flatMap((value) => alternatives(inputType({ ...value, nullable: false }, { open: true }))),
    );
    if (values.some(({ nullable }) => nullable)) types.add("null");
    const bounds = [...new Set(values.map(shortBoundsOf))].filter((text) => text !== "");
    const doc =
      bounds.length > 1
        ? [values[0].doc, `By model: ${bounds.join(", ")}.`]
        : [values[0].doc, boundsOf(values[0])];
    return `${comment(doc.filter(Boolean).join(" "), "  ")}  ${key(property)}?: ${[...types].join(" | ")} | undefined;\n`;
  });
  const name = PARAMETERS_NAMES[method] ?? `${pascal(method)}Parameters`;
  return declaration(
    name,
    `The parameters that models of \`${method}\` know, spelled as the service spells them. Not every model knows each.`,
    lines.join(""),
    [],
    "export ",
  );
}

function methodLists(models, shapes) {
  const all = {};
  for (const model of models) {
    const batch = batchOf(model, shapes.inputs[model.input]) === "never" ? [] : ["batch"];
    for (const method of [...methodsOf(model, shapes), ...batch]) {
      all[method] ??= [];
      all[method].push(model);
    }
  }
  const ids = (list) => list.map(({ id }) => `    | ${quote(id)}`).join("\n");
  const living = (list) => {
    const some = list.filter(({ status }) => status !== "deprecated" && status !== "removed");
    return some.length > 0 ? some : list;
  };
  const rows = (pick) =>
    Object.keys(all)
      .sort()
      .map((method) => `  ${method}:\n${ids(pick(all[method]))};\n`)
      .join("");
  return [
    `/** The known models of each method, deprecated ones too. */\ninterface TaskModels {\n${rows((list) => list)}}\n`,
    `/** The models that editors offer. */\ninterface OfferedModels {\n  run:\n${ids(living(models))};\n${rows(living)}}\n`,
  ].join("\n");
}

function modelMap(models, shapes) {
  const rows = models.map((model) => {
    const input = shapes.inputs[model.input];
    const chunk = model.streams ? (shapes.outputs[model.output].chunk ?? "never") : "never";
    const takes = runInput(model.input, input);
    const base = pascal(model.input);
    const batch = batchOf(model, input);
    const realtime = input.body.includes("websocket") ? `${base}Realtime` : "never";
    const types = [takes, `${pascal(model.output)}Output`, chunk, batch, realtime];
    while (types.length > 2 && types.at(-1) === "never") types.pop();
    return `${comment(describe(model), "  ")}  ${quote(model.id)}: ModelTypes<${types.join(", ")}>;\n`;
  });
  return `/** A batch of inputs. */
interface BatchOf<Input> {
  /** What is put into the batch queue, at most 10 MB together; with \`queueRequest\`. */
  requests: readonly (Input & { external_reference?: string | undefined })[];
}

/** Every model that this version knows, with what it takes and gives. */
export interface ModelMap {
${rows.join("")}}
`;
}

/** The input of a model's batch queue, if it has one. */
function batchOf({ input, capabilities = [] }, shape) {
  if (shape.variants.some(({ name }) => name === "batch")) return `${pascal(input)}Batch`;
  return capabilities.includes("batch") ? `BatchOf<${pascal(input)}Input>` : "never";
}

const CAPABILITIES = {
  functionCalling: "tools",
  reasoning: "reasoning",
  vision: "images",
  lora: "finetunes",
  batch: "batch queue",
  realtime: "WebSocket",
  beta: "beta",
  paidPlan: "Workers Paid plan",
};

function describe(model) {
  const facts = [model.task];
  if (model.contextWindow) facts.push(`${thousands(model.contextWindow)} tokens`);
  if (model.maxInputTokens) facts.push(`inputs of ${thousands(model.maxInputTokens)} tokens`);
  if (model.dimensions) facts.push(`${thousands(model.dimensions)} dimensions`);
  for (const capability of model.capabilities ?? []) {
    if (CAPABILITIES[capability]) facts.push(CAPABILITIES[capability]);
  }
  const lines = [`${facts.join(" · ")}.`];
  if (model.access) lines.push(model.access);
  if (model.status === "removed") lines.push("@deprecated It is gone.");
  else if (model.deprecatedOn) {
    const instead = model.successor ? ` ${model.successor} answers.` : "";
    lines.push(`@deprecated since ${model.deprecatedOn}.${instead}`);
  }
  return lines.join("\n");
}

const thousands = (number) => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");

// Declarations.

/**
 * Types of one shape are accessed by a model's id: `ModelInput`, `ModelOutput`. Exporting hundreds of names
 * would hide the important ones.
 */
function declaration(name, doc, body, parents = [], how = "") {
  const from = parents.length > 0 ? ` extends ${parents.join(", ")}` : "";
  return `${comment(doc, "")}${how}interface ${name}${from} {\n${body}}\n`;
}

function members(properties, { output = false } = {}) {
  return Object.entries(properties)
    .map(([name, property]) => {
      const optional = property.required ? "" : "?";
      // An input may be `undefined`, which JSON omits.
      const missing = property.required || output ? "" : " | undefined";
      const doc = [property.doc, boundsOf(property)].filter(Boolean).join(" ");
      const type = output ? tsOf(property) : inputType(property);
      return `${doc ? comment(doc, "  ") : ""}  ${key(name)}${optional}: ${type}${missing};\n`;
    })
    .join("");
}

/** The range and the default as a sentence. */
function boundsOf(property) {
  const parts = [rangeOf(property)];
  const { default: value, required } = property;
  if (value !== undefined && !required) parts.push(`Default: ${literal(value)}.`);
  return parts.filter((text) => text !== "").join(" ");
}

/** The same within a sentence. */
function shortBoundsOf(property) {
  const range = rangeOf(property).replaceAll(/\.$/g, "").replaceAll(". ", ", ");
  const value =
    property.default === undefined || property.required ? "" : `default ${literal(property.default)}`;
  if (range === "" || value === "") return range + value;
  return `${range} (${value})`;
}

function rangeOf({ kind, minimum, maximum, maxLength, maxItems }) {
  const parts = [];
  if (minimum !== undefined && maximum !== undefined) parts.push(`${minimum} to ${maximum}.`);
  else if (minimum !== undefined) parts.push(`At least ${minimum}.`);
  else if (maximum !== undefined) parts.push(`At most ${maximum}.`);
  if (maxLength !== undefined) parts.push(`At most ${maxLength} characters.`);
  if (maxItems !== undefined && kind === "array") parts.push(`At most ${maxItems}.`);
  return parts.join(" ");
}

const literal = (value) => (typeof value === "string" ? `\`"${value}"\`` : String(value));

const PLAIN = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  media: "MediaInput",
  object: "JsonObject",
  array: "unknown[]",
};

function tsOf({ kind, ts, enum: values, nullable }, { open = false } = {}) {
  const type =
    ts ??
    (values
      ? values.map(quote).join(" | ")
      : [kind]
          .flat()
          .map((one) => PLAIN[one])
          .join(" | "));
  const wide = open && values ? `${type} | (string & {})` : type;
  return nullable && !/\bnull\b/.test(wide) ? `${wide} | null` : wide;
}

/** The type of an input: its arrays may be `readonly`. */
function inputType(property, options) {
  // Arrays of names, of object types, of unions in parentheses; the innermost first.
  let type = tsOf(property, options);
  for (let before = ""; before !== type; ) {
    before = type;
    type = type.replace(
      /(?<!readonly )(?<![\w.}])((?:\([^()]*\)|\{[^{}]*\}|[A-Za-z_][\w.]*))\[\]/g,
      "readonly $1[]",
    );
  }
  return type;
}

/** The members of a union, outside of brackets. */
function alternatives(type) {
  const parts = [""];
  let depth = 0;
  for (const letter of type) {
    if ("({[<".includes(letter)) depth += 1;
    if (")}]>".includes(letter)) depth -= 1;
    if (letter === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

function comment(text, indent) {
  const lines = text.split("\n");
  if (lines.length === 1) return `${indent}/** ${text} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

const quote = (text) => JSON.stringify(text);
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

/** `text.gpt-oss` to `TextGptOss`. */
function pascal(name) {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}
