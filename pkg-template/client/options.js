// Options on their way to the core, as JSON text. What JSON can't say is said by its kind: `{"$": "a function"}`.

import { failure } from "./core.js";
import { environment } from "./environment.js";
import { kindOf } from "./values.js";

const CLIENT_OPTIONS = [
  "accountId",
  "apiToken",
  "dangerouslyAllowBrowser",
  "timeout",
  "maxRetries",
  "gateway",
  "maxEventBytes",
  "maxResponseBytes",
];
const CALL_OPTIONS = [
  "timeout",
  "maxRetries",
  "gateway",
  "sessionAffinity",
  "tags",
  "rejectIfBusy",
  "queueRequest",
  "returnRawResponse",
  "websocket",
  "prefix",
];
const HOOKS = ["onRequest", "onResponse", "onRetry"];

const sign = (kind) => ({ $: kind });

/** A client's options and surroundings. */
export function describeClient(options) {
  return describe("CONFIG", options, CLIENT_OPTIONS, (given, out) => {
    if ("binding" in given) out.binding = bindingKind(given.binding);
    const { baseURL, fetch, hooks } = given;
    out.baseURL = typeof baseURL?.href === "string" ? baseURL.href : baseURL;
    out.fetch = fetch;
    out.hooks = typeof hooks === "object" && hooks !== null ? pick(hooks, HOOKS) : hooks;
    out.headers = pairs(given.headers);
    const http = out.binding === undefined && baseURL === undefined;
    out.$environment = environment(http && (given.accountId === undefined || given.apiToken === undefined));
  });
}

/** A call's options. */
export function describeCall(options) {
  return describe("INVALID_INPUT", options, CALL_OPTIONS, (given, out) => {
    out.headers = pairs(given.headers);
    out.extraHeaders = pairs(given.extraHeaders);
    const { signal } = given;
    const usable = typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function";
    out.signal = usable ? sign("an AbortSignal") : signal;
  });
}

function describe(code, options, names, more) {
  if (options === undefined) return describe(code, {}, names, more);
  if (typeof options !== "object" || options === null || Array.isArray(options))
    return JSON.stringify(sign(kindOf(options)));
  try {
    const out = pick(options, names);
    more(options, out);
    // In ASCII, so that a part of it can be a header.
    return JSON.stringify(out, plain).replace(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  } catch (cause) {
    throw failure(code, "The options cannot be read (a getter that throws, a cycle?).", {
      field: "options",
      cause,
    });
  }
}

function pick(object, names) {
  const picked = {};
  for (const name of names) picked[name] = object[name];
  return picked;
}

/** For `JSON.stringify`: says what it would leave out or change. */
function plain(_key, value) {
  switch (typeof value) {
    case "function":
    case "symbol":
    case "bigint":
      return sign(kindOf(value));
    case "number":
      return Number.isFinite(value) ? value : sign(String(value));
  }
  return value;
}

function bindingKind(binding) {
  if (binding === undefined || binding === null) return "empty";
  return typeof binding.run === "function" ? "usable" : "without-run";
}

/** Headers in any form that `fetch` takes, as pairs; a value of `null` leaves one out, `undefined` counts as not given. */
function pairs(headers) {
  if (typeof headers !== "object" || headers === null) return headers;
  const entries = typeof headers.entries === "function" ? headers.entries() : Object.entries(headers);
  const list = Array.isArray(headers) ? headers : [...entries];
  return list.filter((pair) => !Array.isArray(pair) || pair[1] !== undefined);
}
