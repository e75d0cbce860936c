// `batch`: many inputs of one model in one request, answered later.

import { Call, failure, kindOf, refusal } from "../core.js";
import { itemOf } from "./batch-item.js";
import { CarefulCall } from "./careful-call.js";
import {
  aboutBatch,
  checkBatchId,
  checkBatchSize,
  delayOf,
  lookOf,
  planBatch,
  ticketOf,
} from "./endpoint-ask.js";
import { encodeMedia } from "./media/encode.js";
import { wayOf } from "./media/way.js";
import { outlineOf } from "./outline.js";
import { aboutOf } from "./prepare-call.js";
import { metaOf } from "./run-task.js";
import { signed } from "./signed.js";
import { warn } from "./warn.js";

/** Puts inputs into the queue. */
export async function batch_submit(client, model, requests, options) {
  const { short, warning } = aboutBatch(checkedModel(model));
  if (!Array.isArray(requests)) {
    throw refusal("requests", `requests must be an array of inputs, not ${kindOf(requests)}.`);
  }
  if (options?.rejectIfBusy === true) {
    throw refusal("rejectIfBusy", "A batch waits for capacity: leave rejectIfBusy out.");
  }
  const inputs = requests.map((request) =>
    typeof request === "string" && short !== undefined ? { [short]: request } : request,
  );
  const outline = `[${inputs.map((input) => outlineOf(input ?? null)).join(",")}]`;
  const plan = planBatch(wayOf(client, options), model, outline);
  warn(model, warning);
  const own = { ...options, queueRequest: true };
  const call = new CarefulCall(client, model, undefined, own, () => ({ replayable: true }));
  return answered(call, ticketOf, async () => {
    call.outgoing = await call.guard.until(encodeMedia(plan, inputs, aboutOf(call)));
    checkBatchSize(sizeOf(call.outgoing));
  });
}

/** Looks once. */
export async function batch_poll(client, model, requestId, options) {
  checkedModel(model);
  checkBatchId(JSON.stringify(requestId ?? null));
  // The binding looks when it is asked without this option, and submits when it is asked with it.
  const own = { ...options, queueRequest: client.door !== "binding", rejectIfBusy: undefined };
  const call = new Call(client, model, { request_id: requestId }, own);
  const read = (hidden, head, enveloped, text) => lookOf(hidden, head, enveloped, model, text);
  const { take, items, meta, ...rest } = await answered(call, read);
  const results = [];
  for (const item of items) results.push(await itemOf(call, item, take));
  return { ...rest, requestId, items: results, meta };
}

/** Looks until the batch is completed. */
export async function batch_wait(client, model, requestId, options) {
  const { intervalMs, onProgress, timeout, ...others } = options ?? {};
  const { total, ...limits } = typeof timeout === "number" ? { total: timeout } : (timeout ?? {});
  const endsAt = total > 0 && total < Number.MAX_SAFE_INTEGER ? performance.now() + total : undefined;
  const interval = outlineOf(intervalMs ?? null);
  // What is wrong is said before the first look.
  delayOf(1, interval);
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw refusal("onProgress", `onProgress must be a function, not ${kindOf(onProgress)}.`);
  }
  for (let looks = 1; ; looks++) {
    const left = endsAt === undefined ? {} : { total: Math.max(1, endsAt - performance.now()) };
    // What is no limit at all the core refuses by its name.
    const own = typeof timeout === "object" || typeof timeout === "number" ? { ...limits, ...left } : timeout;
    const result = await batch_poll(client, model, requestId, { ...others, timeout: own });
    await onProgress?.({ status: result.status, attempt: looks });
    if (result.status === "completed") return result;
    await pause(delayOf(looks, interval), endsAt, total, others.signal);
  }
}

/** The items of a batch, once it is completed. */
export function batch_results(client, model, requestId, options) {
  const all = async () => (await batch_wait(client, model, requestId, options)).items;
  return {
    all,
    async *each() {
      yield* await all();
    },
  };
}

/** Makes a call of the queue: what `read` reads of the answer, and `meta`. */
async function answered(call, read, prepare) {
  const { guard, facts } = call;
  // Another kind of answer, which only `run` gives.
  Object.assign(facts, { rawResponse: false, websocket: false });
  try {
    await prepare?.();
    const reply = await call.send();
    const text = await reply.text(guard, facts.maxResponseBytes);
    const told = read(guard.hidden(), reply.head, !call.isBinding, text);
    return { ...told, meta: metaOf(call, reply) };
  } catch (error) {
    throw signed(error, guard);
  } finally {
    guard.release();
  }
}

function checkedModel(model) {
  if (typeof model !== "string")
    throw refusal("model", "The model must be a string such as @cf/author/model.");
  return model;
}

/** Bytes of JSON. */
function sizeOf({ value, inputs }) {
  const sent = value ?? JSON.stringify(inputs);
  if (typeof sent !== "string") return sent.size ?? sent.byteLength;
  return new TextEncoder().encode(sent).length;
}

/** Waits, abortably, and not beyond the end. */
async function pause(ms, endsAt, total, signal) {
  const left = endsAt === undefined ? ms : endsAt - performance.now();
  let timer;
  let abort;
  try {
    await new Promise((resolve, reject) => {
      abort = () => reject(failure("ABORTED", "The wait was aborted.", { cause: signal.reason }));
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      timer = setTimeout(resolve, Math.max(0, Math.min(ms, left)));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
  if (left < ms) {
    const message = `The batch was not completed within ${total} ms. It goes on: wait again with its requestId.`;
    throw failure("TIMEOUT", message);
  }
}
