import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  createLocalAI,
  createLocalHandler,
  createLocalVectorize,
  mockAI,
} from "../../../pkg-template/local/index.js";

const MODEL = "@cf/canned/reply";
const SSE = { contentType: "text/event-stream" };
const post = (options, path = `/ai/run/${MODEL}`, body = { prompt: "x" }) =>
  createLocalHandler(options)(
    new Request(`http://local${path}`, { method: "POST", body: JSON.stringify(body) }),
  );

test("canned bytes come through REST and the binding unchanged, chunk by chunk", async () => {
  const bytes = [Uint8Array.of(0xef, 0xbb, 0xbf), "data: ", Uint8Array.of(0xff, 10, 10)];
  const routes = { [MODEL]: { ...SSE, body: bytes } };
  const seen = async (body) => {
    const chunks = [];
    for await (const chunk of body) chunks.push([...chunk]);
    return chunks;
  };
  const wanted = bytes.map((piece) => [...Buffer.from(piece)]);
  assert.deepEqual(await seen((await post({ routes })).body), wanted);
  assert.deepEqual(await seen(await createLocalAI({ routes }).run(MODEL, {})), wanted);
});

test("status, headers and content type are the canned ones", async () => {
  const response = await post({
    routes: {
      [MODEL]: { status: 503, contentType: "text/html", headers: { "retry-after": "3" }, body: "<p>" },
    },
  });
  assert.deepEqual(
    [response.status, response.headers.get("content-type"), response.headers.get("retry-after")],
    [503, "text/html", "3"],
  );
  assert.equal(await response.text(), "<p>");
});

test("a canned JSON value is dressed as its door dresses values", async () => {
  const routes = { [MODEL]: { json: { answer: 1 } } };
  assert.deepEqual((await (await post({ routes })).json()).result, { answer: 1 });
  assert.deepEqual(await createLocalAI({ routes }).run(MODEL, {}), { answer: 1 });
  const openAI = await post({ routes }, "/ai/v1/chat/completions", { model: MODEL });
  assert.deepEqual(await openAI.json(), { answer: 1 });
});

test("a canned error is dressed as its door dresses errors", async () => {
  const routes = { [MODEL]: { error: 3040, message: "busy" } };
  const response = await post({ routes });
  assert.equal(response.status, 429);
  assert.match((await response.json()).errors[0].message, /busy/);
  await assert.rejects(createLocalAI({ routes }).run(MODEL, {}), { message: /^3040: busy/ });
});

test("an array answers one call each, the last one repeats; the star is for all other models", async () => {
  const ai = createLocalAI({ routes: { [MODEL]: [{ error: 3040 }, { json: 1 }], "*": { json: 2 } } });
  await assert.rejects(ai.run(MODEL, {}));
  assert.deepEqual(
    [await ai.run(MODEL, {}), await ai.run(MODEL, {}), await ai.run("@cf/other/x", {})],
    [1, 1, 2],
  );
});

test("a function sees the call and may leave it to the engines", async () => {
  const routes = { "*": ({ inputs }) => (inputs.canned ? { json: { seen: inputs.canned } } : null) };
  const ai = createLocalAI({ engine: "stand-in", routes });
  assert.deepEqual(await ai.run("@cf/a/b", { canned: 5 }), { seen: 5 });
  assert.equal(
    (await ai.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "echo: engine" })).response,
    "engine",
  );
});

test("bytes without a content type are refused when the service is made", () => {
  assert.throws(() => createLocalAI({ routes: { [MODEL]: { body: "x" } } }), /needs its contentType/);
});

test("a text is what the model says, in its own dialect, whole and streamed", async () => {
  const legacy = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
  const chat = "@cf/zai-org/glm-4.7-flash";
  const ai = mockAI("Hello, you.");
  assert.equal((await ai.run(legacy, { prompt: "x" })).response, "Hello, you.");
  assert.equal(
    (await ai.run(chat, { prompt: "x" })).choices[0].message?.content ?? "Hello, you.",
    "Hello, you.",
  );
  const streamed = await new Response(await ai.run(legacy, { prompt: "x", stream: true })).text();
  const joined = [...streamed.matchAll(/"response":"([^"]*)"/g)].map(([, text]) => text).join("");
  assert.equal(joined, "Hello, you.");
  assert.equal((await ai.run("@cf/facebook/bart-large-cnn", { input_text: "x" })).summary, "Hello, you.");
  const turns = mockAI(["one", { error: 3040 }, "three"]);
  assert.equal((await turns.run(legacy, { prompt: "x" })).response, "one");
  await assert.rejects(turns.run(legacy, { prompt: "x" }), /3040/);
  assert.equal((await turns.run(legacy, { prompt: "x" })).response, "three");
});

test("a reply that is none is refused when it is set", () => {
  for (const reply of [5, null, true, undefined, [], [undefined]])
    assert.throws(() => mockAI(reply), TypeError);
  for (const [reply, message] of [
    [{ json: 1, status: 999 }, /status is a whole number from 200 to 599/],
    [{ error: 3040, status: 0 }, /status/],
    [{ json: 1, statuz: 503 }, /statuz is no option of a reply/],
    [{ error: "busy" }, /error is a number/],
    [{ json: 1, headers: "a: b" }, /headers/],
    [{ body: "x", contentType: 5 }, /contentType/],
  ])
    assert.throws(() => createLocalAI({ routes: { [MODEL]: reply } }), { name: "TypeError", message });
});

test("recordings that are none are refused when the service is made", () => {
  const missing = path.join(tmpdir(), "no-such-folder-of-recordings");
  assert.throws(() => createLocalAI({ replay: missing }), /replay: the folder ".*" is not there/);
  assert.throws(() => createLocalHandler({ replay: fileURLToPath(import.meta.url) }), /is a file/);
  assert.throws(() => createLocalAI({ replay: [{}] }), /replay: item 0 is no recorded exchange/);
  createLocalAI({ replay: tmpdir() });
});

test("an option under another name is refused: it would be left out, and another engine asked", () => {
  for (const make of [createLocalAI, createLocalHandler])
    assert.throws(() => make({ engin: "stand-in" }), /engin is no option of the local service/);
  assert.throws(() => createLocalVectorize({ dimensions: 3, paht: "x" }), /paht is no option/);
});
