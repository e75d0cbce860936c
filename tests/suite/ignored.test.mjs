/** What would be left out or overlooked without a word is refused before anything is sent, with the place where it belongs. */
import { equal, match, rejects, throws } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const BGE = "@cf/baai/bge-base-en-v1.5";
const RERANKER = "@cf/baai/bge-reranker-base";

/** A client over HTTP and one over a binding; what they have sent is counted. */
function clients(lib) {
  const { fetch, requests } = recorder(() => jsonResponse({ success: true, result: { response: "x" } }));
  const binding = {
    async run(...args) {
      requests.push(args);
      return jsonResponse({ response: "x" });
    },
  };
  return { all: [restClient(lib, { fetch }), new lib.WorkersAI({ binding })], requests };
}

/** `call` is refused on each door. */
async function refused(lib, call, fields) {
  const { all, requests } = clients(lib);
  for (const ai of all) await rejects(() => call(ai), { code: "INVALID_INPUT", ...fields });
  equal(requests.length, 0);
}

const METHODS = ["run", "generateText", "streamText"];

test("a signal in the place of the options is refused: it would abort nothing", async ({ lib }) => {
  const { signal } = new AbortController();
  const fields = { field: "options", message: /\{ signal \}/ };
  for (const method of METHODS) await refused(lib, (ai) => ai[method](CHAT, { prompt: "a" }, signal), fields);
  await refused(lib, (ai) => ai.embed(BGE, "a", signal), fields);
  await refused(lib, (ai) => ai.batch.poll(CHAT, "id", signal), {});
  const input = { prompt: "a", signal };
  for (const method of METHODS) {
    const fields = { field: "signal", message: /argument behind the input/ };
    await refused(lib, (ai) => ai[method](CHAT, input), fields);
    await refused(lib, (ai) => ai[method]("openai/gpt-5", input), fields);
  }
});

test("options of a call are refused in the input, and parameters in the options", async ({ lib }) => {
  const options = { timeout: 5000, headers: { a: "b" }, gateway: "g", fallback: [CHAT], tags: ["t"] };
  for (const [field, value] of Object.entries(options)) {
    const fields = { field, message: /argument behind the input/ };
    for (const method of METHODS)
      await refused(lib, (ai) => ai[method](CHAT, { prompt: "a", [field]: value }), fields);
    await refused(lib, (ai) => ai.embed(BGE, { text: "a", [field]: value }), fields);
  }
  const fields = { field: "stream", message: /belong into the input/ };
  await refused(lib, (ai) => ai.run(CHAT, { prompt: "a" }, { stream: true }), fields);
});

test("an option that throws when it is read is refused, not left out", async ({ lib }) => {
  const throwing = (name) => ({
    get [name]() {
      throw new Error("boom");
    },
  });
  class Options {
    get signal() {
      throw new Error("boom");
    }
  }
  for (const [options, field] of [
    [throwing("signal"), "signal"],
    [new Options(), "signal"],
    [{ timeout: throwing("idle") }, "timeout.idle"],
    [{ gateway: { id: "g", ...{ retries: throwing("maxAttempts") } } }, "gateway.retries.maxAttempts"],
  ]) {
    for (const method of METHODS) await refused(lib, (ai) => ai[method](CHAT, "a", options), { field });
    await refused(lib, (ai) => ai.embed(BGE, "a", options), { field });
  }
  class Limits {
    get signal() {
      return AbortSignal.abort();
    }
  }
  const { all } = clients(lib);
  for (const ai of all) {
    await rejects(() => ai.generateText(CHAT, "a", new Limits()), { code: "ABORTED" });
    await rejects(() => ai.batch.poll(CHAT, "id", new Limits()), { code: "ABORTED" });
  }
  const options = Object.defineProperties(
    { fallback: [CHAT] },
    Object.getOwnPropertyDescriptors(throwing("signal")),
  );
  await refused(lib, (ai) => ai.generateText(CHAT, "a", options), { field: "signal" });
  // The same of an input's parameters.
  for (const method of METHODS) {
    const input = Object.defineProperties(
      { prompt: "a" },
      Object.getOwnPropertyDescriptors(throwing("temperature")),
    );
    await refused(lib, (ai) => ai[method](CHAT, input), {});
  }
});

