// The way to the limiters in the wasm: a question by number, as in ask.js. See src/js/limiter.rs.

import { limiter } from "../workers_ai_tasks.js";
import { askOf, opened, wasm } from "./ask.js";

const told = (question, ...given) => opened(askOf(limiter, question, ...given));

/** Frees what nobody can ask any more. */
const abandoned =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry(({ wasm, handle }) => wasm.limiter_close(handle))
    : // Workers with a compatibility date before 2025-05-05 have none.
      { register() {}, unregister() {} };

/** The limits of one client, by its option. */
export class Limiter {
  #option;
  /** The wasm that it lives in. */
  #wasm;
  #handle;

  /** @param {string} option its outline, see outline.js */
  constructor(option) {
    this.#option = option;
    this.#open();
  }

  #open() {
    const { handle, countsTokens } = told(0, this.#option);
    this.#wasm = wasm.exports;
    this.#handle = handle;
    this.countsTokens = countsTokens === true;
    abandoned.unregister(this);
    abandoned.register(this, { wasm: wasm.exports, handle }, this);
  }

  /** Asks for a turn: `{ at, tokens }`, a pass, or `{ ticket, wait }`. */
  ask(ticket, { characters, maxTokens }, model) {
    // What was lost with the wasm has been used all the same, but nobody knows any more.
    if (this.#wasm !== wasm.exports) this.#open();
    return told(1, this.#handle, ticket, performance.now(), characters, maxTokens, model);
  }

  /** Whoever has the ticket waits no more. */
  leave(ticket, model) {
    told(2, this.#handle, ticket, model);
  }

  /** Says what was used: `part` of a reply from `"usage":` on, or nothing where it was refused. */
  settle({ at, tokens }, model, refused, part) {
    told(3, this.#handle, at, tokens, model, refused, part);
  }

  /** The service asks to wait. */
  pause(ms, model) {
    told(4, this.#handle, performance.now(), ms, model);
  }
}
