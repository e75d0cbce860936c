// One call of an endpoint that is no run of a model, through whichever door: with the options, retries, limits, hooks and errors of every
// other call. Which endpoint lies where, and what the binding has in its place, the core knows: src/plan/endpoint.rs.

import { failure, isForm, isWorkersAIError, Reply } from "../core.js";
import { CarefulCall } from "./careful-call.js";
import { answerOf, errorOfMember, prepareEndpoint, requestTo, withoutMember } from "./endpoint-ask.js";
import { signed } from "./signed.js";

/** A call is of some model; these are of none. */
const NO_MODEL = "none";
const HOOKS = ["onRequest", "onResponse", "onRetry"];
const BINDING_ORIGIN = "https://workers-binding.ai/";

/**
 * Calls an endpoint.
 *
 * @param {object} client
 * @param {string} name of the endpoint
 * @param {object} [options] the call's
 * @param {object} [what]
 * @param {Record<string, string>} [what.ids] for its path
 * @param {Record<string, unknown>} [what.query]
 * @param {FormData | object} [what.body]
 * @param {(signal: AbortSignal) => Promise<FormData>} [what.prepare] makes the body, as a part of the call
 * @param {(binding: object, options: object) => Promise<unknown>} [what.onBinding] calls the binding's own function in its place
 * @returns {Promise<{ result: object, meta: object }>}
 */
export async function callEndpoint(client, name, options, what = {}) {
  return new EndpointCall(client, name, options, what).result();
}

class EndpointCall extends CarefulCall {
  #name;
  #given;
  #endpoint;
  #onBinding;
  #body;
  #prepare;

  constructor(client, name, options, { ids, query, body, prepare, onBinding }) {
    const given = JSON.stringify({ ids, query });
    const endpoint = prepareEndpoint(client.outline, name, given);
    super({ ...client, hooks: hooksFor(client.hooks, name) }, NO_MODEL, body, options, outgoingOf);
    this.#name = name;
    this.#given = given;
    this.#endpoint = endpoint;
    this.#onBinding = onBinding;
    this.#body = body;
    this.#prepare = prepare;
    this.idempotent = endpoint.idempotent === true;
    Object.assign(this.facts, { model: undefined, rawResponse: false, websocket: false });
  }

  /** Sends, and gives what the answer means. */
  async result() {
    const { guard, facts } = this;
    try {
      await this.#prepared();
      const reply = await this.#sent();
      // A function that gives nothing has no text.
      const text = (await reply.text(guard, facts.maxResponseBytes)) || "null";
      const enveloped = reply.response !== null;
      const result = answerOf(guard.hidden(), reply.head, enveloped, this.#name, text);
      const { model: _none, ...meta } = this.meta(reply);
      return { result, meta: { ...meta, durationMs: performance.now() - this.startedAt } };
    } catch (error) {
      throw signed(error, guard);
    } finally {
      guard.release();
    }
  }

  async #prepared() {
    const { guard } = this;
    if (this.#prepare === undefined) return;
    if (guard.isOver) throw guard.reason;
    this.outgoing = outgoingOf(this, await guard.until(this.#prepare(guard.signal)));
  }

  async #sent() {
    try {
      return await this.send();
    } catch (error) {
      throw this.#missing(error);
    }
  }

  /** What is not there is not always a model. */
  #missing(error) {
    const { missing } = this.#endpoint;
    const unknown =
      error?.code === "NOT_FOUND" || (error?.code === "MODEL_NOT_FOUND" && error.status === 404);
    if (missing === undefined || !unknown) return error;
    const { requestId, attempts, internalCode, cause } = error;
    const { field, message } = missing;
    return failure("NOT_FOUND", message, { field, status: 404, requestId, attempts, internalCode, cause });
  }

  transmitOnce() {
    return this.isBinding ? this.#ask() : super.transmitOnce();
  }

  plan(token, about) {
    return requestTo(this.client.outline, this.outline, this.#name, this.#given, token, about);
  }

  async #ask() {
    const { guard } = this;
    try {
      return new Reply(await guard.until(this.#askMember()));
    } catch (cause) {
      if (guard.reason !== undefined) throw guard.reason;
      if (isWorkersAIError(cause)) throw cause;
      const name = typeof cause?.name === "string" ? cause.name : "";
      const message = typeof cause === "string" ? cause : String(cause?.message ?? "");
      throw guard.fail(errorOfMember(guard.hidden(), this.#endpoint.member, name, message), { cause });
    }
  }

  async #askMember() {
    const { client, facts, guard } = this;
    const { binding } = client;
    const { member, byFetch, path, verb } = this.#endpoint;
    if (typeof binding[member] === "function") return this.#onBinding(binding, facts.binding);
    if (byFetch !== true || typeof binding.fetch !== "function") return withoutMember(member);
    const init = { method: verb, signal: guard.signal };
    if (this.#body !== undefined) {
      init.body = JSON.stringify(this.#body);
      init.headers = { "content-type": "application/json" };
    }
    return binding.fetch(BINDING_ORIGIN + path, init);
  }
}

/** The function of an object that the binding gave; called on its owner. */
export function memberOf(owner, name, path) {
  if (typeof owner?.[name] !== "function") withoutMember(path);
  return (...given) => owner[name](...given);
}

function outgoingOf({ isBinding }, body) {
  if (body === undefined || isForm(body)) return { value: body, query: [], replayable: true };
  if (isBinding) return { inputs: body, replayable: true };
  const text = JSON.stringify(body);
  return { value: text, contentType: "application/json", query: [], replayable: true, text };
}

/** Hooks that are told of the endpoint. */
function hooksFor(hooks, endpoint) {
  if (hooks === undefined || hooks === null) return hooks;
  const told = HOOKS.filter((name) => typeof hooks[name] === "function");
  return Object.fromEntries(told.map((name) => [name, (info) => hooks[name]({ ...info, endpoint })]));
}
