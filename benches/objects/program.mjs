/** Measures one case, in a process of its own, and prints the results as JSON. */
import { Output, parsePartialJson, streamText } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { WorkersAI } from "workers-ai-wasm";
import { bodyOf, CHUNKINGS, cut, responseOf } from "../chunking.mjs";
import { chatChunk } from "../payloads/chat.mjs";
import { speak } from "../payloads/vocabulary.mjs";
import { measure } from "../rounds.mjs";

const { chunking, rounds, tokens } = JSON.parse(process.argv[2]);

/** Its JSON mode can be streamed without a tool. */
const MODEL = "@cf/google/gemma-4-26b-a4b-it";
const SCHEMA = {
  type: "object",
  properties: { items: { type: "array", items: { type: "object" } } },
  required: ["items"],
};

/** Records with a few members, split like a model's text: a few characters per piece. */
function pieces(count) {
  const words = speak(4 * count, 6).filter((word) => /^[ \w]+$/.test(word));
  const texts = ['{"items":[{"id":0,"title":"'];
  for (let record = 1; texts.length < count - 1; ) {
    if (texts.length % 25 === 0) {
      texts.push(`","done":${record % 2 === 0},"score":${record / 8}},`, `{"id":${record++},"title":"`);
    } else texts.push(words[texts.length % words.length]);
  }
  texts.push('"}]}');
  return texts;
}

const texts = pieces(tokens);
const whole = texts.join("");
const expected = JSON.stringify(JSON.parse(whole));
const events = [...texts.map((content) => chatChunk({ content })), chatChunk({}, "stop"), "[DONE]"];
const chunks = cut(events, CHUNKINGS[chunking]);
const client = new WorkersAI({ baseURL: "https://bench.invalid/ai", fetch: async () => responseOf(chunks) });
// The genuine binding returns the body, not the response.
const model = createWorkersAI({ binding: { run: async () => bodyOf(chunks) } })(MODEL);

const open = () => client.streamObject(MODEL, { schema: SCHEMA, prompt: "x" });

const contenders = {
  async "ours: partials"() {
    let last;
    for await (const partial of (await open()).partials) last = partial;
    return JSON.stringify(last);
  },
  async "ours: the object alone"() {
    return JSON.stringify(await (await open()).object);
  },
  async "plain text of the same stream"() {
    let text = "";
    for await (const event of await client.streamText(MODEL, "x"))
      if (event.type === "text") text += event.text;
    return JSON.stringify(JSON.parse(text));
  },
  async "parsing anew at each piece"() {
    let text = "";
    let last;
    for await (const event of await client.streamText(MODEL, "x")) {
      if (event.type !== "text") continue;
      text += event.text;
      last = (await parsePartialJson(text)).value;
    }
    return JSON.stringify(last);
  },
  async "provider + ai: partial output"() {
    let last;
    const { partialOutputStream } = streamText({ model, prompt: "x", output: Output.json(), maxRetries: 0 });
    for await (const partial of partialOutputStream) last = partial;
    return JSON.stringify(last);
  },
};

for (const [contender, run] of Object.entries(contenders)) {
  if ((await run()) !== expected) throw new Error(`${contender} gives something else`);
}
const entrants = Object.entries(contenders).map(([name, run]) => ({ name, run }));
console.log(
  JSON.stringify({
    name: `an object of ${tokens} pieces, ${chunking} a chunk`,
    tokens,
    goals: { "parsing anew at each piece": 10, "plain text of the same stream": 1 / 1.5 },
    times: await measure(entrants, rounds),
  }),
);
