/**
 * Values that throw when they are looked at, in every place where a caller, a transport or a service may put one: whatever ends a call is a
 * WorkersAIError, and never one of a trap.
 */
import { deepEqual, equal, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, letGo, restClient, streamResponse } from "./stubs.mjs";

const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const WHISPER = "@cf/openai/whisper";

function revoked(target = {}) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const fail = () => {
  throw new RangeError("somebody's own");
};

/** Every way to look at it throws. */
const untouchable = (target = {}) =>
  new Proxy(target, {
    get: fail,
    has: fail,
    ownKeys: fail,
    getPrototypeOf: fail,
    getOwnPropertyDescriptor: fail,
    set: fail,
    defineProperty: fail,
    apply: fail,
  });

const withGetters = (...names) =>
  Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: fail, enumerable: true }])),
  );

function cycle() {
  const value = { text: "a" };
  value.self = value;
  return value;
}

function detached(make = (buffer) => new Uint8Array(buffer)) {
  const buffer = new ArrayBuffer(8);
  const view = make(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return view;
}

function locked() {
  const stream = new ReadableStream();
  stream.getReader();
  return stream;
}

/** @type {Record<string, () => unknown>} */
const VALUES = {
  "a revoked Proxy": () => revoked(),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a revoked Proxy of an array": () => revoked([]),
  "an untouchable object": () => untouchable(),
  "an untouchable array": () => untouchable([]),
  "an untouchable function": () => untouchable(() => {}),
  "a Symbol": () => Symbol("x"),
  "a BigInt": () => 5n,
  "a function": () => () => {},
  "an object that holds itself": cycle,
  "an object whose toString throws": () => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail }),
  "an object whose toJSON throws": () => ({ toJSON: fail, prompt: "a", text: "a" }),
  "an object whose then throws": () => withGetters("then"),
  // biome-ignore lint/suspicious/noThenProperty: it is one on purpose
  "a thenable that throws": () => ({ then: fail }),
  "an object with getters that throw": () =>
    withGetters("prompt", "messages", "text", "length", "size", "body", "status", "headers", "getReader"),
  "an object whose tag throws": () => Object.defineProperty({}, Symbol.toStringTag, { get: fail }),
  "an iterable that throws": () => ({ [Symbol.iterator]: fail, [Symbol.asyncIterator]: fail }),
  "an array with a hole that throws": () => Object.defineProperty([1, 2], 1, { get: fail, enumerable: true }),
  "a detached view": () => detached(),
  "a detached buffer": () => detached((buffer) => buffer),
  "a detached DataView": () => detached((buffer) => new DataView(buffer)),
  "a locked stream": locked,
  "null without a prototype": () => Object.create(null),
  null: () => null,
  "a number": () => 5,
};

const answer = () =>
  jsonResponse({
    result: { response: "Hi", data: [[1, 2]], shape: [1, 2], text: "Hi" },
    success: true,
    errors: [],
    messages: [],
  });

const CLIENTS = {
  rest: (lib, options) => restClient(lib, { fetch: async () => answer(), maxRetries: 0, ...options }),
  binding: (lib, options) =>
    new lib.WorkersAI({ binding: { run: async () => ({ response: "Hi" }) }, maxRetries: 0, ...options }),
  proxy: (lib, options) =>
    new lib.WorkersAI({
      baseURL: "https://a.example/ai",
      fetch: async () => answer(),
      maxRetries: 0,
      ...options,
    }),
};

