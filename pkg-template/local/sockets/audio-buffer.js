// Buffers the audio of a socket, and measures its duration and loudness.

import { joined as join } from "../media/bytes.js";
import { fromPCM16 } from "../media/samples.js";

const BYTES_PER_SAMPLE = { linear16: 2, mulaw: 1, alaw: 1 };
/** Bytes per second of formats that carry their own header. */
const GUESSED = 8000;
const SPEECH = 0.01;

export class AudioBuffer {
  #parts = [];
  #bytes = 0;
  #encoding;
  #sampleRate;

  constructor({ encoding, sampleRate }) {
    this.#encoding = encoding;
    this.#sampleRate = sampleRate;
  }

  get bytesPerSecond() {
    const width = BYTES_PER_SAMPLE[this.#encoding];
    return width ? width * this.#sampleRate : GUESSED;
  }

  get seconds() {
    return this.#bytes / this.bytesPerSecond;
  }

  push(bytes) {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  /** Drops pieces that are older than this many seconds. */
  keepLast(seconds) {
    while (this.#parts.length > 1 && this.#bytes - this.#parts[0].length >= seconds * this.bytesPerSecond)
      this.#bytes -= this.#parts.shift().length;
  }

  /** Removes and returns everything, in the form that an engine accepts. */
  take() {
    const audio = this.peek();
    this.#parts = [];
    this.#bytes = 0;
    return audio;
  }

  /** The same without removing it. The bytes are joined on demand. */
  peek() {
    const parts = [...this.#parts];
    let joined;
    const all = () => {
      joined ??= join(parts);
      return joined;
    };
    const encoding = this.#encoding ?? "linear16";
    return {
      format: this.#encoding ? `raw ${encoding}` : "stream",
      mediaType: "audio/raw",
      encoding,
      sampleRate: this.#sampleRate,
      channels: 1,
      duration: this.seconds,
      get bytes() {
        return all();
      },
      get data() {
        return all();
      },
    };
  }

  /** Whether there is speech in these samples; samples that can't be read count as speech. */
  isSpeech(bytes) {
    if (this.#encoding !== "linear16") return true;
    const samples = fromPCM16(bytes);
    if (samples.length === 0) return false;
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) >= SPEECH;
  }
}
