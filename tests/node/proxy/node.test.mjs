/** The proxy behind Node's http server, through either upstream: who asks, when the page goes, and how fast it reads. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { createProxy, toNodeListener } from "workers-ai-wasm/proxy";
import { ACCOUNT, CHAT, deferred, overBinding, overHttp, TOKEN } from "./helpers.mjs";

const UPSTREAMS = { http: overHttp, binding: overBinding };
const MiB = 1024 * 1024;
/** For what would wait forever if it went wrong. */
const bounded = { timeout: 30_000 };

/** A server with the proxy for as long as `body` runs; gives its origin. */
async function serving(proxy, body) {
  const server = http.createServer(toNodeListener(proxy)).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await body(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A request as bytes on the wire go, whose target and headers nobody corrects; gives Node's response. */
async function post(origin, path, headers, body = JSON.stringify({ prompt: "Hi", stream: true })) {
  const sent = http.request(origin, {
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
  });
  sent.end(body);
  const [response] = await once(sent, "response");
  response.on("error", () => {});
  return response;
}

/** The proxy over an upstream whose answer is this body. */
const answering = (body) => {
  const response = () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  const authorize = () => true;
  return {
    http: createProxy({
      models: [CHAT],
      authorize,
      accountId: ACCOUNT,
      apiToken: TOKEN,
      fetch: async () => response(),
    }),
    binding: createProxy({ models: [CHAT], authorize, binding: { run: async () => response() } }),
  };
};

for (const [name, upstream] of Object.entries(UPSTREAMS)) {
  test(`a reader that leaves ends the request [${name}]`, bounded, async () => {
    const ended = deferred();
    const faults = [];
    const { proxy } = upstream(
      { authorize: () => true, onError: (error) => faults.push(error) },
      { pace: 5, onCall: (call) => ended.resolve(call) },
    );
    await serving(proxy, async (origin) => {
      const ai = new WorkersAI({ baseURL: `${origin}/ai` });
      for await (const event of await ai.streamText(CHAT, "Hi")) {
        if (event.type === "text") break;
      }
      assert.equal((await ended.promise).outcome, "cancelled");
      const { text } = await ai.generateText(CHAT, "Hi");
      assert.ok(text.length > 0);
    });
    assert.deepEqual(faults, []);
  });

  test(
    `a page that leaves before the answer ends the request, and is nobody's fault [${name}]`,
    bounded,
    async () => {
      const requested = deferred();
      const ended = deferred();
      const faults = [];
      const { proxy } = upstream(
        { authorize: () => true, onError: (error) => faults.push(error) },
        {
          onCall: (call) => ended.resolve(call),
          faults: () => {
            requested.resolve();
            return "hang";
          },
        },
      );
      const answered = deferred();
      const watched = async (request) => {
        try {
          return await proxy(request);
        } finally {
          answered.resolve();
        }
      };
      await serving(watched, async (origin) => {
        const page = new AbortController();
        const call = new WorkersAI({ baseURL: `${origin}/ai` }).generateText(CHAT, "Hi", {
          signal: page.signal,
        });
        await requested.promise;
        page.abort();
        await assert.rejects(call, { code: "ABORTED" });
        assert.equal((await ended.promise).outcome, "cancelled");
        await answered.promise;
      });
      assert.deepEqual(faults, []);
    },
  );

  test(`the service is asked no faster than the page reads [${name}]`, bounded, async () => {
    const chunk = new Uint8Array(64 * 1024).fill(10);
    let made = 0;
    const cancelled = deferred();
    const endless = new ReadableStream({
      pull(controller) {
        made += chunk.length;
        controller.enqueue(chunk);
      },
      cancel: cancelled.resolve,
    });
    await serving(answering(endless)[name], async (origin) => {
      const response = await post(origin, `/ai/run/${CHAT}`, {});
      // Nothing is read. What the sockets of this machine hold is taken, and then no more.
      const filled = await untilStill(() => made);
      assert.ok(filled < 32 * MiB, `${filled} bytes were taken for a reader that reads nothing`);
      let read = 0;
      for await (const bytes of response) {
        read += bytes.length;
        if (read > filled + MiB) break;
      }
      assert.ok(made > filled, "reading goes on");
      await cancelled.promise;
    });
  });

  test(`the head comes before the first byte [${name}]`, bounded, async () => {
    const head = deferred();
    const body = new ReadableStream({
      async start(controller) {
        await head.promise;
        controller.enqueue(new TextEncoder().encode("data: [DONE]\n\n"));
        controller.close();
      },
    });
    await serving(answering(body)[name], async (origin) => {
      const response = await post(origin, `/ai/run/${CHAT}`, {});
      assert.equal(response.statusCode, 200);
      head.resolve();
      assert.equal((await response.setEncoding("utf8").toArray()).join(""), "data: [DONE]\n\n");
    });
  });

  test(`a path that looks like another host is no other host [${name}]`, bounded, async () => {
    const { proxy, seen } = upstream();
    await serving(proxy, async (origin) => {
      const headers = { origin: "http://evil.example" };
      for (const target of [`//evil.example/ai/run/${CHAT}`, `http://evil.example/ai/run/${CHAT}`]) {
        const response = await post(origin, target, headers);
        assert.equal(response.statusCode, 403, target);
        response.resume();
      }
      const own = await post(origin, `/ai/run/${CHAT}`, { origin });
      assert.equal(own.statusCode, 200);
      own.resume();
    });
    assert.equal(seen.length, 1);
  });
}

test("HTTP/2 is served as well", bounded, async () => {
  const { proxy } = overHttp();
  const server = http2.createServer(toNodeListener(proxy)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const session = http2.connect(origin);
  try {
    for (const [page, wanted] of [
      [origin, 200],
      ["http://evil.example", 403],
    ]) {
      const requested = session.request({
        ":method": "POST",
        ":path": `/ai/run/${CHAT}`,
        origin: page,
        "content-type": "application/json",
      });
      requested.end(JSON.stringify({ prompt: "Hi", stream: true }));
      const [{ ":status": status }] = await once(requested, "response");
      assert.equal(status, wanted);
      const text = (await requested.setEncoding("utf8").toArray()).join("");
      if (wanted === 200) assert.match(text, /data: \[DONE\]\n\n$/);
    }
  } finally {
    session.destroy();
    server.close();
  }
});

/** The number, once it has not changed for many turns of the event loop. */
async function untilStill(number) {
  let before = number();
  for (let still = 0; still < 2000; still++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (number() !== before) still = 0;
    before = number();
  }
  return before;
}

for (const [what, method, path, host, status] of [
  ["TRACE", "TRACE", "/ai/run/x", "localhost", 405],
  ["OPTIONS of no address", "OPTIONS", "*", "localhost", 400],
  ["a host with a blank", "POST", "/ai/run/x", "a b", 400],
]) {
  test(`what is no request of a page's gets a reply [${what}]`, bounded, async () => {
    const { proxy } = overBinding();
    await serving(proxy, async (origin) => {
      const sent = http.request(origin, { method, path, headers: { host } });
      sent.end();
      const [response] = await once(sent, "response");
      response.resume();
      assert.equal(response.statusCode, status);
    });
  });
}
