/** Inputs that hold themselves, that hold one another to and fro, that are nested without end: refused at once, in every method. */
import { deepEqual, equal, match, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, letGo, restClient } from "./stubs.mjs";

const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/** A doubly linked list of messages. */
function linked(count) {
  const messages = Array.from({ length: count }, () => ({ role: "user", content: "a" }));
  for (const [at, message] of messages.entries()) {
    message.next = messages[at + 1];
    message.previous = messages[at - 1];
  }
  return messages;
}

/** Messages that each know all others. */
function withParent(count) {
  const messages = [];
  const parent = { messages };
  for (let at = 0; at < count; at++) messages.push({ role: "user", content: "a", parent });
  return messages;
}

function deep(levels) {
  let value = {};
  for (let at = 0; at < levels; at++) value = at % 2 ? [value] : { value };
  return value;
}

/** Each level holds the one below twice: written out it has 2 to the power of its levels. */
function doubling(levels) {
  let value = { text: "the innermost" };
  for (let at = 0; at < levels; at++) value = at % 2 ? [value, value] : { left: value, right: value };
  return value;
}

const INPUTS = {
  "a doubly linked list": () => linked(3000),
  "messages with a parent": () => withParent(4000),
  "a nesting without end": () => [{ role: "user", content: "a", more: deep(20_000) }],
  "a nesting of 600": () => [{ role: "user", content: "a", more: deep(600) }],
  "levels that double": () => [{ role: "user", content: "a", more: doubling(60) }],
};

const METHODS = {
  run: (ai, messages) => ai.run(CHAT, { messages }),
  generateText: (ai, messages) => ai.generateText(CHAT, messages),
  streamText: (ai, messages) => ai.streamText(CHAT, { messages }),
  "generateText with a fallback": (ai, messages) => ai.generateText(CHAT, messages, { fallback: [CHAT] }),
  "generateText with an image": (ai, messages) =>
    ai.generateText("@cf/moonshotai/kimi-k2.6", [
      ...messages,
      { role: "user", content: [{ type: "image_url", image_url: { url: new Uint8Array(4) } }] },
    ]),
  "chat.completions": (ai, messages) => ai.chat.completions.create({ model: CHAT, messages }),
  responses: (ai, input) => ai.responses.create({ model: "@cf/openai/gpt-oss-120b", input }),
  "batch.submit": (ai, messages) => ai.batch.submit(CHAT, [{ messages }]),
  embed: (ai, more) => ai.embed("@cf/baai/bge-m3", { text: "a", more }),
  embedMany: (ai, more) => ai.embedMany("@cf/baai/bge-m3", ["a"], { parameters: { more } }),
  rerank: (ai, more) => ai.rerank("@cf/baai/bge-reranker-base", { query: "a", contexts: ["b"], more }),
  decide: (ai, state) =>
    ai.decide("@cf/cloudflare/clef-flash", { state, questions: { a: { type: "noul", question: "?" } } }),
};

const DOORS = {
  rest: (lib, answer) => restClient(lib, { fetch: async () => answer() }),
  proxy: (lib, answer) => new lib.WorkersAI({ baseURL: "https://a.example/ai", fetch: async () => answer() }),
  binding: (lib, answer) => new lib.WorkersAI({ binding: { run: async () => answer() } }),
};

