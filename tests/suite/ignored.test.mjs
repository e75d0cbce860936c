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
    async run(...given) {
      requests.push(given);
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
    [{ gateway: { id: "g", ...{ retries: throwing("maxAttempts") } } }, "gateway.maxAttempts"],
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
