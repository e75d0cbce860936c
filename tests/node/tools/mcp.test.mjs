/** Tools of an MCP server, through the official SDK's client and server, connected in memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import { createLocalAI } from "workers-ai-local";
import { z } from "zod";
import { WorkersAI } from "../../../pkg/dist/index.js";
import { toolsFromMCP } from "../../../pkg/dist/tools.js";

const MODEL = "@cf/meta/llama-4-scout-17b-16e-instruct";
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A server with some tools, and a client that is connected to it. */
async function connected() {
  const server = new McpServer({ name: "weather", version: "1.0.0" });
  const cancelled = Promise.withResolvers?.() ?? deferred();
  const requested = [];
  server.registerTool(
    "get.weather",
    { description: "The weather of a city", inputSchema: z.object({ city: z.string() }) },
    async ({ city }) => {
      requested.push(city);
      return { content: [{ type: "text", text: `${city}: sunny` }] };
    },
  );
  server.registerTool("fails", { inputSchema: z.object({}) }, async () => ({
    content: [{ type: "text", text: "no such place" }],
    isError: true,
  }));
  server.registerTool("draws", { inputSchema: z.object({}) }, async () => ({
    content: [
      { type: "text", text: "A map:" },
      { type: "image", data: PNG, mimeType: "image/png" },
      { type: "resource", resource: { uri: "a://b", text: "legend" } },
      { type: "resource_link", uri: "a://c", name: "more" },
    ],
  }));
  server.registerTool(
    "counts",
    { inputSchema: z.object({}), outputSchema: z.object({ n: z.number() }) },
    async () => ({
      content: [],
      structuredContent: { n: 3 },
    }),
  );
  server.registerTool(
    "waits",
    { inputSchema: z.object({}) },
    async (_args, { mcpReq, signal = mcpReq?.signal }) => {
      signal.addEventListener("abort", () => cancelled.resolve("cancelled"));
      return new Promise(() => {});
    },
  );
  const client = new Client({ name: "test", version: "1.0.0" });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return { client, requested, cancelled: cancelled.promise, close: () => client.close() };
}

function deferred() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

const ai = new WorkersAI({ binding: createLocalAI({ engine: "stand-in", env: {} }) });

test("a model calls the tools of a server", async () => {
  const { client, requested, close } = await connected();
  const tools = await toolsFromMCP(client);
  assert.deepEqual(Object.keys(tools), ["get.weather", "fails", "draws", "counts", "waits"]);
  const prompt = [
    'call: get_weather {"city":"Paris"}',
    'call: get_weather {"town":"Rome"}',
    "call: fails {}",
    "call: draws {}",
    "call: counts {}",
  ].join("\n");
  const run = await ai.runTools(MODEL, { prompt, tools });
  assert.deepEqual(requested, ["Paris"]);
  const outputs = run.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  assert.equal(outputs[0], "Paris: sunny");
  assert.match(outputs[1], /do not fit the tool's schema.*city/s);
  assert.equal(outputs[2], "The tool failed: no such place");
  assert.equal(outputs[3], "A map:\n[image, image/png, not shown]\nlegend\nmore: a://c");
  assert.equal(outputs[4], '{"n":3}');
  await close();
});

test("images are given to a model that sees, if that is wanted", async () => {
  const { client, close } = await connected();
  const tools = await toolsFromMCP(client, {
    prefix: "maps-",
    filter: (name) => name === "draws",
    images: true,
  });
  assert.deepEqual(Object.keys(tools), ["maps-draws"]);
  const run = await ai.runTools(MODEL, { prompt: "call: maps-draws {}", tools });
  const [{ content }] = run.messages.filter(({ role }) => role === "tool");
  assert.deepEqual(content[1], { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } });
  await close();
});

test("an abort reaches the server", async () => {
  const { client, cancelled, close } = await connected();
  const controller = new AbortController();
  const { waits } = await toolsFromMCP(client);
  const execute = (...args) => {
    const result = waits.execute(...args);
    setImmediate(() => controller.abort());
    return result;
  };
  const running = ai.runTools(
    MODEL,
    { prompt: "call: waits {}", tools: { waits: { ...waits, execute } } },
    { signal: controller.signal },
  );
  await assert.rejects(running, { code: "ABORTED" });
  assert.equal(await cancelled, "cancelled");
  await close();
});

test("all pages of a listing count, and either version of the SDK", async () => {
  const seen = [];
  const page = (names, nextCursor) => ({
    tools: names.map((name) => ({ name, inputSchema: { type: "object" } })),
    nextCursor,
  });
  const old = {
    async listTools(params) {
      return params?.cursor === "b" ? page(["two"]) : page(["one"], "b");
    },
    async callTool(params, resultSchema = "schema", options) {
      seen.push([params, resultSchema, options.signal instanceof AbortSignal]);
      return { content: [{ type: "text", text: "x" }] };
    },
  };
  const tools = await toolsFromMCP(old);
  assert.deepEqual(Object.keys(tools), ["one", "two"]);
  await ai.runTools(MODEL, { prompt: "call: two {}", tools });
  assert.deepEqual(seen, [[{ name: "two", arguments: {} }, "schema", true]]);
  await assert.rejects(toolsFromMCP({}), { code: "INVALID_INPUT", field: "client" });
  await assert.rejects(toolsFromMCP(old, { include: ["read"] }), { code: "INVALID_INPUT", field: "include" });
  for (const [options, field] of [
    [null, "options"],
    ["pre", "options"],
    [{ prefix: 5 }, "prefix"],
    [{ filter: "read" }, "filter"],
    [{ images: "yes" }, "images"],
  ])
    await assert.rejects(toolsFromMCP(old, options), { code: "INVALID_INPUT", field });
  for (const listed of [undefined, null, {}, [], { tools: 5 }, { tools: [null] }, { tools: [{}] }]) {
    const listing = { listTools: async () => listed, callTool: async () => ({}) };
    await assert.rejects(toolsFromMCP(listing), {
      code: "INVALID_INPUT",
      field: "client",
      message: /a list of tools that have names/,
    });
  }
});
