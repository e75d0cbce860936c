// The demo Worker's own door below /ai: what it lets through to env.AI, and in which form it answers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { startDemoWorker } from "./demo-worker.mjs";

const CHAT = "@cf/meta/llama-3.1-8b-instruct-fp8";
const MiB = 1024 * 1024;
/** What the models were asked. */
const requested = [];
let demo;

before(async () => {
  demo = await startDemoWorker({
    faults: ({ model, inputs }) => {
      requested.push({ model, inputs });
      return inputs?.text === "busy" ? { error: 3040, "retry-after": 7 } : {};
    },
  });
});

after(() => demo?.close());

const JSON_TYPE = { "content-type": "application/json" };
const ask = (path, init) => fetch(`${demo.url}/ai${path}`, { method: "POST", ...init });
const askJSON = (path, body, headers = {}) =>
  ask(path, { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } });

async function refused(response, status, words) {
  assert.equal(response.status, status);
  const { success, errors } = await response.json();
  assert.equal(success, false);
  assert.match(errors[0].message, words);
}

test("answers as the REST API does, with the facts of the reply", async () => {
  const response = await askJSON("/run/@cf/huggingface/distilbert-sst-2-int8", { text: "fine" });
  const { success, result, errors } = await response.json();
  assert.equal(success, true);
  assert.deepEqual(errors, []);
  assert.equal(result.length, 2);
  assert.ok(response.headers.get("cf-ai-req-id"));
  assert.ok(Number(response.headers.get("cf-ai-neurons")) >= 0);
});

test("the service's errors keep their status, code and time to wait", async () => {
  const response = await askJSON("/run/@cf/huggingface/distilbert-sst-2-int8", { text: "busy" });
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("retry-after"), "7");
  const { errors } = await response.json();
  assert.equal(errors[0].code, 3040);
});

test("a page of another site may not ask", async () => {
  const response = await askJSON(`/run/${CHAT}`, { prompt: "x" }, { origin: "https://example.com" });
  await refused(response, 403, /may not use the proxy/);
});

test("what is not known is not asked", async () => {
  await refused(await askJSON("/run/@cf/nobody/nothing", { prompt: "x" }), 403, /does not offer/);
  await refused(await askJSON("/finetunes", {}), 404, /does not offer/);
  await refused(await fetch(`${demo.url}/ai/run/${CHAT}`), 405, /POST/);
});

test("what is no JSON object is refused where one is needed", async () => {
  await refused(await ask(`/run/${CHAT}`, { body: "{", headers: JSON_TYPE }), 400, /JSON/);
  await refused(await ask(`/run/${CHAT}`, { body: "[]", headers: JSON_TYPE }), 400, /object/);
  await refused(
    await ask(`/run/${CHAT}`, { body: "hello", headers: { "content-type": "text/plain" } }),
    415,
    /JSON/,
  );
});

test("a body that says it is beyond the bound is refused before it comes", async () => {
  const headers = { "content-type": "audio/wav", "content-length": 33 * MiB };
  const sent = request(`${demo.url}/ai/run/@cf/openai/whisper`, { method: "POST", headers });
  sent.flushHeaders();
  const [response] = await once(sent, "response");
  assert.equal(response.statusCode, 413);
  sent.destroy();
});

test("a body that doesn't say how long it is is refused at the bound", async () => {
  const headers = { "content-type": "audio/wav", origin: demo.url };
  const body = new Blob([new Uint8Array(32 * MiB + 1)]).stream();
  const response = await ask("/run/@cf/openai/whisper", { body, headers, duplex: "half" });
  await refused(response, 413, /larger than/);
});

test("no answer costs more tokens than the demo gives", async () => {
  for (const [wanted, expected] of [
    [undefined, 1024],
    [100_000, 1024],
    [5, 5],
    ["all", 1024],
  ]) {
    requested.length = 0;
    await (await askJSON(`/run/${CHAT}`, { prompt: "x", max_tokens: wanted })).json();
    assert.equal(requested[0].inputs.max_tokens, expected);
  }
  requested.length = 0;
  const wishes = { prompt: "x", max_completion_tokens: 50_000, n: 100 };
  await (await askJSON("/run/@cf/qwen/qwen3-30b-a3b-fp8", wishes)).json();
  assert.deepEqual(requested[0].inputs, { prompt: "x", max_tokens: 1024, max_completion_tokens: 1024, n: 1 });
});

test("streams and bytes come as they are", async () => {
  const stream = await askJSON(`/run/${CHAT}`, { prompt: "x", stream: true });
  assert.match(stream.headers.get("content-type"), /^text\/event-stream/);
  assert.match(await stream.text(), /data: \[DONE\]\n/);
  const sound = await askJSON("/run/@cf/deepgram/aura-1", { text: "Hello" });
  assert.equal(sound.headers.get("content-type"), "audio/mpeg");
  assert.ok((await sound.arrayBuffer()).byteLength > 1000);
});

test("forms, and raw bodies with what is beside them in the query, reach the model", async () => {
  const form = new FormData();
  form.append("prompt", "a lighthouse");
  form.append("width", "256");
  form.append("height", "256");
  const { result } = await (await ask("/run/@cf/black-forest-labs/flux-2-klein-4b", { body: form })).json();
  assert.ok(result.image.length > 100);

  const sound = await askJSON("/run/@cf/deepgram/aura-1", {
    text: "One two",
    encoding: "linear16",
    container: "wav",
  });
  const body = await sound.arrayBuffer();
  requested.length = 0;
  const transcribed = await ask("/run/@cf/deepgram/nova-3?punctuate=true&language=en", {
    body,
    headers: { "content-type": "audio/wav" },
  });
  assert.ok((await transcribed.json()).result.results.channels[0].alternatives[0]);
  assert.deepEqual(requested[0].inputs, { punctuate: true, language: "en" });
});
