// A recording from the microphone, as a WAV file: every model reads those, whatever the browser records.

import { h } from "../dom.js";
import { wavFile } from "./wav.js";

const SAMPLE_RATE = 16000;

/** A button that records until it is pressed again. @param {(file: File) => void} onFile */
export function recordButton(onFile) {
  const button = h("button", { type: "button", className: "quiet", "aria-pressed": "false" }, "Record");
  let recorder = null;
  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    try {
      recorder = await record(async (blob) => {
        recorder = null;
        button.textContent = "Record";
        button.setAttribute("aria-pressed", "false");
        onFile(await wavOf(blob));
      });
      button.textContent = "Stop recording";
      button.setAttribute("aria-pressed", "true");
    } catch {
      button.textContent = "No microphone";
      button.disabled = true;
    }
  });
  return button;
}

async function record(onEnd) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  recorder.onstop = () => {
    for (const track of stream.getTracks()) track.stop();
    onEnd(new Blob(chunks, { type: recorder.mimeType }));
  };
  recorder.start();
  return recorder;
}

/** Any sound that the browser can read, as a mono WAV file. */
async function wavOf(blob) {
  return wavFile(await samplesOf(blob, SAMPLE_RATE), SAMPLE_RATE, "recording.wav");
}

/** The samples of a sound, mono, at a rate. @returns {Promise<Float32Array>} */
export async function samplesOf(blob, sampleRate) {
  // A context for nothing else than its rate: it decodes to that.
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  const mixed = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const samples = sound.getChannelData(channel);
    for (let i = 0; i < mixed.length; i++) mixed[i] += samples[i] / sound.numberOfChannels;
  }
  return mixed;
}
