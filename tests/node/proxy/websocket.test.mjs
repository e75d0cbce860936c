/** WebSockets through the proxy in Node: checked as every request is, joined to the service's, and ended together. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { createLocalAI, serveLocalAI } from "workers-ai-wasm/local";
import { createProxy, toNodeListener, toNodeUpgradeListener } from "workers-ai-wasm/proxy";
import { closeFrame, frame, open } from "../local/socket-client.mjs";
import { deferred } from "./helpers.mjs";

const VOICE = "@cf/deepgram/aura-1";
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const bounded = { timeout: 30_000 };

/** The local service, and the proxy before it, for as long as `body` runs. */
async function serving(body, { options = {}, local = {}, upstream } = {}) {
  const service = await serveLocalAI({ engine: "stand-in", env: {}, ...local });
  const { baseURL, apiToken } = service;
  const proxy = createProxy({ models: [VOICE], ...(upstream ?? { baseURL, apiToken }), ...options });
  const server = http.createServer(toNodeListener(proxy));
  server.on("upgrade", toNodeUpgradeListener(proxy));
  const sockets = new Set();
  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  try {
    await body({ origin, service, url: `${origin}/ai/run/${VOICE}?encoding=linear16` });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await service.close();
  }
}

/** The frames of a kind, until the connection has been closed. */
async function all(connection) {
  const frames = [];
  for (;;) {
    const next = await connection.next();
    if (next === null) return frames;
    frames.push(next);
  }
}

test("a page's connection is the service's", bounded, async () => {
  const ended = deferred();
  await serving(
    async ({ origin, url }) => {
      const connection = await open(url, { headers: { origin } });
      assert.ok(connection.socket, connection.body);
      assert.ok(connection.headers["sec-websocket-accept"]);
      assert.equal(connection.headers["cf-ai-req-id"], undefined);
      connection.socket.write(frame(TEXT, JSON.stringify({ type: "Speak", text: "Hello there" })));
      connection.socket.write(frame(TEXT, JSON.stringify({ type: "Flush" })));
      const kinds = new Set();
      while (!kinds.has(BINARY)) kinds.add((await connection.next()).opcode);
      connection.socket.write(closeFrame(1000));
      const last = (await all(connection)).at(-1);
      assert.equal(last.opcode, CLOSE);
      assert.equal((await ended.promise).outcome, "complete");
    },
    { local: { onCall: (call) => ended.resolve(call) } },
  );
});

test("a page that goes away ends the service's connection", bounded, async () => {
  const ended = deferred();
  await serving(
    async ({ origin, url }) => {
      const { socket } = await open(url, { headers: { origin } });
      socket.destroy();
      assert.equal((await ended.promise).outcome, "error");
    },
    { local: { onCall: (call) => ended.resolve(call) } },
  );
});

test("a service that breaks off ends the page's connection", bounded, async () => {
  await serving(async ({ origin, service, url }) => {
    const connection = await open(url, { headers: { origin } });
    assert.ok(connection.socket);
    await service.close();
    await all(connection);
  });
});

test("what may not be asked is refused, and the service never hears of it", bounded, async () => {
  const calls = [];
  await serving(
    async ({ origin, url }) => {
      for (const [status, address, headers] of [
        [403, url, { origin: "http://evil.example" }],
        [403, url, { origin: "null" }],
        [403, url.replace("aura-1", "nova-3"), { origin }],
        [404, url.replace("/ai/run/", "/ai/v1/"), { origin }],
        [404, url.replace("/ai/", "/"), { origin }],
        [400, url.replace("/run/", "/run/x%00"), { origin }],
        [405, url, { origin, upgrade: "h2c" }],
      ]) {
        const { response, body } = await open(address, { headers });
        assert.equal(response?.statusCode, status, `${address} ${JSON.stringify(headers)} ${body}`);
        assert.equal(JSON.parse(body).success, false);
      }
      assert.deepEqual(calls, []);
    },
    { local: { onCall: (call) => calls.push(call) } },
  );
});

test(
  "the service's refusal is the page's answer, and a refused token the proxy's own fault",
  bounded,
  async () => {
    const options = { forwardHeaders: ["x-local-fault"] };
    await serving(
      async ({ origin, url }) => {
        const refused = (fault) => open(url, { headers: { origin, "x-local-fault": fault } });
        const busy = await refused("capacity, retry-after=9");
        assert.deepEqual([busy.response.statusCode, busy.response.headers["retry-after"]], [429, "9"]);
        assert.equal(JSON.parse(busy.body).errors[0].code, 3040);
        assert.equal((await refused("auth")).response.statusCode, 500);
      },
      { options },
    );
  },
);

test("through a binding Node passes none", bounded, async () => {
  const upstream = { binding: createLocalAI({ engine: "stand-in", env: {} }) };
  await serving(
    async ({ origin, url }) => {
      const { response } = await open(url, { headers: { origin } });
      assert.equal(response.statusCode, 501);
    },
    { upstream },
  );
});

test("a service that cannot be reached is no answer", bounded, async () => {
  await serving(
    async ({ origin, url }) => {
      await assert.rejects(open(url, { headers: { origin } }), { code: "ECONNRESET" });
    },
    { upstream: { baseURL: "http://127.0.0.1:1/ai", apiToken: "t" } },
  );
});
