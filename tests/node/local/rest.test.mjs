import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { callLog, eventValues, responseTexts } from "./helpers.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const GLM = "@cf/zai-org/glm-4.7-flash";

let server;
const log = callLog();

before(async () => {
  server = await serveLocalAI({ engine: "stand-in", onCall: log.add });
});
after(() => server.close());

const post = (path, body, { headers, ...init } = {}) =>
  fetch(server.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${server.apiToken}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    ...init,
  });
const account = (path) => `/client/v4/accounts/${server.accountId}/ai${path}`;
const run = (model, body, init) => post(account(`/run/${model}`), body, init);

test("run answers in the envelope, with request id and neurons", async () => {
  const response = await run(LLAMA, { prompt: "echo: hi" });
  const { result, ...rest } = await response.json();
  assert.equal(result.response, "hi");
  assert.deepEqual(rest, { success: true, errors: [], messages: [] });
  assert.match(response.headers.get("cf-ai-req-id"), /^[0-9a-f-]{36}$/);
  assert.ok(Number(response.headers.get("cf-ai-neurons")) > 0);
  assert.equal(response.headers.get("cf-aig-log-id"), null);
});

test("a model id with encoded slashes works as well", async () => {
  const response = await run("@cf%2Fmeta%2Fllama-3.1-8b-instruct", { prompt: "echo: hi" });
  assert.equal((await response.json()).result.response, "hi");
});

test("a stream has no envelope", async () => {
  const response = await run(LLAMA, { prompt: "echo: hi", stream: true });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(responseTexts(await response.text()).join(""), "hi");
});

test("a gateway id brings the gateway's headers", async () => {
  const response = await run(LLAMA, { prompt: "x" }, { headers: { "cf-aig-gateway-id": "mine" } });
  assert.equal(response.headers.get("cf-aig-cache-status"), "MISS");
  assert.ok(response.headers.get("cf-aig-log-id"));
});

test("the OpenAI endpoint wraps a legacy model, without envelope or legacy tail", async () => {
  const whole = await (
    await post(account("/v1/chat/completions"), {
      model: LLAMA,
      messages: [{ role: "user", content: "echo: hi" }],
    })
  ).json();
  assert.equal(whole.choices[0].message.content, "hi");
  const body = { model: GLM, messages: [{ role: "user", content: "echo: hi" }], stream: true };
  const plain = eventValues(await (await post(account("/v1/chat/completions"), body)).text());
  assert.ok(plain.every((chunk) => !chunk.usage && !("response" in chunk)));
  const events = eventValues(
    await (
      await post(account("/v1/chat/completions"), { ...body, stream_options: { include_usage: true } })
    ).text(),
  );
  assert.ok(events.at(-1).usage.total_tokens > 0);
});

test("the OpenAI endpoints for embeddings and responses", async () => {
  const list = await (
    await post(account("/v1/embeddings"), { model: "@cf/baai/bge-small-en-v1.5", input: ["a", "b"] })
  ).json();
  assert.deepEqual(
    list.data.map(({ index, embedding }) => [index, embedding.length]),
    [
      [0, 384],
      [1, 384],
    ],
  );
  const response = await (
    await post(account("/v1/responses"), { model: "@cf/openai/gpt-oss-20b", input: "echo: hi" })
  ).json();
  assert.equal(response.output_text, "hi");
});

test("the Messages endpoint: text, tools and their results, whole and streamed", async () => {
  const ask = async (more) => post(account("/v1/messages"), { model: LLAMA, max_tokens: 100, ...more });
  const whole = await (
    await ask({ system: "Be kind.", messages: [{ role: "user", content: "echo: hi" }] })
  ).json();
  assert.deepEqual(whole.content, [{ type: "text", text: "hi" }]);
  assert.deepEqual([whole.type, whole.stop_reason], ["message", "end_turn"]);
  assert.ok(whole.usage.input_tokens > 0 && whole.usage.output_tokens > 0);

  const tools = [
    { name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } } } },
  ];
  const question = { role: "user", content: [{ type: "text", text: 'call: weather {"city": "Paris"}' }] };
  const called = await (await ask({ tools, messages: [question] })).json();
  assert.equal(called.stop_reason, "tool_use");
  const [{ type, name, id, input }] = called.content;
  assert.deepEqual([type, name, input], ["tool_use", "weather", { city: "Paris" }]);
  const result = { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "sunny" }] };
  const answered = await (await ask({ tools, messages: [question, result] })).json();
  assert.match(answered.content[0].text, /The tool said: sunny/);

  const stream = await (
    await ask({ stream: true, messages: [{ role: "user", content: "echo: hi there" }] })
  ).text();
  assert.deepEqual(
    eventValues(stream).map((event) => event.delta?.text ?? event.type),
    [
      "message_start",
      "content_block_start",
      "hi",
      " there",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ],
  );
  assert.match(stream, /^event: message_start\n/);
  const refused = await ask({ messages: [] });
  assert.equal((await refused.json()).errors[0].code, 5006);
});

