/** OpenAI's shape at every door: chat completions, embeddings, responses. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { MODELS, THINKING_MODEL } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, streamResponse } from "./stubs.mjs";

const OSS = "@cf/openai/gpt-oss-120b";
const BGE = "@cf/baai/bge-small-en-v1.5";
const say = (text) => [{ role: "user", content: text }];
const WEATHER = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

async function collect(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

for (const [dialect, model] of Object.entries({ ...MODELS, thinking: THINKING_MODEL, oss: OSS })) {
  testEachDoor(`chat completions, ${dialect}: a whole answer`, async ({ door }) => {
    const answer = await door.client().chat.completions.create({ model, messages: say("echo: Hello 🌍") });
    equal(answer.object, "chat.completion");
    equal(answer.model, model);
    ok(typeof answer.id === "string" && Number.isInteger(answer.created));
    equal(answer.choices.length, 1);
    const [{ index, message, finish_reason }] = answer.choices;
    deepEqual([index, message.role, message.content, finish_reason], [0, "assistant", "Hello 🌍", "stop"]);
    ok(answer.usage.total_tokens > 0);
  });

  testEachDoor(`chat completions, ${dialect}: chunks`, async ({ door }) => {
    const stream = await door.client().chat.completions.create({
      model,
      messages: say("count: 5"),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    ok(chunks.every(({ object, id }) => object === "chat.completion.chunk" && id === chunks[0].id));
    const choices = chunks.flatMap(({ choices }) => choices);
    equal(choices.map(({ delta }) => delta.content ?? "").join(""), "1 2 3 4 5");
    const reasons = choices.map(({ finish_reason }) => finish_reason).filter(Boolean);
    deepEqual(reasons, ["stop"]);
    const tail = chunks.at(-1);
    deepEqual(tail.choices, []);
    ok(tail.usage.total_tokens > 0);
    equal(chunks.filter(({ choices }) => choices.length === 0).length, 1);
    equal(stream.meta.door, door.name);
  });

  testEachDoor(`chat completions, ${dialect}: tools`, async ({ door }) => {
    const request = { model, messages: say('call: weather {"city":"Paris"}'), tools: [WEATHER] };
    const { completions } = door.client().chat;
    const { choices } = await completions.create(request);
    equal(choices[0].finish_reason, "tool_calls");
    const [call] = choices[0].message.tool_calls;
    ok(call.type === "function" && call.id.length > 0);
    equal(call.function.name, "weather");
    deepEqual(JSON.parse(call.function.arguments), { city: "Paris" });

    const chunks = await collect(await completions.create({ ...request, stream: true }));
    const deltas = chunks.flatMap(({ choices: [choice] }) => choice?.delta.tool_calls ?? []);
    equal(deltas[0].function.name, "weather");
    ok(deltas.every(({ index }) => index === 0));
    deepEqual(JSON.parse(deltas.map((delta) => delta.function.arguments ?? "").join("")), { city: "Paris" });
    equal(chunks.findLast(({ choices }) => choices.length > 0).choices[0].finish_reason, "tool_calls");
  });
}

testEachDoor("chat completions: a stream is an AIStream", async ({ door }) => {
  const { completions } = door.client().chat;
  const request = { model: MODELS.legacy, messages: say("echo: one two"), stream: true };
  equal(await (await completions.create(request)).text(), "one two");
  const { text, finishReason } = await (await completions.create(request)).final();
  deepEqual([text, finishReason], ["one two", "stop"]);
  const bytes = await (await completions.create(request)).toResponse().text();
  match(bytes, /^data: \{"id".*data: \[DONE\]\n\n$/s);
  const left = await completions.create({ ...request, messages: say("count: 500") });
  for await (const chunk of left) {
    ok(chunk.choices.length === 1);
    break;
  }
});

testEachDoor("chat completions: refused as everywhere else", async ({ door }) => {
  const { completions } = door.client().chat;
  await rejects(completions.create("a"), { code: "INVALID_INPUT", field: "input" });
  await rejects(completions.create({ messages: say("a") }), { code: "INVALID_INPUT", field: "model" });
  await rejects(completions.create({ model: "@cf/no/model", messages: say("a") }), {
    code: "MODEL_NOT_FOUND",
  });
  const image = [{ type: "image_url", image_url: { url: new Uint8Array(4) } }];
  const blind = { model: MODELS.legacy, messages: [{ role: "user", content: image }] };
  await rejects(completions.create(blind), { code: "INVALID_INPUT", field: "messages" });
});

test("chat completions: the endpoint, its headers, and what is sent", async ({ lib }) => {
  const completion = {
    id: "c",
    object: "chat.completion",
    choices: [{ message: { content: 1 } }],
    own: 1,
  };
  const { fetch, requests } = recorder(() => jsonResponse(completion));
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, gateway: "mine" });
  const messages = [{ role: "assistant", content: null, tool_calls: [] }];
  const request = { model: MODELS.legacy, messages, max_completion_tokens: 3 };
  const answer = await client.chat.completions.create(request, { sessionAffinity: "s", rejectIfBusy: true });
  // What it lacks is added.
  const message = { role: "assistant", content: "1" };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const { created } = answer;
  ok(Number.isInteger(created));
  deepEqual(answer, { ...completion, created, model: MODELS.legacy, choices });
  const [{ url, headers, body, method }] = requests;
  deepEqual([method, url], ["POST", "https://proxy.example/ai/v1/chat/completions"]);
  const sent = [{ ...messages[0], content: "" }];
  deepEqual(body, { ...request, messages: sent, options: { rejectIfBusy: true } });
  equal(headers["cf-aig-gateway-id"], "mine");
  equal(headers["x-session-affinity"], "s");
});

test("chat completions: a stream that breaks throws what the stream has thrown", async ({ lib }) => {
  for (const [pieces, code] of [
    [['data: {"response":"a"}\n\n', "data: {\n\n"], "MALFORMED_RESPONSE"],
    [['data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'], "TRUNCATED"],
  ]) {
    const binding = { run: async () => streamResponse(pieces) };
    const client = new lib.WorkersAI({ binding });
    const stream = await client.chat.completions.create({
      model: "@cf/a/b",
      messages: say("a"),
      stream: true,
    });
    const seen = [];
    await rejects(
      async () => {
        for await (const chunk of stream) seen.push(chunk);
      },
      { code },
    );
    equal(seen[0].choices[0].delta.content, "a");
  }
});

/** Clients of both doors that get this answer. */
const answered = (lib, answer) => [
  new lib.WorkersAI({ binding: { run: async () => answer() } }),
  new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch: async () => answer() }),
];
const eventsOf = (...chunks) =>
  streamResponse([...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), "data: [DONE]\n\n"]);

