/** Answers that are less, or other, than what was asked for: told, and not passed on as if they were all. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";
import { collect } from "./summary.mjs";

const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const GPT_OSS = "@cf/openai/gpt-oss-20b";
const RERANKER = "@cf/baai/bge-reranker-base";
const BGE = "@cf/baai/bge-base-en-v1.5";
const CLEF = "@cf/cloudflare/clef-flash";

function answering(lib, ...results) {
  const { fetch, requests } = recorder((_request, index) =>
    jsonResponse({ result: results[Math.min(index, results.length - 1)], success: true }),
  );
  return { client: restClient(lib, { fetch }), requests };
}

/** The same through a stand-in for the binding. */
const bound = (lib, result) => new lib.WorkersAI({ binding: { run: async () => structuredClone(result) } });

test("rerank: an answer without a score for each context is none", async ({ lib }) => {
  const ask = (response, more) =>
    Promise.all(
      [answering(lib, { response }).client, bound(lib, { response })].map((client) =>
        client.rerank(RERANKER, { query: "q", contexts: ["a", "b", "c"], ...more }),
      ),
    );
  const score = (id) => ({ id, score: 1 - id / 10 });
  for (const { results } of await ask([score(2), score(0), score(1)]))
    deepEqual(
      results.map(({ index }) => index),
      [0, 1, 2],
    );
  for (const { results } of await ask([score(0), score(1)], { top_k: 2 })) equal(results.length, 2);
  const malformed = { code: "MALFORMED_RESPONSE" };
  await rejects(ask([score(0), score(1)]), malformed);
  await rejects(ask([score(0)], { top_k: 2 }), malformed);
  await rejects(ask([score(0), score(0), score(1)]), malformed);
});

test("decide: each answer is of its question's type", async ({ lib }) => {
  const questions = {
    angry: { type: "noul", instructions: "?" },
    topic: { type: "choice", instructions: "?", criteria: { refund: null, delivery: null } },
  };
  const ask = (angry, topic) =>
    answering(lib, { answers: { angry, topic } }).client.decide(CLEF, { state: "x", questions });
  const right = [
    { type: "noul", noul: 0.5 },
    { type: "choice", choice: "refund" },
  ];
  equal((await ask(...right)).answers.topic.choice, "refund");
  for (const [angry, topic, name] of [
    [{ type: "noul", noul: "0.5" }, right[1], "angry"],
    [{ type: "choice", choice: "refund" }, right[1], "angry"],
    [right[0], { type: "choice", choice: "weather" }, "topic"],
    [right[0], { type: "choice" }, "topic"],
  ]) {
    const error = await rejects(ask(angry, topic), { code: "MALFORMED_RESPONSE" });
    ok(error.message.includes(name), error.message);
  }
});

test("batch: a request that was passed over has an item that says so", async ({ lib }) => {
  const rows = { shape: [1, 2], data: [[1, 2]] };
  const responses = [
    { id: 2, success: true, result: rows },
    { id: 0, success: true, result: rows },
  ];
  const { client } = answering(lib, { status: "completed", responses });
  const { items } = await client.batch.poll(BGE, "id");
  deepEqual(
    items.map(({ index, success }) => [index, success]),
    [
      [0, true],
      [1, false],
      [2, true],
    ],
  );
  equal(items[1].error.code, "MALFORMED_RESPONSE");
});

test("batch: a reference under another name is refused", async ({ lib }) => {
  const { client, requests } = answering(lib, {});
  for (const name of ["externalReference", "external-reference", "externl_reference"]) {
    const error = await rejects(client.batch.submit(BGE, [{ text: "a", [name]: "x" }]), {
      code: "INVALID_INPUT",
      field: `requests[0].${name}`,
    });
    ok(error.message.includes("did you mean external_reference?"), error.message);
  }
  equal(requests.length, 0);
});

test("models.list: a page that is shorter than it may be is not the last one", async ({ lib }) => {
  const models = Array.from({ length: 5 }, (_, at) => ({ name: `@cf/a/m${at}`, task: { name: "x" } }));
  const paged = (size, info) => {
    const { fetch } = recorder(({ url }) => {
      const page = Number(new URL(url).searchParams.get("page"));
      const result = models.slice((page - 1) * size, page * size);
      return jsonResponse({ result, success: true, ...info });
    });
    return restClient(lib, { fetch });
  };
  for (const size of [1, 2, 5, 100]) {
    for (const info of [{}, { result_info: { total_count: 5 } }]) {
      const names = (await paged(size, info).models.list({})).map(({ name }) => name);
      deepEqual(
        names,
        models.map(({ name }) => name),
      );
    }
  }
});

