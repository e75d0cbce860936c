// The asynchronous queue: a batch is answered in the background; polls return its state.

import { ServiceError } from "../errors.js";
import { toBase64 } from "../media/base64.js";
import { turn } from "../streams/turns.js";

const LARGEST_BATCH = 10 * 1000 * 1000;
const DEFAULT_POLLS = 2;
const MOST_KEPT = 1000;
const MOST_REQUESTS = 10_000;
/** Cost of one request of a batch, in units of work, in addition to that of its task. */
const UNITS = 2000;
/** Limit of the requests of all stored batches, in characters. */
const MOST_CHARACTERS = 50 * 1000 * 1000;
const badInput = (message) => new ServiceError(5006, `Bad input: Error: ${message}`);

export class Batches {
  #batches = new Map();
  #characters = 0;
  #polls;
  #onEvent;

  /**
   * @param {number} [polls] the number of polls that find a batch unfinished: the last one running, those
   * before it queued
   * @param {(message: object) => void} [onEvent] receives the messages for a Queue. After a message of
   * success, the batch is completed
   */
  constructor(polls = DEFAULT_POLLS, onEvent = undefined) {
    this.#polls = polls;
    this.#onEvent = onEvent;
  }

  /** @param {() => Promise<object>} answer produces the batch's answer */
  add(model, answer, characters) {
    this.#characters += characters;
    while (
      this.#batches.size >= MOST_KEPT ||
      (this.#characters > MOST_CHARACTERS && this.#batches.size > 0)
    ) {
      const [oldest, batch] = this.#batches.entries().next().value;
      this.#characters -= batch.characters;
      this.#batches.delete(oldest);
    }
    const request_id = crypto.randomUUID();
    const answered = answer();
    // The poll rejects with the same error.
    answered.catch(() => {});
    const batch = { model, answered, polled: 0, characters };
    this.#batches.set(request_id, batch);
    if (this.#onEvent) this.#notify(batch, request_id);
    return { status: "queued", request_id, model };
  }

  #notify(batch, requestId) {
    const send = (state) =>
      this.#onEvent({
        type: `cf.workersAi.model.batch.${state}`,
        source: { type: "workersAi.model", modelName: batch.model },
        payload: { requestId },
        metadata: { eventSchemaVersion: 1, eventTimestamp: new Date().toISOString() },
      });
    send("queued");
    batch.answered.then(
      () => {
        batch.polled = this.#polls;
        send("succeeded");
      },
      () => send("failed"),
    );
  }

  async poll(request_id, model) {
    const batch = this.#batches.get(request_id);
    if (!batch || batch.model !== model) throw badInput("no such request_id");
    if (batch.polled >= this.#polls) return batch.answered;
    batch.polled += 1;
    return { status: batch.polled === this.#polls ? "running" : "queued", request_id, model };
  }
}

/** The queue operation of a call: "submit", "poll" or none. */
export function queueOperation({ inputs, options, query = {}, face }) {
  const flagged =
    options.queueRequest === true || options.queueRequest === "true" || query.queueRequest === "true";
  if (typeof inputs.request_id === "string" && (flagged || face === "binding")) return "poll";
  if (flagged) return "submit";
  if (inputs.requests !== undefined) throw badInput("'/requests' needs queueRequest");
  return null;
}

/** Answers a submission or a poll. `answerOne` answers the inputs of one request. */
export async function answerQueue(operation, call, model, batches, answerOne) {
  const engine = { name: "queue" };
  if (operation === "poll")
    return { kind: "json", value: await batches.poll(call.inputs.request_id, model.id), neurons: 0, engine };

  const { requests } = call.inputs;
  if (!model.batch) throw badInput("this model does not support asynchronous requests");
  if (call.options.rejectIfBusy) throw badInput("rejectIfBusy can't be used with queueRequest");
  if (!Array.isArray(requests)) throw badInput("required properties at '/' are 'requests'");
  if (requests.length === 0) throw badInput("Length of '/requests' must be >= 1");
  if (requests.length > MOST_REQUESTS) throw badInput(`Length of '/requests' must be <= ${MOST_REQUESTS}`);
  const { length } = JSON.stringify(requests);
  if (length > LARGEST_BATCH) throw new ServiceError(3006);
  const value = batches.add(model.id, () => answerAll(requests, answerOne, call.failItem), length);
  return { kind: "json", value, neurons: 0, engine };
}

async function answerAll(requests, answerOne, failItem) {
  const responses = [];
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  for (const [id, request] of requests.entries()) {
    await turn(UNITS);
    const { external_reference = null, ...inputs } = Object(request);
    try {
      if (id === failItem) throw new ServiceError(3040);
      const result = resultOf(await answerOne(inputs));
      for (const name of Object.keys(usage)) usage[name] += result?.usage?.[name] ?? 0;
      responses.push({ id, result, success: true, external_reference });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // The format of a failed batch is not documented; this is the format of the envelope.
      const errors = [{ code: error.code, message: `AiError: ${error.message}` }];
      responses.push({ id, result: {}, success: false, errors, external_reference });
    }
  }
  return { responses, usage };
}

const resultOf = (reply) => (reply.kind === "bytes" ? { audio: toBase64(reply.bytes) } : reply.value);
