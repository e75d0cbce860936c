// Wraps the guard of a stream's call (limits and errors), which lives in the wasm; aborts the request even if
// the instance is lost.
//
// The guard of an aborted call is freed at once. Garbage collection would never free it: the wasm holds the
// error, and V8 keeps references to the called objects in the error's stack.

import { wasm } from "../client/instance.js";

export class Lifeline {
  #guard;
  #controller;
  #generation = wasm.generation;
  #firstByteAt;

  /** @param {object} guard the core's, see src/js/client/guard.rs */
  constructor(guard) {
    this.#guard = guard;
    this.#controller = guard.controller;
    this.#firstByteAt = guard.firstByteAt;
  }

  get signal() {
    return this.#controller.signal;
  }

  get firstByteAt() {
    return this.#firstByteAt;
  }

  firstByte() {
    if (this.#firstByteAt !== undefined) return;
    this.#firstByteAt = performance.now();
    this.#alive()?.firstByte();
  }

  abort(reason) {
    this.#end((guard) => guard.abort(reason));
  }

  expire(kind) {
    this.#end((guard) => guard.expire(kind));
  }

  /**
   * Releases the call, not the guard: errors of tool arguments, which are parsed at the end, can still be
   * created.
   */
  release() {
    this.#alive()?.release();
  }

  broken(cause) {
    return this.#alive()?.broken(cause) ?? this.#lost();
  }

  failure(kind, text, limit) {
    return this.#alive()?.failure(kind, text, limit) ?? this.#lost();
  }

  #end(by) {
    const guard = this.#alive();
    this.#guard = undefined;
    if (guard !== undefined) {
      by(guard);
      guard.free();
    } else if (this.#generation !== wasm.generation && !this.signal.aborted) {
      this.#controller.abort(wasm.lossError());
    }
  }

  /**
   * The guard, or undefined if its instance has been replaced: it can neither create errors nor be freed
   * then.
   */
  #alive() {
    return this.#generation === wasm.generation ? this.#guard : undefined;
  }

  #lost() {
    return this.signal.reason ?? wasm.lossError();
  }
}
