// Emits the service's own chunks beside the parts that are made from them, for `includeRawChunks`.

import { events } from "../../core.js";

/** Limit of the wait for the end of the other branch, whose body may go on after the end of the reply. */
const HOLD_MS = 50;

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class RawChunks {
  #events;
  #pending;
  #ready = [];

  /** @param {object} stream the branch of the client's stream that the parts are not made from */
  constructor(stream) {
    this.#events = events(stream.toReadableStream());
    this.#read();
  }

  /** Waits for the chunks of the events so far, and at the end of the reply for the remaining ones. */
  gathered(isOver) {
    // Both branches receive a chunk in the same turn of the event loop, so this one has read it in the next.
    return isOver ? Promise.race([this.#pending, later(HOLD_MS)]) : later(0);
  }

  /** Moves the chunks so far to the parts. */
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
    } catch {} // The other branch fails with the same error, and reports it.
  }
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
