// `generateText` and `streamText`: the same result whatever dialect the model speaks.

import { Call } from "./call.js";
import { checkTextInput, readAnswer, refusal } from "./core.js";
import { EVENTS_BODY } from "./reply.js";
import { openStream, readText } from "./run.js";
import { kindOf, madeUpId } from "./values.js";

/** See src/wire/trouble.rs. */
const TOOL_ARGUMENTS = 8;

/** Asks a language model for a whole answer. */
export async function generateText(client, model, input, options) {
  const inputs = inputsOf(input);
  if (inputs.stream)
    throw refusal("stream", "generateText gives the whole answer: use streamText for a stream.");
  const call = textCall(client, model, inputs, options);
  const reply = await call.send();
  // Some models stream unasked: the stream knows its own end.
  const streams = reply.isStream || (reply.response !== null && reply.media === EVENTS_BODY);
  if (streams) return (await openStream(call, reply, false)).final();
  return resultOf(call, reply, await readText(call, reply));
}

/** Asks a language model for an answer piece by piece. */
export async function streamText(client, model, input, options) {
  const call = textCall(client, model, { ...inputsOf(input), stream: true }, options);
  return openStream(call, await call.send(), false);
}

/** These options ask for another kind of result, which only `run` gives. */
function textCall(client, model, inputs, options) {
  const call = new Call(client, model, inputs, options);
  call.facts.rawResponse = false;
  call.facts.websocket = false;
  return call;
}

/** The model's inputs: the caller's own, with the short forms written out. */
function inputsOf(input) {
  let inputs = input;
  if (typeof input === "string") inputs = { prompt: input };
  else if (Array.isArray(input)) inputs = { messages: input };
  else if (typeof input !== "object" || input === null) {
    throw refusal(
      "input",
      `The input must be a string, an array of messages, or an object with prompt or messages, not ${kindOf(input)}.`,
    );
  }
  const kinds = {};
  for (const name of ["prompt", "messages", "input"]) {
    const value = inputs[name];
    if (value !== undefined) kinds[name] = Array.isArray(value) ? value.length : kindOf(value);
  }
  checkTextInput(JSON.stringify(kinds));
  return inputs;
}

function resultOf(call, reply, text) {
  const { guard } = call;
  const answer = readAnswer(guard.hidden(), reply.head, !call.isBinding, text);
  if (answer.error !== undefined) throw guard.fail(JSON.stringify(answer.error));
  const { unwrapped, ...result } = answer;
  result.toolCalls = toolCalls(call, result);
  const value = JSON.parse(text);
  result.raw = unwrapped ? value.result : value;
  result.meta = meta(call, reply, result);
  return result;
}

/** The calls with their arguments parsed. Arguments that are no JSON are an error, which carries the answer so far. */
function toolCalls(call, result) {
  return result.toolCalls.map(({ id = madeUpId(), name, arguments: json }) => {
    try {
      return { id, name, arguments: json.trim() === "" ? {} : JSON.parse(json) };
    } catch {
      const error = call.guard.trouble(TOOL_ARGUMENTS, "", 0);
      error.partial = result;
      throw error;
    }
  });
}

function meta(call, reply, { raw, usage }) {
  const meta = call.meta(reply);
  if (reply.header("cf-aig-model") === undefined && typeof raw?.model === "string" && raw.model !== "")
    meta.model = raw.model;
  if (meta.neurons === undefined && usage?.neurons !== undefined) meta.neurons = usage.neurons;
  const { firstByteAt } = call.guard;
  if (firstByteAt !== undefined) meta.firstByteMs = firstByteAt - call.startedAt;
  meta.durationMs = performance.now() - call.startedAt;
  return meta;
}
