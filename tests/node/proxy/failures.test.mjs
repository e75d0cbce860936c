/** What the page is told when the service behind the proxy fails. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { toNodeListener } from "workers-ai-wasm/proxy";
import { ACCOUNT, ask, CHAT, ORIGIN, overBinding, overHttp } from "./helpers.mjs";

const clientOf = (proxy) =>
  new WorkersAI({
    baseURL: `${ORIGIN}/ai`,
    maxRetries: 0,
    fetch: (url, init) => proxy(new Request(url, { ...init, headers: { ...init.headers, origin: ORIGIN } })),
  });

test("a service that cannot be reached is a 502, and only the owner hears why", async () => {
  const reported = [];
  const fetch = async () => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 10.0.0.1:443") });
  };
  const { proxy } = overHttp({ fetch, onError: (error) => reported.push(error.message) });
  const response = await proxy(ask(`run/${CHAT}`));
  assert.equal(response.status, 502);
  assert.doesNotMatch(await response.text(), /10\.0\.0\.1|fetch failed/);
  assert.deepEqual(reported, ["fetch failed"]);
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

test("a page does not learn the account, and learns when a rate comes back", async () => {
  const message = `Could not route to /client/v4/accounts/${ACCOUNT}/ai/run/x, perhaps your object identifier is invalid?`;
  const errors = [{ code: 7003, message }];
  const headers = { "ratelimit-reset": "7" };
  const { proxy } = overHttp({
    fetch: async () => Response.json({ success: false, errors }, { status: 404 }),
  });
  const text = await (await proxy(ask(`run/${CHAT}`))).text();
  assert.ok(!text.includes(ACCOUNT) && text.includes("Could not route"), text);
  const busy = overHttp({ fetch: async () => Response.json({ message: "slow" }, { status: 429, headers }) });
  const error = { code: "RATE_LIMITED", retryAfterMs: 7000 };
  await assert.rejects(clientOf(busy.proxy).run(CHAT, { prompt: "Hi" }), error);
});

for (const code of [6003, 6111]) {
  test(`a token that cannot be one is the proxy's own fault as well [${code}]`, async () => {
    const error_chain = [{ code: 6111, message: "Invalid format for Authorization header" }];
    const errors = [{ code, message: "Invalid request headers", error_chain }];
    const fetch = async () => Response.json({ success: false, errors }, { status: 400 });
    const { proxy } = overHttp({ fetch });
    await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), { code: "AUTH", status: 500 });
  });
}

test("words of the page's own that look like a credential's number are no fault of the proxy's", async () => {
  const errors = [{ code: 5006, message: 'bad input: {"code": 10000}' }];
  const fetch = async () => Response.json({ success: false, errors }, { status: 400 });
  const { proxy } = overHttp({ fetch });
  const refused = { code: "INVALID_INPUT", status: 400, internalCode: 5006 };
  await assert.rejects(clientOf(proxy).run(CHAT, { prompt: "Hi" }), refused);
});

const QUOTA = "you have used up your daily free allocation of 10,000 neurons";
/** What a binding, or a stand-in for one, gives: the failure's kind, and what of its words the page must hear. */
const FAILURES = {
  "words in error": [
    () => Response.json({ error: QUOTA }, { status: 429 }),
    "DAILY_QUOTA",
    /free allocation/,
  ],
  "a list": [
    () => Response.json([{ error: { code: 3036, message: "daily" } }], { status: 429 }),
    "DAILY_QUOTA",
  ],
  "one error in errors": [
    () => Response.json({ success: false, errors: { code: 3036, message: "daily" } }, { status: 429 }),
    "DAILY_QUOTA",
  ],
  "words alone": [() => new Response(QUOTA, { status: 429 }), "DAILY_QUOTA", /free allocation/],
  "words and a number": [() => new Response("3036: daily", { status: 429 }), "DAILY_QUOTA", /daily/],
  "an event": [
    () => new Response('event: error\ndata: {"code":3036,"message":"daily"}\n\n', { status: 429 }),
    "DAILY_QUOTA",
  ],
  "a sign": [
    () => Response.json({ error: { type: "insufficient_quota", message: "no credit" } }, { status: 429 }),
    "PAYMENT_REQUIRED",
  ],
  detail: [() => Response.json({ detail: "top_k too silly" }, { status: 400 }), "INVALID_INPUT", /too silly/],
  "a list of details": [
    () => Response.json({ detail: [{ msg: "top_k too silly" }] }, { status: 422 }),
    "INVALID_INPUT",
    /too silly/,
  ],
  nothing: [() => new Response("", { status: 400 }), "INVALID_INPUT"],
  "thrown words": [
    () => {
      throw new Error("AiError: 3036: daily");
    },
    "DAILY_QUOTA",
    /daily/,
  ],
  "a thrown code": [
    () => {
      throw Object.assign(new Error("daily"), { code: 3036 });
    },
    "DAILY_QUOTA",
    /daily/,
  ],
  "a thrown sentence": [
    () => {
      throw new Error(QUOTA);
    },
    "DAILY_QUOTA",
    /free allocation/,
  ],
};

for (const [shape, [answer, code, words = /./]] of Object.entries(FAILURES)) {
  test(`the page gets what the binding gives directly [${shape}]`, async () => {
    let calls = 0;
    const run = async () => {
      calls++;
      return answer();
    };
    const failureOf = async (client) => {
      calls = 0;
      const error = await client.generateText(CHAT, "Hi").then(assert.fail, (error) => error);
      const { code, internalCode, retryable } = error;
      assert.match(error.message, words);
      return { code, internalCode, retryable, calls };
    };
    const direct = await failureOf(new WorkersAI({ binding: { run } }));
    assert.deepEqual([direct.code, direct.calls], [code, 1]);
    const { proxy } = overBinding({ binding: { run } });
    const fetch = (url, init) =>
      proxy(new Request(url, { ...init, headers: { ...init.headers, origin: ORIGIN } }));
    const proxied = await failureOf(new WorkersAI({ baseURL: `${ORIGIN}/ai`, fetch }));
    assert.deepEqual(proxied, direct);
  });
}

for (const [shape, answer] of Object.entries({
  "an object": () => ({ response: "hi" }),
  "a stream": () => new Response('data: {"response":"hi"}\n\ndata: [DONE]\n\n').body,
})) {
  test(`a stand-in for the binding may give ${shape}`, async () => {
    const { proxy } = overBinding({ binding: { run: async () => answer() } });
    assert.equal((await clientOf(proxy).generateText(CHAT, "Hi")).text, "hi");
    assert.equal(await (await clientOf(proxy).streamText(CHAT, "Hi")).text(), "hi");
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
