/** What the page is told when the service behind the proxy fails. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { toNodeListener } from "workers-ai-wasm/proxy";
import { ask, CHAT, ORIGIN, overBinding, overHttp } from "./helpers.mjs";

const clientOf = (proxy) =>
  new WorkersAI({
    baseURL: `${ORIGIN}/ai`,
    maxRetries: 0,
    fetch: (url, init) => proxy(new Request(url, { ...init, headers: { ...init.headers, origin: ORIGIN } })),
  });

test("a service that cannot be reached is a 502, and only the owner hears why", async () => {
  const heard = [];
  const fetch = async () => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 10.0.0.1:443") });
  };
  const { proxy } = overHttp({ fetch, onError: (error) => heard.push(error.message) });
  const response = await proxy(ask(`run/${CHAT}`));
  assert.equal(response.status, 502);
  assert.doesNotMatch(await response.text(), /10\.0\.0\.1|fetch failed/);
  assert.deepEqual(heard, ["fetch failed"]);
  await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), { code: "SERVER", retryable: true });
});

for (const [shape, body] of [
  ["the envelope", '{"success":false,"errors":[{"code":9109,"message":"Invalid access token"}]}'],
  ["the native shape", '{"internalCode":9109,"description":"Invalid access token"}'],
  ["text", "9109: Invalid access token"],
  ["the edge's text", "error code: 10000"],
]) {
  test(`a token that the service refuses is no failure that passes [${shape}]`, async () => {
    const { proxy } = overHttp({ fetch: async () => new Response(body, { status: 403 }) });
    await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), {
      code: "AUTH",
      status: 500,
      internalCode: 10000,
      retryable: false,
    });
  });
}

test("a model that the account may not use is the page's business", async () => {
  const body = '{"success":false,"errors":[{"code":5018,"message":"not within 10000 neurons"}]}';
  const { proxy } = overHttp({ fetch: async () => new Response(body, { status: 403 }) });
  await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), {
    code: "FORBIDDEN",
    internalCode: 5018,
  });
});

for (const upstream of [overHttp, overBinding]) {
  for (const shape of ["envelope", "native", "gateway", "openai", "text", "edge"]) {
    test(`the service's number reaches the page [${upstream.name}, ${shape}]`, async () => {
      const { proxy } = upstream({}, { faults: `capacity, shape=${shape}, retry-after=3` });
      await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), {
        code: "CAPACITY",
        internalCode: 3040,
        status: 429,
        retryAfterMs: 3000,
      });
    });
  }

  test(`a web page in an answer's place is told by its status [${upstream.name}]`, async () => {
    const { proxy } = upstream({}, { faults: "capacity, shape=html" });
    await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), {
      code: "RATE_LIMITED",
      status: 429,
    });
  });
}

test("Node's server sends the headers of a stream before its first token", async () => {
  let begin;
  const fetch = async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          begin = () => {
            controller.enqueue(new TextEncoder().encode('data: {"response":"Hi"}\n\ndata: [DONE]\n\n'));
            controller.close();
          };
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    );
  const { proxy } = overHttp({ fetch, authorize: () => true });
  const server = http.createServer(toNodeListener(proxy)).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const ai = new WorkersAI({ baseURL: `http://127.0.0.1:${server.address().port}/ai` });
    // It is there although nothing has been said yet.
    const stream = await ai.streamText(CHAT, "Hi");
    begin();
    assert.equal(await stream.text(), "Hi");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