/** Where a value may stand in a call. */
const PLACES = {
  model: (ai, value) => ai.run(value, { prompt: "a" }),
  "generateText's model": (ai, value) => ai.generateText(value, "a"),
  "embedMany's model": (ai, value) => ai.embedMany(value, ["a"]),
  input: (ai, value) => ai.run(CHAT, value),
  "generateText's input": (ai, value) => ai.generateText(CHAT, value),
  "streamText's input": (ai, value) => ai.streamText(CHAT, value),
  prompt: (ai, value) => ai.generateText(CHAT, { prompt: value }),
  messages: (ai, value) => ai.generateText(CHAT, { messages: value }),
  "a message": (ai, value) => ai.streamText(CHAT, { messages: [value] }),
  "a content": (ai, value) => ai.generateText(CHAT, { messages: [{ role: "user", content: value }] }),
  "a part": (ai, value) => ai.generateText(CHAT, { messages: [{ role: "user", content: [value] }] }),
  "an image": (ai, value) =>
    ai.generateText("@cf/moonshotai/kimi-k2.6", {
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: value } }] }],
    }),
  tools: (ai, value) => ai.generateText(CHAT, { prompt: "a", tools: value }),
  "a tool": (ai, value) => ai.generateText(CHAT, { prompt: "a", tools: [value] }),
  "an unknown parameter": (ai, value) => ai.run(CHAT, { prompt: "a", x_own: value }),
  "a known parameter": (ai, value) => ai.generateText(CHAT, { prompt: "a", max_tokens: value }),
  response_format: (ai, value) => ai.generateText(CHAT, { prompt: "a", response_format: value }),
  options: (ai, value) => ai.run(CHAT, { prompt: "a" }, value),
  "generateText's options": (ai, value) => ai.generateText(CHAT, "a", value),
  signal: (ai, value) => ai.run(CHAT, { prompt: "a" }, { signal: value }),
  timeout: (ai, value) => ai.run(CHAT, { prompt: "a" }, { timeout: value }),
  headers: (ai, value) => ai.run(CHAT, { prompt: "a" }, { headers: value }),
  "a header": (ai, value) => ai.run(CHAT, { prompt: "a" }, { headers: { "x-a": value } }),
  gateway: (ai, value) => ai.run(CHAT, { prompt: "a" }, { gateway: value }),
  metadata: (ai, value) => ai.run(CHAT, { prompt: "a" }, { gateway: { id: "g", metadata: value } }),
  tags: (ai, value) => ai.run(CHAT, { prompt: "a" }, { tags: value }),
  fallback: (ai, value) => ai.generateText(CHAT, "a", { fallback: value }),
  "a fallback": (ai, value) => ai.generateText(CHAT, "a", { fallback: [value] }),
  "an input with a fallback": (ai, value) => ai.generateText(CHAT, value, { fallback: ["@cf/qwen/qwq-32b"] }),
  "embed's input": (ai, value) => ai.embed("@cf/baai/bge-m3", value),
  "a text of embed": (ai, value) => ai.embed("@cf/baai/bge-m3", { text: [value] }),
  "embedMany's texts": (ai, value) => ai.embedMany("@cf/baai/bge-m3", value),
  "a text of embedMany": (ai, value) => ai.embedMany("@cf/baai/bge-m3", [value]),
  "embedMany's options": (ai, value) => ai.embedMany("@cf/baai/bge-m3", ["a"], value),
  "rerank's contexts": (ai, value) =>
    ai.rerank("@cf/baai/bge-reranker-base", { query: "a", contexts: value }),
  audio: (ai, value) => ai.transcribe(WHISPER, { audio: value }),
  "transcribe's input": (ai, value) => ai.transcribe(WHISPER, value),
  "run's audio": (ai, value) => ai.run(WHISPER, { audio: value }),
  "a raw body": (ai, value) => ai.run(WHISPER, { audio: { body: value, contentType: "audio/wav" } }),
  "a content type": (ai, value) =>
    ai.run(WHISPER, { audio: { body: new Uint8Array(4), contentType: value } }),
  "an image's prompt": (ai, value) => ai.generateImage("@cf/black-forest-labs/flux-1-schnell", value),
  "a form's image": (ai, value) =>
    ai.generateImage("@cf/black-forest-labs/flux-2-dev", { prompt: "a", image: value }),
  "describeImage's input": (ai, value) => ai.describeImage("@cf/llava-hf/llava-1.5-7b-hf", value),
  "translate's input": (ai, value) => ai.translate("@cf/meta/m2m100-1.2b", value),
  "decide's input": (ai, value) => ai.decide("@cf/cloudflare/clef-flash", value),
  "decide's questions": (ai, value) =>
    ai.decide("@cf/cloudflare/clef-flash", { state: "a", questions: value }),
  "a chat's request": (ai, value) => ai.chat.completions.create(value),
  "a chat's messages": (ai, value) => ai.chat.completions.create({ model: CHAT, messages: value }),
  "an embedding's request": (ai, value) => ai.embeddings.create(value),
  "a Response's request": (ai, value) => ai.responses.create(value),
  "a batch's requests": (ai, value) => ai.batch.submit(CHAT, value),
  "a batch's request": (ai, value) => ai.batch.submit(CHAT, [value]),
  "a batch's id": (ai, value) => ai.batch.poll(CHAT, value),
  "a filter of models": (ai, value) => ai.models.list(value),
  "a model's id": (ai, value) => ai.models.get(value),
  documents: (ai, value) => ai.toMarkdown(value),
  "a document": (ai, value) => ai.toMarkdown([value]),
  "a document's blob": (ai, value) => ai.toMarkdown({ name: "a.html", blob: value }),
  "a document's name": (ai, value) => ai.toMarkdown({ name: value, blob: new Blob(["a"]) }),
  "a finetune": (ai, value) => ai.finetunes.create(value),
  "a gateway's id": (ai, value) => ai.gateway(value).getLog("a"),
  "a log's id": (ai, value) => ai.gateway("a").getLog(value),
  "a patch": (ai, value) => ai.gateway("a").patchLog("a", value),
  connect: (ai, value) => ai.connect("@cf/deepgram/nova-3", value),
};

