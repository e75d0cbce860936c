// Canned replies for tests: the exact bytes, type, headers and status that a model "answers", through every
// face.

import { checkNames } from "./known-options.js";

/**
 * Finds the canned reply of a call. `routes` maps a model id to a reply, to an array of replies (one per
 * call, the last one repeats) or to a function of the call; `"*"` stands for any other model.
 */
export class Routes {
  #routes;
  #calls = new Map();

  constructor(routes = {}) {
    this.#routes = routes;
    for (const [model, route] of Object.entries(routes)) {
      if (typeof route === "function" || route === undefined) continue;
      if (Array.isArray(route) && route.length === 0)
        throw new TypeError(`routes["${model}"]: an array without a reply`);
      for (const reply of [route].flat()) check(model, reply);
    }
  }

  async find(call) {
    const key = Object.hasOwn(this.#routes, call.model) ? call.model : "*";
    const route = this.#routes[key];
    if (route === undefined) return null;
    if (typeof route === "function") {
      const reply = await route({
        model: call.model,
        inputs: call.inputs,
        body: call.raw,
        options: call.options,
        face: call.face,
        headers: call.headers,
        signal: call.signal,
      });
      if (reply !== undefined && reply !== null) check(call.model, reply);
      return reply ?? null;
    }
    if (!Array.isArray(route)) return route;
    const count = this.#calls.get(key) ?? 0;
    this.#calls.set(key, count + 1);
    return route[Math.min(count, route.length - 1)] ?? null;
  }
}

function check(model, reply) {
  // A text is the model's answer, in whichever dialect.
  if (typeof reply === "string") return;
  if (typeof reply !== "object" || reply === null)
    throw new TypeError(`routes["${model}"]: a reply is a text, or an object with json, error or body`);
  checkNames(reply, MEMBERS, `a reply in routes["${model}"]`);
  const { status = 200, error, headers = {} } = reply;
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError(`routes["${model}"]: status is a whole number from 200 to 599`);
  if (typeof headers !== "object" || headers === null)
    throw new TypeError(`routes["${model}"]: headers is an object of texts`);
  if (error !== undefined && !Number.isInteger(error))
    throw new TypeError(`routes["${model}"]: error is a number of the service's, such as 3040`);
  if (error !== undefined || reply.json !== undefined) return;
  if (typeof reply.contentType !== "string")
    throw new TypeError(`routes["${model}"]: a reply with a body needs its contentType`);
}

const MEMBERS = ["json", "error", "message", "body", "contentType", "status", "headers"];
const encoder = new TextEncoder();
const bytesOf = (piece) => (typeof piece === "string" ? encoder.encode(piece) : piece);

/** The body of a canned reply as chunks: a string or bytes is one chunk; an iterable gives one chunk per item. */
export async function* routeChunks(body) {
  if (body === undefined || body === null) return;
  if (typeof body === "string" || body instanceof Uint8Array) return yield bytesOf(body);
  for await (const piece of body) yield bytesOf(piece);
}