for (const [what, path, init, status, code] of [
  [
    "a wrong token",
    () => account(`/run/${LLAMA}`),
    { headers: { authorization: "Bearer wrong" } },
    401,
    10000,
  ],
  ["no token", () => account(`/run/${LLAMA}`), { headers: { authorization: "" } }, 401, 10000],
  ["another account", () => `/client/v4/accounts/${"a".repeat(32)}/ai/run/${LLAMA}`, {}, 403, 10000],
  ["a malformed account", () => `/client/v4/accounts/nope/ai/run/${LLAMA}`, {}, 404, 7003],
  ["an unknown path", () => account("/no/such"), {}, 404, 7003],
  ["an unknown model", () => account("/run/@cf/no/such"), {}, 400, 5007],
  ["a body that isn't JSON", () => account(`/run/${LLAMA}`), { body: "{" }, 400, 5006],
  ["an empty body", () => account(`/run/${LLAMA}`), { body: "" }, 400, 3003],
]) {
  test(`${what} gets ${status} and ${code} in the envelope`, async () => {
    const response = await post(path(), { prompt: "x" }, init);
    const body = await response.json();
    assert.deepEqual([response.status, body.success, body.errors[0].code], [status, false, code]);
    assert.ok("result" in body && Array.isArray(body.messages));
  });
}

test("below the proxy prefix the same paths need no token", async () => {
  const response = await fetch(`${server.url}/ai/run/${LLAMA}`, {
    method: "POST",
    body: JSON.stringify({ prompt: "echo: hi" }),
  });
  assert.equal((await response.json()).result.response, "hi");
});

test("pages of another origin and other host names are refused", async () => {
  const foreign = await fetch(`${server.url}/ai/run/${LLAMA}`, {
    method: "POST",
    headers: { origin: "https://evil.example" },
    body: "{}",
  });
  assert.equal(foreign.status, 403);
});

test("a client that goes away ends the engine's work", async () => {
  const ended = log.next(({ outcome }) => outcome === "cancelled");
  const controller = new AbortController();
  const response = await run(
    LLAMA,
    { prompt: "count: 1000000", max_tokens: 1e6, stream: true },
    { signal: controller.signal },
  );
  await response.body.getReader().read();
  controller.abort();
  assert.equal((await ended).model, LLAMA);
});

test("a slow reader holds the engine back", async () => {
  let produced = 0;
  const engine = {
    name: "endless",
    description: "endless",
    async *generate() {
      while (true) {
        produced += 1;
        yield { type: "text", text: "x".repeat(10_000) };
      }
    },
  };
  const handle = createLocalHandler({ engine });
  const request = new Request(`http://local/ai/run/${LLAMA}`, {
    method: "POST",
    body: JSON.stringify({ prompt: "x", stream: true }),
  });
  const reader = (await handle(request)).body.getReader();
  for (let read = 0; read < 3; read++) await reader.read();
  assert.ok(produced <= 8, `${produced} pieces were produced for 3 reads`);
  await reader.cancel();
});

test("a body above the limit is refused with 3006", async () => {
  const handle = createLocalHandler({ engine: "stand-in", maxBodyBytes: 100 });
  const request = new Request(`http://local/ai/run/${LLAMA}`, {
    method: "POST",
    body: JSON.stringify({ prompt: "x".repeat(200) }),
  });
  const response = await handle(request);
  assert.deepEqual([response.status, (await response.json()).errors[0].code], [413, 3006]);
});

test("a caller that goes away is noticed however long the answer takes", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const begun = Promise.withResolvers?.() ?? resolvers();
  const ended = log.next(({ outcome }) => outcome === "cancelled");
  const slow = await serveLocalAI({
    engine: "stand-in",
    onCall: log.add,
    faults: () => {
      begun.resolve();
      return { hang: true };
    },
  });
  const gone = new AbortController();
  const headers = { authorization: `Bearer ${slow.apiToken}`, "content-type": "application/json" };
  const body = JSON.stringify({ prompt: "Hi" });
  const call = fetch(`${slow.baseURL}/run/${LLAMA}`, { method: "POST", headers, body, signal: gone.signal });
  await begun.promise;
  // Node lets go of what only a waiting call holds, once nothing runs that used it.
  await setImmediate();
  collect();
  gone.abort();
  await assert.rejects(call, { name: "AbortError" });
  await ended;
  await slow.close();
});

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}
