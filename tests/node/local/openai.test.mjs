/** OpenAI's and Anthropic's SDKs on the local service, by their base URL alone. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const messages = [{ role: "user", content: "echo: Hello" }];
let server;

before(async () => {
  server = await serveLocalAI({ port: 0, engine: "stand-in", env: {} });
});
after(() => server.close());

const openai = (more) =>
  new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.apiToken, maxRetries: 0, ...more });
const anthropic = (more) =>
  new Anthropic({ baseURL: server.url, apiKey: server.apiToken, maxRetries: 0, ...more });

test("every interface below /v1", async () => {
  const client = openai();
  const { choices } = await client.chat.completions.create({ model: MODEL, messages });
  assert.equal(choices[0].message.content, "Hello");
  let text = "";
  for await (const chunk of await client.chat.completions.create({ model: MODEL, messages, stream: true }))
    text += chunk.choices[0]?.delta.content ?? "";
  assert.equal(text, "Hello");
  assert.equal((await client.responses.create({ model: MODEL, input: "echo: Hello" })).output_text, "Hello");
  const { data } = await client.embeddings.create({ model: "@cf/baai/bge-m3", input: "a" });
  assert.equal(data[0].embedding.length, 1024);
  const image = await client.images.generate({ model: "@cf/black-forest-labs/flux-1-schnell", prompt: "a" });
  assert.ok(image.data[0].b64_json.length > 100);
  assert.equal((await client.models.retrieve(MODEL)).id, MODEL);
  const message = await anthropic().messages.create({ model: MODEL, max_tokens: 50, messages });
  assert.equal(message.content[0].text, "Hello");
});

test("what the service's own endpoints lack, beside them", async () => {
  const client = openai({ baseURL: `${server.baseURL}/v1` });
  const speech = await client.audio.speech.create({
    model: "@cf/deepgram/aura-1",
    voice: "luna",
    input: "hello there",
    response_format: "wav",
  });
  const file = new File([await speech.arrayBuffer()], "said.wav", { type: "audio/wav" });
  const model = "@cf/openai/whisper-large-v3-turbo";
  assert.equal((await client.audio.transcriptions.create({ model, file })).text, "hello there");
  // The service's own, with its own errors.
  const failed = client.responses.create({ model: "@cf/zai-org/glm-4.7-flash", input: "a" });
  await assert.rejects(failed, { status: 400 });
});

test("faults are the SDK's own errors, and without the token nothing is answered", async () => {
  const fault = { defaultHeaders: { "x-local-fault": "error=3040" } };
  await assert.rejects(openai(fault).chat.completions.create({ model: MODEL, messages }), { status: 503 });
  for (const client of [openai({ apiKey: "wrong" }), anthropic({ apiKey: "wrong" })])
    await assert.rejects(client.models.list(), { status: 401 });
  const handler = createLocalHandler({ engine: "stand-in", env: {} });
  const request = { method: "POST", body: JSON.stringify({ model: MODEL, messages }) };
  const response = await handler(new Request("http://localhost/v1/chat/completions", request));
  assert.equal((await response.json()).choices[0].message.content, "Hello");
});
