// Every exchange of the fixtures, on the face that it belongs to, and through the genuine binding.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { createLocalAI, createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { startWorkerd } from "../../../www/workerd.mjs";
import { bytesOf, cut, exchanges, formOf, replyOf, requestOf } from "./fixtures.mjs";

const UUID = /\([0-9a-f-]{36}\)/;
const NO_UUID = "(00000000-0000-4000-8000-000000000000)";
const handle = createLocalHandler({ engine: "stand-in" });
const all = exchanges();
const ofBinding = all.filter(({ door }) => door === "binding");

let server;
let workerd;
before(async () => {
  server = await serveLocalAI({ engine: "stand-in" });
  const config = fileURLToPath(new URL("worker/config.capnp", import.meta.url));
  workerd = await startWorkerd(config, { external: { upstream: new URL(server.url).host } });
});
after(async () => {
  await workerd?.close();
  await server?.close();
});

for (const exchange of all.filter(({ door }) => door === "rest")) {
  test(`REST: ${exchange.name}`, async () => {
    const request = requestOf(exchange, server.baseURL, { authorization: `Bearer ${server.apiToken}` });
    assert.deepEqual(await replyOf(await fetch(request)), exchange.reply);
  });
}

for (const exchange of ofBinding) {
  test(`the binding's wire: ${exchange.name}`, async () => {
    const request = requestOf(exchange, "https://workers-binding.ai");
    assert.deepEqual(await replyOf(await handle(request)), exchange.reply);
  });
  // What the other members ask has its own tests.
  if (!exchange.model || exchange.request.body?.options?.queueRequest) continue;

  test(`createLocalAI: ${exchange.name}`, async () => {
    const ai = createLocalAI({ engine: "stand-in" });
    const outcome = await ai.run(exchange.model, inputsOf(exchange)).then(
      async (value) =>
        value instanceof ReadableStream
          ? { base64: Buffer.from(await new Response(value).arrayBuffer()).toString("base64") }
          : { value: cut(value) },
      ({ name, message }) => ({ name, message: message.replace(UUID, NO_UUID) }),
    );
    assert.deepEqual(outcome, expected(exchange));
  });

  test(`the genuine binding: ${exchange.name}`, async () => {
    const response = await fetch(`http://127.0.0.1:${workerd.port}/`, {
      method: "POST",
      body: JSON.stringify({ model: exchange.model, ...wireInputs(exchange), read: "base64" }),
    });
    const { kind, value, base64, name, message } = await response.json();
    const outcome = {
      error: () => ({ name, message: message.replace(UUID, NO_UUID) }),
      stream: () => ({ base64 }),
      value: () => ({ value: cut(value) }),
    }[kind]();
    assert.deepEqual(outcome, expected(exchange));
  });
}

/** What the caller of the binding sees of a reply. */
function expected({ reply }) {
  const { body } = reply;
  if (reply.status >= 400) return { name: body.name, message: `${body.internalCode}: ${body.description}` };
  return body.$base64 ? { base64: body.$base64 } : { value: body };
}

/** The name of the input that is a stream, by its model. */
const streamed = ({ model }) => (model.includes("flux-2") ? "multipart" : "audio");

function inputsOf(exchange) {
  const { request } = exchange;
  if (request.contentType === "application/json") return request.body.inputs;
  const response = new Response(request.form ? formOf(request.form) : bytesOf(request.body));
  const contentType = request.form ? response.headers.get("content-type") : request.contentType;
  return {
    ...JSON.parse(request.query.userInputs),
    [streamed(exchange)]: { body: response.body, contentType },
  };
}

/** The same for the Worker, which makes the stream itself. */
function wireInputs(exchange) {
  const { request } = exchange;
  if (request.contentType === "application/json") return { inputs: request.body.inputs };
  const { contentType, form, body } = request;
  return {
    inputs: JSON.parse(request.query.userInputs),
    stream: { name: streamed(exchange), contentType, form, base64: body?.$base64 },
  };
}
