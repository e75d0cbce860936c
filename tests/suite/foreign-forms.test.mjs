/** What is in another client's form, or under another name, is refused before a request; and what comes back from handlers keeps what is in it. */
import { deepEqual, equal, match, ok, rejects, throws } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const NUMBER = { type: "object", properties: { a: { type: "number" } } };
const CALLS = {
  choices: [
    {
      message: {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
      },
      finish_reason: "tool_calls",
    },
  ],
};
const DONE = { choices: [{ message: { role: "assistant", content: "done" }, finish_reason: "stop" }] };

/** A client whose model calls the tool once, and the requests that it has made. */
function caller(lib) {
  const { fetch, requests } = recorder((_request, index) =>
    jsonResponse({ success: true, result: index === 0 ? CALLS : DONE }),
  );
  return { ai: restClient(lib, { fetch }), requests };
}

const refused = async ({ lib }, use, field, says) => {
  const { ai, requests } = caller(lib);
  const error = await rejects(async () => use(ai), { code: "INVALID_INPUT", field });
  match(error.message, says);
  equal(requests.length, 0, "nothing is sent");
};

const tool = (more) => ({ f: { description: "d", input: NUMBER, execute: () => "ran", ...more } });

test("an approval under another name, or of another type, is refused", async (context) => {
  const run = (more) => (ai) => ai.runTools(MODEL, { prompt: "x", tools: tool(more) });
  for (const name of [
    "needApproval",
    "requireApproval",
    "requiresApproval",
    "needs_approval",
    "aprove",
    "Approve",
  ])
    await refused(context, run({ [name]: true }), "tools.f", /did you mean (?:approve|needsApproval)\?/);
  for (const approve of ["true", 1, {}, () => true])
    await refused(context, run({ approve }), "tools.f", /tools\.f\.approve must be true or false/);
  await refused(context, run({ needsApproval: "yes" }), "tools.f", /needsApproval must be true or false/);
  await refused(context, run({ descripton: "d" }), "tools.f", /did you mean description\?/);
});

test("tools that are no plain object, and schemas that are none, are refused", async (context) => {
  const tools = (tools) => (ai) => ai.runTools(MODEL, { prompt: "x", tools });
  await refused(context, tools(new Map(Object.entries(tool()))), "tools", /plain object/);
  await refused(context, tools(Object.create(tool())), "tools", /plain object/);
  const shape = { city: { "~standard": { version: 1, vendor: "zod", validate: (value) => ({ value }) } } };
  await refused(context, tools(tool({ input: shape })), "tools.f.input", /an object of schemas/);
  const object = (more) => (ai) => ai.generateObject(MODEL, { prompt: "x", schema: NUMBER, ...more });
  await refused(context, object({ schema: shape }), "schema", /an object of schemas/);
  await refused(context, object({ schema: { name: "n", schema: NUMBER } }), "schema", /in its member schema/);
  for (const name of ["repairs", "schema_name", "output"])
    await refused(context, object({ [name]: 1 }), name, /did you mean/);
});

test("what a handler gives keeps what is in it", async ({ lib }) => {
  const toolMessage = async (value) => {
    const { ai, requests } = caller(lib);
    const { steps } = await ai.runTools(MODEL, { prompt: "x", tools: tool({ execute: () => value }) });
    return { content: requests[1].body.messages.at(-1).content, result: steps[0].toolResults[0] };
  };
  equal((await toolMessage(new Map([["a", 1]]))).content, '{"a":1}');
  equal((await toolMessage(new Map([[{ k: 1 }, 2]]))).content, '[[{"k":1},2]]');
  equal((await toolMessage(new Set([1, 2]))).content, "[1,2]");
  equal(
    (await toolMessage({ inner: new Error("boom") })).content,
    '{"inner":{"name":"Error","message":"boom"}}',
  );
  const thrown = await toolMessage(new TypeError("no such city"));
  match(thrown.content, /no such city/);
  ok(thrown.result.error instanceof TypeError);
  for (const value of [
    { inner: Promise.resolve(1) },
    [1][Symbol.iterator](),
    new Uint8Array([1, 2, 3]),
    new Blob(["a"]),
  ]) {
    const { content, result } = await toolMessage(value);
    ok(result.error !== undefined, content);
  }
});

