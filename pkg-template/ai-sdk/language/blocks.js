// The pieces of text and of thinking, each run of one kind between its start and its end.

export class Blocks {
  #parts;
  #count = 0;
  /** Which is open. */
  #text;
  #reasoning;

  constructor(parts) {
    this.#parts = parts;
  }

  text(delta) {
    if (this.#text === undefined) this.#beginText();
    this.#parts.push({ type: "text-delta", id: this.#text, delta });
  }

  reasoning(delta) {
    if (this.#reasoning === undefined) this.#beginReasoning();
    this.#parts.push({ type: "reasoning-delta", id: this.#reasoning, delta });
  }

  /** Ends the one that is open. */
  end() {
    if (this.#text !== undefined) this.#parts.push({ type: "text-end", id: this.#text });
    if (this.#reasoning !== undefined) this.#parts.push({ type: "reasoning-end", id: this.#reasoning });
    this.#text = undefined;
    this.#reasoning = undefined;
  }

  #beginText() {
    this.end();
    this.#text = `text-${this.#count++}`;
    this.#parts.push({ type: "text-start", id: this.#text });
  }

  #beginReasoning() {
    this.end();
    this.#reasoning = `reasoning-${this.#count++}`;
    this.#parts.push({ type: "reasoning-start", id: this.#reasoning });
  }
}
