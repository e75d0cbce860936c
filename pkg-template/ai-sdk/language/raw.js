// The service's own chunks beside the parts that are made of them, for `includeRawChunks`.

import { events } from "../../core.js";

/** For so long the end of the other half is waited for, whose sender may go on behind the end of the reply. */
const HOLD_MS = 50;

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class RawChunks {
  #events;
  #pending;
  #ready = [];

  /** @param {object} stream one half of the client's, which the parts are not made of */
  constructor(stream) {
    this.#events = events(stream.toReadableStream());
    this.#read();
  }

  /** Waits for what belongs to the events that have come, and at the end of the reply for what is left. */
  gathered(isOver) {
    // Both halves get a chunk at the same time: in the next turn of the event loop this one has read it too.
    return isOver ? Promise.race([this.#pending, later(HOLD_MS)]) : later(0);
  }

  /** Hands over what has come so far. */
  moveTo(parts) {
    for (const rawValue of this.#ready.splice(0)) parts.push({ type: "raw", rawValue });
  }

  cancel() {
    this.#events.return();
  }

  #read() {
    this.#pending = this.#loop();
  }

  async #loop() {
    try {
      for await (const { data } of this.#events) {
        if (data === "[DONE]") return;
        this.#ready.push(parsed(data));
      }
    } catch {} // The other half fails as well, and says why.
  }
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