for (const [door, client] of Object.entries(DOORS)) {
  test(`what has no end is refused before anything is sent [${door}]`, async ({ lib }) => {
    let sent = 0;
    const ai = client(lib, () => {
      sent++;
      return jsonResponse({});
    });
    for (const [what, make] of Object.entries(INPUTS)) {
      for (const [method, call] of Object.entries(METHODS)) {
        const input = make();
        const error = await (async () => letGo(await call(ai, input)))().catch((thrown) => thrown);
        equal(error?.code, "INVALID_INPUT", `${what}, ${method}: ${error?.stack}`);
        match(error.message, /holds|nested|cycle/, `${what}, ${method}`);
      }
    }
    equal(sent, 0);
  });

  test(`what is shared is sent as often as it stands there [${door}]`, async ({ lib }) => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const tool = (at) => ({ type: "function", function: { name: `f${at}`, parameters: schema } });
    const tools = Array.from({ length: 64 }, (_, at) => tool(at));
    const message = { role: "user", content: "a" };
    const bodies = [];
    const keep = (body) => bodies.push(body);
    const ai =
      door === "binding"
        ? new lib.WorkersAI({
            binding: {
              async run(_, inputs) {
                keep(JSON.parse(JSON.stringify(inputs)));
                return { response: "Hi" };
              },
            },
          })
        : restClient(lib, {
            async fetch(_, { body }) {
              keep(JSON.parse(body));
              return jsonResponse({ result: { response: "Hi" }, success: true, errors: [], messages: [] });
            },
          });
    await ai.generateText(CHAT, { messages: Array.from({ length: 200 }, () => message), tools });
    equal(bodies[0].messages.length, 200);
    equal(bodies[0].tools.length, 64);
    deepEqual(bodies[0].tools[63], tool(63));
    // A value that says for itself what JSON has of it may hold what it likes.
    const node = { role: "user", content: "a", toJSON: () => message };
    node.self = node;
    if (door !== "binding") {
      await ai.run(CHAT, { messages: [node] });
      deepEqual(bodies[1].messages, [message]);
    }
  });
}

test("the depth that is taken is taken", async ({ lib }) => {
  for (const client of Object.values(DOORS)) {
    const ai = client(lib, () => jsonResponse({ result: {}, response: "Hi", success: true }));
    ok(await ai.run(CHAT, { prompt: "a", more: deep(500) }));
  }
});

/** Beside inputs: each would take 2 to the power of 60 steps to be written. */
test("what has no end is refused wherever it stands", async ({ lib }) => {
  const shared = doubling(60);
  const call = { response: "", tool_calls: [{ name: "f", arguments: {} }] };
  const answering = (answer) => new lib.WorkersAI({ binding: { run: async () => answer }, maxRetries: 0 });
  const ai = answering({ response: "{}" });
  const rest = restClient(lib, { fetch: async () => jsonResponse({ result: [], success: true }) });
  const prompt = "hi";
  const schema = { type: "object", properties: { a: { type: "object", properties: shared } } };
  const html = { name: "a.html", blob: new Blob(["a"]) };
  const thrower = new lib.WorkersAI({
    binding: {
      async run() {
        throw shared;
      },
    },
  });
  const places = {
    "schema of generateObject": [() => ai.generateObject(CHAT, { prompt, schema }), "INVALID_INPUT"],
    "schema of streamObject": [
      () => ai.streamObject(CHAT, { prompt, schema }).then(({ object }) => object),
      "INVALID_INPUT",
    ],
    "schema of a tool": [
      () => ai.runTools(CHAT, { prompt, tools: { f: { input: schema, execute: () => "a" } } }),
      "INVALID_INPUT",
    ],
    "result by hand": [async () => lib.toolResult("a", shared), "INVALID_INPUT"],
    "options of toMarkdown": [() => rest.toMarkdown([html], { conversionOptions: shared }), "INVALID_INPUT"],
    "metadata of a gateway": [
      () => ai.generateText(CHAT, prompt, { gateway: { id: "a", metadata: { shared } } }),
      "INVALID_INPUT",
    ],
    "metadata of vectors": [
      async () =>
        new lib.VectorIndex({ dimensions: 1, metric: "dot" }).add([[1]], { ids: ["a"], metadata: [shared] }),
      "INVALID_INPUT",
    ],
    "what a binding throws": [() => thrower.generateText(CHAT, prompt), "UNKNOWN"],
    "what a binding gives": [() => answering(shared).generateText(CHAT, prompt), "MALFORMED_RESPONSE"],
    "what a binding gives to run": [() => answering(shared).run(CHAT, { prompt }), "MALFORMED_RESPONSE"],
    "what a binding gives to embed": [
      () => answering(shared).embed("@cf/baai/bge-m3", "a"),
      "MALFORMED_RESPONSE",
    ],
  };
  for (const [place, [use, code]] of Object.entries(places)) {
    const error = await use().then(
      () => undefined,
      (thrown) => thrown,
    );
    equal(error?.code, code, `${place}: ${error?.stack}`);
  }
  // The model learns that the result could not be written.
  const tools = { f: { input: { type: "object", properties: {} }, execute: () => shared } };
  const { steps } = await answering(call).runTools(CHAT, { prompt, tools, maxSteps: 1 });
  match(steps[0].toolResults[0].content, /no form in JSON/);
});
