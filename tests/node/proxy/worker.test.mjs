/** The proxy in real workerd, over HTTP and through the genuine `env.AI`: streams, WebSockets, refusals, a page that leaves. */
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { WorkersAI } from "workers-ai-wasm";
import { serveLocalAI } from "workers-ai-wasm/local";
import { startWorkerd } from "../../../www/workerd.mjs";
import { frame, open } from "../local/socket-client.mjs";
import { bundleProxyWorker } from "./bundle.mjs";
import { CHAT, deferred } from "./helpers.mjs";

const VOICE = "@cf/deepgram/aura-1";
const BGE = "@cf/baai/bge-small-en-v1.5";
const [TEXT, BINARY] = [1, 2];
const bounded = { timeout: 30_000 };
const calls = [];
let reported = deferred();
let service;
let workerd;
let origin;

before(async () => {
  const config = await bundleProxyWorker();
  service = await serveLocalAI({
    engine: "stand-in",
    env: {},
    onCall(call) {
      calls.push(call);
      reported.resolve(call);
    },
  });
  workerd = await startWorkerd(config, {
    external: { upstream: new URL(service.url).host },
    env: { BASE_URL: service.baseURL, TOKEN: service.apiToken },
  });
  origin = `http://127.0.0.1:${workerd.port}`;
});

after(async () => {
  await workerd?.close();
  await service?.close();
});

for (const path of ["ai", "binding"]) {
  const post = (headers = {}) =>
    fetch(`${origin}/${path}/run/${CHAT}`, {
      method: "POST",
      body: JSON.stringify({ prompt: "Hi", stream: true }),
      headers: { "content-type": "application/json", origin, ...headers },
    });
  const socket = (headers, model = VOICE) =>
    open(`${origin}/${path}/run/${model}?encoding=linear16`, { headers: { origin, ...headers } });

  test(`a stream passes, another site's does not [${path}]`, bounded, async () => {
    const response = await post();
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.match(await response.text(), /data: \[DONE\]\n\n$/);
    const before = calls.length;
    assert.equal((await post({ origin: "http://evil.example" })).status, 403);
    assert.equal(calls.length, before);
  });

  test(`a page that leaves ends the model's work [${path}]`, bounded, async () => {
    reported = deferred();
    // workerd hears of it when it writes; half a connection may be closed for other reasons.
    const slow = "chunk=10, pace=20";
    const sent = http.request(`${origin}/${path}/run/${CHAT}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin, "x-local-fault": slow },
    });
    sent.end(JSON.stringify({ prompt: "Hi", stream: true }));
    sent.on("error", () => {});
    await new Promise((resolve) => sent.on("response", (response) => response.once("data", resolve)));
    sent.destroy();
    assert.equal((await reported.promise).outcome, "cancelled");
  });

  test(`a WebSocket passes, with nothing of the service's but its bytes [${path}]`, bounded, async () => {
    const connection = await socket();
    assert.ok(connection.socket, connection.body);
    assert.equal(connection.headers["x-local-engine"], undefined);
    connection.socket.write(frame(TEXT, JSON.stringify({ type: "Speak", text: "Hello" })));
    connection.socket.write(frame(TEXT, JSON.stringify({ type: "Flush" })));
    let seen;
    while (seen !== BINARY) seen = (await connection.next()).opcode;
    reported = deferred();
    connection.socket.destroy();
    await reported.promise;
  });

  test(`a WebSocket that may not be is refused [${path}]`, bounded, async () => {
    const before = calls.length;
    assert.equal((await socket({ origin: "http://evil.example" })).response.statusCode, 403);
    assert.equal((await socket({}, "@cf/deepgram/nova-3")).response.statusCode, 403);
    assert.equal(calls.length, before);
    const busy = await socket({ "x-local-fault": "capacity" });
    assert.equal(busy.response.statusCode, 429);
    assert.equal(JSON.parse(busy.body).errors[0].code, 3040);
  });

  test(`OpenAI's endpoints, with the genuine SDK [${path}]`, bounded, async () => {
    const openai = new OpenAI({
      baseURL: `${origin}/${path}/v1`,
      apiKey: "-",
      maxRetries: 0,
      defaultHeaders: { origin },
    });
    const messages = [{ role: "user", content: "echo: Hello 🌍" }];
    const whole = await openai.chat.completions.create({ model: CHAT, messages });
    assert.equal(whole.choices[0].message.content, "Hello 🌍");
    const pieces = [];
    for await (const { choices } of await openai.chat.completions.create({
      model: CHAT,
      messages,
      stream: true,
    }))
      pieces.push(choices[0]?.delta.content ?? "");
    assert.equal(pieces.join(""), "Hello 🌍");
    const response = await openai.responses.stream({ model: CHAT, input: "echo: Hello" }).finalResponse();
    assert.equal(response.output_text, "Hello");
    const { data } = await openai.embeddings.create({ model: BGE, input: ["one", "two"] });
    assert.deepEqual([data.length, data[1].embedding.length], [2, 384]);
    const ids = [];
    for await (const { id } of openai.models.list()) ids.push(id);
    assert.deepEqual(ids.sort(), [BGE, VOICE].sort());
    const speech = await openai.audio.speech.create({
      model: VOICE,
      voice: "luna",
      input: "hello",
      response_format: "wav",
    });
    assert.equal(new TextDecoder().decode((await speech.arrayBuffer()).slice(0, 4)), "RIFF");
    await assert.rejects(
      openai.chat.completions.create({ model: "@cf/qwen/qwq-32b", messages }),
      OpenAI.PermissionDeniedError,
    );
    // Several at a time, each with its own.
    const texts = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const own = [{ role: "user", content: `echo: number ${at}` }];
        return (await openai.chat.completions.create({ model: CHAT, messages: own })).choices[0].message
          .content;
      }),
    );
    assert.deepEqual(
      texts,
      texts.map((_, at) => `number ${at}`),
    );
  });

  test(`the client's own methods of OpenAI's shape [${path}]`, bounded, async () => {
    const send = (url, init) => fetch(url, { ...init, headers: { ...init.headers, origin } });
    const ai = new WorkersAI({ baseURL: `${origin}/${path}`, fetch: send, maxRetries: 0 });
    const messages = [{ role: "user", content: "count: 5" }];
    assert.equal(
      (await ai.chat.completions.create({ model: CHAT, messages })).choices[0].message.content,
      "1 2 3 4 5",
    );
    const stream = await ai.chat.completions.create({ model: CHAT, messages, stream: true });
    assert.equal(await stream.text(), "1 2 3 4 5");
    const { data } = await ai.embeddings.create({ model: BGE, input: "one" });
    assert.equal(data[0].embedding.length, 384);
    assert.equal((await ai.responses.create({ model: CHAT, input: "echo: Hello" })).output_text, "Hello");
    await assert.rejects(ai.embeddings.create({ model: "@cf/baai/bge-m3", input: "a" }), {
      code: "FORBIDDEN",
    });
  });

  test(`a page that leaves a chat of OpenAI's ends the model's work [${path}]`, bounded, async () => {
    reported = deferred();
    const sent = http.request(`${origin}/${path}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", origin, "x-local-fault": "chunk=10, pace=20" },
    });
    sent.end(JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "Hi" }], stream: true }));
    sent.on("error", () => {});
    await new Promise((resolve) => sent.on("response", (response) => response.once("data", resolve)));
    sent.destroy();
    assert.equal((await reported.promise).outcome, "cancelled");
  });
}
