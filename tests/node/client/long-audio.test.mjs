/** An hour of audio: in pieces, with bounded memory, right times at each joint, and on from a failure in its middle. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";

const MIB = 1024 * 1024;
/** MiB over what the program holds before the call. */
const BOUND = 150;
const SECONDS = 3600;

/** Runs in the child. The recording is made while it is read: 16 kHz, 16 bits, silent for half a second in each 13 s. */
const PROGRAM = `
import { WorkersAI } from "workers-ai-wasm";
import { serveLocalAI } from "workers-ai-wasm/local";
const [broken, length] = [process.argv[1], Number(process.argv[2])];
const RATE = 16000;
function* recording(seconds) {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at, word) => [...word].forEach((sign, index) => header.setUint8(at + index, sign.charCodeAt(0)));
  text(0, "RIFF"); header.setUint32(4, 36 + seconds * RATE * 2, true); text(8, "WAVEfmt ");
  header.setUint32(16, 16, true); header.setUint16(20, 1, true); header.setUint16(22, 1, true);
  header.setUint32(24, RATE, true); header.setUint32(28, RATE * 2, true); header.setUint16(32, 2, true);
  header.setUint16(34, 16, true); text(36, "data"); header.setUint32(40, seconds * RATE * 2, true);
  yield new Uint8Array(header.buffer);
  for (let second = 0; second < seconds; second++) {
    const samples = new Int16Array(RATE);
    for (let at = 0; at < RATE; at++) samples[at] = (second % 13 === 12 && at >= RATE / 2) ? 0 : ((at * 7919) % 20000) - 10000;
    yield new Uint8Array(samples.buffer);
  }
}
const stream = (seconds = length) => ReadableStream.from(recording(seconds));
const service = await serveLocalAI({ port: 0, engine: "stand-in", env: {} });
const model = "@cf/openai/whisper-large-v3-turbo";
let requests = 0;
const failing = (url, init) => {
  requests++;
  if (broken === "broken" && requests === 20)
    return Promise.resolve(Response.json({ success: false, errors: [{ code: 3040, message: "no" }] }, { status: 429 }));
  return fetch(url, init);
};
const ai = new WorkersAI({ baseURL: service.baseURL, apiToken: service.apiToken, fetch: failing, maxRetries: 0 });
// What is loaded and compiled on the way is no part of the question.
await ai.transcribe(model, stream(100), { pieceSeconds: 10 });
requests = 0;
gc();
const rss = () => process.memoryUsage.rss();
const before = rss();
let peak = before;
const watch = setInterval(() => { peak = Math.max(peak, rss()); }, 5);
const progress = [];
const onProgress = (step) => { progress.push(step); peak = Math.max(peak, rss()); };
let resumed;
let result;
try {
  result = await ai.transcribe(model, stream(), { onProgress });
} catch (error) {
  resumed = { code: error.code, at: error.partial.duration, pieces: progress.length };
  result = await ai.transcribe(model, stream(), { onProgress, resume: error.partial });
}
clearInterval(watch);
const { words, duration } = result;
const gaps = words.slice(1).map(({ start }, at) => Math.abs(start - words[at].end));
console.log(JSON.stringify({
  risen: (peak - before) / ${MIB},
  joints: progress.map(({ seconds }) => seconds),
  total: progress[0].totalSeconds,
  duration,
  last: words.at(-1).end,
  gap: Math.max(...gaps),
  requests,
  resumed,
}));
await service.close();
`;

async function run(how) {
  const args = ["--expose-gc", "--input-type=module", "--eval", PROGRAM, how, String(SECONDS)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * MIB });
  return JSON.parse(stdout);
}

function check({ joints, total, duration, last, gap }) {
  assert.equal(total, SECONDS);
  assert.equal(duration, SECONDS);
  assert.ok(Math.abs(last - SECONDS) < 0.01, `the last word ends at ${last}`);
  assert.ok(gap < 0.01, `${gap} s between two words`);
  for (const joint of joints.slice(0, -1)) {
    assert.ok(joint % 13 > 12.4, `cut at ${joint}, where it is not silent`);
  }
}

test(`an hour takes less than ${BOUND} MiB, and its times are right`, async () => {
  const outcome = await run("whole");
  check(outcome);
  assert.equal(outcome.requests, outcome.joints.length);
  assert.ok(outcome.joints.length >= SECONDS / 60);
  assert.ok(outcome.risen < BOUND, `the memory rose by ${outcome.risen.toFixed(1)} MiB`);
  console.log(`${outcome.requests} requests, ${outcome.risen.toFixed(1)} MiB`);
});

test("an hour that failed in its middle goes on there", async () => {
  const outcome = await run("broken");
  check(outcome);
  assert.equal(outcome.resumed.code, "CAPACITY");
  // The piece beside the one that failed may have been on its way.
  const { pieces } = outcome.resumed;
  assert.ok(outcome.requests - (outcome.joints.length + 1) <= 2, `${outcome.requests} requests`);
  assert.equal(outcome.resumed.at, outcome.joints[pieces - 1]);
});