test("responses.create: chunks of a chat become events of a Response", async ({ lib }) => {
  const chat = [
    { choices: [{ delta: { content: "Hel" } }] },
    { choices: [{ delta: { content: "lo" }, finish_reason: "stop" }] },
    { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
  ];
  const data = (event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
  const streams = {
    chat: [...chat, "[DONE]"].map(data),
    older: [
      { response: "Hel" },
      { response: "lo", usage: { prompt_tokens: 1, completion_tokens: 2 } },
      "[DONE]",
    ].map(data),
  };
  for (const [name, pieces] of Object.entries(streams)) {
    const bytes = [...pieces.join("")];
    for (const cut of [pieces, bytes]) {
      const client = restClient(lib, { fetch: recorder(() => streamResponse(cut)).fetch });
      const request = { model: GPT_OSS, input: "hi", stream: true };
      const events = await collect(await client.responses.create(request));
      const text = events
        .filter(({ type }) => type === "response.output_text.delta")
        .map(({ delta }) => delta);
      equal(text.join(""), "Hello", name);
      equal(events[0].type, "response.created");
      const { type, response } = events.at(-1);
      deepEqual([type, response.status, response.model], ["response.completed", "completed", GPT_OSS]);
      equal(response.usage.total_tokens, 3);
      ok(events.every(({ choices }) => choices === undefined));
    }
  }
  const whole = { choices: [{ message: { content: "Hello" }, finish_reason: "stop" }] };
  const { client } = answering(lib, whole);
  equal((await client.responses.create({ model: GPT_OSS, input: "hi" })).output_text, "Hello");
  const asStream = await collect(
    await client.responses.create({ model: GPT_OSS, input: "hi", stream: true }),
  );
  equal(asStream.at(-1).response.output_text, "Hello");
  const broken = [data(chat[0]), data({ errors: [{ code: 3040, message: "busy" }] })];
  const failing = restClient(lib, { fetch: recorder(() => streamResponse(broken)).fetch, maxRetries: 0 });
  const stream = await failing.responses.create({ model: GPT_OSS, input: "hi", stream: true });
  await rejects(collect(stream), { code: "CAPACITY", internalCode: 3040 });
  const cut = restClient(lib, { fetch: recorder(() => streamResponse([data(chat[0])])).fetch });
  const early = await cut.responses.create({ model: GPT_OSS, input: "hi", stream: true });
  await rejects(collect(early), { code: "TRUNCATED" });
});

test("responses.create: names of chat completions are refused with what was meant", async ({ lib }) => {
  const { client, requests } = answering(lib, {});
  for (const [member, meant] of [
    ["max_tokens", "max_output_tokens"],
    ["max_completion_tokens", "max_output_tokens"],
    ["maxOutputTokens", "max_output_tokens"],
    ["messages", "input"],
  ]) {
    const request = { model: GPT_OSS, input: "hi", [member]: 5 };
    const error = await rejects(client.responses.create(request), { code: "INVALID_INPUT", field: member });
    ok(error.message.includes(`did you mean ${meant}?`), error.message);
  }
  const format = { model: GPT_OSS, input: "hi", response_format: { type: "json_object" } };
  const error = await rejects(client.responses.create(format), {
    code: "INVALID_INPUT",
    field: "response_format",
  });
  ok(error.message.includes("text"), error.message);
  equal(requests.length, 0);
});

test("embeddings.create: vectors come in the form that was asked for", async ({ lib }) => {
  const numbers = [0.5, -1.25];
  const base64 = btoa(String.fromCharCode(...new Uint8Array(new Float32Array(numbers).buffer)));
  const list = (embedding) => ({ object: "list", data: [{ object: "embedding", index: 0, embedding }] });
  const ask = async (embedding, encoding_format) => {
    const { fetch } = recorder(() => jsonResponse(list(embedding)));
    const client = restClient(lib, { fetch });
    const { data } = await client.embeddings.create({ model: BGE, input: "a", encoding_format });
    return data[0].embedding;
  };
  deepEqual(await ask(base64), numbers);
  deepEqual(await ask(base64, "float"), numbers);
  equal(await ask(base64, "base64"), base64);
  equal(await ask(numbers, "base64"), base64);
  for (const wrong of ["!!", btoa("abc")]) await rejects(ask(wrong, "float"), { code: "MALFORMED_RESPONSE" });
});

test("fallback: an input of Responses has no fallback that does not know it", async ({ lib }) => {
  const { client, requests } = answering(lib, {});
  const error = await rejects(client.run(GPT_OSS, { input: "hi" }, { fallback: [LLAMA] }), {
    code: "INVALID_INPUT",
    field: "fallback[0]",
  });
  ok(error.message.includes("messages"), error.message);
  equal(requests.length, 0);
});

test("history: arguments that are objects go out as JSON text", async ({ lib }) => {
  const call = (args) => ({ id: "a", type: "function", function: { name: "f", arguments: args } });
  const messages = (args) => [
    { role: "user", content: "x" },
    { role: "assistant", content: "", tool_calls: [call(args)] },
    { role: "tool", tool_call_id: "a", content: "y" },
  ];
  for (const model of [
    LLAMA,
    GPT_OSS,
    "@cf/zai-org/glm-4.7-flash",
    "@cf/mistralai/mistral-small-3.1-24b-instruct",
  ]) {
    for (const method of ["run", "generateText"]) {
      const { client, requests } = answering(lib, { response: "ok" });
      await client[method](model, { messages: messages({ city: "Paris" }) });
      const sent = requests[0].body.messages.find(({ tool_calls }) => tool_calls !== undefined);
      equal(sent.tool_calls[0].function.arguments, '{"city":"Paris"}', `${model} ${method}`);
    }
  }
  const older = answering(lib, { response: "ok" });
  const function_call = { name: "f", arguments: { a: 1 } };
  await older.client.generateText(LLAMA, {
    messages: [
      { role: "user", content: "x" },
      { role: "assistant", content: null, function_call },
    ],
  });
  equal(older.requests[0].body.messages[1].function_call.arguments, '{"a":1}');
  const { client, requests } = answering(lib, { output: [] });
  const input = [
    { type: "function_call", call_id: "a", name: "f", arguments: { city: "Paris" } },
    { type: "function_call_output", call_id: "a", output: { sun: true } },
  ];
  await client.run(GPT_OSS, { input });
  deepEqual(
    requests[0].body.input.map((item) => item.arguments ?? item.output),
    ['{"city":"Paris"}', '{"sun":true}'],
  );
});

test("inputs: what is inherited would not be sent, and is refused", async ({ lib }) => {
  const { client, requests } = answering(lib, { response: "ok" });
  const inherited = Object.create({ prompt: "hi" });
  const nested = { messages: [Object.assign(Object.create({ content: "hi" }), { role: "user" })] };
  for (const input of [inherited, nested])
    for (const method of ["run", "generateText", "streamText"])
      await rejects(client[method](LLAMA, input), { code: "INVALID_INPUT", message: /inherited/ });
  equal(requests.length, 0);
  class Input {
    prompt = "hi";
    describe() {
      return this.prompt;
    }
  }
  equal((await client.generateText(LLAMA, new Input())).text, "ok");
});

test("tasks: a sentence in the place of an answer is a failure with its words", async ({ lib }) => {
  const boom = { message: "boom" };
  const calls = {
    embed: (client) => client.embed(BGE, "x"),
    rerank: (client) => client.rerank(RERANKER, { query: "q", contexts: ["a"] }),
    translate: (client) => client.translate("@cf/meta/m2m100-1.2b", { text: "a", target_lang: "de" }),
    transcribe: (client) => client.transcribe("@cf/openai/whisper", new Uint8Array(9)),
    decide: (client) =>
      client.decide(CLEF, { state: "x", questions: { a: { type: "noul", instructions: "?" } } }),
  };
  for (const [name, call] of Object.entries(calls))
    for (const client of [answering(lib, boom).client, bound(lib, boom)]) {
      const error = await rejects(call(client), { code: "SERVER" });
      ok(error.message.includes("boom"), `${name}: ${error.message}`);
    }
});
