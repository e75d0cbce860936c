// `run` with media: the input that is sent in the place of the caller's.

import { failure } from "../../core.js";
import { planRun } from "../ask.js";
import { outlineOf } from "../outline.js";
import { encodeMedia } from "./encode.js";
import { wayOf } from "./way.js";

/**
 * @param {object} client
 * @param {string} model
 * @param {unknown} input the caller's
 * @param {object} [options]
 * @returns {Promise<unknown>} the same, or one that any door can send as it is
 */
export async function prepareMedia(client, model, input, options) {
  const plan = planRun(wayOf(client, options), model, outlineOf(input));
  if (plan.form === "plain") return input;
  // A body of bytes tells the client nothing of a stream, and takes no options.
  const asObject = client.door === "binding" || input.stream === true || options?.rejectIfBusy === true;
  const abort = abortOf(options?.signal);
  try {
    const about = { isBinding: asObject, signal: abort.signal, rejectIfBusy: false };
    const sent = await Promise.race([encodeMedia(plan, input, about), abort.aborted]);
    return inputOf(plan, sent, asObject);
  } finally {
    abort.release();
  }
}

function inputOf({ form, body }, sent, asObject) {
  if (form === "multipart") return sent.form ?? sent.value;
  if (form === "raw") {
    const { value, contentType, query } = sent;
    return { [body.$body.$media[0] ?? "body"]: { body: value, contentType }, ...Object.fromEntries(query) };
  }
  return asObject ? sent.inputs : new Blob([sent.value], { type: sent.contentType });
}

/** The caller's signal as one whose reason is our own error. */
function abortOf(callers) {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () =>
    controller.abort(failure("ABORTED", "The call was aborted.", { cause: callers.reason }));
  const aborted = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  aborted.catch(() => {}); // Whoever waits hears of it.
  const usable = typeof callers?.addEventListener === "function";
  if (usable && callers.aborted) abort();
  else if (usable) callers.addEventListener("abort", abort);
  return { signal, aborted, release: () => usable && callers.removeEventListener("abort", abort) };
}
