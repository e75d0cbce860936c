import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { createLocalAI, createLocalHandler } from "../../../pkg-template/local/index.js";
import { textOf } from "./helpers.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const AURA = "@cf/deepgram/aura-1";
const ACCOUNT = "a".repeat(32);
const TOKEN = "very-secret-token";

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recordings-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A function for `record` that tells when so many exchanges came. */
function recorder() {
  const exchanges = [];
  let wake = () => {};
  const record = (exchange) => {
    exchanges.push(exchange);
    wake();
  };
  const until = async (count) => {
    while (exchanges.length < count)
      await new Promise((resolve) => {
        wake = resolve;
      });
    return exchanges;
  };
  return { record, until };
}

const ask = (handle, where, init) =>
  handle(
    new Request(`http://local/client/v4/accounts/${ACCOUNT}/ai${where}`, {
      method: "POST",
      ...init,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", ...init?.headers },
    }),
  );
const run = (handle, model, inputs) => ask(handle, `/run/${model}`, { body: JSON.stringify(inputs) });

test("values, bytes and streams are written down and come back the same, on the other face too", async () => {
  const { record, until } = recorder();
  const ai = createLocalAI({ engine: "stand-in", record });
  const prompt = "echo: say it";
  const value = await ai.run(LLAMA, { prompt });
  const streamed = await textOf(await ai.run(LLAMA, { prompt, stream: true }));
  const spoken = await new Response(await ai.run(AURA, { text: "hi" })).arrayBuffer();
  const replay = await until(3);

  const handle = createLocalHandler({ engine: "recorded", replay });
  const whole = await run(handle, LLAMA, { prompt });
  assert.equal(whole.headers.get("x-local-engine"), "recorded");
  assert.deepEqual((await whole.json()).result, value);
  const stream = await run(handle, LLAMA, { prompt, stream: true });
  assert.equal(stream.headers.get("content-type"), "text/event-stream");
  assert.equal(await stream.text(), streamed);
  const speech = await run(handle, AURA, { text: "hi" });
  assert.equal(speech.headers.get("content-type"), "audio/mpeg");
  assert.deepEqual(await speech.arrayBuffer(), spoken);
});

test("what was not recorded is refused, or left to the stand-in", async () => {
  const only = createLocalAI({ engine: "recorded", replay: [] });
  await assert.rejects(only.run(LLAMA, { prompt: "x" }), /5007: The recordings have no answer/);
  const both = createLocalAI({ engine: "stand-in", replay: [] });
  assert.equal((await both.run(LLAMA, { prompt: "echo: x" })).response, "x");
});

test("a folder keeps one file per question, and answers from it", async () => {
  const ai = createLocalAI({ engine: "stand-in", record: folder });
  for (const prompt of ["echo: one", "echo: two", "echo: one"]) await ai.run(LLAMA, { prompt });
  let files = [];
  while (files.filter((file) => file.endsWith(".json")).length < 2) files = await readdir(folder);
  const replaying = createLocalAI({ engine: "recorded", replay: folder });
  assert.equal((await replaying.run(LLAMA, { prompt: "echo: two" })).response, "two");
});

/** Cloudflare, as a function that answers. */
const cloudflare = (answer) => ({ accountId: ACCOUNT, apiToken: TOKEN, fetch: answer });
const envelope = (result) => ({ result, success: true, errors: [], messages: [] });

test("what Cloudflare says is recorded as it passes, without its envelope and without secrets", async () => {
  const { record, until } = recorder();
  const seen = [];
  const handle = createLocalHandler({
    engine: "cloudflare",
    record,
    cloudflare: cloudflare(async (_url, init) => {
      seen.push(JSON.parse(await new Response(init.body).text()));
      return Response.json(envelope({ response: `your token is ${TOKEN}, your account ${ACCOUNT}` }), {
        headers: { "cf-ai-neurons": "1.5", "set-cookie": "session=1" },
      });
    }),
  });
  const inputs = { prompt: "what is my token?", api_key: "sk-123", max_tokens: 5, note: "Bearer abc.def" };
  const response = await run(handle, LLAMA, inputs);
  assert.match((await response.json()).result.response, new RegExp(TOKEN));
  assert.deepEqual(seen, [inputs]);

  const [exchange] = await until(1);
  const text = JSON.stringify(exchange);
  for (const secret of [TOKEN, ACCOUNT, "sk-123", "abc.def", "session=1"])
    assert.ok(!text.includes(secret), secret);
  assert.equal(exchange.inputs.max_tokens, 5);
  assert.equal(exchange.answer.json.response, "your token is [redacted], your account [redacted]");

  const replayed = createLocalHandler({ engine: "recorded", replay: [exchange] });
  const again = await run(replayed, LLAMA, inputs);
  assert.equal(again.headers.get("cf-ai-neurons"), "1.5");
  assert.equal((await again.json()).success, true);
});

