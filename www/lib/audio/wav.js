// Samples as a WAV file, and as the 16-bit numbers that realtime models hear.

/** Samples from -1 to 1 as 16-bit numbers, lowest byte first. @param {Float32Array} samples */
export function pcm16(samples) {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  for (let i = 0; i < samples.length; i++) {
    const sample = Math.max(-1, Math.min(1, samples[i]));
    view.setInt16(i * 2, sample < 0 ? sample * 0x8000 : sample * 0x7fff, true);
  }
  return new Uint8Array(view.buffer);
}

/** @param {Float32Array} samples @param {number} sampleRate */
export const wavFile = (samples, sampleRate, name) =>
  new File([wavHeader(samples.length * 2, sampleRate), pcm16(samples)], name, { type: "audio/wav" });

/** Bytes of 16-bit mono samples as a WAV file. @param {Uint8Array[]} chunks */
export function wavOfPCM(chunks, sampleRate) {
  const size = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return new Blob([wavHeader(size, sampleRate), ...chunks], { type: "audio/wav" });
}

function wavHeader(size, sampleRate) {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at, letters) => {
    for (let i = 0; i < letters.length; i++) view.setUint8(at + i, letters.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, size, true);
  return view.buffer;
}