/** What a client may be made of. */
const OPTIONS = {
  "the client's options": (value) => value,
  binding: (binding) => ({ binding }),
  "the binding's run": (run) => ({ binding: { run } }),
  fetch: (fetch) => ({ fetch }),
  apiToken: (apiToken) => ({ apiToken }),
  "what apiToken gives": (value) => ({ apiToken: () => value }),
  "the client's headers": (headers) => ({ headers }),
  "the client's gateway": (gateway) => ({ gateway }),
  "the client's timeout": (timeout) => ({ timeout }),
  hooks: (hooks) => ({ hooks }),
  "a hook": (onRequest) => ({ hooks: { onRequest } }),
  limiter: (limiter) => ({ limiter }),
};

/** What comes back from a transport. */
const REPLIES = {
  "what a binding gives": (lib, value) => new lib.WorkersAI({ binding: { run: () => value }, maxRetries: 0 }),
  "what a binding throws": (lib, value) =>
    new lib.WorkersAI({
      binding: {
        run() {
          throw value;
        },
      },
      maxRetries: 0,
    }),
  "what a binding rejects with": (lib, value) =>
    new lib.WorkersAI({ binding: { run: () => Promise.reject(value) }, maxRetries: 0 }),
  "a member of what a binding gives": (lib, value) =>
    new lib.WorkersAI({ binding: { run: async () => ({ response: value, text: value, data: value }) } }),
  "what fetch gives": (lib, value) => restClient(lib, { fetch: () => value, maxRetries: 0 }),
  "what fetch throws": (lib, value) =>
    restClient(lib, {
      fetch() {
        throw value;
      },
      maxRetries: 0,
    }),
  "what fetch rejects with": (lib, value) =>
    restClient(lib, { fetch: () => Promise.reject(value), maxRetries: 0 }),
  "the headers of a reply": (lib, value) =>
    restClient(lib, { fetch: async () => ({ status: 200, headers: value, body: null }), maxRetries: 0 }),
  "the body of a reply": (lib, value) =>
    restClient(lib, {
      fetch: async () => ({
        status: 200,
        headers: new Headers({ "content-type": "application/json" }),
        body: value,
      }),
      maxRetries: 0,
    }),
  "a chunk of JSON": (lib, value) =>
    restClient(lib, { fetch: async () => foreignStream([value], "application/json"), maxRetries: 0 }),
  "a chunk of events": (lib, value) =>
    restClient(lib, { fetch: async () => foreignStream([value], "text/event-stream"), maxRetries: 0 }),
  "a step of a reader": (lib, value) =>
    restClient(lib, { fetch: async () => withReader(() => value), maxRetries: 0 }),
  "what a reader rejects with": (lib, value) =>
    restClient(lib, { fetch: async () => withReader(() => Promise.reject(value)), maxRetries: 0 }),
  "what a hook throws": (lib, value) =>
    restClient(lib, {
      fetch: async () => answer(),
      hooks: {
        onRequest() {
          throw value;
        },
      },
    }),
};

