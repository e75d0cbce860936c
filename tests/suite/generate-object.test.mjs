/** A whole answer as a value of a schema: what goes out for each family of models, and what comes back. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder } from "./stubs.mjs";

const CITY = {
  type: "object",
  properties: { name: { type: "string" }, population: { type: "integer", minimum: 0 } },
  required: ["name", "population"],
  additionalProperties: false,
};

const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const MISTRAL = "@cf/mistralai/mistral-small-3.1-24b-instruct";
const GEMMA = "@cf/google/gemma-4-26b-a4b-it";
const QWQ = "@cf/qwen/qwq-32b";

/** A model of each family, and how it is brought to answer. */
const FAMILIES = [
  [LLAMA, "schema"],
  [MISTRAL, "tool"],
  [GEMMA, "openai-schema"],
  [QWQ, "guided-json"],
  ["@cf/openai/gpt-oss-20b", "openai-schema"],
  ["@cf/qwen/qwen3-30b-a3b-fp8", "schema"],
];

for (const [model, objectMode] of FAMILIES) {
  testEachDoor(`generateObject: ${model} gives a value of the schema`, async ({ door }) => {
    const schema = { type: "object", properties: { big: { type: "boolean" } }, required: ["big"] };
    const input = { schema, prompt: "Is Lisbon a big city?", max_tokens: 500 };
    const { object, text, finishReason, raw, meta } = await door.client().generateObject(model, input);
    equal(typeof object.big, "boolean");
    ok(text.includes("big") && raw !== undefined);
    equal(finishReason, "stop");
    equal(meta.objectMode, objectMode);
    equal(meta.door, door.name);
  });
}

/** A client of a service that gives these results, one after the other. */
function answering(lib, ...results) {
  const { fetch, requests } = recorder((_request, index) =>
    jsonResponse({ result: results[Math.min(index, results.length - 1)], success: true }),
  );
  return { client: new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch }), requests };
}

const LISBON = { name: "Lisbon", population: 575739 };

test("generateObject: each family gets the schema in its own form", async ({ lib }) => {
  const sent = async (model, answer, input) => {
    const { client, requests } = answering(lib, answer);
    const { object } = await client.generateObject(model, { schema: CITY, prompt: "Lisbon", ...input });
    deepEqual(object, LISBON);
    equal(requests.length, 1);
    const { prompt, ...members } = requests[0].body;
    equal(prompt, "Lisbon");
    return members;
  };
  const legacy = { response: LISBON };
  const chat = { choices: [{ message: { content: JSON.stringify(LISBON) }, finish_reason: "stop" }] };
  const called = { response: null, tool_calls: [{ name: "answer", arguments: LISBON }] };
  deepEqual(await sent(LLAMA, legacy), {
    response_format: { type: "json_schema", json_schema: CITY },
  });
  deepEqual(await sent(GEMMA, chat, { schemaName: "city", schemaDescription: "A city." }), {
    response_format: {
      type: "json_schema",
      json_schema: { name: "city", description: "A city.", schema: CITY },
    },
  });
  deepEqual(await sent(QWQ, legacy), { guided_json: CITY });
  deepEqual(await sent(MISTRAL, called), {
    tools: [
      {
        type: "function",
        function: { name: "answer", description: "Give the answer.", parameters: CITY },
      },
    ],
    tool_choice: { type: "function", function: { name: "answer" } },
  });
});

test("generateObject: the value is found in whatever the model says", async ({ lib }) => {
  const json = JSON.stringify(LISBON);
  const chat = (content, more) => ({ choices: [{ message: { content, ...more }, finish_reason: "stop" }] });
  for (const answer of [
    { response: LISBON },
    { response: json },
    { response: `\n\`\`\`json\n${json}\n\`\`\`` },
    { response: `<think>Is it {"name":"Porto"}?</think>\n${json}` },
    { response: `Here you are: ${json} Anything else?` },
    chat(json),
    chat(`Sure:\n\`\`\`\n${json}\n\`\`\`\nDone.`, { reasoning_content: "Hm." }),
    chat("", { reasoning_content: json }),
  ]) {
    const { client } = answering(lib, answer);
    const { object } = await client.generateObject(GEMMA, { schema: CITY, prompt: "Lisbon" });
    deepEqual(object, LISBON);
  }
});

