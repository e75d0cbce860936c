// The common part of the dialects' inputs, converted to the request that engines receive.

import { badInput } from "../errors.js";
import { MOST_MESSAGES, MOST_TOOLS } from "../inputs/bounds.js";
import { CHAT_FIELDS, fieldsOf, readFields } from "../inputs/check.js";
import { imageFromURL } from "../inputs/media.js";
import { refuseByQuirks } from "./quirks.js";

/** The text of a message: a string, one part, or an array of parts (other kinds of part carry no text). */
export function textOf(content) {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? content : [content];
  return parts.map((part) => (typeof part?.text === "string" ? part.text : "")).join("");
}

/**
 * Rejects content that the service rejects: a message without content, on every endpoint and for all roles,
 * and parts if the model accepts text only. Nothing is known about added models.
 */
export function checkContent({ content }, index, model) {
  if (model.thirdParty) return;
  const mismatch = (kind) =>
    badInput(model, `Type mismatch of '/messages/${index}/content', 'string' not in '${kind}'`);
  if (content === undefined)
    throw badInput(model, `required properties at '/messages/${index}' are 'content'`);
  if (content === null) throw mismatch("null");
  if (typeof content !== "string" && model.parts === false) throw mismatch("array");
}

/** The images of a message's parts, in chat's spelling or that of Responses. */
export function imagesOf(content, model) {
  if (typeof content !== "object" || content === null) return [];
  return [content]
    .flat()
    .filter((part) => part?.type === "image_url" || part?.type === "input_image")
    .map((part) => imageFromURL(part.image_url?.url ?? part.image_url, model));
}

/** Requires exactly one of `prompt` and `messages`, with the messages of the service's schema check. */
export function promptOrMessages(inputs, model) {
  const hasPrompt = inputs.prompt !== undefined;
  const hasMessages = inputs.messages !== undefined;
  if (hasPrompt && hasMessages) throw badInput(model, "oneOf at '/' not met, 2 matches");
  if (hasPrompt) {
    if (typeof inputs.prompt !== "string")
      throw badInput(model, "Type mismatch of '/prompt', 'string' not in the given type");
    if (inputs.prompt === "") throw badInput(model, "Length of '/prompt' must be >= 1");
    return [{ role: "user", content: inputs.prompt }];
  }
  if (!hasMessages) {
    throw badInput(
      model,
      "oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', required properties at '/' are 'messages'",
    );
  }
  if (!Array.isArray(inputs.messages))
    throw badInput(model, "Type mismatch of '/messages', 'array' not in the given type");
  if (inputs.messages.length === 0) throw badInput(model, "Length of '/messages' must be >= 1");
  if (inputs.messages.length > MOST_MESSAGES)
    throw badInput(model, `Length of '/messages' must be <= ${MOST_MESSAGES}`);
  return inputs.messages;
}

/** Rejects a negative number of tokens. Absent values, and null in the chat schema, are accepted. */
export function tokensIn(inputs, name, model) {
  const value = inputs[name] ?? undefined;
  if (value !== undefined && (typeof value !== "number" || Number.isNaN(value)))
    throw badInput(model, `Type mismatch of '/${name}', 'number' not in the given type`);
  if (value < 0) throw badInput(model, `'/${name}' must be >= 0`);
  return value;
}

/** Checks an input of either dialect by the schema and the family's quirks. */
export function checkInputs(inputs, model, operation) {
  if (model.family) readFields(inputs, model, optionalFields(operation === "run" ? model.family : null));
  refuseByQuirks(inputs, model);
}

const optional = new Map();

/**
 * The fields of a family, or of chat completions, except those that select a variant, which are checked
 * elsewhere.
 */
function optionalFields(family) {
  if (!optional.has(family)) {
    const fields = family === null ? CHAT_FIELDS : fieldsOf(family);
    const others = Object.entries(fields).filter(([name]) => name !== "messages" && name !== "prompt");
    optional.set(
      family,
      Object.fromEntries(others.map(([name, field]) => [name, { ...field, required: false }])),
    );
  }
  return optional.get(family);
}

/** Tools of both forms as `{ name, description, parameters }`. */
function readTools(tools, model, { flatAllowed }) {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools))
    throw badInput(model, "Type mismatch of '/tools', 'array' not in the given type");
  if (tools.length > MOST_TOOLS) throw badInput(model, `Length of '/tools' must be <= ${MOST_TOOLS}`);
  return tools.map((tool, index) => {
    const definition = tool?.function ?? (flatAllowed ? tool : undefined);
    if (typeof definition?.name !== "string") {
      throw badInput(
        model,
        `required properties at '/tools/${index}' are '${flatAllowed ? "name" : "function"}'`,
      );
    }
    return {
      name: definition.name,
      description: definition.description ?? "",
      parameters: definition.parameters ?? {},
    };
  });
}

/** `tool_choice` as "auto", "none", "required" or `{ name }`. */
export function readToolChoice(choice, tools, model) {
  if (choice === undefined || choice === null || choice === "auto") return "auto";
  if (choice === "none" || choice === "required") return choice;
  const name = choice.function?.name ?? choice.name;
  if (typeof name !== "string")
    throw badInput(model, `'/tool_choice' is not one of none, auto, required or a function`);
  if (!tools.some((tool) => tool.name === name)) throw badInput(model, `'/tool_choice' names no given tool`);
  return { name };
}

/** The parameters with the same names in the chat and legacy schemas. */
export function readCommon(inputs, model, { flatAllowed }) {
  const tools = readTools(inputs.tools, model, { flatAllowed });
  return {
    tools,
    toolChoice: readToolChoice(inputs.tool_choice, tools, model),
    stream: inputs.stream === true,
    temperature: inputs.temperature ?? undefined,
    topP: inputs.top_p ?? undefined,
    topK: inputs.top_k ?? undefined,
    seed: inputs.seed ?? undefined,
    stop: readStop(inputs.stop),
  };
}

/** `response_format` as null (text) or `{ schema }`; the bare schema and OpenAI's wrapping of it are both in use. */
export function readFormat(format) {
  if (!format || format.type === "text" || format.type === undefined) return null;
  const wrapped = format.json_schema;
  return { schema: format.type === "json_schema" ? (wrapped?.schema ?? wrapped ?? {}) : null };
}

const MOST_STOPS = 16;

/** `stop` as an array. */
export const readStop = (stop) =>
  stop === undefined || stop === null
    ? []
    : [stop]
        .flat()
        .filter((text) => typeof text === "string" && text !== "")
        .slice(0, MOST_STOPS);
