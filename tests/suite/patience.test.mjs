/** Functions of the caller's that never settle: the call ends by its signal and its limit of time all the same. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, streamResponse } from "./stubs.mjs";

const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const MISTRAL = "@cf/mistralai/mistral-small-3.1-24b-instruct";
const CLAIRIC = "@cf/cloudflare/clairic";
const BGE = "@cf/baai/bge-base-en-v1.5";
const JSON_SCHEMA = { type: "object", properties: { name: { type: "string" } } };

/** A schema whose validation never settles; `begun` is settled when it has begun. */
function hanging() {
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  const validate = () => {
    begin();
    return new Promise(() => {});
  };
  return {
    begun,
    schema: {
      "~standard": { version: 1, vendor: "test", validate, jsonSchema: { input: () => JSON_SCHEMA } },
    },
  };
}

const client = (lib, answer, options) =>
  new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch: recorder(answer).fetch, ...options });
const whole = (result) => () => jsonResponse({ result, success: true });
const NAMED = { response: { name: "Ada" } };
const CALL = { response: null, tool_calls: [{ name: "f", arguments: { name: "Ada" } }] };
const EXTRACTED = { answers: { name: { type: "text", value: "Ada" } } };
const STREAM = () =>
  streamResponse([
    'data: {"tool_calls":[{"name":"answer","arguments":{"name":"Ada"}}]}\n\n',
    "data: [DONE]\n\n",
  ]);

/** Each method with a schema that never settles: `(lib, schema, callOptions, clientOptions)`. */
const METHODS = {
  generateObject: (lib, schema, options, own) =>
    client(lib, whole(NAMED), own).generateObject(LLAMA, { schema, prompt: "x" }, options),
  "streamObject, whole": async (lib, schema, options, own) =>
    (await client(lib, whole(NAMED), own).streamObject(LLAMA, { schema, prompt: "x" }, options)).object,
  streamObject: async (lib, schema, options, own) =>
    (await client(lib, STREAM, own).streamObject(MISTRAL, { schema, prompt: "x" }, options)).final(),
  extract: (lib, fields, options, own) =>
    client(lib, whole(EXTRACTED), own).extract(CLAIRIC, { state: "x", fields }, options),
  runTools: (lib, input, options, own) =>
    client(lib, whole(CALL), own).runTools(
      LLAMA,
      { prompt: "x", tools: { f: { input, execute: () => "" } } },
      options,
    ),
};

for (const [name, call] of Object.entries(METHODS)) {
  test(`a schema that never settles: ${name} ends by its signal`, async ({ lib }) => {
    const { schema, begun } = hanging();
    const controller = new AbortController();
    const called = call(lib, schema, { signal: controller.signal });
    const failed = rejects(called, { code: "ABORTED" });
    await begun;
    controller.abort(new Error("enough"));
    const error = await failed;
    equal(error.cause?.message, "enough");
  });

  test(`a schema that never settles: ${name} ends by its limit of time`, async ({ lib }) => {
    const { schema } = hanging();
    await rejects(call(lib, schema, { timeout: 60 }), { code: "TIMEOUT" });
  });

  test(`a schema that never settles: ${name} ends by the client's limit of time`, async ({ lib }) => {
    const { schema } = hanging();
    await rejects(call(lib, schema, undefined, { timeout: 60 }), { code: "TIMEOUT" });
  });
}

test("a schema that never settles: an aborted stream of an object ends", async ({ lib }) => {
  const { schema, begun } = hanging();
  const stream = await client(lib, STREAM).streamObject(MISTRAL, { schema, prompt: "x" });
  const failed = rejects(stream.final(), { code: "ABORTED" });
  await begun;
  stream.abort(new Error("enough"));
  equal((await failed).cause.message, "enough");
});

test("a schema that takes its time is waited for", async ({ lib }) => {
  const validate = async ({ name }) => {
    await null;
    return { value: name };
  };
  const schema = {
    "~standard": { version: 1, vendor: "test", validate, jsonSchema: { input: () => JSON_SCHEMA } },
  };
  const { object } = await client(lib, whole(NAMED)).generateObject(
    LLAMA,
    { schema, prompt: "x" },
    { signal: new AbortController().signal, timeout: 60_000 },
  );
  equal(object, "Ada");
});

test("handlers, approvals and steps that never settle: a run ends by its signal", async ({ lib }) => {
  for (const name of ["execute", "approve", "onStep"]) {
    let begin;
    const begun = new Promise((resolve) => (begin = resolve));
    const never = () => {
      begin();
      return new Promise(() => {});
    };
    const controller = new AbortController();
    const run = client(lib, whole(CALL)).runTools(
      LLAMA,
      {
        prompt: "x",
        tools: { f: { input: JSON_SCHEMA, execute: name === "execute" ? never : () => "" } },
        ...(name === "execute" ? {} : { [name]: never }),
      },
      { signal: controller.signal },
    );
    const failed = rejects(run, { code: "ABORTED" });
    await begun;
    controller.abort();
    await failed;
  }
});

test("onProgress that never settles, or fails: embedMany, transcribe and a batch end", async ({ lib }) => {
  const rows = { shape: [1, 2], data: [[1, 2]] };
  const calls = {
    embedMany: (options) => client(lib, whole(rows)).embedMany(BGE, ["a"], options),
    "embedMany, one by one": async (options) => {
      const texts = (async function* () {
        yield "a";
      })();
      for await (const chunk of client(lib, whole(rows)).embedMany(BGE, texts, options)) void chunk;
    },
    "batch.wait": (options) =>
      client(lib, whole({ status: "completed", responses: [{ id: 0, result: rows }] })).batch.wait(
        BGE,
        "id",
        options,
      ),
  };
  for (const [name, call] of Object.entries(calls)) {
    let begin;
    const begun = new Promise((resolve) => (begin = resolve));
    const controller = new AbortController();
    const onProgress = () => {
      begin();
      return new Promise(() => {});
    };
    const failed = rejects(call({ onProgress, signal: controller.signal }), { code: "ABORTED" });
    await begun;
    controller.abort();
    await failed;
    await rejects(call({ onProgress: () => new Promise(() => {}), timeout: 60 }), { code: "TIMEOUT" });
    const reason = new Error("no");
    const error = await call({ onProgress: () => Promise.reject(reason) }).then(
      () => undefined,
      (error) => error,
    );
    ok(error === reason || error.cause === reason, name);
  }
});

test("texts that never come: embedMany ends by its signal", async ({ lib }) => {
  const controller = new AbortController();
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  const texts = {
    [Symbol.asyncIterator]: () => ({
      next() {
        begin();
        return new Promise(() => {});
      },
    }),
  };
  const all = (async () => {
    const stream = client(lib, whole({})).embedMany(BGE, texts, { signal: controller.signal });
    for await (const chunk of stream) void chunk;
  })();
  const failed = rejects(all, { code: "ABORTED" });
  await begun;
  controller.abort();
  deepEqual((await failed).partial, { offset: 0 });
});

test("a limit of time that is reached while a schema is waited for says so", async ({ lib }) => {
  const { schema } = hanging();
  const error = await rejects(METHODS.generateObject(lib, schema, { timeout: { total: 60 } }), {
    code: "TIMEOUT",
  });
  ok(error.message.includes("60 ms") && error.message.includes("timeout.total"), error.message);
});
