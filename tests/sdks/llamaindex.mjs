/** Programs for LlamaIndex, which speaks to OpenAI-compatible services through an `openai` of its own, an older one. In Node: its other runtimes are not these. */
import { FunctionTool } from "@llamaindex/core/tools";
import { OpenAI, OpenAIEmbedding, OpenAIResponses } from "@llamaindex/openai";
import { z } from "zod";
import { deepEqual, equal, ok, rejects } from "../suite/assert.mjs";
import { MODELS, THINKING_MODEL } from "../suite/doors.mjs";
import { testEachDoor } from "../suite/harness.mjs";

const BGE = "@cf/baai/bge-small-en-v1.5";

/** What is said of a construction here, and nowhere else. */
const options = (ai, serveOpenAI) => {
  const { apiKey, baseURL, fetch } = serveOpenAI(ai);
  return { apiKey, baseURL, maxRetries: 0, additionalSessionOptions: { fetch } };
};
const say = (content) => [{ role: "user", content }];

async function joined(stream) {
  let text = "";
  for await (const { delta } of stream) text += delta ?? "";
  return text;
}

for (const [dialect, model] of Object.entries({ ...MODELS, thinking: THINKING_MODEL })) {
  testEachDoor(`LlamaIndex, ${dialect}: chat, stream, complete`, async ({ door, serveOpenAI }) => {
    const llm = new OpenAI({ model, ...options(door.client(), serveOpenAI) });
    const { message } = await llm.chat({ messages: say("echo: Hello 🌍") });
    equal(message.content, "Hello 🌍");
    equal(await joined(await llm.chat({ messages: say("count: 5"), stream: true })), "1 2 3 4 5");
    equal((await llm.complete({ prompt: "echo: Hello" })).text, "Hello");
  });

  testEachDoor(`LlamaIndex, ${dialect}: Responses`, async ({ door, serveOpenAI }) => {
    const llm = new OpenAIResponses({ model, ...options(door.client(), serveOpenAI) });
    const { message } = await llm.chat({ messages: say("echo: Hello") });
    equal(message.content, "Hello");
    let text = "";
    // LlamaIndex repeats its last piece with every later event, whoever answers.
    for await (const { raw, delta } of await llm.chat({ messages: say("count: 5"), stream: true }))
      if (raw.type === "response.output_text.delta") text += delta;
    equal(text, "1 2 3 4 5");
  });
}

testEachDoor("LlamaIndex: tools, whole and streamed", async ({ door, serveOpenAI }) => {
  // LlamaIndex looks at the model's name whether it calls tools.
  const names = { "gpt-4o": THINKING_MODEL };
  const serve = (ai) => serveOpenAI(ai, { models: names });
  const llm = new OpenAI({ model: "gpt-4o", ...options(door.client(), serve) });
  const cities = [];
  const weather = FunctionTool.from(
    ({ city }) => {
      cities.push(city);
      return "sunny";
    },
    {
      name: "weather",
      description: "The weather of a city",
      parameters: z.object({ city: z.string() }),
    },
  );
  const messages = say('call: weather {"city":"Paris"}');
  const { message } = await llm.chat({ messages, tools: [weather] });
  const [call] = message.options.toolCall;
  equal(call.name, "weather");
  deepEqual(typeof call.input === "string" ? JSON.parse(call.input) : call.input, { city: "Paris" });
  equal(await weather.call({ city: "Paris" }), "sunny");
  deepEqual(cities, ["Paris"]);
  const calls = [];
  for await (const { options } of await llm.chat({ messages, tools: [weather], stream: true }))
    calls.push(...(options?.toolCall ?? []));
  const last = calls.at(-1);
  equal(last.name, "weather");
  deepEqual(typeof last.input === "string" ? JSON.parse(last.input) : last.input, { city: "Paris" });
  const result = {
    role: "user",
    content: "sunny",
    options: { toolResult: { id: call.id, result: "sunny", isError: false } },
  };
  const second = await llm.chat({ messages: [...messages, message, result], tools: [weather] });
  ok(second.message.content.length > 0);
});

testEachDoor("LlamaIndex: embeddings", async ({ door, serveOpenAI }) => {
  const embedding = new OpenAIEmbedding({ model: BGE, ...options(door.client(), serveOpenAI) });
  equal((await embedding.getTextEmbedding("one")).length, 384);
  const rows = await embedding.getTextEmbeddings(["one", "two"]);
  deepEqual([rows.length, rows[1].length], [2, 384]);
});

testEachDoor("LlamaIndex: failures", async ({ door, serveOpenAI }) => {
  const llm = new OpenAI({ model: "@cf/no/model", ...options(door.client(), serveOpenAI) });
  const error = await rejects(llm.chat({ messages: say("a") }));
  deepEqual([error.status, error.code], [404, "model_not_found"]);
});
