import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { ACCOUNT, bad, MODEL, ok, rejects, rest, TOKEN, throws } from "./helpers.mjs";

test("a wrong client is refused by the option's name", () => {
  delete process.env.CLOUDFLARE_ACCOUNT_ID;
  delete process.env.CLOUDFLARE_API_TOKEN;
  for (const o of [
    undefined,
    {},
    { accountId: "x", apiToken: "y" },
    { accountId: ACCOUNT },
    { binding: undefined },
    { binding: {} },
    { baseURL: "/ai" },
    { baseURL: 5 },
    5,
    null,
    [],
    { accountId: ACCOUNT, apiToken: TOKEN, timeout: -1 },
    { accountId: ACCOUNT, apiToken: TOKEN, maxRetries: 1.5 },
    { accountId: ACCOUNT, apiToken: TOKEN, hooks: { onRequest: 5 } },
    { accountId: ACCOUNT, apiToken: TOKEN, gateway: "a/b" },
    { accountId: ACCOUNT, apiToken: TOKEN, headers: { a: "b\r\nc: d" } },
  ]) {
    const e = throws(() => new WorkersAI(o));
    assert.equal(e.code, "CONFIG");
    assert.ok(e.field, e.message);
  }
});

test("variables of the environment never go to a baseURL", async () => {
  process.env.CLOUDFLARE_ACCOUNT_ID = ACCOUNT;
  process.env.CLOUDFLARE_API_TOKEN = "env-token-1";
  let seen;
  const fetch = async (url, init) => {
    seen = { url, init };
    return ok(1);
  };
  assert.equal(await new WorkersAI({ fetch }).run(MODEL, {}), 1);
  assert.equal(seen.init.headers.authorization, "Bearer env-token-1");
  await new WorkersAI({ fetch, baseURL: "https://proxy.example/ai" }).run(MODEL, {});
  assert.equal(seen.init.headers.authorization, undefined);
  assert.equal(seen.url, "https://proxy.example/ai/run/@cf/a/b");
  delete process.env.CLOUDFLARE_ACCOUNT_ID;
  delete process.env.CLOUDFLARE_API_TOKEN;
});

test("a token function is asked for each request", async () => {
  let n = 0;
  const seen = [];
  const ai = rest(
    async (_u, i) => {
      seen.push(i.headers.authorization);
      return seen.length < 2 ? bad(3040, 429, "x", { "retry-after-ms": "0" }) : ok(1);
    },
    { apiToken: async () => `token-${n++}` },
  );
  await ai.run(MODEL, {});
  assert.deepEqual(seen, ["Bearer token-0", "Bearer token-1"]);
  const e = await rejects(
    rest(async () => ok(1), {
      apiToken: () => {
        throw new Error("no");
      },
    }).run(MODEL, {}),
  );
  assert.equal(e.code, "CONFIG");
  assert.equal(e.cause.message, "no");
  const f = await rejects(rest(async () => ok(1), { apiToken: () => 5 }).run(MODEL, {}));
  assert.equal(f.field, "apiToken");
});

test("the global fetch is looked up at each call", async () => {
  const ai = new WorkersAI({ accountId: ACCOUNT, apiToken: TOKEN });
  const old = globalThis.fetch;
  globalThis.fetch = async function () {
    assert.equal(this, globalThis);
    return ok("global");
  };
  try {
    assert.equal(await ai.run(MODEL, {}), "global");
  } finally {
    globalThis.fetch = old;
  }
});