test("an issue whose path has a symbol goes back to the model", async ({ lib }) => {
  const { ai, requests } = caller(lib);
  const issues = [{ message: "wrong", path: [Symbol("k"), { key: "a" }] }];
  const input = { "~standard": { version: 1, vendor: "x", validate: () => ({ issues }) } };
  const tools = tool({ input, jsonSchema: NUMBER });
  equal((await ai.runTools(MODEL, { prompt: "x", tools })).text, "done");
  match(requests[1].body.messages.at(-1).content, /wrong/);
});

test("messages are made of what a model can read", ({ lib }) => {
  const { toolResult, user } = lib;
  for (const value of [5, null, undefined, ["a"], {}])
    throws(() => user(value), { code: "INVALID_INPUT", field: "content" });
  const [part] = user(new Blob(["x"], { type: "audio/ogg" })).content;
  equal(part.input_audio.format, "ogg");
  throws(() => toolResult({}, 1), { code: "INVALID_INPUT", field: "call" });
  const cycle = {};
  cycle.self = cycle;
  for (const value of [1n, cycle])
    throws(() => toolResult("a", value), { code: "INVALID_INPUT", field: "result" });
  deepEqual(toolResult("a", new Error("boom")), { role: "tool", tool_call_id: "a", content: "Error: boom" });
});

test("options of other methods under other names are refused", async (context) => {
  const { lib } = context;
  const messages = [{ role: "user", content: "x" }];
  for (const name of ["contextwindow", "maxTokens"])
    await refused(
      context,
      () => lib.trimMessages(messages, MODEL, { [name]: 1 }),
      name,
      /no option of trimMessages/,
    );
  const failed = new Response("no", { status: 500 });
  throws(() => lib.events(failed), { code: "INVALID_INPUT", field: "readable" });
  ok(lib.events(failed.body), "its body can be read");
});

test("a system prompt, tools, formats and parts of other clients are refused", async (context) => {
  const text = (more) => (ai) => ai.generateText(MODEL, { prompt: "x", ...more });
  await refused(context, text({ instructions: "Be brief." }), "instructions", /did you mean messages\?/);
  await refused(context, text({ tools: [{ name: "f", input_schema: {} }] }), "tools.0", /input_schema/);
  await refused(context, text({ response_format: { type: "json" } }), "response_format", /json_object/);
  const message = (message) => (ai) => ai.generateText(MODEL, { messages: [message] });
  await refused(
    context,
    message({ role: "assistant", content: "", toolCalls: [] }),
    "messages.0.toolCalls",
    /tool_calls/,
  );
  const image = { role: "user", content: [{ type: "image", image: new Uint8Array([1]) }] };
  await refused(context, message(image), "messages.0.content", /image_url/);
});

test("text in the place of base64 media is no media", async ({ lib }) => {
  const answer = (image) =>
    restClient(lib, { fetch: async () => jsonResponse({ success: true, result: { image } }) });
  const flux = "@cf/black-forest-labs/flux-1-schnell";
  await rejects(() => answer(btoa("hello there")).generateImage(flux, "x"), { code: "MALFORMED_RESPONSE" });
  const busy = btoa('{"errors":[{"code":3040,"message":"busy"}]}');
  const ai = restClient(lib, {
    maxRetries: 0,
    fetch: async () => jsonResponse({ success: true, result: { image: busy } }),
  });
  await rejects(() => ai.generateImage(flux, "x"), { code: "CAPACITY", internalCode: 3040 });
});

test("a token in base64 is hidden wherever it stands in what was encoded", async ({ lib }) => {
  for (const before of ["", "a", "ab", "Bearer ", "user:"]) {
    const message = `Bad credential ${btoa(`${before}tok-en-of-test`)} for this account, try again.`;
    const ai = restClient(lib, {
      fetch: async () =>
        jsonResponse({ success: false, errors: [{ code: 10000, message }] }, { status: 401 }),
    });
    const error = await rejects(() => ai.generateText(MODEL, "x"), { code: "AUTH" });
    ok(!error.message.includes(btoa(`${before}tok-en-of-test`).slice(-12, -4)), error.message);
  }
});
