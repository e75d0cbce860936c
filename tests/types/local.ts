// `workers-ai-wasm/local` as its users write it.

import {
  createLocalAI,
  createLocalHandler,
  type Engine,
  type Exchange,
  inputsDigest,
  type LocalOptions,
  serveLocalAI,
} from "workers-ai-wasm/local";

const engine: Engine = {
  name: "mine",
  description: "an engine of my own",
  async *generate({ messages, images, signal }) {
    signal.throwIfAborted();
    yield { type: "text", text: `${messages.length} ${images[0]?.width ?? 0}` };
    yield { type: "finish", finishReason: "stop", usage: { promptTokens: 1, completionTokens: 1 } };
  },
  classifyText: async ({ text }) => [{ label: text, score: 1 }],
  rerank: async ({ contexts }) => contexts.map(({ length }) => length),
  transcribe: async ({ audio }) => ({
    text: audio.format,
    language: "en",
    words: [{ word: "a", start: 0, end: 1 }],
  }),
  speak: async ({ encoding }) => ({ bytes: new Uint8Array(), mediaType: `audio/${encoding}`, duration: 0 }),
  draw: async ({ width, height }) => new Uint8Array(width * height),
  detectObjects: async ({ image }) => [
    { label: "x", score: 1, box: { xmin: 0, ymin: 0, xmax: image.width, ymax: image.height } },
  ],
};

const exchanges: Exchange[] = [];
const options: LocalOptions = {
  engine,
  models: { "@cf/new/chat": "chat", "@cf/new/whisper": { like: "@cf/openai/whisper" } },
  routes: { "*": ({ inputs, body }) => (body ? { error: 3040 } : { json: inputs }) },
  faults: { capacity: true, times: 2, "fail-item": 1, busy: 100, stall: 10 },
  record: (exchange) => void exchanges.push(exchange),
  replay: exchanges,
  deprecated: "refuse",
  batchPolls: 0,
  onCall: ({ operation, outcome, code }) => console.log(operation, outcome, code),
};

export async function use() {
  const ai = createLocalAI(options);
  const one = await ai.toMarkdown({ name: "a.html", blob: new Blob(["x"]) });
  const many = await ai.toMarkdown([{ name: "a.html", blob: new Blob(["x"]) }]);
  for (const result of [one, ...many]) console.log(result.format === "error" ? result.error : result.data);
  const log = await ai.gateway("mine").getLog("id");
  log.created_at.getTime();
  await ai.gateway("mine").patchLog("id", { feedback: 1 });

  const handle = createLocalHandler({ prefix: "/ai" });
  const response: Response = await handle(new Request("http://local/ai/tasks/search"));
  const server = await serveLocalAI({ engine: "recorded", replay: "recordings", port: 0 });
  await server.close();
  // @ts-expect-error there is no such task
  server.engines.juggling;
  // @ts-expect-error polls are counted
  createLocalAI({ batchPolls: "two" });
  return [inputsDigest("@cf/x", {}), response.status, server.engines["text-to-image"]];
}
