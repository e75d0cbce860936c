/**
 * Every function and method that the package exports, with values in each argument, and in each member of an argument, that no program should have
 * there: what comes is a WorkersAIError of a documented code before anything is sent, or a result. The provider's errors are the AI SDK's.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as lib from "workers-ai-wasm";
import * as aiSdk from "workers-ai-wasm/ai-sdk";
import * as catalog from "workers-ai-wasm/catalog";
import * as openai from "workers-ai-wasm/openai";
import * as proxy from "workers-ai-wasm/proxy";
import * as slim from "workers-ai-wasm/slim";
import * as tools from "workers-ai-wasm/tools";
import { ACCOUNT, rest, TOKEN } from "./helpers.mjs";

const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const BGE = "@cf/baai/bge-m3";

const fail = () => {
  throw new RangeError("somebody's own");
};
function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}
const cycle = () => {
  const value = {};
  value.self = value;
  return value;
};
const getters = (...names) =>
  Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: fail, enumerable: true }])),
  );

/** By their kinds; each use has a new one. */
const VALUES = {
  null: () => null,
  undefined: () => undefined,
  "a Symbol": () => Symbol("x"),
  "a BigInt": () => 10n,
  "a function": () => () => {},
  "a number": () => 5,
  NaN: () => Number.NaN,
  "an empty text": () => "",
  true: () => true,
  "an empty array": () => [],
  "an empty object": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "a revoked Proxy": () => revoked({}),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a revoked Proxy of an array": () => revoked([]),
  "an array of a revoked Proxy": () => [revoked({})],
  "an array of a Symbol": () => [Symbol("x")],
  "an array of null": () => [null],
  "an object that holds itself": cycle,
  "an array that holds itself": () => {
    const value = [];
    value.push(value);
    return value;
  },
  "a BigInt in an object": () => ({ a: 10n }),
  "getters that throw": () => getters("prompt", "id", "name", "model", "type", "text", "self"),
  "a getter then that throws": () => getters("then"),
  "an object of which every look throws": () =>
    new Proxy(
      {},
      { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail },
    ),
};

let sent = 0;
const reply = (body, type) => async () => {
  sent++;
  return new Response(body, { headers: { "content-type": type } });
};
const ai = rest(reply(JSON.stringify({ success: true, result: { response: "x" } }), "application/json"));
const streaming = rest(reply('data: {"response":"a"}\n\ndata: [DONE]\n\n', "text/event-stream"));
const drawing = rest(reply(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), "image/jpeg"));
const media = await drawing.generateImage("@cf/black-forest-labs/flux-1-schnell", "x");
const index = () => {
  const made = new lib.VectorIndex({ dimensions: 2, metric: "cosine" });
  made.add(new Float32Array(2), ["a"]);
  return made;
};
const provider = aiSdk.createWorkersAI(ai);
const OPTIONS = { signal: undefined, timeout: undefined, headers: undefined, gateway: undefined };
const INIT = { status: 200, headers: {} };
const bytes = new Uint8Array([1]);

