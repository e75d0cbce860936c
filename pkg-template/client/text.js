// `generateText` and `streamText`: the same result whatever dialect the model speaks.

import { checkTextInput, refusal } from "./core.js";
import { callFor } from "./prepare.js";
import { openStream } from "./run.js";
import { kindOf } from "./values.js";

/** Asks a language model for a whole answer. */
export async function generateText(client, model, input, options) {
  const inputs = inputsOf(input);
  if (inputs.stream) {
    throw refusal("stream", "generateText gives the whole answer: use streamText for a stream.");
  }
  const call = await textCall(client, model, inputs, options);
  const reply = await call.send();
  // A whole answer is read as a stream of one event: there is one reader of answers, for models that stream unasked as well.
  const result = await (await openStream(call, reply, false)).final();
  const served = result.raw?.model;
  if (reply.header("cf-aig-model") === undefined && typeof served === "string" && served !== "") {
    result.meta.model = served;
  }
  return result;
}

/** Asks a language model for an answer piece by piece. */
export async function streamText(client, model, input, options) {
  const call = await textCall(client, model, { ...inputsOf(input), stream: true }, options);
  return openStream(call, await call.send(), false);
}

/** These options ask for another kind of result, which only `run` gives. */
async function textCall(client, model, inputs, options) {
  const call = await callFor(client, model, inputs, options);
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
      `The input must be a string, messages, or an object with either, not ${kindOf(input)}.`,
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
