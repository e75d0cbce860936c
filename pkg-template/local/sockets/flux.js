// Deepgram Flux: PCM in, turns out.

import { badInput } from "../errors.js";
import { turn } from "../streams/turns.js";
import { rateOf } from "../tasks/speech-recognition/nova.js";
import { AudioBuffer } from "./audio-buffer.js";

/** Seconds of audio that are analysed together. */
const WINDOW = 0.1;
/** Seconds of silence after which a turn may be over, and is. */
const EAGER_SILENCE = 0.3;
const SILENCE = 0.6;

/** Seconds after which a turn ends even without a pause. */
const LONGEST_TURN = 300;

const DIGITS = /^\d+$/;

function between(inputs, name, low, high, model) {
  const value = inputs[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isNaN(number) || number < low || number > high)
    throw badInput(model, `'/${name}' must be from ${low} to ${high}`);
  return number;
}

/** All inputs are texts, as they are in a URL's query. */
export function readFlux(inputs, model) {
  if (inputs.encoding === undefined || inputs.sample_rate === undefined)
    throw badInput(model, "required properties at '/' are 'encoding,sample_rate'");
  if (inputs.encoding !== "linear16") throw badInput(model, "'/encoding' must be one of linear16");
  if (!DIGITS.test(String(inputs.sample_rate))) throw badInput(model, "'/sample_rate' must be digits");
  between(inputs, "eot_threshold", 0.5, 0.9, model);
  const timeout = inputs.eot_timeout_ms ?? "5000";
  if (!DIGITS.test(String(timeout))) throw badInput(model, "'/eot_timeout_ms' must be digits");
  return {
    sampleRate: rateOf(inputs.sample_rate, model),
    eager: between(inputs, "eager_eot_threshold", 0.3, 0.9, model) !== undefined,
    silence: Math.min(SILENCE, Number(timeout) / 1000),
  };
}

export class FluxSession {
  #options;
  #context;
  #turn;
  #rest = new Uint8Array(0);
  #sequence = 0;
  #turnIndex = 0;
  #position = 0;
  #turnStart = 0;
  #silent = 0;
  #speaking = false;
  #eagerSent = false;

  constructor(options, context) {
    this.#options = options;
    this.#context = context;
    this.#turn = new AudioBuffer({ encoding: "linear16", sampleRate: options.sampleRate });
  }

  async receive(data) {
    if (typeof data === "string") {
      const { type } = this.#context.parse(data) ?? {};
      if (type === "CloseStream") await this.end();
      return;
    }
    const size = 2 * Math.max(1, Math.round(WINDOW * this.#options.sampleRate));
    let bytes = new Uint8Array(this.#rest.length + data.length);
    bytes.set(this.#rest);
    bytes.set(data, this.#rest.length);
    while (bytes.length >= size) {
      await turn(size);
      await this.#window(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes.slice();
  }

  async #window(bytes) {
    this.#position += WINDOW;
    const speech = this.#turn.isSpeech(bytes);
    if (!speech && !this.#speaking) return;
    this.#turn.push(bytes.slice());
    if (speech) {
      this.#silent = 0;
      if (!this.#speaking) {
        this.#speaking = true;
        this.#turnStart = this.#position - WINDOW;
        return this.#report("StartOfTurn");
      }
      if (this.#eagerSent) {
        this.#eagerSent = false;
        return this.#report("TurnResumed");
      }
      return this.#turn.seconds >= LONGEST_TURN ? this.#endTurn() : this.#report("Update");
    }
    this.#silent += WINDOW;
    // Sums of tenths have rounding errors.
    if (this.#silent >= this.#options.silence - WINDOW / 2) return this.#endTurn();
    if (this.#options.eager && !this.#eagerSent && this.#silent >= EAGER_SILENCE - WINDOW / 2) {
      this.#eagerSent = true;
      return this.#report("EagerEndOfTurn");
    }
  }

  async #endTurn() {
    await this.#report("EndOfTurn");
    this.#turn.take();
    this.#turnIndex += 1;
    this.#speaking = false;
    this.#eagerSent = false;
    this.#silent = 0;
  }

  async #report(event) {
    const { text, words } = await this.#context.transcribe(this.#turn.peek());
    this.#context.send({
      request_id: this.#context.requestId,
      sequence_id: this.#sequence++,
      event,
      turn_index: this.#turnIndex,
      audio_window_start: rounded(this.#turnStart),
      audio_window_end: rounded(this.#position),
      transcript: text,
      words: words.map(({ word }) => ({ word, confidence: 0.99 })),
      end_of_turn_confidence: CONFIDENCE[event],
    });
  }

  async end() {
    if (this.#speaking) await this.#endTurn();
    this.#context.close(1000);
  }
}

const rounded = (seconds) => Math.round(seconds * 1000) / 1000;
const CONFIDENCE = { StartOfTurn: 0.01, Update: 0.1, TurnResumed: 0.1, EagerEndOfTurn: 0.6, EndOfTurn: 0.95 };