const foreignStream = (chunks, type) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }),
    { headers: { "content-type": type } },
  );

/** A stand-in for a `Response`, whose reader is not a runtime's. */
const withReader = (read) => ({
  status: 200,
  headers: new Headers({ "content-type": "text/event-stream" }),
  body: {
    locked: false,
    getReader: () => ({ read, cancel: async () => {}, releaseLock() {} }),
    cancel: async () => {},
  },
});

const CALLS = {
  run: (ai) => ai.run(CHAT, { prompt: "a" }),
  generateText: (ai) => ai.generateText(CHAT, "a"),
  streamText: (ai) => ai.streamText(CHAT, "a"),
  "run as a stream": (ai) => ai.run(CHAT, { prompt: "a", stream: true }),
  embed: (ai) => ai.embed("@cf/baai/bge-m3", "a"),
  transcribe: (ai) => ai.transcribe(WHISPER, new Uint8Array(4)),
  "chat.completions": (ai) =>
    ai.chat.completions.create({ model: CHAT, messages: [{ role: "user", content: "a" }] }),
};

/** Reads what a call has given to its end; `run` gives what a stand-in for the binding gave as it is, readable or not. */
async function readAll(result) {
  try {
    void [result?.final, result?.getReader, result?.abort, result?.cancel, result?.locked];
  } catch {
    return;
  }
  if (typeof result?.final === "function") return void (await result.final());
  if (typeof result?.getReader === "function" && !result.locked) await new Response(result).arrayBuffer();
  else await letGo(result);
}

/** What ends a call, if it is not as it should be. */
async function fault(lib, call, isCallersOwn) {
  try {
    await readAll(await call());
  } catch (error) {
    if (!lib.isWorkersAIError(error)) return isCallersOwn ? undefined : describe(error);
    if (error.code === "INTERNAL") return `INTERNAL ${error.cause?.stack}`;
    // Whoever logs it reads these.
    void `${error.stack}${JSON.stringify(error)}${error.message}`;
  }
  return undefined;
}

function describe(error) {
  try {
    return `${error?.name}: ${error?.message} ${error?.stack?.split("\n").slice(1, 4).join(" ") ?? ""}`;
  } catch {
    return "a value that cannot be looked at";
  }
}