test("options that let nobody look at them are named in a sentence", async ({ lib }) => {
  const closed = () =>
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("boom");
        },
      },
    );
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  for (const [make, field] of [
    [closed, "options"],
    [revoked, "options"],
    [() => ({ gateway: closed() }), "gateway"],
    [() => ({ timeout: closed() }), "timeout"],
  ]) {
    const fields = { field, message: new RegExp(`The object ${field} threw when it was read`) };
    await refused(lib, (ai) => ai.generateText(CHAT, "a", make()), fields);
  }
});

test("values that JSON has no form for are refused, however deep, through every door", async ({ lib }) => {
  class Failure extends Error {}
  for (const [value, message] of [
    [Promise.resolve(1), /await it first/],
    [new WeakMap(), /of the class WeakMap/],
    [new Map([["a", 1]]), /of the class Map/],
    [new Failure("a"), /of the class Error/],
    [Object.assign(new Error("a"), { code: 1 }), /of the class Error/],
    [Number.NaN, /NaN|a number/],
    [Number.POSITIVE_INFINITY, /Infinity|a number/],
    [() => 1, /a function/],
    [Symbol("a"), /a symbol/],
  ]) {
    for (const method of METHODS) {
      await refused(lib, (ai) => ai[method](CHAT, { prompt: "a", more: value }), { field: "more", message });
      await refused(lib, (ai) => ai[method](CHAT, { prompt: "a", some: { more: value } }), { field: "more" });
      await refused(lib, (ai) => ai[method](CHAT, { prompt: "a", more: [value] }), { field: "more" });
    }
    await refused(lib, (ai) => ai.embed(BGE, { text: "a", more: value }), { field: "more" });
    await refused(lib, (ai) => ai.rerank(RERANKER, { query: "q", contexts: ["a"], more: value }), {
      field: "more",
    });
  }
  for (const input of [new Date(), new URL("https://example.com"), Promise.resolve({}), new Error("a")])
    await refused(lib, (ai) => ai.run(CHAT, input), { field: "input" });
  await refused(lib, (ai) => ai.generateText(CHAT, { prompt: "a", more: new Float32Array(1) }), {
    field: "more",
  });
  const { all, requests } = clients(lib);
  const plain = Object.assign(Object.create(null), { a: 1 });
  for (const ai of all)
    await ai.generateText(CHAT, { prompt: "a", plain, when: new Date(0), none: undefined });
  equal(JSON.stringify(requests[0].body.plain), '{"a":1}');
});

test("metadata that JSON cannot say is refused", async ({ lib }) => {
  const gateway = { id: "g", metadata: { count: 1n } };
  await refused(lib, (ai) => ai.generateText(CHAT, "a", { gateway }), { field: "gateway.metadata" });
});

test("what only the class of an input has is refused: it would not be sent", async ({ lib }) => {
  class Question {
    get prompt() {
      return "a";
    }
  }
  class Turn {
    role = "user";
    get content() {
      return "a";
    }
  }
  const fields = { field: "input", message: /getter/ };
  for (const method of METHODS) {
    await refused(lib, (ai) => ai[method](CHAT, new Question()), fields);
    await refused(lib, (ai) => ai[method](CHAT, { messages: [new Turn()] }), fields);
  }
  await refused(lib, (ai) => ai.generateObject(CHAT, Object.assign(new Question(), { schema: {} })), {});
  const { all, requests } = clients(lib);
  class Own {
    prompt = "a";
    words() {}
  }
  for (const ai of all) await ai.generateText(CHAT, new Own());
  equal(requests[0].body.prompt, "a");
});

test("a hole in an array is refused: JSON would make it null", async ({ lib }) => {
  // biome-ignore lint/suspicious/noSparseArray: that is the point.
  const messages = [, { role: "user", content: "a" }];
  for (const method of METHODS) {
    await refused(lib, (ai) => ai[method](CHAT, { messages }), { field: "messages" });
    await refused(lib, (ai) => ai[method](CHAT, { prompt: "a", stop: ["a", undefined] }), { field: "stop" });
  }
  // biome-ignore lint/suspicious/noSparseArray: that is the point.
  const texts = ["a", , "b"];
  await refused(lib, (ai) => ai.embed(BGE, texts), {});
  await refused(lib, (ai) => ai.embed(BGE, { text: texts }), { field: "text" });
  await refused(lib, (ai) => ai.embedMany(BGE, texts), {});
  await refused(lib, (ai) => ai.rerank(RERANKER, { query: "q", contexts: texts }), { field: "contexts" });
  await refused(lib, (ai) => ai.batch.submit(BGE, [{ text: "a" }, undefined]), {});
});

