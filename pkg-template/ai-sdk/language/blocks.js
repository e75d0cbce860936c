// The pieces of text and of thinking, each run of one kind between its start and its end.

/** What the SDK keeps in the history as an option of the provider. */
export const withThoughts = (thoughts) =>
  thoughts.length === 0 ? {} : { providerMetadata: { workersai: { thoughts } } };

export class Blocks {
  #parts;
  #count = 0;
  /** Which is open. */
  #text;
  #reasoning;
  #thoughts;
  /** How many thoughts have gone with a part. */
  #sent = 0;

  /**
   * @param {object[]} parts gets what is made
   * @param {() => object[]} thoughts blocks of thinking so far that their model wants to have back
   */
  constructor(parts, thoughts) {
    this.#parts = parts;
    this.#thoughts = thoughts;
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
    if (this.#reasoning !== undefined) {
      const thoughts = this.#thoughts().slice(this.#sent);
      this.#sent += thoughts.length;
      this.#parts.push({ type: "reasoning-end", id: this.#reasoning, ...withThoughts(thoughts) });
    }
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
