// The parts of the SDK that the events of the client's stream become.

import { metadataOf } from "../metadata.js";
import { usageOf } from "../usage.js";
import { Blocks } from "./blocks.js";
import { Calls } from "./calls.js";

export class Parts {
  #stream;
  #parts;
  /** Takes pieces of text and of thinking by its methods `text` and `reasoning`. */
  blocks;
  #calls;
  #usage = usageOf();
  #neurons;
  #startedAt;

  /**
   * @param {object} stream the client's, for its `meta`
   * @param {object[]} parts gets what is made
   * @param {{ answerTool?: string, startedAt: number, thoughts: () => object[] }} how the tool whose arguments are the answer's JSON; when the call began;
   *   blocks of thinking that go back to their model
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
   * @param {string} unified why it is over
   * @param {string} [raw] the service's own word for it
   */
  finish(unified, raw) {
    this.blocks.end();
    const { meta } = this.#stream;
    // The client's own is there when the reply's connection is free, after the last part.
    const durationMs = performance.now() - this.#startedAt;
    this.#parts.push({
      type: "finish",
      finishReason: { unified, raw },
      usage: this.#usage,
      providerMetadata: metadataOf({ neurons: this.#neurons, durationMs, ...meta }),
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
    this.blocks.end();
    this.#parts.push({ type: "error", error });
    this.finish("error");
  }

  /** Calls whose arguments are no JSON: the SDK has its own way to repair them. */
  addBroken({ toolCalls, finishReason, usage }) {
    if (usage !== undefined) this.#usage = usageOf(usage);
    for (const { id, name, arguments: input } of toolCalls) this.#calls.call({ id, name, arguments: input });
    this.finish(this.#calls.finishReason(finishReason));
  }
}
