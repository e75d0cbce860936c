/** Measures the providers in one process, in turns: prints a line of JSON for each row. */

import { ai } from "../../tests/ai-sdk/clients.mjs";
import { addPart, checksumOf } from "../checksum.mjs";
import { CHUNKINGS, cut } from "../chunking.mjs";
import { PAYLOADS } from "../payloads/index.mjs";
import { measure } from "../rounds.mjs";
import { modelsOf } from "./contenders.mjs";

const { rounds, tokens, cells } = JSON.parse(process.argv[2]);
const PROMPT = [{ role: "user", content: [{ type: "text", text: "Why is the sky blue?" }] }];

let chunks;
const models = modelsOf(() => chunks);
const { streamText } = ai;

/** The model's stream, part by part. */
async function readParts(model) {
  const { stream } = await model.doStream({ prompt: PROMPT });
  let sum = 0;
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return sum;
    sum = addPart(sum, value);
  }
}

/** A whole program. */
async function readThroughAI(model) {
  let sum = 0;
  for await (const part of streamText({ model, prompt: "Hi", maxRetries: 0 }).fullStream) {
    sum = addPart(sum, part);
  }
  return sum;
}

for (const payload of Object.keys(PAYLOADS)) {
  const reply = PAYLOADS[payload](tokens);
  const wanted = checksumOf(reply.tokens);
  for (const chunking of ["1 event", "16 KB"]) {
    const pieces = cut(reply.events, CHUNKINGS[chunking]);
    for (const [way, read] of Object.entries({ doStream: readParts, "streamText of ai": readThroughAI })) {
      await row(`${payload}, ${chunking}, ${way}`, tokens, async (model) => {
        chunks = pieces;
        const sum = await read(model);
        if (sum !== wanted) throw new Error(`${payload}, ${chunking}: something else was read`);
      });
    }
  }
}

/** Calls with minimal content. A sample is many sequential calls. */
const CALLS = 20;
const one = cut(PAYLOADS.chat(1).events, 0);
await row("a call with 1 token, doStream", CALLS, async (model) => {
  for (let at = 0; at < CALLS; at++) {
    chunks = one;
    await readParts(model);
  }
});
await row("a call with 1 token, streamText of ai", CALLS, async (model) => {
  for (let at = 0; at < CALLS; at++) {
    chunks = one;
    await readThroughAI(model);
  }
});

async function row(name, per, run) {
  if (!name.includes(cells)) return;
  const entrants = Object.entries(models).map(([who, model]) => ({ name: who, run: () => run(model) }));
  console.log(JSON.stringify({ name, per, times: await measure(entrants, rounds) }));
}