/** `[function, arguments]` that would be taken. */
const FUNCTIONS = {
  system: [lib.system, "x"],
  user: [lib.user, "x", "y"],
  tool: [lib.tool, { description: "x", input: {}, execute() {} }],
  toolResult: [lib.toolResult, "id", "x"],
  trimMessages: [lib.trimMessages, [{ role: "user", content: "x" }], CHAT, { reserve: 1 }],
  isWorkersAIError: [lib.isWorkersAIError, 1],
  events: [(...args) => lib.events(...args), new Response("data: x\n\n"), { signal: undefined }],
  WorkersAI: [(options) => new lib.WorkersAI(options), { accountId: ACCOUNT, apiToken: TOKEN, hooks: {} }],
  VectorIndex: [(options) => new lib.VectorIndex(options), { dimensions: 2, metric: "cosine" }],
  "VectorIndex.deserialize": [(data) => lib.VectorIndex.deserialize(data), index().serialize()],
  "VectorIndex.add": [(...args) => index().add(...args), [1, 2], { ids: ["b"], metadata: [1] }],
  "VectorIndex.search": [(...args) => index().search(...args), [1, 2], 1],
  "VectorIndex.remove": [(...args) => index().remove(...args), ["a"]],
  serveOpenAI: [openai.serveOpenAI, ai, { models: [CHAT], maxBodyBytes: 5, options: {} }],
  openaiWorker: [openai.openaiWorker, { authorize: () => true, client: () => ai, models: [CHAT] }],
  createWorkersAI: [aiSdk.createWorkersAI, { accountId: ACCOUNT, apiToken: TOKEN }],
  workersai: [aiSdk.workersai, CHAT, {}],
  toolsFromMCP: [
    tools.toolsFromMCP,
    { listTools: async () => ({ tools: [] }), callTool() {} },
    { prefix: "x", filter: () => true, images: false },
  ],
  createProxy: [
    proxy.createProxy,
    {
      models: [CHAT],
      tasks: ["Text Generation"],
      binding: { run() {} },
      gateway: "g",
      origins: [],
      hosts: [],
    },
  ],
  toNodeListener: [proxy.toNodeListener, () => {}],
  toNodeUpgradeListener: [proxy.toNodeUpgradeListener, { connect() {} }],
  initSync: [slim.initSync, new Uint8Array(), { tasks: undefined }],
  estimateCost: [catalog.estimateCost, CHAT, { promptTokens: 1, completionTokens: 1, inputImages: [] }],
};

/** The client's methods: arguments that would be taken. */
const METHODS = {
  run: [CHAT, { prompt: "x" }, OPTIONS],
  generateText: [CHAT, { messages: [{ role: "user", content: "x" }], tools: [] }, OPTIONS],
  streamText: [CHAT, { prompt: "x" }, OPTIONS],
  generateObject: [CHAT, { prompt: "x", schema: { type: "object" } }, OPTIONS],
  streamObject: [CHAT, { prompt: "x", schema: { type: "object" } }, OPTIONS],
  extract: ["@cf/telnyx/pulse-1", { state: "x", fields: { a: { type: "text" } } }, OPTIONS],
  runTools: [CHAT, { prompt: "x", tools: {}, maxSteps: 1, approve: undefined }, OPTIONS],
  embed: [BGE, { text: "x" }, OPTIONS],
  embedMany: [BGE, ["x"], { ...OPTIONS, onProgress: undefined, concurrency: undefined }],
  rerank: ["@cf/baai/bge-reranker-base", { query: "x", contexts: ["a"] }, OPTIONS],
  classifyText: ["@cf/huggingface/distilbert-sst-2-int8", { text: "x" }, OPTIONS],
  summarize: ["@cf/facebook/bart-large-cnn", { input_text: "x" }, OPTIONS],
  translate: ["@cf/meta/m2m100-1.2b", { text: "x", target_lang: "fr" }, OPTIONS],
  decide: ["@cf/cloudflare/clef-flash", { state: "x", questions: {} }, OPTIONS],
  transcribe: ["@cf/openai/whisper", { audio: bytes }, OPTIONS],
  generateSpeech: ["@cf/deepgram/aura-1", { text: "x" }, OPTIONS],
  detectTurn: ["@cf/pipecat-ai/smart-turn-v2", { audio: bytes }, OPTIONS],
  generateImage: ["@cf/black-forest-labs/flux-1-schnell", { prompt: "x" }, OPTIONS],
  describeImage: ["@cf/llava-hf/llava-1.5-7b-hf", { image: bytes }, OPTIONS],
  classifyImage: ["@cf/microsoft/resnet-50", { image: bytes }, OPTIONS],
  detectObjects: ["@cf/facebook/detr-resnet-50", { image: bytes }, OPTIONS],
  connect: ["@cf/deepgram/nova-3", { encoding: "linear16" }, OPTIONS],
  toMarkdown: [
    { name: "a.txt", blob: new Blob(["x"]) },
    { ...OPTIONS, conversionOptions: {} },
  ],
  "toMarkdown.supported": [OPTIONS],
  webSearch: ["x", OPTIONS],
  webSearchTool: [{}],
  gateway: ["g"],
  "batch.submit": [CHAT, [{ prompt: "x" }], OPTIONS],
  "batch.poll": [CHAT, "id", OPTIONS],
  "batch.wait": [CHAT, "id", { ...OPTIONS, onProgress: undefined, intervalMs: undefined }],
  "batch.results": [CHAT, "id", OPTIONS],
  "batch.fromEvent": [{ type: "x" }, OPTIONS],
  "models.list": [{ search: undefined }, OPTIONS],
  "models.get": [CHAT, OPTIONS],
  "models.schema": [CHAT, OPTIONS],
  "finetunes.list": [OPTIONS],
  "finetunes.create": [{ name: "x", model: CHAT }, OPTIONS],
  "finetunes.upload": ["id", { name: "x", file: new Blob(["x"]) }, OPTIONS],
  "chat.completions.create": [{ model: CHAT, messages: [{ role: "user", content: "x" }] }, OPTIONS],
  "embeddings.create": [{ model: BGE, input: "x" }, OPTIONS],
  "responses.create": [{ model: CHAT, input: "x" }, OPTIONS],
};
const GATEWAY = {
  getLog: ["id", OPTIONS],
  patchLog: ["id", { score: 1 }, OPTIONS],
  url: ["openai"],
};
const STREAM = {
  batches: [],
  tee: [],
  text: [],
  final: [],
  abort: ["x"],
  toReadableStream: [],
  toResponse: [INIT],
};
const MEDIA = { blob: [], dataURL: [], base64: [], response: [INIT], stream: [] };
const CALL = {
  prompt: [{ role: "user", content: [{ type: "text", text: "x" }] }],
  providerOptions: {},
  headers: {},
  abortSignal: undefined,
};
/** The provider's models, by the methods that give them; each with its call. */
const MODELS = {
  languageModel: { doGenerate: CALL, doStream: CALL },
  embeddingModel: { doEmbed: { values: ["x"], providerOptions: {} } },
  imageModel: { doGenerate: { prompt: "x", n: 1, size: "1x1", files: [] } },
  transcriptionModel: { doGenerate: { audio: bytes, mediaType: "audio/wav" } },
  speechModel: { doGenerate: { text: "x", voice: "a", speed: 1 } },
  rerankingModel: { doRerank: { query: "x", documents: { type: "text", values: ["a"] }, topN: 1 } },
};

