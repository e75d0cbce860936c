// The way to the core: a question by number and its arguments as texts, an answer as text. See src/js/core.rs.

import { WorkersAIError } from "../error.js";

let answer = null;
/** Questions that every call asks, mostly in the words of the call before; and their last answers. */
const USUAL = [1, 2, 5, 10];
let usual = [];

/** Connects the client to the core, once the wasm is loaded. */
export function connect(core) {
  answer = core;
  usual = [];
}

/** The error of whoever uses the slim entry too early. */
export const notLoaded = () =>
  failure(
    "CONFIG",
    "Call initSync(module) of workers-ai-wasm/slim first, with the WebAssembly.Module or the bytes of workers-ai-wasm/wasm.",
  );

/** Asks. Arguments are parted by NUL: in all but the last one it is taken for the odd character that it is. */
function ask(question, ...given) {
  if (answer === null) throw notLoaded();
  const last = String(given.pop());
  const texts = given.map((text) => String(text).replaceAll("\0", "\ufffd"));
  const words = [...texts, last].join("\0");
  if (!USUAL.includes(question)) return answer(question, words);
  if (usual[question]?.words !== words) usual[question] = { words, reply: answer(question, words) };
  return usual[question].reply;
}

/** Asks; a refusal is thrown. */
function told(...question) {
  const reply = JSON.parse(ask(...question));
  if (reply.error !== undefined) throw new WorkersAIError(reply.error);
  return reply;
}

export const checkClient = (options) => told(0, options);
export const describeCallTo = (client, options, model) => told(1, client, options, model);
export const planRequest = (client, options, model, token, body) =>
  told(2, client, options, model, token, body);
export const planRedirect = (status, from, to, hops, replayable) =>
  told(3, status, from, to, hops, replayable);
export const checkToken = (token) => told(4, token).token;
export const checkTextInput = (kinds) => told(5, kinds);
/** Milliseconds; -1 to give up, less than that when the service asks for a wait that is too long. */
export const decideRetry = (facts) => Number(ask(6, JSON.stringify(facts)));
/** These four give the fields of an error, as JSON text. */
export const errorOfReply = (hidden, head, body) => ask(7, hidden, head, body);
export const errorOfThrown = (hidden, unreachable, name, message) =>
  ask(8, hidden, unreachable, name, message);
export const errorOfStream = (hidden, trouble, limit, text) => ask(15, hidden, trouble, limit, text);
/** 0 to take a JSON answer whole, 1 to take its `result`, 2 to take it as a failure. */
export const judge = (enveloped, facts) => Number(ask(9, enveloped, facts));
/** The kind of a body, see reply.js. */
export const mediaOf = (contentType) => Number(ask(10, contentType));
/** The JSON text of an answer, out of its envelope, behind a `=`; or `{ error }`, with the fields of one. */
export const openAnswer = (hidden, head, enveloped, json) => ask(12, hidden, head, enveloped, json);
/** The public usage object of a usage's JSON text. */
export const usageOf = (json) => JSON.parse(ask(13, json));
/** The service's own bytes for a JSON answer that took a stream's place. */
export const synthesize = (json) => ask(14, json);

/** An error of a kind that JavaScript alone can see. */
export function failure(code, message, more) {
  const retryable = code === "NETWORK" || code === "TIMEOUT";
  return new WorkersAIError({ code, message, retryable, ...more });
}

/** The refusal of an input or option. */
export const refusal = (field, message) => failure("INVALID_INPUT", message, { field });
