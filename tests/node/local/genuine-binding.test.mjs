// The genuine env.AI of workerd, running against the local service.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { createLocalAI, serveLocalAI } from "../../../pkg-template/local/index.js";
import { startWorkerd } from "../../../www/workerd.mjs";
import { callLog, responseTexts } from "./helpers.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const GLM = "@cf/zai-org/glm-4.7-flash";

let server;
let workerd;
const log = callLog();

before(async () => {
  server = await serveLocalAI({ engine: "stand-in", onCall: log.add });
  const config = fileURLToPath(new URL("worker/config.capnp", import.meta.url));
  workerd = await startWorkerd(config, { external: { upstream: new URL(server.url).host } });
});

after(async () => {
  await workerd?.close();
  await server?.close();
});

async function probe(body) {
  const response = await fetch(`http://127.0.0.1:${workerd.port}/`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return response.json();
}

test("a whole answer arrives parsed and without an envelope", async () => {
  const seen = await probe({ model: LLAMA, inputs: { prompt: "echo: Hello there" } });
  assert.equal(seen.binding, "Ai");
  assert.equal(seen.kind, "value");
  assert.equal(seen.value.response, "Hello there");
  assert.match(seen.requestId, /^[0-9a-f-]{36}$/);
});

test("a streamed answer arrives as server-sent events", async () => {
  const seen = await probe({ model: LLAMA, inputs: { prompt: "echo: Hello there", stream: true } });
  assert.equal(seen.kind, "stream");
  assert.equal(responseTexts(seen.text).join(""), "Hello there");
  assert.ok(seen.text.endsWith("data: [DONE]\n\n"));
});

test("the genuine binding and createLocalAI give the same value and the same error", async () => {
  const local = createLocalAI({ engine: "stand-in" });
  const inputs = { messages: [{ role: "user", content: "What is this?" }], seed: 7 };
  const seen = await probe({ model: LLAMA, inputs });
  assert.deepEqual(seen.value, await local.run(LLAMA, inputs));

  const failed = await probe({ model: "@cf/no/such", inputs });
  const error = await local.run("@cf/no/such", inputs).catch((thrown) => thrown);
  const withoutId = (message) => message.replace(/ \([0-9a-f-]{36}\)$/, "");
  assert.equal(failed.name, error.name);
  assert.equal(withoutId(failed.message), withoutId(error.message));
  assert.equal(failed.status, local.lastRequestHttpStatusCode);
  assert.equal(failed.internal, local.lastRequestInternalStatusCode);
});

test("an error is thrown with its code in the message", async () => {
  const seen = await probe({
    model: LLAMA,
    inputs: { prompt: "x" },
    options: { extraHeaders: { "x-local-fault": "capacity" } },
  });
  assert.equal(seen.kind, "error");
  assert.match(seen.message, /^3040: /);
  assert.equal(seen.status, 429);
});

test("a raw response is handed over untouched, failures too", async () => {
  const good = await probe({
    model: LLAMA,
    inputs: { prompt: "echo: raw", stream: true },
    options: { returnRawResponse: true },
  });
  assert.equal(good.contentType, "text/event-stream");
  assert.equal(good.engine, "stand-in");
  const bad = await probe({
    model: "@cf/no/such",
    inputs: { prompt: "x" },
    options: { returnRawResponse: true },
  });
  assert.equal(bad.status, 400);
  assert.equal(JSON.parse(bad.text).internalCode, 5007);
});

test("JSON with a charset arrives as a stream, as the binding's strict comparison has it", async () => {
  const seen = await probe({
    model: LLAMA,
    inputs: { prompt: "echo: x" },
    options: { extraHeaders: { "x-local-fault": "charset" } },
  });
  assert.equal(seen.kind, "stream");
  assert.equal(JSON.parse(seen.text).response, "x");
});

test("a gateway id brings a log id", async () => {
  const seen = await probe({
    model: GLM,
    inputs: { prompt: "echo: x" },
    options: { gateway: { id: "mine" } },
  });
  assert.match(seen.logId, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
});

test("a stream that is cancelled in the Worker ends the engine's work", async () => {
  const ended = log.next(({ outcome }) => outcome === "cancelled");
  const seen = await probe({
    model: LLAMA,
    inputs: { prompt: "count: 1000000", max_tokens: 1000000, stream: true },
    read: "first",
  });
  assert.equal(seen.kind, "stream");
  assert.equal((await ended).model, LLAMA);
});

test("fifty interleaved calls each get their own answer", async () => {
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  const seen = await Promise.all(
    numbers.map((index) => {
      const options = { extraHeaders: { "x-local-fault": `chunk=${1 + (index % 7)}, delay=${index % 5}` } };
      return probe({
        model: index % 2 ? LLAMA : GLM,
        inputs: { prompt: `echo: number ${index} of fifty`, stream: true },
        options,
      });
    }),
  );
  for (const index of numbers)
    assert.equal(responseTexts(seen[index].text).join(""), `number ${index} of fifty`);
});
