// Converts events of the client's stream to parts of the SDK.

import { metadataOf } from "../metadata.js";
import { usageOf } from "../usage.js";
import { Blocks } from "./blocks.js";
import { Calls } from "./calls.js";

export class Parts {
  #stream;
  #parts;
  /** Receives text and reasoning through its methods `text` and `reasoning`. */
  blocks;
  #calls;
  #usage = usageOf();
  #neurons;
  #startedAt;

  /**
   * @param {object} stream the client's, for its `meta`
   * @param {object[]} parts receives the new parts
   * @param {{ answerTool?: string, startedAt: number, thoughts: () => object[] }} how the tool whose
   *   arguments are the answer's JSON; the start time of the call; the reasoning blocks that the model
   *   requires back
   */
  constructor(stream, parts, { answerTool, startedAt, thoughts }) {
    this.#startedAt = startedAt;
    this.#stream = stream;
    this.#parts = parts;
    this.blocks = new Blocks(parts, thoughts);
    this.#calls = new Calls(parts, this.blocks, answerTool);
  }

  /** @param {object} event */
  add(event) {
    switch (event.type) {
      case "text":
        return this.blocks.text(event.text);
      case "reasoning":
        return this.blocks.reasoning(event.text);
      case "tool-call-delta":
        return this.#calls.delta(event);
      case "tool-call":
        return this.#calls.call(event);
      case "usage":
        this.#usage = usageOf(event.usage, event.raw);
        this.#neurons = event.usage.neurons;
        return undefined;
      case "finish":
        return this.finish(this.#calls.finishReason(event.finishReason), event.rawFinishReason);
    }
  }

  /**
   * @param {string} unified the SDK's finish reason
   * @param {string} [raw] the service's own value
   */
  finish(unified, raw) {
    this.blocks.end();
    const { meta } = this.#stream;
    // The client sets its own value when the connection is free, which is after the last part.
    const durationMs = performance.now() - this.#startedAt;
    this.#parts.push({
      type: "finish",
      finishReason: { unified, raw },
      usage: this.#usage,
      providerMetadata: metadataOf({ neurons: this.#neurons, durationMs, ...meta }),
    });
  }

  /**
   * Ends with an error after the parts so far.
   *
   * @param {unknown} error the SDK's
   * @param {object} [partial] of the client's error
   */
  fail(error, partial) {
    if (partial?.usage !== undefined) this.#usage = usageOf(partial.usage);
    this.blocks.end();
    this.#parts.push({ type: "error", error });
    this.finish("error");
  }

  /** Emits calls with malformed arguments, which the SDK can repair. */
  addBroken({ toolCalls, finishReason, usage }) {
    if (usage !== undefined) this.#usage = usageOf(usage);
    for (const { id, name, arguments: input } of toolCalls) this.#calls.call({ id, name, arguments: input });
    this.finish(this.#calls.finishReason(finishReason));
  }
}