async function faultsOf(lib, combinations) {
  const faults = [];
  for (const [what, call] of combinations) {
    // What an iterable of texts throws comes through.
    const found = await fault(lib, call, /as embedMany's texts$/.test(what));
    if (found !== undefined) faults.push(`${what}: ${found}`);
  }
  return faults;
}

const values = Object.entries(VALUES);

test("the tables of odd values are as long as they should be", () => {
  const calls = Object.keys(PLACES).length * Object.keys(CLIENTS).length;
  const replies = Object.keys(REPLIES).length * Object.keys(CALLS).length;
  ok((calls + replies + Object.keys(OPTIONS).length) * values.length > 2000);
});

for (const [door, client] of Object.entries(CLIENTS)) {
  test(`no value of a caller's ends a call with somebody else's error [${door}]`, async ({ lib }) => {
    const ai = client(lib);
    const places = Object.entries(PLACES);
    const all = places.flatMap(([place, call]) =>
      values.map(([what, make]) => [`${what} as ${place}`, async () => call(ai, make())]),
    );
    deepEqual(await faultsOf(lib, all), []);
    // The client has survived all of it.
    ok((await ai.generateText(CHAT, "a")).text === "Hi");
  });
}

test("no option of a client's ends with somebody else's error", async ({ lib }) => {
  const all = Object.entries(OPTIONS).flatMap(([option, options]) =>
    values.flatMap(([what, make]) =>
      Object.entries(CLIENTS).map(([door, client]) => [
        `${what} as ${option} [${door}]`,
        async () => {
          const ofClient = options(make());
          const ai = option === "the client's options" ? new lib.WorkersAI(ofClient) : client(lib, ofClient);
          return ai.generateText(CHAT, "a", { signal: AbortSignal.timeout(2000) });
        },
      ]),
    ),
  );
  deepEqual(await faultsOf(lib, all), []);
});

test("nothing that comes back ends a call with somebody else's error", async ({ lib }) => {
  const all = Object.entries(REPLIES).flatMap(([reply, client]) =>
    values.flatMap(([what, make]) =>
      Object.entries(CALLS).map(([method, call]) => [
        `${what} as ${reply}, ${method}`,
        async () => call(client(lib, make())),
      ]),
    ),
  );
  // What a hook throws is reported there.
  const { error: report } = console;
  console.error = () => {};
  try {
    deepEqual(await faultsOf(lib, all), []);
  } finally {
    console.error = report;
  }
});

test("functions of the package that take any value", async ({ lib }) => {
  const all = values.flatMap(([what, make]) => [
    [`isWorkersAIError of ${what}`, async () => void equal(lib.isWorkersAIError(make()), false)],
    [
      `events of ${what}`,
      async () => {
        for await (const _ of lib.events(make()));
      },
    ],
    [
      `a chunk of events that is ${what}`,
      async () => {
        for await (const _ of lib.events(foreignStream([make()], "text/event-stream").body));
      },
    ],
    [`an index of ${what}`, async () => void new lib.VectorIndex(make())],
    [`rows of ${what}`, async () => void new lib.VectorIndex({ dimensions: 2 }).add(make())],
    [
      `ids of ${what}`,
      async () => void new lib.VectorIndex({ dimensions: 2 }).add(new Float32Array(2), make()),
    ],
    [`a query of ${what}`, async () => void new lib.VectorIndex({ dimensions: 2 }).search(make(), 1)],
    [`an index out of ${what}`, async () => void lib.VectorIndex.deserialize(make())],
  ]);
  deepEqual(await faultsOf(lib, all), []);
});

test("an error whose cause cannot be looked at can be logged", async ({ lib }) => {
  for (const [what, make] of values) {
    const error = await restClient(lib, { fetch: () => Promise.reject(make()), maxRetries: 0 })
      .run(CHAT, { prompt: "a" })
      .catch((thrown) => thrown);
    ok(lib.isWorkersAIError(error), what);
    const inspect = error[Symbol.for("nodejs.util.inspect.custom")];
    ok(inspect.call(error, 2, {}, (value) => JSON.stringify(value)).includes(error.code), what);
  }
});

test("a stream that is broken off with a value that throws", async ({ lib }) => {
  for (const [what, make] of values) {
    const controller = new AbortController();
    const fetch = async () => streamResponse(['data: {"response":"Hi"}\n\n'], { open: true });
    const stream = await restClient(lib, { fetch }).streamText(CHAT, "a", { signal: controller.signal });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    try {
      controller.abort(make());
    } catch {
      // workerd's own does not take each of them.
      controller.abort();
    }
    const error = await iterator.next().catch((thrown) => thrown);
    ok(lib.isWorkersAIError(error), what);
  }
});
