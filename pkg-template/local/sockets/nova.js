// Deepgram Nova over a socket: audio in, results out; interim ones with `interim_results`.

import { readFields } from "../inputs/check.js";
import { alternative, rateOf, typed } from "../tasks/speech-recognition/nova.js";
import { AudioBuffer } from "./audio-buffer.js";

/** Seconds of audio in one final result. */
const SEGMENT = 1;
const DEFAULT_RATE = 16000;

export function readNova(inputs, model) {
  const read = readFields(typed(inputs, model), model);
  return { ...read, sampleRate: rateOf(inputs.sample_rate, model) ?? DEFAULT_RATE };
}

export class NovaSession {
  #options;
  #context;
  #audio;
  #start = 0;

  constructor(options, context) {
    this.#options = options;
    this.#context = context;
    this.#audio = new AudioBuffer(options);
  }

  async receive(data) {
    if (typeof data === "string") return this.#control(data);
    this.#audio.push(data);
    if (this.#audio.seconds >= SEGMENT) await this.#result({ final: true });
    else if (this.#options.interim_results) await this.#result({ final: false });
  }

  async #control(text) {
    const { type } = this.#context.parse(text) ?? {};
    if (type === "Finalize") await this.#result({ final: true, finalize: true });
    else if (type === "CloseStream") await this.end();
  }

  async #result({ final, finalize = false }) {
    const audio = final ? this.#audio.take() : this.#audio.peek();
    const start = this.#start;
    if (final) this.#start += audio.duration;
    const transcript = await this.#context.transcribe(audio, this.#options.language);
    const words = transcript.words.map((word) => ({
      ...word,
      start: start + word.start,
      end: start + word.end,
    }));
    this.#context.send({
      type: "Results",
      channel_index: [0, 1],
      duration: audio.duration,
      start,
      is_final: final,
      speech_final: final,
      channel: { alternatives: [alternative({ ...transcript, words }, this.#options)] },
      metadata: { request_id: this.#context.requestId },
      ...(finalize ? { from_finalize: true } : {}),
    });
  }

  async end() {
    if (this.#audio.seconds > 0) await this.#result({ final: true });
    this.#context.send({
      type: "Metadata",
      request_id: this.#context.requestId,
      duration: this.#start,
      channels: 1,
    });
    this.#context.close(1000);
  }
}
