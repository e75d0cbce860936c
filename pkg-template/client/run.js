// `run`: exactly what the service said, in the form that `env.AI.run` gives it.

import { AIStream } from "../stream/ai-stream.js";
import { byteStream } from "./byte-stream.js";
import { errorOfReply, judge, openAnswer } from "./core.js";
import { callFor } from "./prepare.js";
import { EVENTS_BODY, JSON_BODY, PAGE_BODY } from "./reply.js";

/** Verdicts on a JSON answer, as the core numbers them. */
const UNWRAP = 1;
const FAILED = 2;

const PAGE = "A web page came instead of an answer. Check baseURL.";

/** Runs a model. */
export async function run(client, model, input, options) {
  const call = await callFor(client, model, input, options);
  const reply = await call.send();
  const { guard, facts } = call;
  if (facts.rawResponse || facts.websocket) {
    guard.releaseTimers();
    return reply.asResponse();
  }
  if (call.wantsStream) return openStream(call, reply, true);
  if (reply.isValue) {
    guard.release();
    return unwrap(call, reply, reply.value);
  }
  const media = reply.isStream ? EVENTS_BODY : reply.media;
  if (media === PAGE_BODY) throw page(call, reply);
  if (media !== JSON_BODY) {
    const { idle } = facts.timeouts;
    return byteStream({ body: bodyOf(call, reply), guard, idleMs: idle ?? 0 });
  }
  const text = await readText(call, reply);
  let value;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw call.malformed("The reply is not the JSON that it says. Ask again.", { cause });
  }
  return unwrap(call, reply, value);
}

/** Makes an `AIStream` of a reply. A whole answer becomes one as well, without a second request. */
export async function openStream(call, reply, chunks) {
  const media = reply.response === null ? EVENTS_BODY : reply.media;
  if (media === PAGE_BODY) throw page(call, reply);
  if (!reply.isValue && media !== JSON_BODY) {
    return new AIStream(call.source(reply, { body: bodyOf(call, reply), json: null, chunks }));
  }
  const json = await openedText(call, reply).catch((error) => {
    call.guard.release();
    throw error;
  });
  return new AIStream(call.source(reply, { body: null, json, chunks }));
}

/** The text of a JSON answer, out of its envelope. */
export async function openedText(call, reply) {
  return opened(call, reply, await reply.text(call.guard, call.facts.maxResponseBytes));
}

/** The same of a text that has been read. */
export function opened({ guard, isBinding }, reply, text) {
  const told = openAnswer(guard.hidden(), reply.head, !isBinding, text);
  if (told.startsWith("=")) return told.slice(1);
  // `{"error":` and `}` are around the fields.
  throw guard.fail(told.slice(9, -1));
}

/** The whole body as text; the call is over with it. */
async function readText(call, reply) {
  try {
    return await reply.text(call.guard, call.facts.maxResponseBytes);
  } finally {
    call.guard.release();
  }
}

/** The answer, out of the envelope. */
function unwrap(call, reply, value) {
  switch (judge(!call.isBinding, factsOf(value))) {
    case UNWRAP:
      return value.result;
    case FAILED:
      throw call.guard.fail(errorOfReply(call.guard.hidden(), reply.head, JSON.stringify(value)));
  }
  return value;
}

/** What of an envelope is there, in the bits of src/wire/envelope.rs. */
function factsOf(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return 0;
  const has = (name) => Object.hasOwn(value, name);
  const errors = Array.isArray(value.errors);
  let facts = has("result") ? 1 : 0;
  if (value.success === true) facts |= 2;
  if (value.success === false) facts |= 4;
  if (errors && value.errors.length > 0) facts |= 8;
  if (errors || has("messages") || has("state")) facts |= 16;
  return facts;
}

function bodyOf(call, reply) {
  if (typeof reply.body?.getReader === "function") return reply.body;
  throw call.malformed("The reply has no body. Ask again.");
}

function page(call, reply) {
  reply.discard();
  return call.malformed(PAGE);
}
