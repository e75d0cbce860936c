// The way to the limiters in the wasm: a question by number, as in ask.js. See src/js/limiter.rs.

import { joined, opened } from "./ask.js";

let wasm = null;

/** Connects the limiters to their wasm. */
export function connectLimiters(limiter, close) {
  wasm = { limiter, close };
}

const told = (question, ...given) => opened(wasm.limiter(question, joined(given)));

/** Frees what nobody can ask any more. */
const abandoned =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry((handle) => wasm.close(handle))
    : // Workers with a compatibility date before 2025-05-05 have none.
      { register() {} };

/** The limits of one client, by its option. */
export class Limiter {
  #handle;

  /** @param {string} option its outline, see outline.js */
  constructor(option) {
    const { handle, countsTokens } = told(0, option);
    this.#handle = handle;
    this.countsTokens = countsTokens === true;
    abandoned.register(this, this.#handle);
  }

  /** Asks for a turn: `{ at, tokens }`, a pass, or `{ ticket, wait }`. */
  ask(ticket, { characters, maxTokens }, model) {
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
