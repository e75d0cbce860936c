/** Memory: what a large recording costs on its way out, over HTTP, in a program of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import http from "node:http";
import test from "node:test";
import { promisify } from "node:util";

const MIB = 1024 * 1024;
const SIZE = 25 * MIB;
/** MiB above what the program holds with the recording in its hands. */
const BOUNDS = { numbers: 120, base64: 50, raw: 50 };

/** A service that counts bytes and keeps none. */
async function counter() {
  let length = 0;
  const server = http.createServer((request, response) => {
    length = 0;
    request.on("data", (chunk) => {
      length += chunk.length;
    });
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ result: { text: String(length) }, success: true }));
    });
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { server, url: `http://127.0.0.1:${server.address().port}/ai` };
}

/** Runs in the child: says how long the body was and how far the memory rose. */
const PROGRAM = `
import { WorkersAI } from "workers-ai-wasm";
const [url, form, size] = [process.argv[1], process.argv[2], Number(process.argv[3])];
const ai = new WorkersAI({ baseURL: url, timeout: 120000 });
const audio = new Uint8Array(size);
for (let at = 0, state = 1; at < size; at++) {
  state = (state * 1103515245 + 12345) & 0x7fffffff;
  audio[at] = state >> 16;
}
const [model, beside] = {
  numbers: ["@cf/openai/whisper", { source_lang: "en" }],
  base64: ["@cf/openai/whisper-large-v3-turbo", {}],
  raw: ["@cf/openai/whisper", {}],
}[form];
// The parts that are loaded later are no part of the question.
await ai.transcribe(model, { audio: audio.subarray(0, 100000), ...beside });
gc();
await new Promise((resolve) => setTimeout(resolve, 50));
gc();
const rss = () => process.memoryUsage.rss();
const before = rss();
let peak = before;
const watch = setInterval(() => { peak = Math.max(peak, rss()); }, 2);
const { text } = await ai.transcribe(model, { audio, ...beside });
clearInterval(watch);
peak = Math.max(peak, rss());
console.log(JSON.stringify({ length: Number(text), risen: (peak - before) / ${MIB} }));
`;

for (const [form, bound] of Object.entries(BOUNDS)) {
  test(`25 MB of audio as ${form} take less than ${bound} MiB`, async () => {
    const { server, url } = await counter();
    try {
      const args = ["--expose-gc", "--input-type=module", "--eval", PROGRAM, url, form, String(SIZE)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { length, risen } = JSON.parse(stdout);
      const least = { numbers: SIZE * 3, base64: Math.ceil(SIZE / 3) * 4, raw: SIZE }[form];
      assert.ok(length >= least, `the body had ${length} bytes`);
      assert.ok(risen < bound, `${form}: the memory rose by ${risen.toFixed(1)} MiB`);
      console.log(`${form}: ${length} bytes, ${risen.toFixed(1)} MiB`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}