test("generateObject: a schema that is changed between two calls, and one that comes again", async ({
  lib,
}) => {
  const schema = structuredClone({ $schema: "http://json-schema.org/draft-07/schema#", ...CITY });
  const { client, requests } = answering(lib, { response: LISBON });
  const ask = () => client.generateObject(LLAMA, { schema, prompt: "Lisbon" });
  for (let call = 0; call < 2; call++) deepEqual((await ask()).object, LISBON);
  schema.properties.name.pattern = "^P";
  for (let call = 0; call < 2; call++) {
    const { issues } = await rejects(ask(), { code: "NO_OBJECT" });
    deepEqual(issues, [{ path: ["name"], message: "String does not match pattern." }]);
  }
  delete schema.properties.name.pattern;
  deepEqual((await ask()).object, LISBON);
  const { $schema, ...sent } = { ...schema };
  for (const { body } of requests.slice(0, 2)) deepEqual(body.response_format.json_schema, CITY);
  deepEqual(requests.at(-1).body.response_format.json_schema, sent);
});

test("generateObject: an answer that does not fit is NO_OBJECT, with what was said", async ({ lib }) => {
  const { client, requests } = answering(lib, { response: { name: "Lisbon", population: "many" } });
  const error = await rejects(client.generateObject(LLAMA, { schema: CITY, prompt: "Lisbon" }), {
    code: "NO_OBJECT",
    attempts: 1,
    retryable: false,
  });
  equal(requests.length, 1);
  equal(error.text, '{"name":"Lisbon","population":"many"}');
  equal(error.finishReason, "stop");
  deepEqual(
    error.issues.map(({ path }) => path),
    [["population"]],
  );
  match(error.issues[0].message, /integer/);
  ok(!JSON.stringify(error).includes("many") && !error.message.includes("many"));
});

test("generateObject: an answer that was cut says so, and is not asked for again", async ({ lib }) => {
  const cut = { choices: [{ message: { content: '{"name":"Lis' }, finish_reason: "length" }] };
  const { client, requests } = answering(lib, cut);
  const error = await rejects(client.generateObject(GEMMA, { schema: CITY, prompt: "Lisbon", repair: 1 }), {
    code: "NO_OBJECT",
    message: /max_tokens/,
  });
  equal(error.finishReason, "length");
  equal(error.text, '{"name":"Lis');
  deepEqual(error.issues, []);
  equal(requests.length, 1);
});

test("generateObject: repair asks once more, with what was wrong, only where it is allowed", async ({
  lib,
}) => {
  const wrong = { response: { name: "Lisbon" }, usage: { prompt_tokens: 10, completion_tokens: 5 } };
  const right = { response: LISBON, usage: { prompt_tokens: 30, completion_tokens: 7 } };
  const { client, requests } = answering(lib, wrong, right);
  const messages = [{ role: "user", content: "Lisbon" }];
  const pending = client.generateObject(LLAMA, { schema: CITY, messages, repair: 1 }, { timeout: 0 });
  // What the caller does to its own afterwards has no effect.
  messages.push({ role: "user", content: "no" });
  const { object, usage, meta } = await pending;
  deepEqual(object, LISBON);
  equal(usage.promptTokens, 40);
  equal(usage.completionTokens, 12);
  equal(meta.attempts, 2);
  equal(requests.length, 2);
  const [first, second, third] = requests[1].body.messages;
  deepEqual([first, second.role, third.role], [{ role: "user", content: "Lisbon" }, "assistant", "user"]);
  equal(second.content, '{"name":"Lisbon"}');
  match(third.content, /population/);
  deepEqual(requests[1].body.response_format, requests[0].body.response_format);
  const never = answering(lib, wrong);
  await rejects(never.client.generateObject(LLAMA, { schema: CITY, prompt: "Lisbon", repair: 1 }), {
    code: "NO_OBJECT",
    attempts: 2,
  });
  equal(never.requests.length, 2);
});

