/** Recordings that go out in pieces. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const WHISPER = "@cf/openai/whisper";
const TURBO = "@cf/openai/whisper-large-v3-turbo";
const RATE = 8000;

/** WAV of noise, 8 bits, that is silent for half a second before each of these times. */
function wav(seconds, pauses = []) {
  const bytes = new Uint8Array(44 + seconds * RATE);
  const view = new DataView(bytes.buffer);
  const text = (at, word) => bytes.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, "data");
  view.setUint32(40, bytes.length - 44, true);
  for (let at = 44; at < bytes.length; at++) bytes[at] = 64 + ((at * 7919) % 128);
  for (const pause of pauses) bytes.fill(128, 44 + (pause - 0.5) * RATE, 44 + pause * RATE);
  return bytes;
}

/** How long a piece of it is. */
const secondsOf = (bytes) => (bytes.length - 44) / RATE;
const bytesOf = async (body) => new Uint8Array(await new Response(body).arrayBuffer());

/** A service that hears in each piece how long it is; `answer` may say something else. */
function hearing(lib, { answer, ...options } = {}) {
  const received = [];
  const { fetch, requests } = recorder(async ({ body, signal }, index) => {
    const seconds = secondsOf(await bytesOf(body));
    received.push(seconds);
    const other = await answer?.(index, signal);
    if (other !== undefined) return other;
    const word = { word: `w${received.length}`, start: 0.25, end: seconds };
    const vtt = `WEBVTT\n\n00:00.250 --> 00:${seconds.toFixed(3).padStart(6, "0")}\n${word.word}\n`;
    return jsonResponse({ success: true, result: { text: ` ${seconds} `, words: [word], vtt } });
  });
  return { ai: restClient(lib, { fetch, maxRetries: 0, ...options }), received, requests };
}

const RECORDING = wav(60, [18, 36, 54]);

testEachDoor("a long recording is one transcript, with its own times", async ({ door }) => {
  const ai = door.client();
  const forms = {
    bytes: () => RECORDING,
    blob: () => new Blob([RECORDING]),
    stream: () => new Blob([RECORDING]).stream(),
    response: () => new Response(RECORDING),
    "{ body, contentType }": () => ({ body: RECORDING, contentType: "audio/wav" }),
  };
  for (const [form, audio] of Object.entries(forms)) {
    const progress = [];
    const onProgress = (step) => progress.push(step);
    const result = await ai.transcribe(
      TURBO,
      { audio: audio(), language: "de" },
      { pieceSeconds: 20, onProgress },
    );
    equal(progress.length, 4, form);
    deepEqual(
      progress.map(({ pieces, totalSeconds }) => [pieces, totalSeconds]),
      [1, 2, 3, 4].map((pieces) => [pieces, 60]),
      form,
    );
    equal(progress.at(-1).seconds, 60);
    for (const [index, pause] of [18, 36, 54].entries()) {
      const { seconds } = progress[index];
      ok(seconds > pause - 0.5 && seconds < pause, `${form}: cut at ${seconds}`);
      // The next piece's first word begins where the last one ended.
      ok(result.words.some(({ start }) => Math.abs(start - seconds) < 0.002));
    }
    ok(
      result.words.every(
        ({ start, end }, at) => start < end && start >= (result.words[at - 1]?.end ?? 0) - 0.002,
      ),
    );
    ok(Math.abs(result.words.at(-1).end - 60) < 0.002);
    equal(result.duration, 60);
    match(result.vtt, /^WEBVTT\n\n/);
    equal(result.vtt.split("WEBVTT").length, 2);
    equal(result.raw.length, 4);
    equal(result.meta.attempts, 4);
  }
});