test("Cloudflare's errors, streams, bytes and lists are recorded too", async () => {
  const { record, until } = recorder();
  const answers = {
    "/run/@cf/a/error": () =>
      Response.json(
        {
          result: {},
          success: false,
          errors: [{ code: 3040, message: "AiError: AiError: full (11111111-1111-4111-8111-111111111111)" }],
          messages: [],
        },
        { status: 429, headers: { "retry-after": "3" } },
      ),
    "/run/@cf/a/stream": () =>
      new Response('data: {"response":"a"}\n\ndata: [DONE]\n\n', {
        headers: { "content-type": "text/event-stream" },
      }),
    "/run/@cf/a/bytes": () =>
      new Response(Uint8Array.of(1, 2, 255), { headers: { "content-type": "image/png" } }),
    "/tasks/search": () => Response.json({ ...envelope([{ name: "T" }]), result_info: { count: 1 } }),
  };
  const handle = createLocalHandler({
    engine: "cloudflare",
    record,
    cloudflare: cloudflare(async (url) => answers[new URL(url).pathname.split("/ai").at(-1)]()),
  });
  const paths = Object.keys(answers);
  const init = (path) => (path.startsWith("/run") ? { body: '{"prompt":"x"}' } : { method: "GET" });
  const live = [];
  for (const path of paths) live.push(await (await ask(handle, path, init(path))).text());
  const replay = await until(paths.length);

  const models = { "@cf/a/error": "legacy", "@cf/a/stream": "legacy", "@cf/a/bytes": "legacy" };
  const replayed = createLocalHandler({ engine: "recorded", replay, models });
  const [failed, stream, bytes, list] = await Promise.all(
    paths.map((path) => ask(replayed, path, init(path))),
  );
  assert.deepEqual([failed.status, failed.headers.get("retry-after")], [429, "3"]);
  assert.match((await failed.json()).errors[0].message, /^AiError: AiError: full \([0-9a-f-]{36}\)$/);
  assert.equal(await stream.text(), live[1]);
  assert.deepEqual(new Uint8Array(await bytes.arrayBuffer()), Uint8Array.of(1, 2, 255));
  assert.deepEqual(await list.json(), JSON.parse(live[3]));
});

test("a stream that was not read to its end is not written down", async () => {
  const { record, until } = recorder();
  const ai = createLocalAI({ engine: "stand-in", record });
  const stream = await ai.run(LLAMA, { prompt: "count: 1000", stream: true, max_tokens: 1000 });
  await stream.cancel();
  await ai.run(LLAMA, { prompt: "echo: whole" });
  const exchanges = await until(1);
  assert.deepEqual(
    exchanges.map(({ inputs }) => inputs.prompt),
    ["echo: whole"],
  );
});

test("a recording that can't be read says which", async () => {
  const broken = await mkdtemp(path.join(tmpdir(), "recordings-"));
  try {
    await writeFile(path.join(broken, "bad.json"), "{");
    const errors = [];
    const ai = createLocalAI({ engine: "recorded", replay: broken, onError: (error) => errors.push(error) });
    await assert.rejects(ai.run(LLAMA, { prompt: "x" }));
    assert.match(errors[0].message, /bad\.json/);
  } finally {
    await rm(broken, { recursive: true, force: true });
  }
});

test("what must not be logged is not written down", async () => {
  const { record, until } = recorder();
  const ai = createLocalAI({ engine: "stand-in", record });
  await ai.run(LLAMA, { prompt: "private" }, { gateway: { id: "g", collectLog: false } });
  const handle = createLocalHandler({ engine: "stand-in", record });
  const headers = { "cf-aig-collect-log": "false" };
  await ask(handle, `/run/${LLAMA}`, { body: '{"prompt":"private too"}', headers });
  await ai.run(LLAMA, { prompt: "public" });
  assert.deepEqual(
    (await until(1)).map(({ inputs }) => inputs.prompt),
    ["public"],
  );
});
