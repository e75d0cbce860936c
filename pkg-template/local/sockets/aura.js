// Deepgram Aura over a socket: texts in; on "Flush" their audio out.

import { fieldsOf, readFields } from "../inputs/check.js";
import { typed } from "../tasks/speech-recognition/nova.js";

const FRAME_BYTES = 4800;
const VERSION = "local";

export function readAura(inputs, model) {
  const { text: _text, ...fields } = fieldsOf(model.family);
  const read = readFields(typed(inputs, model), model, fields);
  return { ...read, encoding: read.encoding ?? "linear16" };
}

export class AuraSession {
  #options;
  #context;
  #texts = [];
  #sequence = 0;

  constructor(options, context) {
    this.#options = options;
    this.#context = context;
    const model_name = `${context.model.id.split("/").at(-1)}-${options.speaker}`;
    context.send({ type: "Metadata", request_id: context.requestId, model_name, model_version: VERSION });
  }

  async receive(data) {
    const message = typeof data === "string" ? this.#context.parse(data) : null;
    switch (message?.type) {
      case "Speak":
        if (typeof message.text !== "string") return this.#warn("Speak needs a text");
        this.#texts.push(message.text);
        return;
      case "Flush":
        await this.#speak();
        return this.#context.send({ type: "Flushed", sequence_id: this.#sequence++ });
      case "Clear":
        this.#texts = [];
        return this.#context.send({ type: "Cleared", sequence_id: this.#sequence++ });
      case "Close":
        return this.end();
      default:
        return this.#warn("Unknown message");
    }
  }

  #warn(description) {
    this.#context.send({ type: "Warning", description });
  }

  async #speak() {
    const text = this.#texts.join("");
    this.#texts = [];
    if (text === "") return;
    const { encoding, sample_rate: sampleRate, speaker } = this.#options;
    const { bytes } = await this.#context.speak({ text, speaker, encoding, container: "none", sampleRate });
    for (let at = 0; at < bytes.length; at += FRAME_BYTES)
      this.#context.send(bytes.subarray(at, at + FRAME_BYTES));
  }

  async end() {
    await this.#speak();
    this.#context.close(1000);
  }
}
