// Records traffic, and answers from recordings.

import { ServiceError } from "../errors.js";
import { importNodeOnly } from "../node-only.js";
import { bytesOfAnswer, captured } from "./capture.js";
import { keyOf } from "./key.js";
import { redactor, secretsOf } from "./redact.js";

const encoder = new TextEncoder();
const ENGINE = { name: "recorded", description: "recorded answers" };

export class Recordings {
  #write;
  #redact;
  #onError;
  #writing = new Set();
  /** Exchanges by key, or a promise of them. */
  #known;

  /** @param {object} options of the service: `record` and `replay` are folders, or a function and an array */
  constructor(options) {
    const { record, replay, onError = (error) => console.error(error) } = options;
    this.#onError = onError;
    this.#redact = redactor(secretsOf(options));
    this.#write = typeof record === "string" ? (exchange) => writeTo(record, exchange) : record;
    this.#known = typeof replay === "string" ? readFrom(replay).then(byKey) : replay && byKey(replay);
    // The first look-up rejects with it.
    if (this.#known instanceof Promise) this.#known.catch(() => {});
  }

  get writes() {
    return this.#write !== undefined;
  }

  get replays() {
    return this.#known !== undefined;
  }

  /** Records a call and its reply after the reply is complete; returns the reply to send. */
  keep(call, reply) {
    if (!this.#write || reply.engine === ENGINE || isPrivate(call)) return reply;
    const { reply: passed, exchange } = captured(call, reply);
    exchange?.then((whole) => whole && this.#writeDown(whole)).catch(this.#onError);
    return passed;
  }

  async #writeDown(exchange) {
    const written = Promise.resolve(this.#write(this.#redact(exchange)));
    this.#writing.add(written);
    try {
      await written;
    } finally {
      this.#writing.delete(written);
    }
  }

  /** Waits for pending writes. */
  async close() {
    await Promise.allSettled([...this.#writing]);
  }

  /** The recorded reply to the same call, or null. A recorded error is thrown again. */
  async find(call) {
    const answer = (await this.#known)?.get(keyOf(call))?.answer;
    return answer ? replyOf(answer) : null;
  }
}

/** Calls that the gateway must not log are not written to files either. */
const isPrivate = ({ gateway, headers }) =>
  gateway?.collectLog === false || headers.get("cf-aig-collect-log") === "false";

const byKey = (exchanges) => new Map(exchanges.map((exchange) => [exchange.key, exchange]));

function replyOf(answer) {
  const { neurons = Number(answer.headers?.["cf-ai-neurons"]) || undefined, info } = answer;
  if (answer.error) {
    const { status, headers } = answer;
    throw new ServiceError(answer.error.code, answer.error.message, { status, headers });
  }
  if (answer.json !== undefined) return { kind: "json", value: answer.json, neurons, info, engine: ENGINE };
  if (answer.chunks) {
    const produce = async function* () {
      for (const chunk of answer.chunks) yield encoder.encode(chunk);
    };
    return { kind: "stream", contentType: answer.contentType, produce, engine: ENGINE };
  }
  const { contentType } = answer;
  return { kind: "bytes", contentType, bytes: bytesOfAnswer(answer), neurons, engine: ENGINE };
}

async function writeTo(folder, exchange) {
  const { writeExchange } = await importNodeOnly("./node/recordings.js");
  await writeExchange(folder, exchange);
}

async function readFrom(folder) {
  const { readExchanges } = await importNodeOnly("./node/recordings.js");
  return readExchanges(folder);
}
