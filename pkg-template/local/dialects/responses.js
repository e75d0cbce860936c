// The Responses schema, which gpt-oss answers to a request with `input`. On `/run` the whole object comes
// without `output_text`.

import { badInput } from "../errors.js";
import { event } from "../streams/sse.js";
import { imagesOf, readToolChoice, textOf, tokensIn } from "./input.js";
import { responsesUsage } from "./usage.js";

function read(inputs, model, { operation }) {
  if (operation === "responses" && model.facts && !model.facts.has("responses"))
    throw badInput(model, "the Responses API is not supported by this model");
  const tools = readFlatTools(inputs.tools, model);
  const system =
    typeof inputs.instructions === "string" ? [{ role: "system", content: inputs.instructions }] : [];
  const format = inputs.text?.format;
  return {
    messages: [...system, ...readItems(inputs.input, model)],
    images: [inputs.input].flat().flatMap((item) => imagesOf(item?.content, model)),
    tools,
    toolChoice: readToolChoice(inputs.tool_choice, tools, model),
    format: !format || format.type === "text" ? null : { schema: format.schema ?? null },
    stream: inputs.stream === true,
    maxTokens: tokensIn(inputs, "max_output_tokens", model) ?? Infinity,
    temperature: inputs.temperature ?? undefined,
    topP: inputs.top_p ?? undefined,
    stop: [],
    thinking: true,
  };
}

function readItems(input, model) {
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (!Array.isArray(input)) throw badInput(model, "required properties at '/' are 'input'");
  return input.flatMap((item) => {
    if (item?.type === "function_call_output")
      return [{ role: "tool", content: textOf(item.output), toolCallId: item.call_id }];
    if (item?.type === "reasoning" || item?.type === "function_call") return [];
    if (typeof item?.role !== "string") throw badInput(model, "an input item has no role");
    return [{ role: item.role, content: textOf(item.content ?? "") }];
  });
}

function readFlatTools(tools, model) {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools))
    throw badInput(model, "Type mismatch of '/tools', 'array' not in the given type");
  return tools
    .filter((tool) => tool?.type === "function")
    .map(({ name, description = "", parameters }) => ({ name, description, parameters: parameters ?? {} }));
}

const base = ({ id, created, model }, status) => ({
  id: `resp_${id}`,
  object: "response",
  created_at: created,
  model: model.id,
  status,
});

const reasoningItem = (text, context) => ({
  type: "reasoning",
  id: `rs_${context.id}`,
  summary: [],
  content: [{ type: "reasoning_text", text }],
});

const messageItem = (text, context, status = "completed") => ({
  type: "message",
  id: `msg_${context.id}`,
  role: "assistant",
  status,
  content: [{ type: "output_text", text, annotations: [] }],
});

const callItem = (call, context, index) => ({
  type: "function_call",
  id: `fc_${context.id}_${index}`,
  call_id: call.id,
  name: call.name,
  arguments: JSON.stringify(call.arguments),
  status: "completed",
});

function finished(answer, context, output) {
  const cut = answer.finishReason === "length";
  return {
    ...base(context, cut ? "incomplete" : "completed"),
    output,
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    error: null,
    usage: responsesUsage(answer.usage),
  };
}

function whole(answer, context) {
  const output = [
    ...(answer.reasoning ? [reasoningItem(answer.reasoning, context)] : []),
    ...(answer.text ? [messageItem(answer.text, context)] : []),
    ...answer.toolCalls.map((call, index) => callItem(call, context, index)),
  ];
  const object = finished(answer, context, output);
  return context.operation === "responses" ? { ...object, output_text: answer.text } : object;
}

async function* stream(pieces, context) {
  let sequence = 0;
  const send = (type, payload) => event({ type, sequence_number: sequence++, ...payload }, type);
  const output = [];
  let open = null;

  function* close() {
    if (!open) return;
    const { kind, text, id } = open;
    const at = { item_id: id, output_index: output.length, content_index: 0 };
    const item = kind === "text" ? messageItem(text, context) : reasoningItem(text, context);
    yield send(kind === "text" ? "response.output_text.done" : "response.reasoning_text.done", {
      ...at,
      text,
    });
    yield send("response.output_item.done", { output_index: output.length, item });
    output.push(item);
    open = null;
  }

  yield send("response.created", { response: { ...base(context, "in_progress"), output: [] } });
  for await (const piece of pieces) {
    if (piece.type === "text" || piece.type === "reasoning") {
      if (open?.kind !== piece.type) {
        yield* close();
        const empty =
          piece.type === "text"
            ? { ...messageItem("", context, "in_progress"), content: [] }
            : reasoningItem("", context);
        open = { kind: piece.type, text: "", id: empty.id };
        yield send("response.output_item.added", { output_index: output.length, item: empty });
      }
      open.text += piece.text;
      const type = piece.type === "text" ? "response.output_text.delta" : "response.reasoning_text.delta";
      yield send(type, {
        item_id: open.id,
        output_index: output.length,
        content_index: 0,
        delta: piece.text,
      });
    } else if (piece.type === "tool-call") {
      yield* close();
      const item = callItem(piece, context, output.length);
      const at = { item_id: item.id, output_index: output.length };
      yield send("response.output_item.added", {
        output_index: output.length,
        item: { ...item, arguments: "", status: "in_progress" },
      });
      yield send("response.function_call_arguments.delta", { ...at, delta: item.arguments });
      yield send("response.function_call_arguments.done", {
        ...at,
        name: item.name,
        arguments: item.arguments,
      });
      yield send("response.output_item.done", { output_index: output.length, item });
      output.push(item);
    } else if (piece.type === "finish") {
      yield* close();
      const response = finished(piece, context, output);
      yield send(response.status === "completed" ? "response.completed" : "response.incomplete", {
        response,
      });
    }
  }
}

export const responses = { read, whole, stream };
