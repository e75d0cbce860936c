// `embedMany`: any number of texts to vectors, in as many requests as it takes.

import { kindOf, refusal } from "../core.js";
import { linked } from "./abort.js";
import { embeddingLimits } from "./ask.js";
import { vectorsOf } from "./embed.js";
import { MetaSum } from "./meta.js";
import { inOrder } from "./pool.js";
import { ask, planned } from "./run-task.js";

const CONCURRENCY = 4;
const MOST_AT_ONCE = 64;

/**
 * @param {object} client
 * @param {string} model
 * @param {Iterable<string> | AsyncIterable<string>} texts
 * @param {object} [options]
 * @returns {{ each(): AsyncGenerator<{ offset: number, rows: Float32Array[] }>, all(): Promise<object> }}
 */
export function embedMany(client, model, texts, options = {}) {
  const limits = limitsOf(model, options);
  const total = Array.isArray(texts) ? texts.length : texts?.size;
  const source = sourceOf(texts);
  const job = { client, model, options, limits, source, total };
  return {
    async *each() {
      for await (const { offset, result, floats } of chunks(job)) {
        yield { offset, rows: vectorsOf(result, floats).rows };
      }
    },
    all: () => collected(job),
  };
}

/** The vectors of all chunks, in order. The first failure says where to go on. */
async function* chunks({ client, model, options, limits, source, total }) {
  const { own, end } = linked(options);
  let done = limits.from;
  try {
    const batches = batchesOf(source, limits);
    const answers = inOrder(batches, limits.concurrency, async ({ offset, text }) => {
      const task = planned(client, "embed", model, { ...options.parameters, text });
      return { offset, ...(await ask(task, own)) };
    });
    for await (const answer of answers) {
      done = answer.offset + answer.result.count;
      yield answer;
      options.onProgress?.(typeof total === "number" ? { done, total } : { done });
    }
  } catch (error) {
    throw resumable(error, { offset: done });
  } finally {
    end();
  }
}

/** All vectors in one array. */
async function collected(job) {
  const startedAt = performance.now();
  const sum = new MetaSum();
  const rest = typeof job.total === "number" ? Math.max(0, job.total - job.limits.from) : undefined;
  const vectors = new Vectors(rest, job.limits.dimensions ?? 0);
  const raw = [];
  let usage;
  try {
    for await (const { result, floats, raw: answer, meta } of chunks(job)) {
      vectors.add(result, floats);
      usage = added(usage, result.usage);
      raw.push(withoutRows(answer));
      sum.add(meta);
    }
  } catch (error) {
    throw resumable(error, { ...vectors.result(), offset: error?.partial?.offset });
  }
  return { ...vectors.result(usage), raw, meta: sum.meta(startedAt, job) };
}

/** Rows that come chunk by chunk. */
class Vectors {
  #expected;
  #pieces = [];
  #data;
  #count = 0;
  #dimensions;

  /** With `expected` rows each one is copied but once. */
  constructor(expected, dimensions) {
    this.#expected = expected;
    this.#dimensions = dimensions;
  }

  add({ count, dimensions }, floats) {
    if (this.#count === 0) {
      this.#dimensions = dimensions;
      if (this.#expected !== undefined && this.#expected > count) {
        this.#data = new Float32Array(this.#expected * dimensions);
      }
    }
    if (this.#data === undefined) this.#pieces.push(floats);
    else this.#data.set(floats, this.#count * dimensions);
    this.#count += count;
  }

  result(usage) {
    const whole = this.#data ?? joined(this.#pieces);
    const data = whole.subarray(0, this.#count * this.#dimensions);
    return vectorsOf({ count: this.#count, dimensions: this.#dimensions, usage }, data);
  }
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Texts in batches that one request takes. */
async function* batchesOf(source, { from, batchSize, tokensPerBatch, tokensPerText, mayBeEmpty }) {
  let at = 0;
  let text = [];
  let tokens = 0;
  for await (const one of source) {
    const index = at++;
    if (index < from) continue;
    if (typeof one !== "string") {
      throw refusal("texts", `texts must be strings; the one at ${index} is ${kindOf(one)}.`);
    }
    if (one === "" && !mayBeEmpty) throw refusal("texts", `texts has an empty string at ${index}.`);
    const more = Math.min(tokensOf(one), tokensPerText);
    if (text.length === batchSize || (text.length > 0 && tokens + more > tokensPerBatch)) {
      yield { offset: index - text.length, text };
      text = [];
      tokens = 0;
    }
    text.push(one);
    tokens += more;
  }
  if (text.length > 0) yield { offset: at - text.length, text };
}

/** Rather too many than too few: a token for three bytes of UTF-8. */
function tokensOf(text) {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
  }
  return Math.ceil(bytes / 3) + 2;
}

function sourceOf(texts) {
  if (typeof texts === "string") throw refusal("texts", "texts must be several: use embed for one text.");
  if (typeof texts?.[Symbol.asyncIterator] === "function" || typeof texts?.[Symbol.iterator] === "function") {
    return texts;
  }
  throw refusal("texts", `texts must be an array or an iterable of strings, not ${kindOf(texts)}.`);
}

function limitsOf(model, options) {
  if (typeof options !== "object" || options === null) {
    throw refusal("options", `The options must be an object, not ${kindOf(options)}.`);
  }
  const { items, tokens, tokensPerText, dimensions, mayBeEmpty } = embeddingLimits(model);
  const { parameters } = options;
  if (parameters !== undefined && (typeof parameters !== "object" || parameters === null)) {
    throw refusal("parameters", `parameters must be an object, not ${kindOf(parameters)}.`);
  }
  return {
    from: whole(options, "from", 0, 0, Number.MAX_SAFE_INTEGER),
    concurrency: whole(options, "concurrency", CONCURRENCY, 1, MOST_AT_ONCE),
    batchSize: whole(options, "batchSize", items, 1, items),
    tokensPerBatch: whole(options, "maxTokensPerBatch", tokens, 1, Number.MAX_SAFE_INTEGER),
    tokensPerText: tokensPerText ?? Number.POSITIVE_INFINITY,
    dimensions,
    mayBeEmpty,
  };
}

function whole(options, name, usual, least, most) {
  const value = options[name] ?? usual;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw refusal(name, `${name} must be a whole number ${range}.`);
}

/** Where to go on, on the error of whatever went wrong with the service. */
function resumable(error, partial) {
  if (error?.name !== "WorkersAIError") return error;
  Object.defineProperty(error, "partial", { value: partial, writable: true, configurable: true });
  return error;
}

function added(sum, usage) {
  if (usage === undefined) return sum;
  const total = { ...sum };
  for (const [name, tokens] of Object.entries(usage)) total[name] = (total[name] ?? 0) + tokens;
  return total;
}

/** Its views would keep each chunk's numbers a second time. */
function withoutRows(answer) {
  const { data: _data, response: _response, ...others } = answer;
  return others;
}
