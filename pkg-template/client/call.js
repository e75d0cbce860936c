// One call from its options to its reply: prepared at once, sent as often as the core allows.

import { sendToBinding } from "./binding.js";
import { decideRetry, describeCallTo, failure, planRequest, refusal } from "./core.js";
import { Guard } from "./guard.js";
import { tell } from "./hooks.js";
import { sendOverHttp } from "./http.js";
import { encodeForBinding, encodeForHttp } from "./input.js";
import { describeCall } from "./options.js";
import { kindOf } from "./values.js";
import { textsOf } from "./withhold.js";

export class Call {
  /** Checks everything and encodes the input, so that later changes to it have no effect. */
  constructor(client, model, input, options, encode = encodeInput) {
    if (typeof model !== "string") {
      throw refusal("model", `The model must be a string such as @cf/author/model, not ${kindOf(model)}.`);
    }
    this.client = client;
    this.outline = describeCall(options);
    this.facts = describeCallTo(client.outline, this.outline, model);
    this.isBinding = this.facts.door === "binding";
    this.outgoing = encode(this, input);
    // Read now: the caller may change its input later.
    this.wantsStream = input?.stream === true;
    const hidden = () => JSON.stringify({ secrets: this.facts.secrets });
    const texts = () => this.#texts();
    this.startedAt = performance.now();
    this.guard = new Guard(this.facts.timeouts, options?.signal, hidden, texts);
  }

  /** Sends, again where that may help, and gives the reply once its headers are in. */
  async send() {
    const { guard, client, facts } = this;
    const hooks = client.hooks ?? {};
    for (;;) {
      if (guard.isOver) throw guard.reason;
      guard.attempt();
      const about = { attempt: guard.attempts, door: facts.door, model: facts.model };
      const sentAt = performance.now();
      tell(hooks.onRequest, about);
      let error;
      try {
        const reply = await this.transmit();
        guard.requestId = reply.header("cf-ai-req-id");
        guard.gatewayLogId = reply.header("cf-aig-log-id");
        const durationMs = performance.now() - sentAt;
        tell(hooks.onResponse, { ...about, status: reply.status, requestId: guard.requestId, durationMs });
        if (reply.isSuccess || facts.rawResponse) return reply;
        error = await reply.failure(guard);
      } catch (thrown) {
        error = thrown;
      }
      if (guard.isOver) throw guard.reason;
      const wait = this.#wait(error);
      if (wait < 0) {
        guard.release();
        throw wait < -1 ? tooLong(error, -wait) : error;
      }
      const { code, status, requestId } = error;
      tell(hooks.onRetry, { ...about, code, status, requestId, delayMs: wait });
      await guard.sleep(wait);
    }
  }

  /** Makes one request. */
  transmit() {
    return this.isBinding ? sendToBinding(this) : sendOverHttp(this);
  }

  /** Where the request over HTTP goes, and its headers: `{ url, headers, redirect, method? }`. */
  plan(token, about) {
    return planRequest(this.client.outline, this.outline, this.facts.model, token, about);
  }

  /** Calls the binding. */
  askBinding(binding, inputs, options) {
    return binding.run(this.facts.model, inputs, options);
  }

  /** What is known of the reply when its headers are in. */
  meta(reply) {
    const { door, model } = this.facts;
    const meta = { door, model, attempts: this.guard.attempts };
    reply.describe(meta);
    return meta;
  }

  /** What the makers of streams are given. */
  source(reply, more) {
    const { maxEventBytes, timeouts } = this.facts;
    const { guard, startedAt } = this;
    return { meta: this.meta(reply), maxEventBytes, idleMs: timeouts.idle ?? 0, startedAt, guard, ...more };
  }

  /** The error of a reply that can't be understood. */
  malformed(message, more) {
    this.guard.release();
    return failure("MALFORMED_RESPONSE", message, this.guard.signed(more));
  }

  #wait(error) {
    const { facts, guard, outgoing } = this;
    return decideRetry({
      code: error?.code,
      retryAfterMs: error?.retryAfterMs,
      attempts: guard.attempts,
      elapsedMs: Math.round(performance.now() - this.startedAt),
      maxRetries: facts.maxRetries,
      totalMs: facts.timeouts.total,
      replayable: outgoing.replayable,
      random: Math.floor(Math.random() * 1e6),
    });
  }

  /** The texts of the input, for errors that quote them. */
  #texts() {
    const { form, inputs, query, text, value } = this.outgoing;
    return textsOf(text === undefined ? [form, inputs, query, value] : JSON.parse(text));
  }
}

/** How an input goes out as it is. */
export function encodeInput({ isBinding, facts }, input) {
  return isBinding ? encodeForBinding(input) : encodeForHttp(input, facts.model, facts.rejectIfBusy === true);
}

function tooLong(error, ms) {
  error.message += ` The service asks to wait ${Math.ceil(ms / 1000)} s, which is not waited for.`;
  return error;
}