test("pieces are heard at the same time, and stand in their order", async ({ lib }) => {
  let running = 0;
  let most = 0;
  const waiting = [];
  const answer = async (index) => {
    most = Math.max(most, ++running);
    // The first of two answers last.
    if (index % 2 === 0) await new Promise((resolve) => waiting.push(resolve));
    else waiting.shift()();
    running--;
  };
  const { ai, received } = hearing(lib, { answer });
  const { text, words, vtt } = await ai.transcribe(WHISPER, RECORDING, { pieceSeconds: 20 });
  equal(most, 2);
  equal(received.length, 4);
  equal(text, received.join(" "));
  const begins = received.map((_, index) =>
    received.slice(0, index).reduce((sum, seconds) => sum + seconds, 0),
  );
  deepEqual(
    words.map(({ start }) => start.toFixed(3)),
    begins.map((begin) => (begin + 0.25).toFixed(3)),
  );
  const clock = (seconds) => `00:00:${seconds.toFixed(3)}`;
  equal(
    vtt.split("\n").filter((line) => line.includes("-->"))[1],
    `${clock(begins[1] + 0.25)} --> ${clock(begins[2])}`,
  );
});

test("what was transcribed before a failure is in the error, from which another call goes on", async ({
  lib,
}) => {
  const broken = hearing(lib, {
    answer: (index) =>
      index === 2
        ? jsonResponse({ success: false, errors: [{ code: 3040, message: "no" }] }, { status: 429 })
        : undefined,
  });
  const options = { pieceSeconds: 20, concurrency: 1 };
  const error = await rejects(broken.ai.transcribe(WHISPER, RECORDING, options), { code: "CAPACITY" });
  const { partial } = error;
  equal(partial.text, broken.received.slice(0, 2).join(" "));
  equal(partial.duration, broken.received[0] + broken.received[1]);
  const whole = hearing(lib);
  const expected = await whole.ai.transcribe(WHISPER, RECORDING, options);
  // As JSON, for it may be kept.
  const resume = JSON.parse(JSON.stringify(partial));
  const rest = hearing(lib);
  const result = await rest.ai.transcribe(WHISPER, new Blob([RECORDING]), { ...options, resume });
  deepEqual(rest.received, whole.received.slice(2));
  equal(result.text, expected.text);
  deepEqual(
    result.words.map(({ start, end }) => [start, end]),
    expected.words.map(({ start, end }) => [start, end]),
  );
  equal(result.duration, 60);
});

test("a call that is aborted sends no more, and a stream that stalls ends with it", async ({ lib }) => {
  const caller = new AbortController();
  const { ai, received } = hearing(lib, {
    answer: (index, signal) =>
      new Promise((resolve, reject) => {
        if (index === 0) return resolve();
        signal.addEventListener("abort", () => reject(signal.reason));
        caller.abort("enough");
      }),
  });
  const options = { pieceSeconds: 20, concurrency: 1, signal: caller.signal };
  const error = await rejects(ai.transcribe(WHISPER, RECORDING, options), { code: "ABORTED" });
  equal(error.cause, "enough");
  equal(error.partial.duration, received[0]);
  equal(received.length, 2);

  let cancelled = false;
  const stalled = new ReadableStream({
    start: (controller) => controller.enqueue(RECORDING.subarray(0, 1000)),
    cancel: () => {
      cancelled = true;
    },
  });
  const leaving = new AbortController();
  const waiting = ai.transcribe(WHISPER, stalled, { pieceSeconds: 20, signal: leaving.signal });
  waiting.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 0));
  leaving.abort();
  await rejects(waiting, { code: "ABORTED" });
  ok(cancelled);
});

test("a recording goes out as it is unless something else is said", async ({ lib }) => {
  const { ai, received } = hearing(lib);
  await ai.transcribe(WHISPER, RECORDING);
  await ai.transcribe(WHISPER, RECORDING, { pieceSeconds: 0, onProgress() {} });
  deepEqual(received, [60, 60]);
  // Unless it is large.
  const large = wav(2700);
  await ai.transcribe(WHISPER, large, { concurrency: 8 });
  equal(received.length > 20, true);
  equal(
    received.slice(2).reduce((sum, seconds) => sum + seconds, 0),
    2700,
  );
});

