// Makes an exchange of a call and its reply: the request, and the answer in a form that every face can
// dress again.

import { fromBase64, toBase64 } from "../media/base64.js";
import { joined } from "../media/bytes.js";
import { Answer } from "../streams/answer.js";
import { keyOf } from "./key.js";

/** Headers that are part of an answer, not of one connection. */
const KEPT = ["cf-ai-neurons", "retry-after"];
const decoder = new TextDecoder();
const NOTHING = async function* () {};

const question = ({ operation, model, inputs, query, raw, face }) => ({
  operation,
  model,
  ...(raw ? { contentType: raw.contentType, bytes: raw.bytes.length } : {}),
  ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
  ...(face === "rest" && Object.keys(query).length > 0 ? { query } : {}),
});

/**
 * The reply, and a promise of its exchange; the promise is null if there is nothing to write down. A stream
 * is written down as far as it was read to its end.
 */
export function captured(call, reply) {
  const exchange = (answer) => ({ key: keyOf(call), ...question(call), answer });
  const { kind, neurons, info } = reply;
  const common = { ...(neurons === undefined ? {} : { neurons }), ...(info ? { info } : {}) };
  if (kind === "json")
    return { reply, exchange: Promise.resolve(exchange({ json: reply.value, ...common })) };
  if (kind === "bytes") {
    const { contentType, bytes } = reply;
    return {
      reply,
      exchange: Promise.resolve(exchange({ contentType, base64: toBase64(bytes), ...common })),
    };
  }
  if (kind === "stream") {
    const { produce, done } = tapped(reply.produce);
    const { contentType } = reply;
    return {
      reply: { ...reply, produce },
      exchange: done.then(
        (chunks) => chunks && exchange({ contentType, chunks: chunks.map((chunk) => decoder.decode(chunk)) }),
      ),
    };
  }
  if (kind === "response") return ofResponse(call, reply, exchange);
  return { reply, exchange: null };
}

/** Passes chunks on and keeps them. */
function tapped(source) {
  let settle;
  const done = new Promise((resolve) => {
    settle = resolve;
  });
  async function* produce(signal) {
    const chunks = [];
    let whole = false;
    try {
      for await (const chunk of source(signal)) {
        chunks.push(chunk);
        yield chunk;
      }
      whole = true;
    } finally {
      settle(whole ? chunks : null);
    }
  }
  return { produce, done };
}

/** What Cloudflare answered. */
function ofResponse(call, reply, exchange) {
  const passed = Answer.of(reply.response);
  const { status } = passed;
  const contentType = passed.headers["content-type"] ?? "";
  const headers = Object.fromEntries(
    KEPT.map((name) => [name, passed.headers[name]]).filter(([, value]) => value),
  );
  const { produce, done } = tapped(passed.body ?? NOTHING);
  if (passed.body) passed.body = produce;
  const answered = done.then(
    (chunks) => chunks && exchange({ status, headers, ...bodyOf(call, contentType, chunks) }),
  );
  return { reply: { ...reply, passed }, exchange: answered };
}

function bodyOf(call, contentType, chunks) {
  if (contentType.includes("event-stream"))
    return { contentType, chunks: chunks.map((chunk) => decoder.decode(chunk)) };
  const bytes = joined(chunks);
  if (!contentType.startsWith("application/json")) return { contentType, base64: toBase64(bytes) };
  let value;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    return { contentType, base64: toBase64(bytes) };
  }
  // What is inside the envelope is what both faces share.
  const [error] = value?.errors ?? [];
  if (error && value.success === false)
    return { error: { code: Number(error.code), message: plain(error.message) } };
  if (value?.internalCode) return { error: { code: value.internalCode, message: value.description } };
  const enveloped =
    call.face === "rest" &&
    value !== null &&
    typeof value === "object" &&
    "success" in value &&
    "result" in value;
  return enveloped
    ? { json: value.result, ...(value.result_info ? { info: value.result_info } : {}) }
    : { json: value };
}

/** A message without its decoration, which the face puts on again. */
const plain = (message) =>
  String(message)
    .replace(/^(AiError: )+/, "")
    .replace(/ \([0-9a-f-]{36}\)$/, "");

/** The bytes of an answer that was written down as base64. */
export const bytesOfAnswer = ({ base64 }) => fromBase64(base64) ?? new Uint8Array(0);
