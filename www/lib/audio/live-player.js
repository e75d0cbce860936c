// Plays sound while it comes in, piece after piece without gaps.

/** @param {number} sampleRate of the 16-bit samples */
export function livePlayer(sampleRate) {
  const context = new AudioContext({ sampleRate });
  let next = 0;
  let odd = new Uint8Array(0);
  return {
    /** @param {Uint8Array} bytes any part of the samples, even half a one */
    play(bytes) {
      const all = new Uint8Array(odd.length + bytes.length);
      all.set(odd);
      all.set(bytes, odd.length);
      const count = all.length >> 1;
      odd = all.slice(count * 2);
      if (count === 0) return;
      const view = new DataView(all.buffer);
      const buffer = context.createBuffer(1, count, sampleRate);
      const samples = buffer.getChannelData(0);
      for (let i = 0; i < count; i++) samples[i] = view.getInt16(i * 2, true) / 0x8000;
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(context.destination);
      next = Math.max(next, context.currentTime);
      source.start(next);
      next += buffer.duration;
    },
    stop: () => context.close(),
  };
}
