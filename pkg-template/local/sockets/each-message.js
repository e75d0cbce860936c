// Models whose messages aren't documented: every piece of audio gets the answer that a whole one would.

import { rateOf } from "../tasks/speech-recognition/nova.js";
import { TURN_THRESHOLD } from "../tasks/turn-detection.js";
import { AudioBuffer } from "./audio-buffer.js";

const DEFAULT_RATE = 16000;
/** Seconds of audio that a model looks back on. */
const LOOKS_BACK = 30;

export const readPieces = (inputs, model) => ({
  encoding: inputs.encoding ?? "linear16",
  sampleRate: rateOf(inputs.sample_rate, model) ?? DEFAULT_RATE,
});

class PieceSession {
  constructor(options, context) {
    this.context = context;
    this.audio = new AudioBuffer(options);
    this.seconds = 0;
  }

  async receive(data) {
    if (typeof data === "string") {
      if (this.context.parse(data)?.type === "CloseStream") this.end();
      return;
    }
    this.audio.push(data);
    this.seconds += data.length / this.audio.bytesPerSecond;
    this.audio.keepLast(LOOKS_BACK);
    this.context.send(await this.answer());
  }

  end() {
    this.context.close(1000);
  }
}

/** Smart Turn: has the speaker finished? */
export class TurnSession extends PieceSession {
  async answer() {
    const { probability } = await this.context.detectTurn(this.audio.peek());
    return { is_complete: probability > TURN_THRESHOLD, probability };
  }
}

/** Nemotron speech: the text so far. */
export class NemotronSession extends PieceSession {
  async answer() {
    const { text } = await this.context.transcribe(this.audio.peek(), "en");
    return { text, duration: this.seconds };
  }
}