test("chat completions: chunks have a delta, whatever they came as", async ({ lib }) => {
  const chunks = {
    text: [
      { object: "text_completion", choices: [{ text: "paid" }] },
      { choices: [{ text: "", finish_reason: "stop" }] },
    ],
    message: [{ choices: [{ message: { role: "assistant", content: "paid" }, finish_reason: "stop" }] }],
    "no delta at all": [
      { choices: [{ delta: { content: "paid" } }] },
      { choices: [{ finish_reason: "stop" }] },
    ],
    "a choice that is none": [
      { choices: [null] },
      { choices: [{ delta: { content: "paid" }, finish_reason: "stop" }] },
    ],
  };
  for (const [what, values] of Object.entries(chunks)) {
    for (const client of answered(lib, () => eventsOf(...values))) {
      const request = { model: "@cf/a/b", messages: say("a"), stream: true };
      const got = await collect(await client.chat.completions.create(request));
      const choices = got.flatMap(({ choices }) => choices);
      ok(
        choices.every(({ delta }) => typeof delta === "object"),
        what,
      );
      equal(choices.map(({ delta }) => delta.content ?? "").join(""), "paid", what);
      ok(
        got.every(({ object }) => object === undefined || object === "chat.completion.chunk"),
        what,
      );
    }
  }
});

test("chat completions: a whole answer has a message, its calls have ids and arguments", async ({ lib }) => {
  const create = (client) => client.chat.completions.create({ model: "@cf/a/b", messages: say("a") });
  for (const choice of [{ delta: { content: "paid" } }, { text: "paid" }]) {
    for (const client of answered(lib, () =>
      jsonResponse({ choices: [{ ...choice, finish_reason: "stop" }] }),
    ))
      equal((await create(client)).choices[0].message.content, "paid");
  }
  const tool_calls = [
    { id: 7, type: "function", function: { name: "f", arguments: null } },
    { function: { name: "g" } },
  ];
  const message = { role: "assistant", content: null, tool_calls };
  for (const client of answered(lib, () => jsonResponse({ choices: [{ message }] }))) {
    const [f, g] = (await create(client)).choices[0].message.tool_calls;
    deepEqual(f, { id: "7", type: "function", function: { name: "f", arguments: "{}" } });
    match(g.id, /^call_\w+$/);
    deepEqual([g.type, g.function], ["function", { name: "g", arguments: "{}" }]);
  }
  for (const client of answered(lib, () => jsonResponse({ choices: [null], usage: { total_tokens: 2 } })))
    await rejects(create(client), { code: "MALFORMED_RESPONSE" });
});

