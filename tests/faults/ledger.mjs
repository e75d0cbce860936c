/** Which calls the service has seen the beginning and the end of, by the name of their cell; whoever waits for an end is told when it comes. */

/** Long enough for the slowest machine: what has not ended by then is a leak. */
const PATIENCE_MS = 15_000;

export class Ledger {
  /** @type {Map<string, { begun: number, ended: { outcome: string, requestId: string }[] }>} */
  #calls = new Map();
  #waiting = new Set();

  /** For the routes, see routes.mjs. */
  begun = (headers) => {
    const id = /\bid=([^,]+)/.exec(headers.get("x-local-fault") ?? "")?.[1];
    if (id !== undefined) this.#of(id).begun += 1;
  };

  /** For the local service's option `onCall`. */
  ended = ({ faultId, outcome, requestId }) => {
    if (faultId === undefined) return;
    this.#of(faultId).ended.push({ outcome, requestId });
    for (const look of this.#waiting) look();
  };

  /**
   * Waits until so many calls of each cell have ended, and all that have begun.
   *
   * @param {{ id: string, count: number }[]} cells
   * @returns {Promise<{ open: string[], ended: Record<string, { outcome: string, requestId: string }[]> }>}
   */
  settled(cells) {
    const isOpen = ({ id, count }) => {
      const { begun, ended } = this.#of(id);
      return ended.length < Math.max(begun, count);
    };
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve({
          open: cells.filter(isOpen).map(({ id }) => id),
          ended: Object.fromEntries(cells.map(({ id }) => [id, this.#of(id).ended])),
        });
      };
      const look = () => {
        if (!cells.some(isOpen)) end();
      };
      const timer = setTimeout(end, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  #of(id) {
    if (!this.#calls.has(id)) this.#calls.set(id, { begun: 0, ended: [] });
    return this.#calls.get(id);
  }
}
