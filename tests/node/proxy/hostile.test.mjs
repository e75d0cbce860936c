/** What the proxy turns down, and that the service never hears of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, CHAT, ORIGIN, overBinding, overHttp } from "./helpers.mjs";

const run = `run/${CHAT}`;
const big = { prompt: "x".repeat(5 * 1024 * 1024) };
const raw = (url, init) => new Request(url, init);

/** Each with the status that it gets. */
const HOSTILE = [
  ["another site's page", 403, () => ask(run, { headers: { origin: "https://evil.example" } })],
  ["a site that looks alike", 403, () => ask(run, { headers: { origin: `${ORIGIN}.evil.example` } })],
  ["the same host over http", 403, () => ask(run, { headers: { origin: "http://app.example.com" } })],
  ["the same host on another port", 403, () => ask(run, { headers: { origin: `${ORIGIN}:8443` } })],
  ["a sandboxed page", 403, () => ask(run, { headers: { origin: "null" } })],
  [
    "no origin at all",
    403,
    () =>
      raw(`${ORIGIN}/ai/${run}`, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "application/json" },
      }),
  ],
  [
    "a cross-site request without an origin",
    403,
    () =>
      raw(`${ORIGIN}/ai/${run}`, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "application/json", "sec-fetch-site": "cross-site" },
      }),
  ],
  [
    "a preflight of another site",
    403,
    () =>
      raw(`${ORIGIN}/ai/${run}`, {
        method: "OPTIONS",
        headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
      }),
  ],
  ["a model that is not offered", 403, () => ask("run/@cf/meta/llama-3.3-70b-instruct-fp8-fast")],
  ["a third party's model", 403, () => ask("run/openai/gpt-5")],
  ["an offered model's name in other letters", 403, () => ask(`run/${CHAT.toUpperCase()}`)],
  ["an offered model with more behind it", 403, () => ask(`${run}/more`)],
  ["a way up", 403, () => ask(`run/${CHAT}/../../@cf/openai/whisper`)],
  ["an encoded way up", 400, () => ask(`run/@cf/%2e%2e%2f%2e%2e%2faccounts`)],
  ["a way up that is encoded twice", 400, () => ask(`run/@cf/%252e%252e/x`)],
  ["an encoded line break", 400, () => ask(`run/${CHAT}%0d%0ax-evil:%201`)],
  ["an encoded NUL", 400, () => ask(`run/${CHAT}%00`)],
  ["an encoded question mark", 400, () => ask(`run/${CHAT}%3Fx=1`)],
  ["an encoded backslash", 400, () => ask(`run/%5c%5cevil`)],
  ["a broken escape", 400, () => ask("run/%zz")],
  ["an empty model", 400, () => ask("run/")],
  ["a model id without end", 400, () => ask(`run/@cf/${"x".repeat(300)}`)],
  ["another path", 404, () => raw(`${ORIGIN}/admin`, { method: "POST", headers: { origin: ORIGIN } })],
  [
    "a path that only begins alike",
    404,
    () => raw(`${ORIGIN}/aix/${run}`, { method: "POST", headers: { origin: ORIGIN } }),
  ],
  [
    "an endpoint that is not offered",
    404,
    () => ask("v1/chat/completions", { body: { model: CHAT, messages: [] } }),
  ],
  ["the account's finetunes", 404, () => ask("finetunes", { method: "GET" })],
  ["the account's models", 404, () => ask("models/search", { method: "GET" })],
  ["the account's gateway logs", 404, () => ask("../ai-gateway/gateways/x/logs", { method: "GET" })],
  ["another method", 405, () => ask(run, { method: "DELETE", body: null })],
  ["a GET that costs", 405, () => ask(run, { method: "GET" })],
  ["a body that is no JSON", 400, () => ask(run, { body: "{" })],
  ["a body of another kind of JSON", 400, () => ask(run, { body: "[1]" })],
  [
    "a body that is not UTF-8",
    400,
    () =>
      ask(run, { body: new Uint8Array([0x7b, 0xff, 0x7d]), headers: { "content-type": "application/json" } }),
  ],
  ["a body that is too large", 413, () => ask(run, { body: big })],
  [
    "a body that lies about its length",
    413,
    () =>
      ask(run, {
        body: new Blob([JSON.stringify(big)]).stream(),
        duplex: "half",
        headers: { "content-type": "application/json" },
      }),
  ],
  [
    "a raw body that is too large",
    413,
    () => ask(run, { body: new Uint8Array(5 * 1024 * 1024), headers: { "content-type": "image/png" } }),
  ],
  ["a batch in the query", 403, () => ask(`${run}?queueRequest=true`)],
  ["a batch in the body", 403, () => ask(run, { body: { requests: [{ prompt: "Hi" }] } })],
  ["somebody's batch", 403, () => ask(run, { body: { request_id: "1" } })],
];

