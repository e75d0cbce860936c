// What a reply says to the limiter: a wait that the service asks for, and what the answer has cost.

import { asBytes, isBytes, isStream } from "../core.js";

const USAGE = '"usage":';
/** Longer no usage is. */
const MOST = 4096;
/** Bytes of JSON are looked through as they are: names are in ASCII. */
const decoder = new TextDecoder("latin1");
const nothing = () => {};

/** Has the next reply of a call heard. */
export function listen(call, limiter, pass) {
  const { model } = call.facts;
  const { transmit } = Object.getPrototypeOf(call);
  const settle = once((refused, part) => {
    if (limiter.countsTokens) limiter.settle(pass, model, refused, part);
  });
  call.transmit = async () => {
    let reply;
    try {
      reply = await transmit.call(call);
    } catch (error) {
      // Whether it was served nobody knows.
      settle(false, "");
      throw error;
    }
    if (!reply.isSuccess) hearFailure(reply, settle, (ms) => limiter.pause(ms, model));
    else if (limiter.countsTokens) hearAnswer(reply, call.facts, settle);
    return reply;
  };
}

function hearFailure(reply, settle, pause) {
  settle(true, "");
  reply.failure = async (guard) => {
    const error = await Object.getPrototypeOf(reply).failure.call(reply, guard);
    if (error.code === "RATE_LIMITED" && error.retryAfterMs > 0) pause(error.retryAfterMs);
    return error;
  };
}

/** What has a usage is JSON, or events of it. */
function hearAnswer(reply, { rawResponse, websocket }, settle) {
  if (reply.isValue) {
    const usage = reply.value?.usage ?? reply.value?.result?.usage;
    return settle(false, JSON.stringify(usage) ?? "");
  }
  const isText = reply.isStream || /json|event-stream/.test(reply.header("content-type"));
  if (rawResponse || websocket || !isText || !isStream(reply.body) || reply.body.locked) return;
  Object.defineProperty(reply, "body", { value: heard(reply.body, (part) => settle(false, part)) });
}

/** The same bytes; tells the last usage in them when they end. */
function heard(body, tell) {
  const reader = body.getReader();
  let kept = "";
  const hear = (chunk) => {
    const text = kept + decoder.decode(asBytes(chunk));
    const at = text.lastIndexOf(USAGE);
    // The name may be cut in two.
    kept = at >= 0 ? text.slice(at, at + MOST) : text.slice(1 - USAGE.length);
  };
  const end = () => tell(kept.startsWith(USAGE) ? kept : "");
  return new ReadableStream(
    {
      async pull(controller) {
        let step;
        try {
          step = await reader.read();
        } catch (error) {
          end();
          throw error;
        }
        if (step.done) {
          end();
          return controller.close();
        }
        if (isBytes(step.value)) hear(step.value);
        controller.enqueue(step.value);
      },
      cancel(reason) {
        end();
        return reader.cancel(reason).catch(nothing);
      },
    },
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  );
}

function once(work) {
  let done = false;
  return (...given) => {
    if (!done) work(...given);
    done = true;
  };
}
