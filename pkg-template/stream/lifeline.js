// The limits and errors of a stream's call, which live in the wasm. What was broken off is freed at once, not when JavaScript finds that nobody
// holds it any more: the wasm holds the error that ended it, V8 keeps in that error's stack who was called, and so nobody ever would.

import { failure } from "../client/failure.js";
import { wasm } from "../client/instance.js";

export class Lifeline {
  #guard;
  #generation = wasm.generation;
  #firstByteAt;

  /** @param {object} guard the core's, see src/js/client/guard.rs */
  constructor(guard) {
    this.#guard = guard;
    this.signal = guard.signal;
    this.#firstByteAt = guard.firstByteAt;
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
    this.#alive()?.abort(reason);
    this.#free();
  }

  expire(kind) {
    this.#alive()?.expire(kind);
    this.#free();
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

  /** Where the wasm had to be replaced nothing is left that could end, or be freed. */
  #alive() {
    return this.#generation === wasm.generation ? this.#guard : undefined;
  }

  #free() {
    this.#alive()?.free();
    this.#guard = undefined;
  }

  #lost() {
    return (
      this.signal.reason ?? failure("INTERNAL", "workers-ai-wasm has failed inside: this stream is lost.")
    );
  }
}
