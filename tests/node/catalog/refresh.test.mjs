/** `npm run catalog`: what the service says is taken over, what only the table knows stays. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { serveLocalAI } from "../../../pkg-template/local/index.js";
import { formatCatalog, mergeCatalog } from "../../../tools/catalog/merge.mjs";
import { listModels, refresh } from "../../../tools/catalog/refresh.mjs";

const TABLE = new URL("../../../src/catalog/models.json", import.meta.url);
const TODAY = "2026-12-01";
const task = (name) => ({ id: "0", name, description: "" });

const table = {
  asOf: "2026-11-17",
  usdPerNeuron: 0.000011,
  freeNeuronsPerDay: 10_000,
  tasks: { "Text Generation": { id: "1" }, "Text Embeddings": { id: "2" } },
  models: [
    {
      id: "@cf/a/chat",
      task: "Text Generation",
      status: "unlisted",
      contextWindow: 1000,
      maxOutputTokens: 500,
      price: { inputTokens: { usd: 0.1, neurons: 9091 } },
      capabilities: ["reasoning", "vision"],
      streams: true,
      input: "text.chat",
      output: "text.chat",
      unverified: ["contextWindow", "input"],
      note: "Entered by hand.",
    },
    {
      id: "@cf/a/embedding",
      task: "Text Embeddings",
      status: "active",
      input: "embedding.text",
      output: "embedding.rows",
    },
    {
      id: "@cf/a/old",
      task: "Text Generation",
      status: "active",
      input: "text.legacy",
      output: "text.legacy",
    },
  ],
};

const live = [
  {
    id: "6e1f3c1c-0000-4000-8000-000000000000",
    name: "@cf/a/chat",
    source: 1,
    task: task("Text Generation"),
    created_at: "2026-03-04 05:06:07.000",
    tags: [],
    properties: [
      { property_id: "context_window", value: "2000" },
      { property_id: "function_calling", value: "true" },
      { property_id: "vision", value: "false" },
      {
        property_id: "price",
        value: [
          { unit: "per M input tokens", price: 0.1, currency: "USD" },
          { unit: "per M cached input tokens", price: 0.02, currency: "USD" },
        ],
      },
      {
        property_id: "reasoning_effort",
        value: { supported_efforts: ["low", "high"], default_effort: "low", mandatory: true },
      },
    ],
  },
  {
    name: "@cf/a/old",
    task: task("Text Generation"),
    properties: [{ property_id: "planned_deprecation_date", value: "2026-11-30" }],
  },
  { name: "@cf/b/new", task: task("Text Generation"), created_at: "2026-11-20 00:00:00.000", properties: [] },
  { name: "@cf/b/strange", task: task("Mind Reading"), properties: [] },
];

const merged = () => mergeCatalog(table, live, TODAY);
const row = (id) => merged().table.models.find((model) => model.id === id);

test("what the service says wins, what only the table knows stays", () => {
  assert.deepEqual(row("@cf/a/chat"), {
    id: "@cf/a/chat",
    task: "Text Generation",
    status: "active",
    created: "2026-03-04",
    contextWindow: 2000,
    maxOutputTokens: 500,
    price: { inputTokens: { usd: 0.1, neurons: 9091 }, cachedInputTokens: { usd: 0.02 } },
    capabilities: ["functionCalling", "reasoning"],
    reasoningEffort: { levels: ["low", "high"], default: "low", canDisable: false },
    streams: true,
    input: "text.chat",
    output: "text.chat",
    unverified: ["input"],
    note: "Entered by hand.",
  });
});

test("a model past its date is deprecated, one that is gone is unlisted", () => {
  assert.equal(row("@cf/a/old").status, "deprecated");
  assert.equal(row("@cf/a/embedding").status, "unlisted");
});

test("a new model is taken up, and what was guessed is marked", () => {
  assert.deepEqual(row("@cf/b/new"), {
    id: "@cf/b/new",
    task: "Text Generation",
    status: "active",
    created: "2026-11-20",
    streams: true,
    input: "text.open",
    output: "text.open",
    unverified: ["input", "output", "streams"],
  });
  assert.equal(row("@cf/b/strange"), undefined);
});

test("every change is told", () => {
  assert.deepEqual(merged().changes, [
    '~ @cf/a/chat status: "unlisted" -> "active"',
    '~ @cf/a/chat created: nothing -> "2026-03-04"',
    "~ @cf/a/chat contextWindow: 1000 -> 2000",
    '~ @cf/a/chat price: {"inputTokens":{"usd":0.1,"neurons":9091}} -> {"inputTokens":{"usd":0.1,"neurons":9091},"cachedInputTokens":{"usd":0.02}}',
    '~ @cf/a/chat capabilities: ["reasoning","vision"] -> ["functionCalling","reasoning"]',
    '~ @cf/a/chat reasoningEffort: nothing -> {"levels":["low","high"],"default":"low","canDisable":false}',
    '~ @cf/a/chat unverified: ["contextWindow","input"] -> ["input"]',
    '~ @cf/a/old status: "active" -> "deprecated"',
    '~ @cf/a/old deprecatedOn: nothing -> "2026-11-30"',
    "+ @cf/b/new (Text Generation); taken for text.open until its shapes are entered",
    '? @cf/b/strange: the task "Mind Reading" is unknown; not taken up',
    "- @cf/a/embedding is no longer listed: active -> unlisted",
  ]);
  assert.deepEqual(mergeCatalog(merged().table, live, TODAY).changes, [
    '? @cf/b/strange: the task "Mind Reading" is unknown; not taken up',
  ]);
});

test("a price with neurons is kept, and the difference told", () => {
  const dearer = structuredClone(live);
  dearer[0].properties[3].value[0].price = 0.2;
  dearer[0].properties[3].value.push({ unit: "per blue moon", price: 1, currency: "USD" });
  const { table: after, changes } = mergeCatalog(table, dearer, TODAY);
  assert.deepEqual(after.models[0].price.inputTokens, { usd: 0.1, neurons: 9091 });
  assert.deepEqual(
    changes.filter((line) => line.startsWith("? @cf/a/chat")),
    [
      "? @cf/a/chat price.inputTokens: the list says 0.2 USD, the table 9091 neurons (kept)",
      '? @cf/a/chat price: "per blue moon" in USD is not understood',
    ],
  );
});

test("the table is not changed, and is written as it lies in the repository", async () => {
  const before = structuredClone(table);
  merged();
  assert.deepEqual(table, before);
  const text = await readFile(TABLE, "utf8");
  assert.equal(formatCatalog(JSON.parse(text)), text);
});

/** The endpoint, two models a page. */
async function serve(models, status = 200) {
  const seen = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    seen.push({ path: url.pathname, query: url.searchParams, token: request.headers.authorization });
    const page = Number(url.searchParams.get("page"));
    const result = models.slice((page - 1) * 2, page * 2);
    const body =
      status === 200
        ? { result, success: true, errors: [], messages: [], result_info: { total_count: models.length } }
        : {
            result: null,
            success: false,
            errors: [{ code: 10000, message: "Authentication error" }],
            messages: [],
          };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    seen,
    api: `http://127.0.0.1:${server.address().port}/client/v4`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const ENV = { CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef", CLOUDFLARE_API_TOKEN: "secret" };

test("the command reads every page, checks, writes, and has nothing to do the second time", async () => {
  const server = await serve(live);
  const folder = await mkdtemp(path.join(os.tmpdir(), "catalog-"));
  const file = path.join(folder, "models.json");
  try {
    await writeFile(file, formatCatalog(table));
    const lines = [];
    const run = (...args) =>
      refresh(["--api", server.api, "--file", file, ...args], ENV, (line) => lines.push(line));
    assert.equal(await run("--check"), 1);
    assert.equal(await readFile(file, "utf8"), formatCatalog(table));
    assert.equal(await run(), 0);
    const written = JSON.parse(await readFile(file, "utf8"));
    assert.ok(written.models.some(({ id }) => id === "@cf/b/new"));
    assert.equal(await run("--check"), 0);
    assert.ok(lines.includes("4 models listed; nothing has changed."));
    assert.ok(!lines.join("\n").includes("secret"));
    const [first, second] = server.seen;
    assert.equal(first.path, `/client/v4/accounts/${ENV.CLOUDFLARE_ACCOUNT_ID}/ai/models/search`);
    assert.equal(first.token, "Bearer secret");
    assert.equal(first.query.get("include_deprecated"), "true");
    assert.equal(second.query.get("page"), "2");
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

test("without credentials, or with a list that can't be whole, nothing is written", async () => {
  const lines = [];
  assert.equal(await refresh([], {}, (line) => lines.push(line)), 2);
  assert.match(lines[0], /CLOUDFLARE_ACCOUNT_ID/);
  const server = await serve([live[0]]);
  try {
    // The real table: half of its models must be there.
    assert.equal(await refresh(["--api", server.api], ENV, (line) => lines.push(line)), 1);
    assert.match(lines[1], /nothing is changed/);
  } finally {
    await server.close();
  }
});

test("a refusal of the service is told in its own words", async () => {
  const server = await serve([], 403);
  try {
    await assert.rejects(
      listModels({ api: server.api, accountId: "a", apiToken: "b" }),
      /status 403\): Authentication error/,
    );
  } finally {
    await server.close();
  }
});

test("the local service lists the table as the service would: only what was inferred is settled by it", async () => {
  const local = await serveLocalAI({ port: 0, engine: "stand-in" });
  const folder = await mkdtemp(path.join(os.tmpdir(), "catalog-"));
  const file = path.join(folder, "models.json");
  try {
    await writeFile(file, await readFile(TABLE));
    const api = new URL("/client/v4", local.url).href;
    const env = { CLOUDFLARE_ACCOUNT_ID: local.accountId, CLOUDFLARE_API_TOKEN: local.apiToken };
    const lines = [];
    const run = (...args) =>
      refresh(["--api", api, "--file", file, ...args], env, (line) => lines.push(line));
    assert.equal(await run(), 0);
    const changes = lines.filter((line) => /^[-+~?] /.test(line));
    assert.ok(changes.length > 0);
    assert.deepEqual(
      changes.filter((line) => !/^~ @cf\/\S+ unverified: /.test(line)),
      [],
    );
    assert.equal(await run("--check"), 0);
  } finally {
    await local.close();
    await rm(folder, { recursive: true });
  }
});
