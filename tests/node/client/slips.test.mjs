// Every slip is tried, and what is said becomes a table, tests/node/client/slips.md: `UPDATE=1` writes it anew.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { WorkersAI } from "workers-ai-wasm";
import { ACCOUNT, bad, ok, rejects, rest, TOKEN, throws } from "./helpers.mjs";
import { CALLS, CLIENTS, INPUTS, RIGHT, TEXT } from "./slips.mjs";

const TABLE = new URL("slips.md", import.meta.url);
const shown = (value) =>
  inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, compact: true }).replaceAll(
    /AbortSignal \{[^}]*\}/g,
    "signal",
  );
const sent = [];
const ai = rest(async (url, init) => {
  sent.push({ url, body: init.body });
  return ok({ response: "hi", usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
});
const find = (name) => {
  const path = name.split(".");
  const owner = path.slice(0, -1).reduce((object, key) => object[key], ai);
  return owner[path.at(-1)].bind(owner);
};
const call = async ([method, ...args]) => find(method)(...args);

test("every slip is refused before anything is sent; the table says how", async () => {
  const rows = [];
  for (const options of CLIENTS) {
    const error = throws(() => new WorkersAI({ accountId: ACCOUNT, apiToken: TOKEN, ...options }));
    assert.equal(error.code, "CONFIG", error.message);
    rows.push([`new WorkersAI(${shown(options)})`, error]);
  }
  for (const [list, code] of [
    [CALLS, "INVALID_INPUT"],
    [INPUTS, "INVALID_INPUT"],
  ]) {
    for (const [method, ...args] of list) {
      const error = await rejects(call([method, ...args]));
      assert.equal(error.code, code, `${method} ${shown(args)}: ${error.message}`);
      rows.push([`${method}(${args.map(shown).join(", ")})`, error]);
    }
  }
  assert.deepEqual(sent, []);
  assert.ok(rows.length >= 60);
  for (const [what, error] of rows) assert.ok(error.field, what);
  const cell = (text) => text.replaceAll("|", "\\|");
  const table = [
    "# Slips, and what is said",
    "",
    "Made by tests/node/client/slips.test.mjs, which tries each of them.",
    "",
    "| code | code and field | what is said |",
    "| --- | --- | --- |",
    ...rows.map(
      ([what, { code, field, message }]) => `| \`${cell(what)}\` | ${code} \`${field}\` | ${cell(message)} |`,
    ),
    "",
  ].join("\n");
  if (process.env.UPDATE === "1") writeFileSync(TABLE, table);
  assert.equal(readFileSync(TABLE, "utf8"), table);
});

test("what is no slip is sent", async () => {
  for (const one of RIGHT) {
    sent.length = 0;
    await call(one);
    assert.equal(sent.length, 1, shown(one));
  }
  await call(RIGHT[3]);
  const body = JSON.parse(await new Response(sent.at(-1).body).text());
  assert.deepEqual(body, { prompt: "hi", max_tokens: 3, something_new: 1 });
});

test("an id that the service does not know brings the one that was probably meant", async () => {
  const lost = rest(async () => bad(5007, 400, "No such model"));
  for (const method of ["generateText", "streamText", "run"]) {
    const error = await rejects(lost[method](`${TEXT}t`, { prompt: "hi" }));
    assert.equal(error.code, "MODEL_NOT_FOUND");
    assert.match(error.message, new RegExp(`Did you mean ${TEXT}\\?$`));
    assert.equal(error.attempts, 1);
  }
  const embedding = await rejects(lost.embed("@cf/baai/bge-m33", "hi"));
  assert.match(embedding.message, /Did you mean @cf\/baai\/bge-m3\?$/);
  const other = await rejects(lost.run("@cf/somebody/unlike-any-other", {}));
  assert.doesNotMatch(other.message, /Did you mean/);
});

test("options of run that are no slips reach the binding as they are", async () => {
  const seen = [];
  const binding = {
    run: async (_model, _input, options) => {
      seen.push(options);
      return { response: "hi" };
    },
  };
  const bound = new WorkersAI({ binding });
  const future = { deep: [1] };
  await bound.run(TEXT, { prompt: "hi" }, { future, tags: ["a"], version: "2" });
  assert.equal(seen[0].future, future);
  assert.deepEqual([seen[0].version, seen[0].tags, seen[0].returnRawResponse], ["2", ["a"], true]);
});

test("the environment names another service, with a token of its own", async () => {
  const before = { ...process.env };
  try {
    process.env.WORKERS_AI_BASE_URL = "http://127.0.0.1:8787/ai";
    process.env.CLOUDFLARE_API_TOKEN = TOKEN;
    process.env.CLOUDFLARE_ACCOUNT_ID = ACCOUNT;
    let seen;
    const fetch = async (url, init) => {
      seen = { url, authorization: init.headers.authorization };
      return ok(1);
    };
    await new WorkersAI({ fetch }).run("@cf/a/b", {});
    assert.deepEqual(seen, { url: "http://127.0.0.1:8787/ai/run/@cf/a/b", authorization: undefined });
    process.env.WORKERS_AI_TOKEN = "local-token";
    await new WorkersAI({ fetch }).run("@cf/a/b", {});
    assert.equal(seen.authorization, "Bearer local-token");
    await new WorkersAI({ fetch, accountId: ACCOUNT, apiToken: "mine" }).run("@cf/a/b", {});
    assert.equal(new URL(seen.url).host, "api.cloudflare.com");
    assert.equal(seen.authorization, "Bearer mine");
  } finally {
    for (const name of [
      "WORKERS_AI_BASE_URL",
      "WORKERS_AI_TOKEN",
      "CLOUDFLARE_API_TOKEN",
      "CLOUDFLARE_ACCOUNT_ID",
    ]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

test("bytes and forms as inputs have no names", async () => {
  for (const input of [new Uint8Array(3_000_000), new Blob(["x"]), new FormData()]) {
    sent.length = 0;
    await ai.run("@cf/openai/whisper", input);
    assert.equal(sent.length, 1);
  }
});
