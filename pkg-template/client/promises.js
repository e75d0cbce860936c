// Small things that only JavaScript can do quickly, for the wasm.

import { failure } from "./failure.js";
import { isResponse, isStream } from "./values.js";

const decoder = new TextDecoder();
const nothing = () => {};

/** Bytes as text. */
export const decode = (bytes) => decoder.decode(bytes);

/** A promise and what settles it. */
export function deferred() {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = (failed, value) => (failed ? reject(value) : resolve(value));
  });
  return { promise, settle };
}

/** Calls back when a promise, or what is there in the place of one, has settled. */
export function watch(promise, callback, at, uses) {
  Promise.resolve(promise).then(
    (value) => callback(at, uses, false, value),
    (error) => callback(at, uses, true, error),
  );
}

const timers = new Set();

/** Calls back after a time. */
export function startTimer(callback, ms, at, uses) {
  const timer = setTimeout(() => {
    timers.delete(timer);
    callback(at, uses);
  }, ms);
  timers.add(timer);
  return timer;
}

/** The timer keeps no process alive: not in Node, Bun or Deno. */
export function unref(timer) {
  if (timer?.unref) timer.unref();
  else globalThis.Deno?.unrefTimer?.(timer);
  return timer;
}

/** It keeps the process alive again. */
export function ref(timer) {
  if (timer?.ref) timer.ref();
  else if (timer !== undefined) globalThis.Deno?.refTimer?.(timer);
}

export function stopTimer(timer) {
  timers.delete(timer);
  try {
    clearTimeout(timer);
  } catch {} // Workers clear none while the collector frees its call: nothing may be done outside of a request.
}

/** The calls of a lost instance have no limits any more: their timers would only keep the process alive. */
export const stopTimers = () => timers.forEach(stopTimer);

/** A reply that was given away as it is ends with the caller's signal, which alone keeps this. */
export function followSignal(controller, signal, response) {
  const { body, webSocket } = response;
  // There is nothing left to be aborted.
  if (!body && !webSocket) return;
  const abort = () => controller.abort(failure("ABORTED", "The call was aborted.", { cause: signal.reason }));
  signal.addEventListener("abort", abort, { once: true });
  if (!body) return;
  // A token that lives as long as whoever may read: the response, its body, a reader of that.
  const token = {};
  Object.defineProperty(body, FOLLOWED, { value: token });
  left.register(token, { signal, abort });
}

const FOLLOWED = Symbol("followed signal");

/** Signals that outlive responses, as that of a server's end does, would gather listeners. Without it (Workers with an old compatibility date) they do. */
const left =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry(({ signal, abort }) => signal.removeEventListener("abort", abort))
    : { register() {} };

/** Nobody waits for this promise, or for what a stand-in gave in its place: a rejection of it is nobody's business. */
export function ignoreRejection(promise) {
  Promise.resolve(promise).catch(nothing);
}

/** Cancels a stream or its reader, whose sender may be a stand-in: it is over either way, whatever that says to it. */
export function cancel(body, reason) {
  try {
    ignoreRejection(body?.cancel(reason));
  } catch {}
}

/** Lets go of a reply that comes after its call has ended, from a transport that does not observe its signal. */
export function discardLate(pending) {
  Promise.resolve(pending).then((value) => {
    const body = isResponse(value) ? value.body : value;
    if (isStream(body)) cancel(body);
  }, nothing);
}
