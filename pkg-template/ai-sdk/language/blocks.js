// Emits text and reasoning as blocks: each run of one kind has a start and an end part.

/** Provider metadata, which the SDK returns with the history. */
export const withThoughts = (thoughts) =>
  thoughts.length === 0 ? {} : { providerMetadata: { workersai: { thoughts } } };

export class Blocks {
  #parts;
  #count = 0;
  /** Id of the open block, per kind. */
  #text;
  #reasoning;
  #thoughts;
  /** Number of reasoning blocks that have been attached to a part. */
  #sent = 0;

  /**
   * @param {object[]} parts receives the new parts
   * @param {() => object[]} thoughts the reasoning blocks so far that the model requires back
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

  /** Ends the open block. */
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