test("generateObject: the limit of time is one for both requests", async ({ lib }) => {
  const { fetch, requests } = recorder(async (_request, index) => {
    if (index === 0) return jsonResponse({ success: true, result: { response: {} } });
    return new Promise(() => {});
  });
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, maxRetries: 0 });
  const input = { schema: CITY, prompt: "Lisbon", repair: 1 };
  await rejects(client.generateObject(LLAMA, input, { timeout: 100 }), { code: "TIMEOUT" });
  equal(requests.length, 2);
});

/** A schema of a library that follows Standard Schema. */
const library = (validate, jsonSchema) => ({
  "~standard": { version: 1, vendor: "test", validate, ...(jsonSchema && { jsonSchema }) },
});

test("generateObject: a library's schema writes itself, judges and converts", async ({ lib }) => {
  const schema = library(
    async (value) =>
      value.name === "" ? { issues: [{ message: "empty", path: [{ key: "name" }] }] } : { value: value.name },
    { input: ({ target }) => ({ $schema: target, ...CITY }), output: () => ({}) },
  );
  const { client, requests } = answering(lib, { response: LISBON }, { response: { name: "" } });
  const { object, text } = await client.generateObject(LLAMA, { schema, prompt: "Lisbon" });
  equal(object, "Lisbon");
  equal(text, JSON.stringify(LISBON));
  deepEqual(requests[0].body.response_format.json_schema, CITY);
  const error = await rejects(client.generateObject(LLAMA, { schema, prompt: "x" }), { code: "NO_OBJECT" });
  deepEqual(error.issues, [{ path: ["name"], message: "empty" }]);
});

test("generateObject: a library's schema without a JSON Schema is asked for one", async ({ lib }) => {
  const schema = library((value) => ({ value }));
  const { client, requests } = answering(lib, { response: LISBON });
  await rejects(client.generateObject(LLAMA, { schema, prompt: "x" }), {
    code: "INVALID_INPUT",
    field: "jsonSchema",
  });
  const unwritable = library((value) => ({ value }), {
    input() {
      throw new Error("dates have no form in JSON");
    },
  });
  const error = await rejects(client.generateObject(LLAMA, { schema: unwritable, prompt: "x" }), {
    code: "INVALID_INPUT",
    field: "schema",
  });
  equal(error.cause.message, "dates have no form in JSON");
  equal(requests.length, 0);
  const { object } = await client.generateObject(LLAMA, { schema, jsonSchema: CITY, prompt: "x" });
  deepEqual(object, LISBON);
});

test("generateObject: a value that is no object goes through a tool in one", async ({ lib }) => {
  const schema = { type: "array", items: { type: "integer" } };
  const { client, requests } = answering(lib, {
    response: "",
    tool_calls: [{ name: "answer", arguments: { value: [1, 2] } }],
  });
  const { object, text } = await client.generateObject(MISTRAL, { schema, prompt: "two numbers" });
  deepEqual(object, [1, 2]);
  equal(text, "[1,2]");
  deepEqual(requests[0].body.tools[0].function.parameters.properties.value, schema);
});

test("generateObject: third parties get an object around what is none, Responses its own form", async ({
  lib,
}) => {
  const schema = { type: "array", items: { type: "integer" } };
  const chat = { choices: [{ message: { content: '{"value":[1,2]}' }, finish_reason: "stop" }] };
  const third = answering(lib, chat);
  const { object, meta } = await third.client.generateObject("openai/gpt-5.2", { schema, prompt: "x" });
  deepEqual(object, [1, 2]);
  equal(meta.objectMode, "openai-schema");
  const body = third.requests[0].body.input ?? third.requests[0].body;
  deepEqual(body.response_format.json_schema.schema.properties, { value: schema });
  const own = answering(lib, { choices: [{ message: { content: "[3]" }, finish_reason: "stop" }] });
  deepEqual((await own.client.generateObject(GEMMA, { schema, prompt: "x" })).object, [3]);
  deepEqual(own.requests[0].body.response_format.json_schema.schema, schema);
  const responses = answering(lib, {
    object: "response",
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "[4]" }] }],
  });
  const pending = await responses.client.generateObject("@cf/openai/gpt-oss-20b", { schema, input: "x" });
  deepEqual(pending.object, [4]);
  equal(pending.meta.objectMode, "responses-schema");
  deepEqual(responses.requests[0].body, {
    input: "x",
    text: { format: { type: "json_schema", name: "answer", schema } },
  });
});

