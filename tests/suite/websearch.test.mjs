/** `webSearch`, and the tool of it. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

/** workerd's own binding searches by a remote call of a Worker's method, which no service over HTTP answers: a stand-in is asked below. */
const isRemoteCall = ({ name }) => name === "binding";

testEachDoor("pages, typed, and what the service said", async ({ door }) => {
  if (isRemoteCall(door)) return;
  const ai = door.client();
  const { results, raw, meta } = await ai.webSearch("llamas", { limit: 3 });
  equal(results.length, 3);
  ok(
    results.every(({ url, title, description }) => /^https:/.test(url) && title !== "" && description !== ""),
  );
  deepEqual([raw.items.length, raw.metadata.query, meta.door], [3, "llamas", door.name]);
  for (const [query, options, field] of [
    ["", {}, "query"],
    [5, {}, "query"],
    ["a", { limit: 11 }, "limit"],
    ["a", { provider: "x" }, "provider"],
    ["a", { limits: 3 }, "limits"],
  ])
    await rejects(ai.webSearch(query, options), { code: "INVALID_INPUT", field });
});

testEachDoor("a model searches by itself", async ({ door }) => {
  if (isRemoteCall(door)) return;
  const ai = door.client();
  const tools = { web: ai.webSearchTool({ limit: 2 }) };
  const run = await ai.runTools(MODELS.chat, {
    prompt: "call web",
    tools,
    toolChoice: { name: "web" },
    maxSteps: 2,
  });
  const [{ toolResults }] = run.steps;
  ok(JSON.stringify(toolResults).includes("https://example.com/"), JSON.stringify(run.steps));
});

test("what is sent, and that it is not sent twice", async ({ lib }) => {
  const answer = { items: [{ url: "https://a.example", title: "A" }], metadata: {} };
  const { fetch, requests } = recorder(() => jsonResponse(answer));
  const ai = restClient(lib, { fetch, gateway: "mine" });
  const options = { provider: "exa", byokAlias: "k" };
  deepEqual((await ai.webSearch("llamas", options)).results, answer.items);
  await ai.webSearch("llamas", { gateway: "other" });
  ok(requests[0].url.endsWith("/ai/websearch/"), requests[0].url);
  deepEqual(
    requests.map(({ body }) => body),
    [
      { query: "llamas", ...options, options: { gateway: { id: "mine" } } },
      { query: "llamas", options: { gateway: { id: "other" } } },
    ],
  );
  const requested = [];
  const binding = {
    run() {},
    async websearch(...args) {
      requested.push(args);
      return jsonResponse(answer);
    },
  };
  await new lib.WorkersAI({ binding }).webSearch("llamas", { limit: 2 });
  deepEqual(requested, [[{ query: "llamas", limit: 2, gatewayId: "default" }, {}]]);
  for (const [code, status, ours, count] of [
    ["web_search_payment_required", 402, "PAYMENT_REQUIRED", 1],
    ["web_search_unauthorized", 401, "AUTH", 1],
    ["web_search_rate_limited", 429, "RATE_LIMITED", 2],
    ["web_search_failed", 502, "SERVER", 1],
  ]) {
    const failing = recorder(() =>
      jsonResponse(
        { ok: false, error: { category: "gateway", code, status, retryable: false } },
        { status, headers: { "retry-after": "0" } },
      ),
    );
    const client = restClient(lib, { fetch: failing.fetch, maxRetries: 1 });
    await rejects(client.webSearch("x"), { code: ours });
    equal(failing.requests.length, count, code);
  }
});
