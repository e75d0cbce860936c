// A stream of the client's as the SDK's stream of parts. All that one network chunk brings becomes parts in one step: the reader of the stream waits
// once a chunk, not once a token.

import { metadataOf } from "../metadata.js";
import { usageOf } from "../usage.js";
import { Blocks } from "./blocks.js";
import { Calls } from "./calls.js";

/**
 * Makes parts of events; `enqueue` takes each.
 */
export class Parts {
  #stream;
  #enqueue;
  #blocks;
  #calls;
  #usage = usageOf();
  #neurons;

  /**
   * @param {object} stream the client's, for its `meta`
   * @param {(part: object) => void} enqueue
   * @param {string} [answerTool] the tool whose arguments are the answer's JSON
   */
  constructor(stream, enqueue, answerTool) {
    this.#stream = stream;
    this.#enqueue = enqueue;
    this.#blocks = new Blocks(enqueue);
    this.#calls = new Calls(enqueue, this.#blocks, answerTool);
  }

  /** @param {object[]} events */
  add(events) {
    const blocks = this.#blocks;
    for (let at = 0; at < events.length; at++) {
      const event = events[at];
      switch (event.type) {
        case "text":
          blocks.text(event.text);
          break;
        case "reasoning":
          blocks.reasoning(event.text);
          break;
        case "tool-call-delta":
          this.#calls.delta(event);
          break;
        case "tool-call":
          this.#calls.call(event);
          break;
        case "usage":
          this.#usage = usageOf(event.usage, event.raw);
          this.#neurons = event.usage.neurons;
          break;
        case "finish":
          this.finish(this.#calls.finishReason(event.finishReason));
      }
    }
  }

  /** @param {string} unified why it is over */
  finish(unified) {
    this.#blocks.end();
    const { meta } = this.#stream;
    this.#enqueue({
      type: "finish",
      finishReason: { unified, raw: undefined },
      usage: this.#usage,
      providerMetadata: metadataOf({ neurons: this.#neurons, ...meta }),
    });
  }

  /**
   * It broke: what had come stays.
   *
   * @param {unknown} error the SDK's
   * @param {object} [partial] of the client's error
   */
  fail(error, partial) {
    if (partial?.usage !== undefined) this.#usage = usageOf(partial.usage);
    this.#blocks.end();
    this.#enqueue({ type: "error", error });
    this.finish("error");
  }

  /** Calls whose arguments are no JSON: the SDK has its own way to repair them. */
  addBroken({ toolCalls, finishReason, usage }) {
    if (usage !== undefined) this.#usage = usageOf(usage);
    for (const { id, name, arguments: input } of toolCalls) this.#calls.call({ id, name, arguments: input });
    this.finish(this.#calls.finishReason(finishReason));
  }
}
