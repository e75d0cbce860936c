// The error class of all failures. Most are constructed by the core, with their fields already redacted.

import { named } from "./names.js";

// Identifies an instance of another copy of the package, or of another realm.
const BRAND = Symbol.for("workers-ai-wasm.error");

// In the order of a log line. `message` and `name` are those of every Error. The hidden fields are not
// enumerable, since they contain private data: original values and the model's text.
const SHOWN = [
  "code",
  "status",
  "internalCode",
  "retryable",
  "retryAfterMs",
  "requestId",
  "gatewayLogId",
  "attempts",
  "field",
  "finishReason",
  "tried",
];
const HIDDEN = ["partial", "text", "issues", "usage", "cause"];

/** Stack frames inside of the wasm and of its glue: they are many, and of no use to a caller. */
const INNER = /wasm:\/\/|wasm-function|\[wasm code\]|\b__wb(?:g|indgen)_/;
/** Frames to record, since with the inner ones the caller's would exceed V8's default of ten. */
const DEEP = 64;

export class WorkersAIError extends Error {
  constructor(fields) {
    const limit = Error.stackTraceLimit;
    // Some realms make it read-only.
    if (limit > 0) Reflect.set(Error, "stackTraceLimit", Math.max(limit, DEEP));
    super(fields.message);
    if (limit > 0) Reflect.set(Error, "stackTraceLimit", limit);
    if (typeof this.stack === "string") hide(this, "stack", withoutInner(this.stack, limit));
    for (const name of SHOWN) {
      if (fields[name] !== undefined) this[name] = fields[name];
    }
    for (const name of HIDDEN) {
      if (name in fields) hide(this, name, fields[name]);
    }
  }

  toJSON() {
    const json = { name: this.name, message: this.message };
    for (const name of SHOWN) {
      if (this[name] !== undefined) json[name] = this[name];
    }
    return json;
  }

  // For console.log in Node and Bun. The default would print the cause, which may contain private data.
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return shown(this, (value) => inspect(value, options));
  }

  [Symbol.for("Deno.customInspect")](inspect, options) {
    return shown(this, (value) => inspect(value, options));
  }
}

// On the prototype, so that the first line of `stack` contains it.
hide(WorkersAIError.prototype, "name", "WorkersAIError");
hide(WorkersAIError.prototype, BRAND, true);

export function isWorkersAIError(value) {
  try {
    return (
      typeof value === "object" && value !== null && value[BRAND] === true && typeof value.code === "string"
    );
  } catch {
    return false; // A value that throws when it is read is not an instance.
  }
}

function shown(error, inspect) {
  const { name: _name, message: _message, ...fields } = error.toJSON();
  if (error.cause !== undefined) fields.cause = kind(error.cause);
  return `${error.stack} ${inspect(fields)}`;
}

// The type of a cause, not its contents. A cause that throws when it is read is an object.
function kind(cause) {
  if (typeof cause !== "object" || cause === null) return typeof cause;
  try {
    const name = typeof cause.name === "string" ? cause.name : "object";
    return typeof cause.code === "string" ? `${name} ${cause.code}` : name;
  } catch {
    return "object";
  }
}

/** A file of this package, if it is not bundled: frames in it are not the caller's. */
const OWN = /\b(?:workers-ai-wasm|pkg)\/dist\/(?:core|tasks|objects|openai|ai-sdk|vectors|catalog)\.c?js:/;

function withoutInner(stack, limit = Number.POSITIVE_INFINITY) {
  const lines = stack.split("\n");
  const isFrame = (line) => /^\s+at |^[^\s@]*@/.test(line);
  const frames = lines.filter((line) => isFrame(line) && !INNER.test(line));
  const callers = frames.filter((line) => !OWN.test(line));
  const head = lines.slice(0, Math.max(lines.findIndex(isFrame), 1));
  return [...head, ...(callers.length > 0 ? callers : frames).slice(0, limit)].join("\n");
}

function hide(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

named({ WorkersAIError });