test("the list is as long as it should be", () => assert.ok(HOSTILE.length >= 30, String(HOSTILE.length)));

for (const [upstream, make] of Object.entries({ http: overHttp, binding: overBinding })) {
  for (const [what, status, request] of HOSTILE) {
    test(`${what} is refused [${upstream}]`, async () => {
      const { proxy, seen } = make();
      const response = await proxy(request());
      assert.equal(response.status, status, await response.clone().text());
      assert.deepEqual(seen, []);
      if (response.headers.get("content-type")?.includes("json")) {
        const { success, errors } = await response.json();
        assert.equal(success, false);
        assert.equal(typeof errors[0].message, "string");
      }
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    });
  }
}

test("what a raw body cannot be is refused before a binding is asked", async () => {
  const { proxy, seen } = overBinding();
  const response = await proxy(ask(run, { body: "hello", headers: { "content-type": "text/plain" } }));
  assert.equal(response.status, 415);
  assert.deepEqual(seen, []);
});

test("finetunes of odd names do not leave their path", async () => {
  const { proxy, seen } = overHttp({ endpoints: ["finetunes"] });
  const upload = (id) => proxy(ask(`finetunes/${id}/finetune-assets`, { body: new FormData() }));
  for (const id of ["%2e%2e", "..%2f..%2fx", "a%5cb", "a%00b", "a%0ab", "", "a/b"]) {
    assert.equal((await upload(id)).status, 404, id);
  }
  assert.deepEqual(seen, []);
  await upload("a%3Fb%23c%20d");
  assert.match(seen[0].url, /\/ai\/finetunes\/a%3Fb%23c%20d\/finetune-assets$/);
});

test("nothing of the page's but the inputs reaches the service", async () => {
  const { proxy, seen } = overHttp();
  const headers = {
    authorization: "Bearer page",
    cookie: "session=1",
    "cf-aig-authorization": "Bearer page",
    "cf-aig-gateway-id": "mine",
    "cf-aig-skip-cache": "true",
    "cf-connecting-ip": "1.2.3.4",
    "x-forwarded-for": "1.2.3.4",
    "x-session-affinity": "s1",
  };
  const response = await proxy(
    ask(run, { headers, body: { prompt: "Hi", options: { rejectIfBusy: true }, gateway: { id: "mine" } } }),
  );
  assert.equal(response.status, 200);
  const [{ url, init }] = seen;
  assert.equal(
    url,
    `https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/${run}`,
  );
  assert.deepEqual(Object.keys(init.headers).sort(), ["authorization", "content-type", "x-session-affinity"]);
  assert.equal(init.headers.authorization, "Bearer secret-token");
  assert.deepEqual(JSON.parse(init.body), { prompt: "Hi" });
});

test("nothing of the service's but the answer reaches the page", async () => {
  const fetch = async () =>
    Response.json(
      { result: { response: "Hi" }, success: true, errors: [], messages: [] },
      {
        headers: {
          "set-cookie": "a=1",
          "cf-ray": "1",
          "cf-aig-log-id": "2",
          "cf-ai-req-id": "3",
          "access-control-allow-origin": "*",
          server: "x",
        },
      },
    );
  const { proxy } = overHttp({ fetch });
  const { headers } = await proxy(ask(run));
  assert.deepEqual([...headers.keys()].sort(), [
    "cache-control",
    "cf-ai-req-id",
    "content-type",
    "x-content-type-options",
  ]);
});

test("a redirect is not followed, and a refused token is not the page's fault", async () => {
  for (const [answer, status] of [
    [() => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }), 502],
    [
      () =>
        Response.json(
          { success: false, errors: [{ code: 10000, message: "Authentication error" }] },
          { status: 401 },
        ),
      500,
    ],
  ]) {
    const response = await overHttp({ fetch: async () => answer() }).proxy(ask(run));
    assert.equal(response.status, status);
    assert.doesNotMatch(await response.text(), /secret-token|evil/);
  }
});