test("generateObject: what it is called with is checked before anything is sent", async ({ lib }) => {
  const { client, requests } = answering(lib, { response: LISBON });
  const circular = { type: "object" };
  circular.properties = { circular };
  for (const [input, field] of [
    ["Lisbon", "input"],
    [[], "input"],
    [null, "input"],
    [{ prompt: "x" }, "schema"],
    [{ schema: "object", prompt: "x" }, "schema"],
    [{ schema: [CITY], prompt: "x" }, "schema"],
    [{ schema: () => CITY, prompt: "x" }, "schema"],
    [{ schema: circular, prompt: "x" }, "schema"],
    [{ schema: CITY }, "prompt"],
    [{ schema: CITY, prompt: "x", messages: [] }, "prompt"],
    [{ schema: CITY, prompt: "x", schemaName: "a b" }, "schemaName"],
    [{ schema: CITY, prompt: "x", schemaDescription: 5 }, "schemaDescription"],
    [{ schema: CITY, prompt: "x", repair: 2 }, "repair"],
    [{ schema: CITY, prompt: "x", response_format: { type: "json_object" } }, "response_format"],
    [{ schema: CITY, prompt: "x", tools: [] }, "tools"],
    [{ schema: CITY, prompt: "x", stream: true }, "stream"],
  ]) {
    await rejects(client.generateObject(LLAMA, input), { code: "INVALID_INPUT", field });
  }
  await rejects(client.generateObject(5, { schema: CITY, prompt: "x" }), { code: "INVALID_INPUT" });
  await rejects(client.generateObject(LLAMA, { schema: CITY, prompt: "x" }, { tiemout: 5 }), {
    code: "INVALID_INPUT",
  });
  equal(requests.length, 0);
});

test("generateObject: failures come through as they are", async ({ lib }) => {
  const { fetch } = recorder(() =>
    jsonResponse({ success: false, errors: [{ code: 5007, message: "No such model" }] }, { status: 400 }),
  );
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const input = { schema: CITY, prompt: "x" };
  await rejects(client.generateObject(LLAMA, input), { code: "MODEL_NOT_FOUND", attempts: 1 });
  const controller = new AbortController();
  controller.abort();
  await rejects(client.generateObject(LLAMA, input, { signal: controller.signal }), { code: "ABORTED" });
});

test("generateObject: fallback asks the next model in its own way", async ({ lib }) => {
  const { fetch, requests } = recorder((_request, index) =>
    index === 0
      ? jsonResponse({ success: false, errors: [{ code: 3040, message: "Capacity" }] }, { status: 429 })
      : jsonResponse({ success: true, result: { tool_calls: [{ name: "answer", arguments: LISBON }] } }),
  );
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, maxRetries: 0 });
  const { object, meta } = await client.generateObject(
    LLAMA,
    { schema: CITY, prompt: "x" },
    { fallback: [MISTRAL] },
  );
  deepEqual(object, LISBON);
  deepEqual([meta.attempts, meta.objectMode], [2, "tool"]);
  ok(requests[0].body.response_format !== undefined && requests[1].body.tools.length === 1);
});

test("generateObject: hostile answers end in NO_OBJECT", async ({ lib }) => {
  for (const response of [
    "",
    "I cannot do that.",
    "[".repeat(100_000),
    '{"name":'.repeat(50_000),
    `{"name":"\\ud800","\\ud800":1,"population":1}`,
    '{"name":1e999999,"population":{}}',
  ]) {
    const { client } = answering(lib, { response });
    const error = await rejects(client.generateObject(LLAMA, { schema: CITY, prompt: "x" }), {
      code: "NO_OBJECT",
    });
    equal(typeof error.text, "string");
  }
  const { client } = answering(lib, {
    response: '{"name":"a","population":1,"__proto__":{"polluted":true}}',
  });
  const { object } = await client.generateObject(LLAMA, {
    schema: { type: "object", properties: CITY.properties },
    prompt: "x",
  });
  ok(Object.hasOwn(object, "__proto__") && {}.polluted === undefined && object.polluted === undefined);
});

