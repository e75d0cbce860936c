// The gateways' cached answers and logs. Both are bounded and kept in memory until the service ends.

import { digestBytes, inputsDigest } from "../digest.js";
import { ServiceError } from "../errors.js";
import { Runs } from "./runs.js";
import { costOf, Spending } from "./spending.js";

const MOST_LOGS = 1000;
const MOST_CACHED = 1000;
/** Limits in bytes: of one cached answer, as in the service, and of all. */
const LARGEST_CACHED = 25 * 2 ** 20;
const MOST_CACHED_BYTES = 100 * 2 ** 20;
/** Entries of a log's metadata, as at the service. */
const MOST_METADATA = 5;
const LONGEST_METADATA = 4096;
/** Seconds that an answer with a custom key is cached if the call has no time to live. */
const KEYED_TTL = 300;

function bounded(map, most) {
  if (map.size >= most) map.delete(map.keys().next().value);
  return map;
}

/** Log ids are UUIDs of version 7, which sort by time. */
export function newLogId() {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

export class Gateways {
  #logs = new Map();
  #cache = new Map();
  #cachedBytes = 0;
  runs = new Runs();

  /** @param {object} [spendLimits] see Spending */
  constructor(spendLimits) {
    this.spending = new Spending(spendLimits);
  }

  /** The cached reply of a call, if caching is allowed. */
  cached(call) {
    const entry = call.gateway.skipCache ? undefined : this.#cache.get(cacheKey(call));
    return entry && entry.until > Date.now() ? entry.reply : undefined;
  }

  /** Caches a whole reply, if the call has a cache time. */
  keep(call, reply) {
    const { cacheTtl, cacheKey: own, skipCache } = call.gateway;
    const seconds = cacheTtl ?? (own ? KEYED_TTL : 0);
    if (skipCache || seconds <= 0 || (reply.kind !== "json" && reply.kind !== "bytes")) return;
    const size = reply.kind === "bytes" ? reply.bytes.length : JSON.stringify(reply.value).length;
    if (size > LARGEST_CACHED) return;
    const key = cacheKey(call);
    this.#forget(key);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size < MOST_CACHED && this.#cachedBytes + size <= MOST_CACHED_BYTES) break;
      this.#forget(oldest);
    }
    this.#cachedBytes += size;
    this.#cache.set(key, { reply, size, until: Date.now() + 1000 * seconds });
  }

  #forget(key) {
    this.#cachedBytes -= this.#cache.get(key)?.size ?? 0;
    this.#cache.delete(key);
  }

  /** Records the cost of a call and writes its log. Of bodies only the sizes are stored. */
  log(call, { status, success, durationMs }) {
    const cost = costOf(call);
    this.spending.add(call, cost);
    if (call.gateway.collectLog === false) return;
    const { usage } = call;
    bounded(this.#logs, MOST_LOGS).set(call.logId, {
      gateway: call.gateway.id,
      log: {
        id: call.logId,
        provider: "workers-ai",
        model: call.model,
        path: `run/${call.model}`,
        duration: Math.round(durationMs),
        request_type: "universal",
        request_content_type: "application/json",
        status_code: status,
        response_content_type: "application/json",
        success,
        cached: Boolean(call.cached),
        tokens_in: usage?.prompt_tokens ?? 0,
        tokens_out: usage?.completion_tokens ?? 0,
        metadata: call.gateway.metadata ?? {},
        step: call.step ?? 0,
        cost,
        custom_cost: false,
        request_size: Number(call.headers.get("content-length")) || 0,
        request_head_complete: true,
        response_size: 0,
        response_head_complete: true,
        created_at: new Date().toISOString(),
      },
    });
  }

  find(gateway, id) {
    const entry = this.#logs.get(id);
    if (!entry || entry.gateway !== gateway) throw new ServiceError(7002);
    return entry.log;
  }

  patch(gateway, id, { score, feedback, metadata }) {
    const log = this.find(gateway, id);
    if (feedback !== undefined && ![1, -1, null].includes(feedback))
      throw new ServiceError(7001, "feedback must be 1, -1 or null", { status: 400 });
    if (score !== undefined && typeof score !== "number" && score !== null)
      throw new ServiceError(7001, "score must be a number", { status: 400 });
    const entries = metadata === undefined || metadata === null ? {} : { ...log.metadata, ...metadata };
    if (typeof metadata === "string" || JSON.stringify(entries).length > LONGEST_METADATA)
      throw new ServiceError(7001, "metadata must be a small object", { status: 400 });
    if (Object.keys(entries).length > MOST_METADATA)
      throw new ServiceError(7001, `metadata must have at most ${MOST_METADATA} entries`, { status: 400 });
    Object.assign(log, {
      ...(score === undefined ? {} : { score }),
      ...(feedback === undefined ? {} : { feedback }),
      ...(metadata === undefined ? {} : { metadata: entries }),
    });
  }
}

function cacheKey({ gateway, model, operation, inputs, raw }) {
  const what =
    gateway.cacheKey ?? `${operation} ${inputsDigest(model, inputs)} ${raw ? digestBytes(raw.bytes) : ""}`;
  return `${gateway.id} ${what}`;
}
