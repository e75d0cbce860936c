// Promise and timer helpers for the wasm, which are faster in JavaScript.

import { failure } from "./failure.js";
import { isResponse, isStream } from "./values.js";

const decoder = new TextDecoder();
const nothing = () => {};

/** Decodes UTF-8. */
export const decode = (bytes) => decoder.decode(bytes);

/** A promise and the function that settles it. */
export function deferred() {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = (failed, value) => (failed ? reject(value) : resolve(value));
  });
  return { promise, settle };
}

/** Calls back when a promise, or a value in place of one, has settled. */
export function watch(promise, callback, at, uses) {
  Promise.resolve(promise).then(
    (value) => callback(at, uses, false, value),
    (error) => callback(at, uses, true, error),
  );
}

const timers = new Set();

/** Calls back after a delay. */
export function startTimer(callback, ms, at, uses) {
  const timer = setTimeout(() => {
    timers.delete(timer);
    callback(at, uses);
  }, ms);
  timers.add(timer);
  return timer;
}

/** Stops a timer from keeping the process alive, in Node, Bun and Deno. */
export function unref(timer) {
  if (timer?.unref) timer.unref();
  else globalThis.Deno?.unrefTimer?.(timer);
  return timer;
}

/** Undoes `unref`. */
export function ref(timer) {
  if (timer?.ref) timer.ref();
  else if (timer !== undefined) globalThis.Deno?.refTimer?.(timer);
}

export function stopTimer(timer) {
  timers.delete(timer);
  try {
    clearTimeout(timer);
  } catch {} // Workers throws during garbage collection, which runs outside of a request.
}

/** The calls of a lost instance have no limits any more: their timers would only keep the process alive. */
export const stopTimers = () => timers.forEach(stopTimer);

/** Aborts a response that was returned unread when the caller's signal aborts. */
export function followSignal(controller, signal, response) {
  const { body, webSocket } = response;
  // Without body or socket there is nothing to abort.
  if (!body && !webSocket) return;
  const abort = () => controller.abort(failure("ABORTED", "The call was aborted.", { cause: signal.reason }));
  signal.addEventListener("abort", abort, { once: true });
  if (!body) return;
  // A token that lives as long as anything that can read: the response, its body, a reader of the body.
  const token = {};
  Object.defineProperty(body, FOLLOWED, { value: token });
  abandoned.register(token, { signal, abort });
}

const FOLLOWED = Symbol("followed signal");

/**
 * Removes listeners from signals that outlive their responses, such as the one of a server's shutdown.
 * Without FinalizationRegistry (Workers with an old compatibility date) the listeners accumulate.
 */
const abandoned =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry(({ signal, abort }) => signal.removeEventListener("abort", abort))
    : { register() {} };

/** Ignores the rejection of a promise that no code awaits. The value may be a substitute without `catch`. */
export function ignoreRejection(promise) {
  Promise.resolve(promise).catch(nothing);
}

/** Cancels a stream or its reader and ignores any error, also of a substitute. */
export function cancel(body, reason) {
  try {
    ignoreRejection(body?.cancel(reason));
  } catch {}
}

/**
 * Cancels a reply that arrives after its call has ended, from a transport that does not observe the signal.
 */
export function discardLate(pending) {
  Promise.resolve(pending).then((value) => {
    const body = isResponse(value) ? value.body : value;
    if (isStream(body)) cancel(body);
  }, nothing);
}
