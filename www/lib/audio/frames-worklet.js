// Runs beside the page, where the sound is: gathers samples and hands them over a tenth of a second at a time.

class Frames extends AudioWorkletProcessor {
  #frame = new Float32Array(Math.round(sampleRate / 10));
  #filled = 0;

  process([[samples]]) {
    if (!samples) return true;
    for (const sample of samples) {
      this.#frame[this.#filled++] = sample;
      if (this.#filled < this.#frame.length) continue;
      this.port.postMessage(this.#frame);
      this.#filled = 0;
    }
    return true;
  }
}

registerProcessor("frames", Frames);
