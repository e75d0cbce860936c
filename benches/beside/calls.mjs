/** Measures two builds, in turns in one process: prints a line of JSON for each row. */

import { add, checksumOf } from "../checksum.mjs";
import { bodyOf, CHUNKINGS, cut, responseOf } from "../chunking.mjs";
import { contentOf } from "../contenders/content.mjs";
import { PAYLOADS } from "../payloads/index.mjs";
import { measure } from "../rounds.mjs";

const { entries, rounds, cells } = JSON.parse(process.argv[2]);
const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const TOKENS = 5000;
/** Calls per sample: one alone is shorter than the overhead of the clock and the event loop. */
const CALLS = 50;

const builds = await Promise.all(entries.map((entry) => import(entry)));

const streams = {
  async events(client) {
    let sum = 0;
    for await (const event of await client.streamText(MODEL, "Hi")) {
      if (event.type === "text") sum = add(sum, event.text);
      else if (event.type === "tool-call-delta") sum = add(sum, event.argumentsDelta);
    }
    return sum;
  },
  async chunks(client) {
    let sum = 0;
    for await (const chunk of await client.run(MODEL, { prompt: "Hi", stream: true }))
      sum = add(sum, contentOf(chunk));
    return sum;
  },
  text: async (client) => (await client.streamText(MODEL, "Hi")).text(),
};

for (const payload of Object.keys(PAYLOADS)) {
  const reply = PAYLOADS[payload](TOKENS);
  const sum = checksumOf(reply.tokens);
  for (const [chunking, bytes] of Object.entries(CHUNKINGS)) {
    const chunks = cut(reply.events, bytes);
    for (const [way, read] of Object.entries(streams)) {
      if (way === "text" && reply.text === "") continue;
      const wanted = way === "text" ? reply.text : sum;
      await row(
        `${payload}, ${chunking}, ${way}`,
        () => responseOf(chunks),
        async (client) => {
          if ((await read(client)) !== wanted)
            throw new Error(`${payload} ${chunking} ${way}: something else`);
        },
      );
    }
  }
}

const json = (value, status = 200) => {
  const body = JSON.stringify(value);
  return () => new Response(body, { status, headers: { "content-type": "application/json" } });
};
/** A model's result in each door's form: REST in an envelope. */
const result = (value) => {
  const [rest, binding] = [json({ result: value, success: true, errors: [], messages: [] }), json(value)];
  return (door) => (door === "rest" ? rest() : binding());
};
const messages = [
  { role: "system", content: "You are a helpful assistant." },
  { role: "user", content: "Why is the sky blue?" },
];
const answer = {
  response: "Light scatters.",
  usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
};
const one = cut(PAYLOADS.chat(1).events, 0);
const expect = (found, wanted) => {
  if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
};

await calls("run", result(answer), async (client) => {
  expect((await client.run(MODEL, { messages, max_tokens: 9 })).response, answer.response);
});
await calls(
  "run, body unread by us",
  () => new Response(bodyOf([])),
  async (client) => {
    expect((await client.run(MODEL, { messages }, { returnRawResponse: true })).status, 200);
  },
);
await calls("generateText", result(answer), async (client) => {
  expect((await client.generateText(MODEL, { messages })).text, answer.response);
});
await calls(
  "streamText, 1 token",
  () => responseOf(one),
  async (client) => {
    await (await client.streamText(MODEL, { messages })).text();
  },
);
await calls(
  "a refusal, 400",
  json({ success: false, errors: [{ code: 5006, message: "Error: no" }] }, 400),
  async (client) => {
    expect(await client.run(MODEL, { messages }).catch((error) => error.code), "INVALID_INPUT");
  },
);
await calls("classifyText", result([{ label: "POSITIVE", score: 0.9 }]), async (client) => {
  expect((await client.classifyText("@cf/huggingface/distilbert-sst-2-int8", "good")).labels.length, 1);
});
await calls("embed, 1 text", result({ data: [Array(384).fill(0.125)], shape: [1, 384] }), async (client) => {
  expect((await client.embed("@cf/baai/bge-small-en-v1.5", "good")).shape[1], 384);
});

/** A sample is many sequential calls. */
function calls(name, reply, call) {
  return row(
    name,
    reply,
    async (client) => {
      for (let at = 0; at < CALLS; at++) await call(client);
    },
    CALLS,
  );
}

async function row(name, reply, run, per = 1) {
  if (!name.includes(cells)) return;
  for (const door of per === 1 ? ["rest"] : ["rest", "binding"]) {
    const entrants = builds.map(({ WorkersAI }, at) => {
      const client =
        door === "rest"
          ? new WorkersAI({ baseURL: "https://bench.invalid/ai", fetch: async () => reply(door) })
          : new WorkersAI({ binding: { run: async () => reply(door) } });
      return { name: String(at), run: () => run(client) };
    });
    const times = Object.values(await measure(entrants, rounds)).map((samples) =>
      samples.map((sample) => (sample === null ? null : sample / per)),
    );
    console.log(JSON.stringify({ name: per === 1 ? name : `${name}, ${door}`, times }));
  }
}
