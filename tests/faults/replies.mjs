/** Errors that come as replies, and errors that come inside streams: every number in every shape. */
import { CALLS, STREAMED } from "./calls.mjs";
import { DIALECTS } from "./routes.mjs";
import { CODE_OF_NUMBER, CODE_OF_STATUS, CODE_WITHOUT_WORDS, RETRYABLE } from "./rows.mjs";

const NUMBERS = Object.keys(CODE_OF_NUMBER).map(Number);
/** The shapes that tell the number; `null` is the door's own. */
const NUMBERED = [null, "envelope", "native", "gateway", "openai", "text", "edge"];
/** The shapes that leave nothing but the status. */
const WORDLESS = ["openai-word", "html", "empty"];
/** A refusal comes before anything is read, so one call of each kind is asked of it, in turns: every number and every shape meets them all. */
const REQUESTED = [
  ["run", "run stream"],
  ["generateText", "streamText events"],
  ["embed", "streamText text()"],
];

/** The binding has a number of its own for the quota, and so has whatever speaks as it does. */
const numberIn = (number, shape, door) =>
  number === 4006 && (shape === "native" || (shape === null && !door.enveloped)) ? 3036 : number;

/** The numbers that refuse a credential. */
const CREDENTIALS = new Set([6003, 6103, 6111, 9106, 9109, 10000]);
/** The proxy does not show its own credentials' refusal as the page's. */
const isProxysOwn = (door, status, number) => door.proxied && (status === 401 || CREDENTIALS.has(number));

/**
 * @param {import("./doors.mjs").Door} door
 * @param {{ statusOf: (number: number) => number }} context
 */
export function* errorReplies(door, { statusOf }) {
  for (const number of NUMBERS) {
    for (const shape of NUMBERED) {
      const known = (shape === "edge" ? CODE_WITHOUT_WORDS : CODE_OF_NUMBER)[number];
      const fault = `error=${number}, retry-after-ms=1, quote${shape === null ? "" : `, shape=${shape}`}`;
      const failure = failureOf(door, known, statusOf(number), numberIn(number, shape, door));
      yield* rowsOf(door, `${number} as ${shape ?? "its own"}`, fault, failure);
    }
    const fault = `error=${number}, retry-after-ms=1, quote, shape=success`;
    const code = CODE_OF_NUMBER[number];
    // A success that tells of a failure is a failure, which is asked again where that may help; its status says nothing.
    const attempts = RETRYABLE.has(code) ? 2 : 1;
    const failure = { code, internalCode: number, status: undefined, attempts, cause: false };
    yield* rowsOf(door, `${number} in a success`, fault, failure);
  }
  for (const status of Object.keys(CODE_OF_STATUS)
    .map(Number)
    .filter((status) => status >= 400)) {
    for (const shape of WORDLESS) {
      const fault = `error=4711, status=${status}, retry-after-ms=1, quote, shape=${shape}`;
      yield* rowsOf(
        door,
        `${status} as ${shape}`,
        fault,
        failureOf(door, CODE_OF_STATUS[status], status, undefined),
      );
    }
    const fault = `error=4711, status=${status}, retry-after-ms=1, quote`;
    yield* rowsOf(
      door,
      `${status} with an unknown number`,
      fault,
      failureOf(door, CODE_OF_STATUS[status], status, 4711),
    );
  }
}

function failureOf(door, known, status, number) {
  if (isProxysOwn(door, status, number))
    return {
      code: "AUTH",
      internalCode: 10000,
      status: 500,
      retryAfterMs: undefined,
      attempts: 1,
      cause: false,
    };
  const attempts = RETRYABLE.has(known) ? 2 : 1;
  return { code: known, internalCode: number, status, retryAfterMs: 1, attempts, cause: false };
}

/** Counts on and on: nothing depends on where it begins. */
let turn = 0;

function* rowsOf(door, name, fault, failure) {
  for (const call of REQUESTED[turn++ % REQUESTED.length]) {
    yield { name, call, fault, expect: door.parsed ? parsedFailure(failure) : { ...failure, partial: null } };
  }
  if (!door.parsed && turn % 5 === 0)
    yield { name, call: "raw", fault, expect: { text: `status ${failure.status ?? 200}` } };
}

