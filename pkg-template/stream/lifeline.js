// The limits and errors of a stream's call, which live in the wasm; its request is ended even if that is lost. What was broken off is freed at
// once, not when JavaScript finds that nobody holds it any more: the wasm holds the error that ended it, V8 keeps in that error's stack who was
// called, and so nobody ever would.

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

  /** Errors may still be made: of tool arguments that are read when all has come. */
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

  /** Where the wasm had to be replaced nothing is left that could make an error, or be freed. */
  #alive() {
    return this.#generation === wasm.generation ? this.#guard : undefined;
  }

  #lost() {
    return this.signal.reason ?? wasm.lossError();
  }
}
