// The one class of every failure. The core gives the fields of most, with everything already redacted.

import { named } from "./names.js";

// Tells an instance even if another copy of the package, or another realm, has made it.
const BRAND = Symbol.for("workers-ai-wasm.error");

// In the order in which a person wants to read them. `message` and `name` are those of every Error; `cause` and
// `partial` are kept out of sight, since they hold what is not ours to show: original values and the model's text.
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
];
const HIDDEN = ["partial", "cause"];

export class WorkersAIError extends Error {
  constructor(fields) {
    super(fields.message);
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

  // console.log in Node and Bun. The default would print the cause, and with it whatever somebody has put into it.
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return shown(this, (value) => inspect(value, options));
  }

  [Symbol.for("Deno.customInspect")](inspect, options) {
    return shown(this, (value) => inspect(value, options));
  }
}

// On the prototype, so that the first line of `stack` says it as well.
hide(WorkersAIError.prototype, "name", "WorkersAIError");
hide(WorkersAIError.prototype, BRAND, true);

export function isWorkersAIError(value) {
  try {
    return (
      typeof value === "object" && value !== null && value[BRAND] === true && typeof value.code === "string"
    );
  } catch {
    return false; // A value that cannot be looked at is none of ours.
  }
}

function shown(error, inspect) {
  const { name: _name, message: _message, ...fields } = error.toJSON();
  if (error.cause !== undefined) fields.cause = kind(error.cause);
  return `${error.stack} ${inspect(fields)}`;
}

// What a cause is, not what it says. One that cannot be looked at is an object.
function kind(cause) {
  if (typeof cause !== "object" || cause === null) return typeof cause;
  try {
    const name = typeof cause.name === "string" ? cause.name : "object";
    return typeof cause.code === "string" ? `${name} ${cause.code}` : name;
  } catch {
    return "object";
  }
}

function hide(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

named({ WorkersAIError });
