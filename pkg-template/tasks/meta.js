// What is known of several requests that are one call of a method.

/** What they have cost together; of what differs, that of the last one. */
export class MetaSum {
  #last;
  #attempts = 0;
  #neurons;
  #count = 0;

  add(meta) {
    this.#last = meta;
    this.#count++;
    this.#attempts += meta.attempts;
    if (meta.neurons !== undefined) this.#neurons = (this.#neurons ?? 0) + meta.neurons;
  }

  /**
   * @param {number} startedAt
   * @param {{ client: object, model: string }} asked for when there was nothing to ask
   */
  meta(startedAt, { client, model }) {
    if (this.#count === 1) return this.#last;
    const meta = {
      ...(this.#last ?? { door: client.door, model }),
      attempts: this.#attempts,
      durationMs: performance.now() - startedAt,
    };
    delete meta.firstByteMs;
    if (this.#neurons !== undefined) meta.neurons = this.#neurons;
    return meta;
  }
}