const owner = (path) =>
  path
    .split(".")
    .slice(0, -1)
    .reduce((object, name) => object[name], ai);
const named = (path, args) => [(...own) => owner(path)[path.split(".").at(-1)](...own), ...args];

const TABLE = {
  ...FUNCTIONS,
  ...Object.fromEntries(Object.entries(METHODS).map(([path, args]) => [`ai.${path}`, named(path, args)])),
  ...entriesOf("gateway", GATEWAY, () => ai.gateway("g")),
  ...entriesOf("media", MEDIA, () => media),
  ...Object.fromEntries(
    Object.entries(STREAM).map(([name, args]) => [
      `stream.${name}`,
      [async (...own) => (await streaming.streamText(CHAT, "x"))[name](...own), ...args],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(MODELS).flatMap(([kind, methods]) => [
      [`provider.${kind}`, [provider[kind], CHAT, {}]],
      ...Object.entries(methods).map(([name, call]) => [
        `${kind}.${name}`,
        [(own) => provider[kind](CHAT)[name](own), call],
      ]),
    ]),
  ),
};

function entriesOf(prefix, methods, make) {
  return Object.fromEntries(
    Object.entries(methods).map(([name, args]) => [
      `${prefix}.${name}`,
      [(...own) => make()[name](...own), ...args],
    ]),
  );
}

test("the table has every function that the package exports", async () => {
  const functions = (object) =>
    Object.keys(object).filter((name) => typeof object[name] === "function" && name !== "WorkersAIError");
  for (const entry of [lib, aiSdk, openai, proxy, slim, tools, catalog])
    for (const name of functions(entry)) assert.ok(name in TABLE, name);
  const methodsOf = (value, hidden) =>
    Object.getOwnPropertyNames(value).filter(
      (name) => !hidden.includes(name) && !name.startsWith("_") && typeof value[name] === "function",
    );
  const { prototype } = lib.WorkersAI;
  const names = Object.getOwnPropertyNames(prototype).filter((name) => !/^(?:constructor|free)$/.test(name));
  for (const name of names) {
    if (typeof ai[name] === "function") assert.ok(`ai.${name}` in TABLE, name);
    else
      for (const path of pathsOf(ai[name], name)) {
        assert.ok(`ai.${path}` in TABLE, path);
      }
  }
  for (const name of Object.keys(ai.gateway("g"))) assert.ok(`gateway.${name}` in TABLE, name);
  for (const name of methodsOf(Object.getPrototypeOf(media), ["constructor"]))
    assert.ok(`media.${name}` in TABLE, name);
  const stream = Object.getPrototypeOf(await streaming.streamText(CHAT, "x"));
  const { text } = Object.getOwnPropertyDescriptors(stream);
  assert.ok(text);
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(stream)))
    if (typeof value === "function" && name !== "constructor") assert.ok(`stream.${name}` in TABLE, name);
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(lib.VectorIndex.prototype)))
    if (typeof value === "function" && /^(?:add|search|remove)/.test(name))
      assert.ok(`VectorIndex.${name}` in TABLE, name);
});

