/** The proxy in real workerd, over HTTP and through the genuine `env.AI`: streams, WebSockets, refusals, a page that leaves. */
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { serveLocalAI } from "workers-ai-wasm/local";
import { startWorkerd } from "../../../www/workerd.mjs";
import { frame, open } from "../local/socket-client.mjs";
import { bundleProxyWorker } from "./bundle.mjs";
import { CHAT, deferred } from "./helpers.mjs";

const VOICE = "@cf/deepgram/aura-1";
const [TEXT, BINARY] = [1, 2];
const bounded = { timeout: 30_000 };
const calls = [];
let told = deferred();
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
      told.resolve(call);
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
    told = deferred();
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
    assert.equal((await told.promise).outcome, "cancelled");
  });

  test(`a WebSocket passes, with nothing of the service's but its bytes [${path}]`, bounded, async () => {
    const connection = await socket();
    assert.ok(connection.socket, connection.body);
    assert.equal(connection.headers["x-local-engine"], undefined);
    connection.socket.write(frame(TEXT, JSON.stringify({ type: "Speak", text: "Hello" })));
    connection.socket.write(frame(TEXT, JSON.stringify({ type: "Flush" })));
    let seen;
    while (seen !== BINARY) seen = (await connection.next()).opcode;
    told = deferred();
    connection.socket.destroy();
    await told.promise;
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
}
