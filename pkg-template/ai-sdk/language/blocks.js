// The pieces of text and of thinking, each run of one kind between its start and its end.

export class Blocks {
  #enqueue;
  #count = 0;
  /** Which is open. */
  #text;
  #reasoning;

  constructor(enqueue) {
    this.#enqueue = enqueue;
  }

  text(delta) {
    if (this.#text === undefined) this.#beginText();
    this.#enqueue({ type: "text-delta", id: this.#text, delta });
  }

  reasoning(delta) {
    if (this.#reasoning === undefined) this.#beginReasoning();
    this.#enqueue({ type: "reasoning-delta", id: this.#reasoning, delta });
  }

  /** Ends the one that is open. */
  end() {
    if (this.#text !== undefined) this.#enqueue({ type: "text-end", id: this.#text });
    if (this.#reasoning !== undefined) this.#enqueue({ type: "reasoning-end", id: this.#reasoning });
    this.#text = undefined;
    this.#reasoning = undefined;
  }

  #beginText() {
    this.end();
    this.#text = `text-${this.#count++}`;
    this.#enqueue({ type: "text-start", id: this.#text });
  }

  #beginReasoning() {
    this.end();
    this.#reasoning = `reasoning-${this.#count++}`;
    this.#enqueue({ type: "reasoning-start", id: this.#reasoning });
  }
}