test("what cannot be cut is refused where pieces are wanted", async ({ lib }) => {
  const { ai, requests } = hearing(lib);
  const refused = (audio, options, expected) =>
    rejects(ai.transcribe(WHISPER, audio, options), { code: "INVALID_INPUT", ...expected });
  const aac = Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  await refused(aac, { pieceSeconds: 20 }, { field: "audio", message: /WAV, FLAC, MP3 or Ogg/ });
  await refused(RECORDING.subarray(0, 44), { pieceSeconds: 20 }, { field: "audio", message: /no sound/ });
  await refused(RECORDING, { pieceSeconds: 5 }, { field: "pieceSeconds" });
  await refused(RECORDING, { pieceSeconds: "20" }, { field: "pieceSeconds" });
  await refused(RECORDING, { pieceSeconds: 20, concurrency: 0 }, { field: "concurrency" });
  await refused(RECORDING, { onProgress: true }, { field: "onProgress" });
  for (const resume of [1, {}, { text: "x" }, { duration: 3 }, { text: "x", duration: -1 }]) {
    await refused(RECORDING, { resume }, { field: "resume" });
  }
  await refused(undefined, { pieceSeconds: 20 }, {});
  await refused({ audio: 7 }, { pieceSeconds: 20 }, { field: "audio" });
  equal(requests.length, 0);
});

test("onProgress that throws ends the call", async ({ lib }) => {
  const { ai, received } = hearing(lib);
  const error = new Error("enough");
  const options = {
    pieceSeconds: 20,
    concurrency: 1,
    onProgress: () => {
      throw error;
    },
  };
  equal(await ai.transcribe(WHISPER, RECORDING, options).catch((thrown) => thrown), error);
  ok(received.length <= 2);
});

test("what a recording says of its times does not multiply the requests", async ({ lib }) => {
  const { ai, requests } = hearing(lib);
  const slow = new Uint8Array(21 << 20);
  slow.set(wav(1));
  new DataView(slow.buffer).setUint32(40, slow.length - 44, true);
  for (const rate of [1, 999, 768_001]) {
    new DataView(slow.buffer).setUint32(24, rate, true);
    await rejects(ai.transcribe(TURBO, slow), {
      code: "INVALID_INPUT",
      field: "audio",
      message: /sample rate/,
    });
  }
  equal(requests.length, 0);
  // The lowest rate that there is, and the shortest pieces.
  const small = slow.slice(0, 400_000);
  new DataView(small.buffer).setUint32(24, 1000, true);
  new DataView(small.buffer).setUint32(40, small.length - 44, true);
  await ai.transcribe(TURBO, small, { pieceSeconds: 10 });
  ok(requests.length <= Math.ceil(small.length / (16 << 10)), `${requests.length} requests`);
});

test("times that a recording has too few bytes for are refused", async ({ lib }) => {
  const { ai, requests } = hearing(lib);
  const page = (flags, granule, body) => {
    const bytes = new Uint8Array(28 + body.length);
    bytes.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
    new DataView(bytes.buffer).setBigUint64(6, BigInt(granule), true);
    bytes.set([1, body.length, ...body], 26);
    return bytes;
  };
  const text = (word, length) => Object.assign(new Uint8Array(length), [...new TextEncoder().encode(word)]);
  const pages = [page(2, 0, text("OpusHead", 19)), page(0, 0, text("OpusTags", 16))];
  const body = new Uint8Array(250).fill(1);
  for (let at = 1; at < 1000; at++) pages.push(page(0, at * 48_000 * 120, body));
  await rejects(ai.transcribe(TURBO, new Blob(pages), { pieceSeconds: 60 }), {
    code: "INVALID_INPUT",
    field: "audio",
    message: /lasts longer/,
  });
  equal(requests.length, 0);
});