function pathsOf(group, path) {
  return Object.entries(group).flatMap(([name, value]) =>
    typeof value === "function" ? [`${path}.${name}`] : pathsOf(value, `${path}.${name}`),
  );
}

/** Each call with a value of the table in the place of an argument, or of a member of one. */
function* callsOf(args) {
  yield ["no argument", []];
  const own = args.length === 0 ? [undefined] : args;
  for (const [at, arg] of own.entries()) {
    for (const [kind, make] of Object.entries(VALUES)) yield [`${kind} at ${at}`, own.with(at, make())];
    if (arg === undefined || Object.getPrototypeOf(Object(arg)) !== Object.prototype) continue;
    for (const member of Object.keys(arg))
      for (const [kind, make] of Object.entries(VALUES))
        yield [`${kind} as ${member} at ${at}`, own.with(at, { ...arg, [member]: make() })];
  }
}

/** Codes of a call that nothing was sent for. */
const REFUSED = new Set(["CONFIG", "INVALID_INPUT", "MODEL_NOT_FOUND", "STREAM_CONSUMED"]);
/** What the service has answered is no answer of each method. */
const AFTER_REPLY = new Set([...REFUSED, "MALFORMED_RESPONSE", "NO_OBJECT", "ABORTED"]);
/** What the client of MCP throws comes as it is. */
const THEIRS = { toolsFromMCP: /as listTools/ };

async function faultOf(name, what, work) {
  sent = 0;
  let error;
  try {
    const value = work();
    // What `tool` gives is its argument.
    if (name !== "tool") await value;
    return undefined;
  } catch (thrown) {
    error = thrown;
  }
  if (THEIRS[name]?.test(what)) return undefined;
  if (lib.isWorkersAIError(error)) {
    // `streamText` of the table asks once before the method is called.
    const codes = sent > 0 ? AFTER_REPLY : REFUSED;
    return codes.has(error.code) ? undefined : `${error.code} ${error.message}`;
  }
  const isSDKs = error?.[Symbol.for("vercel.ai.error")] === true;
  if (isSDKs && /^(?:createWorkersAI|workersai|provider|\w+Model)\b/.test(name)) return undefined;
  try {
    return `${error?.name}: ${error?.message}`;
  } catch {
    return "a value that cannot be looked at";
  }
}

for (const [name, [call, ...args]] of Object.entries(TABLE)) {
  test(`${name} refuses or takes any value`, async () => {
    const faults = [];
    for (const [what, own] of callsOf(args)) {
      const fault = await faultOf(name, what, () => call(...own));
      if (fault !== undefined) faults.push(`${what}: ${fault}`);
    }
    assert.deepEqual(faults, []);
  });
}