/** A binding that throws says no status and no wait, and asks for more time than a test has. */
const parsedFailure = ({ code, internalCode }) => ({
  ...(Object.hasOwn(CODE_OF_NUMBER, internalCode ?? "") ? { code, internalCode } : {}),
  attempts: 1,
  maxRetries: 0,
});

/** The shapes of errors in a stream, and whose stream each belongs into. */
const EVENT_SHAPES = {
  legacy: "legacy",
  chat: "chat",
  native: "legacy",
  responses: "responses",
  failed: "responses",
  named: "chat",
  "named-text": "chat",
  finish: "chat",
};

export function* errorEvents() {
  for (const [shape, dialect] of Object.entries(EVENT_SHAPES)) {
    for (const number of shape === "finish" ? [3040] : NUMBERS) {
      const fault = `error-event=${number}, event-shape=${shape}`;
      const expected = { code: CODE_OF_NUMBER[number], internalCode: number, status: undefined };
      if (shape === "finish") Object.assign(expected, { code: "SERVER", internalCode: undefined });
      // It is the one shape that says a status.
      if (shape === "native") expected.status = 500;
      // All readers in turns; of the number that matters most, each.
      const calls = number === 3040 ? STREAMED : [STREAMED[turn++ % STREAMED.length]];
      for (const call of calls) {
        yield {
          name: `${number} as ${shape}`,
          call,
          model: DIALECTS[dialect].model,
          fault,
          expect: { ...expected, attempts: 1, partial: "Hel", cause: false },
        };
      }
    }
  }
}

/** Whatever goes wrong with a reply, its ids are told with it. */
export function* ids(door) {
  // A binding that parses an answer does not show its headers, and the proxy keeps the gateway's ids for itself.
  if (door.parsed) return;
  const expected = door.proxied ? ["requestId"] : ["requestId", "gatewayLogId"];
  for (const [name, { streams }] of Object.entries(CALLS)) {
    const cell = (what, fault, expect, more) => ({
      name: what,
      call: name,
      fault,
      expect: { attempts: 1, ids: expected, ...expect },
      ...more,
      options: { gateway: "mine", ...more?.options },
    });
    yield cell("a refusal", "error=5006", { code: "INVALID_INPUT", status: 400 });
    yield cell("an unreadable refusal", "error=5006, shape=html", { code: "INVALID_INPUT", status: 400 });
    yield cell("a failure in a success", "error=3040, shape=success", { code: "CAPACITY", attempts: 2 });
    yield cell(
      "too large",
      "huge=9000",
      { code: "TOO_LARGE" },
      { client: { maxEventBytes: 8000, maxResponseBytes: 8000 } },
    );
    yield cell("a break", "drop=12", { code: "NETWORK" });
    yield cell(
      "a stall",
      "stall=12",
      { code: "TIMEOUT" },
      { options: { gateway: "mine", timeout: { idle: 60 } } },
    );
    if (streams) {
      yield cell("an error event", "error-event", { code: "CAPACITY" });
      yield cell("an early end", "truncate=30", { code: "TRUNCATED" });
      yield cell("an event that is no JSON", "garbage", { code: "MALFORMED_RESPONSE" });
    } else {
      yield cell("half an answer", "truncate=12", { code: "MALFORMED_RESPONSE" });
      yield cell("garbage", "noise", { code: "MALFORMED_RESPONSE" });
    }
  }
}

/** A stream that is well comes before and after: the doors themselves are not at fault. */
export function* healthy(door) {
  for (const [name, { model }] of Object.entries(DIALECTS)) {
    for (const [call, { wanted }] of Object.entries(CALLS)) {
      if (call === "embed") continue;
      for (const fault of ["", "chunk=1", "crlf", "sized", "charset"]) {
        // A binding that parses takes JSON with a charset for a stream.
        if (door.parsed && fault === "charset") continue;
        yield { name: `${name}, ${fault || "no fault"}`, call, model, fault, expect: { text: wanted } };
      }
    }
  }
}