test("generateObject: of several objects the one that fits counts; several that fit are none", async ({
  lib,
}) => {
  const porto = { name: "Porto", population: 231800 };
  const chat = (content) => ({ choices: [{ message: { content }, finish_reason: "stop" }] });
  const json = JSON.stringify;
  const ask = (answer, model = GEMMA) =>
    answering(lib, answer).client.generateObject(model, { schema: CITY, prompt: "Lisbon" });
  for (const text of [
    `A draft: {"name":"Lisbon"}. Better: ${json(LISBON)}`,
    `${json({ city: "Lisbon" })}\n${json(LISBON)}`,
    `${json(LISBON)}\n\n{ "population": 575739, "name": "Lisbon", "x": 1 }`,
    `${json(LISBON)} I repeat: ${json(LISBON, null, 2)}`,
    `Not ${json(porto)} but:\n\`\`\`json\n${json(LISBON)}\n\`\`\``,
  ]) {
    deepEqual((await ask(chat(text))).object, LISBON, text);
  }
  for (const text of [
    `${json(LISBON)}\n${json(porto)}`,
    `First ${json(LISBON)}, then {"x":1}, then ${json(porto)}.`,
    `\`\`\`json\n${json(LISBON)}\n\`\`\` or \`\`\`json\n${json(porto)}\n\`\`\``,
  ]) {
    const error = await rejects(ask(chat(text)), { code: "NO_OBJECT", message: /several objects/ });
    equal(error.text, text);
    equal(error.issues.length, 1);
    ok(!error.message.includes("Porto"));
  }
  const calls = (...all) => ({
    response: null,
    tool_calls: all.map((value) => ({ name: "answer", arguments: value })),
  });
  deepEqual((await ask(calls({ name: "x" }, LISBON), MISTRAL)).object, LISBON);
  deepEqual((await ask(calls(LISBON, LISBON), MISTRAL)).object, LISBON);
  await rejects(ask(calls(LISBON, porto), MISTRAL), { code: "NO_OBJECT", message: /several objects/ });
  const both = chat(`${json(LISBON)}\n${json(porto)}`);
  const { client, requests } = answering(lib, both, chat(json(porto)));
  const repaired = await client.generateObject(GEMMA, { schema: CITY, prompt: "Lisbon", repair: 1 });
  deepEqual(repaired.object, porto);
  ok(requests[1].body.messages.at(-1).content.includes("several objects"));
});

test("generateObject: slips in a JSON Schema are refused before any request", async ({ lib }) => {
  const { client, requests } = answering(lib, { response: LISBON });
  for (const [schema, field, meant] of [
    [{ type: "object", propertes: {} }, "schema.propertes", /properties\?/],
    [{ type: "objct" }, "schema.type", /"object"\?/],
    [{ type: "object", require: ["a"] }, "schema.require", /required\?/],
    [{ type: "object", properties: { a: { type: "str" } } }, "schema.properties.a.type", /"string"\?/],
  ]) {
    for (const method of ["generateObject", "streamObject"]) {
      await rejects(client[method](LLAMA, { schema, prompt: "x" }), {
        code: "INVALID_INPUT",
        field,
        message: meant,
      });
    }
    await rejects(client.runTools(LLAMA, { prompt: "x", tools: { f: { input: schema } } }), {
      code: "INVALID_INPUT",
      field: field.replace("schema", "tools.f.input"),
      message: meant,
    });
    // A schema of an object, since a tool's arguments are one.
    const tools = [{ type: "function", function: { name: "f", parameters: schema } }];
    await rejects(client.generateText(LLAMA, { prompt: "x", tools }), {
      code: "INVALID_INPUT",
      field: field.replace("schema", "tools.0.function.parameters"),
      message: meant,
    });
    const response_format = { type: "json_schema", json_schema: schema };
    await rejects(client.generateText(LLAMA, { prompt: "x", response_format }), {
      code: "INVALID_INPUT",
      field: field.replace("schema", "response_format.json_schema"),
      message: meant,
    });
  }
  equal(requests.length, 0);
});
