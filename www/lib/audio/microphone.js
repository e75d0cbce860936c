// The microphone as frames of 16-bit samples, as realtime models hear.

import { pcm16 } from "./wav.js";

/**
 * Opens the microphone. The frames come until `signal` is aborted.
 *
 * @param {number} sampleRate
 * @param {AbortSignal} signal
 * @returns {Promise<ReadableStream<Uint8Array>>}
 */
export async function microphone(sampleRate, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const context = new AudioContext({ sampleRate });
  await context.audioWorklet.addModule("/lib/audio/frames-worklet.js");
  const frames = new AudioWorkletNode(context, "frames", { numberOfOutputs: 0 });
  context.createMediaStreamSource(stream).connect(frames);
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    return context.close();
  };
  return new ReadableStream({
    start(controller) {
      frames.port.onmessage = ({ data }) => controller.enqueue(pcm16(data));
      const end = () => {
        frames.port.onmessage = null;
        controller.close();
        close();
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    },
  });
}