test("chat completions: who asked for a stream and got an object gets chunks", async ({ lib }) => {
  const answers = [
    { response: "a", usage: { total_tokens: 3 } },
    {
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "m",
      choices: [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop" }],
      usage: { total_tokens: 3 },
    },
  ];
  for (const answer of answers) {
    const client = new lib.WorkersAI({ binding: { run: async () => answer } });
    const request = { model: "@cf/a/b", messages: say("a"), stream: true };
    const chunks = await collect(await client.chat.completions.create(request));
    equal(chunks.map(({ choices }) => choices[0].delta.content ?? "").join(""), "a");
    equal(chunks.at(-1).choices[0].finish_reason, "stop");
  }
});

testEachDoor("embeddings: a list, as numbers or as base64", async ({ door }) => {
  const { embeddings } = door.client();
  const list = await embeddings.create({ model: BGE, input: ["hello", "world"] });
  deepEqual([list.object, list.model, list.data.length], ["list", BGE, 2]);
  deepEqual(
    list.data.map(({ object, index, embedding }) => [object, index, embedding.length]),
    [
      ["embedding", 0, 384],
      ["embedding", 1, 384],
    ],
  );
  ok(Array.isArray(list.data[0].embedding));
  ok(list.usage.total_tokens > 0);
  const one = await embeddings.create({ model: BGE, input: "hello", encoding_format: "base64" });
  const bytes = Uint8Array.from(atob(one.data[0].embedding), (character) => character.charCodeAt(0));
  deepEqual(new Float32Array(bytes.buffer), Float32Array.from(list.data[0].embedding));
});

testEachDoor("embeddings: what is no input is named", async ({ door }) => {
  const { embeddings } = door.client();
  for (const [request, field] of [
    [undefined, "model"],
    [{ model: BGE }, "input"],
    [{ model: BGE, input: "" }, "input"],
    [{ model: BGE, input: [[1, 2]] }, "input"],
    [{ model: BGE, input: Array(101).fill("a") }, "input"],
    [{ model: BGE, input: "a", encoding_format: "int8" }, "encoding_format"],
    [{ model: OSS, input: "a" }, "model"],
  ]) {
    await rejects(embeddings.create(request), { code: "INVALID_INPUT", field });
  }
});

testEachDoor("responses: whole and as events", async ({ door }) => {
  const { responses } = door.client();
  const whole = await responses.create({ model: OSS, input: "echo: Hello" });
  equal(whole.object, "response");
  equal(whole.output_text, "Hello");
  const events = await collect(await responses.create({ model: OSS, input: "echo: Hello", stream: true }));
  const deltas = events.filter(({ type }) => type === "response.output_text.delta");
  equal(deltas.map(({ delta }) => delta).join(""), "Hello");
  equal(events.at(-1).type, "response.completed");
});

test("responses: on the binding only models that speak them", async ({ lib }) => {
  const client = new lib.WorkersAI({ binding: { run: () => ok(false, "a request") } });
  await rejects(client.responses.create({ model: MODELS.legacy, input: "a" }), {
    code: "INVALID_INPUT",
    field: "model",
    message: /chat\.completions/,
  });
});

test("responses: who asked for a stream and got an object gets events", async ({ lib }) => {
  const output = [
    { type: "message", id: "m", role: "assistant", content: [{ type: "output_text", text: "a" }] },
  ];
  const binding = { run: async () => ({ id: "r", object: "response", status: "completed", output }) };
  const client = new lib.WorkersAI({ binding });
  const stream = await client.responses.create({ model: OSS, input: "a", stream: true });
  const events = await collect(stream);
  deepEqual(
    events.map(({ type }) => type),
    ["response.created", "response.output_text.delta", "response.output_item.done", "response.completed"],
  );
  equal(events.at(-1).response.output_text, "a");
});