test("tools and content that are none are refused", async ({ lib }) => {
  const f = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
  const say = (content) => ({ messages: [{ role: "user", content }] });
  for (const [input, field] of [
    [{ prompt: "a", tools: [f], tool_choice: "always" }, "tool_choice"],
    [{ prompt: "a", tools: [f, null] }, "tools.1"],
    [say({}), "messages.0.content"],
    [say([null]), "messages.0.content"],
    [say([new Uint8Array(2)]), "messages.0.content"],
  ]) {
    for (const method of METHODS) await refused(lib, (ai) => ai[method](CHAT, input), { field });
  }
});

test("events() refuses options that it does not know", ({ lib }) => {
  const body = () => new Response("data: a\n\n").body;
  const fields = { code: "INVALID_INPUT", field: "maxEventByte" };
  match(throws(() => lib.events(body(), { maxEventByte: 5 }), fields).message, /maxEventBytes/);
  const { signal } = new AbortController();
  throws(() => lib.events(body(), signal), { code: "INVALID_INPUT", field: "options" });
});

test("events() that were read are not read again without a word", async ({ lib }) => {
  const fields = { code: "STREAM_CONSUMED" };
  const read = async (events) => {
    for await (const { data } of events) return data;
    return undefined;
  };
  const events = lib.events(new Response("data: a\n\ndata: b\n\n").body);
  equal(await read(events), "a");
  await rejects(() => read(events), fields);
  const whole = lib.events(new Response("data: a\n\n").body);
  equal((await whole.next()).value.data, "a");
  equal(await read(whole), undefined, "an iterator may be read on");
  await rejects(() => read(whole), fields);
});

test("a method without its client says so", async ({ lib }) => {
  const [ai] = clients(lib).all;
  const { generateText, embedMany } = ai;
  const fields = { name: "WorkersAIError", code: "CONFIG", message: /needs its client.*bind/ };
  await rejects(() => generateText(CHAT, "a"), fields);
  await rejects(async () => await embedMany(BGE, ["a"]), fields);
  const proxied = new Proxy(ai, {});
  await rejects(() => proxied.generateText(CHAT, "a"), fields);
  await rejects(async () => await proxied.toMarkdown([]), fields);
  throws(() => proxied.chat, fields);
  throws(() => proxied.free(), fields);
  equal((await generateText.call(ai, CHAT, "a")).text, "x");
});

test("iterators of streams are shown as one line", async ({ lib }) => {
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  const events = lib.events(new Response("data: a\n\n").body);
  equal(events[inspect](), 'EventIterator { state: "reading" }');
  for await (const _ of events);
  equal(events[inspect](), 'EventIterator { state: "finished" }');
  const { fetch } = recorder(() => new Response('data: {"response":"a"}\n\ndata: [DONE]\n\n'));
  const stream = await restClient(lib, { fetch }).streamText(CHAT, "a");
  const iterator = stream[Symbol.asyncIterator]();
  equal(iterator[inspect](), `AIStreamIterator { model: "${CHAT}", state: "reading" }`);
  await iterator.return();
});

test("a network error that comes as a response is one", async ({ lib }) => {
  const ai = restClient(lib, { fetch: async () => Response.error(), maxRetries: 0 });
  await rejects(() => ai.generateText(CHAT, "a"), { code: "NETWORK", retryable: true });
});

test("a call without a model says so, whatever else is missing", async ({ lib }) => {
  const methods = [
    ...METHODS,
    "generateObject",
    "streamObject",
    "runTools",
    "extract",
    "embed",
    "generateImage",
  ];
  for (const method of methods) {
    for (const [model, kind] of [
      [undefined, /not undefined/],
      [{ prompt: "a" }, /not an object/],
    ])
      await refused(lib, (ai) => ai[method](model), { field: "model", message: kind });
  }
});
