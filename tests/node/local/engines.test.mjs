// The engines that ask somebody else, against a second local service in their place.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createLocalAI, createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { callLog, responseTexts, textOf } from "./helpers.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const GLM = "@cf/zai-org/glm-4.7-flash";
const BGE = "@cf/baai/bge-small-en-v1.5";

let far;
const log = callLog();
const farRoutes = {
  "@cf/raw/bytes": { contentType: "image/png", body: Uint8Array.of(137, 80, 0, 255) },
};

before(async () => {
  far = await serveLocalAI({ engine: "stand-in", onCall: log.add, routes: farRoutes });
});
after(() => far.close());

const cloudflare = () => ({
  env: {},
  cloudflare: { accountId: far.accountId, apiToken: far.apiToken, baseURL: far.baseURL },
});
const openai = () => ({
  engine: "openai",
  openai: { baseURL: `${far.baseURL}/v1`, apiKey: far.apiToken, model: GLM, embeddingModel: BGE },
});

test("credentials in the environment choose Cloudflare, a URL the OpenAI-compatible server, nothing the stand-in", async () => {
  const engineOf = async (options) =>
    (await import("../../../pkg-template/local/engines/choose.js")).chooseEngines({
      smallModels: false,
      ...options,
    });
  const names = async (env) => (await engineOf({ env })).map(({ name }) => name);
  assert.deepEqual(await names({}), ["stand-in"]);
  assert.deepEqual(await names({ WORKERS_AI_LOCAL_OPENAI_URL: "http://127.0.0.1:1/v1" }), [
    "openai",
    "stand-in",
  ]);
  assert.deepEqual(await names({ CLOUDFLARE_ACCOUNT_ID: "a", CLOUDFLARE_API_TOKEN: "b" }), [
    "cloudflare",
    "stand-in",
  ]);
  await assert.rejects(engineOf({ engine: "openai", env: {} }), /not configured/);
  await assert.rejects(engineOf({ engine: "openia" }), /one of auto/);
});

test("Cloudflare's answers pass through REST with their bytes and headers", async () => {
  const handle = createLocalHandler(cloudflare());
  const request = (path, body) =>
    handle(
      new Request(`http://local/ai${path}`, {
        method: "POST",
        headers: { authorization: "Bearer of the caller" },
        body: JSON.stringify(body),
      }),
    );
  const image = await request("/run/@cf/raw/bytes", {});
  assert.equal(image.headers.get("content-type"), "image/png");
  assert.deepEqual([...new Uint8Array(await image.arrayBuffer())], [137, 80, 0, 255]);
  const stream = await request(`/run/${LLAMA}`, { prompt: "echo: far away", stream: true });
  assert.equal(responseTexts(await stream.text()).join(""), "far away");
  const refused = await request("/run/@cf/no/such", {});
  assert.deepEqual([refused.status, (await refused.json()).errors[0].code], [400, 5007]);
});

test("through the binding Cloudflare's answers lose their envelope and errors get the binding's shape", async () => {
  const ai = createLocalAI(cloudflare());
  assert.equal((await ai.run(LLAMA, { prompt: "echo: hi" })).response, "hi");
  assert.equal(
    responseTexts(await textOf(await ai.run(LLAMA, { prompt: "echo: hi", stream: true }))).join(""),
    "hi",
  );
  await assert.rejects(ai.run("@cf/no/such", {}), { message: /^5007: / });
  await ai.run(LLAMA, { prompt: "echo: hi" }, { gateway: { id: "mine" } });
  assert.ok(ai.aiGatewayLogId);
});

test("a wrong token at Cloudflare is Cloudflare's own refusal", async () => {
  const options = cloudflare();
  options.cloudflare.apiToken = "wrong";
  await assert.rejects(createLocalAI(options).run(LLAMA, { prompt: "x" }), {
    message: /^10000: Authentication error/,
  });
});

test("an OpenAI-compatible server answers in the dialect of the model that was asked", async () => {
  const ai = createLocalAI(openai());
  const legacy = await ai.run(LLAMA, { prompt: "echo: hi there" });
  assert.equal(legacy.response, "hi there");
  assert.ok(legacy.usage.total_tokens > 0);
  const streamed = await textOf(await ai.run(GLM, { prompt: "echo: hi there", stream: true }));
  assert.equal(responseTexts(streamed).join(""), "hi there");
});

test("it gets tools, and its calls come back", async () => {
  const tools = [
    {
      type: "function",
      function: { name: "f", description: "d", parameters: { type: "object", properties: {} } },
    },
  ];
  const messages = [{ role: "user", content: 'call: f {"a":[1,2]}' }];
  const { tool_calls: calls } = await createLocalAI(openai()).run(LLAMA, { messages, tools });
  assert.deepEqual(calls, [{ name: "f", arguments: { a: [1, 2] } }]);
});

test("it embeds; vectors are brought to the model's number of dimensions", async () => {
  const ai = createLocalAI(openai());
  const near = await ai.run(BGE, { text: "one two" });
  const wide = await ai.run("@cf/baai/bge-large-en-v1.5", { text: "one two" });
  assert.deepEqual(
    [near.shape, wide.shape],
    [
      [1, 384],
      [1, 1024],
    ],
  );
  assert.deepEqual(wide.data[0].slice(0, 384).map(Math.fround), near.data[0].map(Math.fround));
});

test("its failures become the service's: busy is capacity, unreachable a server error", async () => {
  const busy = createLocalAI({
    engine: "openai",
    openai: { baseURL: "http://far/v1", model: "m", fetch: async () => new Response("", { status: 429 }) },
  });
  await assert.rejects(busy.run(LLAMA, { prompt: "x" }), { message: /^3040: / });
  const gone = createLocalAI({
    engine: "openai",
    openai: { baseURL: "http://far/v1", model: "m", fetch: async () => Promise.reject(new TypeError("no")) },
  });
  await assert.rejects(gone.run(LLAMA, { prompt: "x" }), { message: /^500: / });
});

test("cancelling here cancels there", async () => {
  const ended = log.next(({ outcome }) => outcome === "cancelled");
  const stream = await createLocalAI(openai()).run(LLAMA, {
    prompt: "count: 1000000",
    max_tokens: 1e6,
    stream: true,
  });
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  assert.equal((await ended).model, GLM);
});
