/** Inputs of language models that cannot go as they are: images in any form, and the forms that models differ in. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder } from "./stubs.mjs";

const SCOUT = "@cf/meta/llama-4-scout-17b-16e-instruct";
const VISION = "@cf/meta/llama-3.2-11b-vision-instruct";
const QWEN = "@cf/qwen/qwen3.8-27b";
const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const KIMI = "@cf/moonshotai/kimi-k2.6";

const PNG_BASE64 =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const PNG = Uint8Array.from(atob(PNG_BASE64), (character) => character.charCodeAt(0));
const DATA_URL = `data:image/png;base64,${PNG_BASE64}`;

const FORMS = {
  bytes: () => PNG,
  "an ArrayBuffer": () => PNG.slice().buffer,
  "a Blob": () => new Blob([PNG], { type: "image/png" }),
  "a stream": () => new Blob([PNG]).stream(),
  "a Response": () => new Response(PNG),
  base64: () => PNG_BASE64,
  "a data URL": () => DATA_URL,
  numbers: () => Array.from(PNG),
};

const asking = (url) => ({
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "echo: seen" },
        { type: "image_url", image_url: { url } },
      ],
    },
  ],
});

for (const model of [SCOUT, QWEN]) {
  testEachDoor(`${model}: an image in messages, in any form`, async ({ door }) => {
    const ai = door.client();
    for (const [form, make] of Object.entries(FORMS)) {
      const { text } = await ai.generateText(model, asking(make()));
      match(text, /seen/, form);
    }
    const stream = await ai.streamText(model, asking(PNG));
    match(await stream.text(), /seen/);
  });
}

testEachDoor("llama-3.2-vision: an image beside the prompt", async ({ door }) => {
  const ai = door.client();
  for (const [form, make] of Object.entries(FORMS)) {
    const { text } = await ai.generateText(VISION, { prompt: "echo: seen", image: make() });
    match(text, /seen/, form);
  }
});

/** What a client sends, through either door. */
function sending(lib) {
  const reply = { response: "ok", usage: {} };
  const { fetch, requests } = recorder(() => jsonResponse({ result: reply, success: true }));
  const inputs = [];
  const binding = {
    async run(_model, received) {
      inputs.push(received);
      return jsonResponse(reply);
    },
  };
  const decode = async (body) => JSON.parse(await new Response(body).text());
  return {
    async rest(model, input, method = "generateText") {
      const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
      await client[method](model, input);
      const { body } = requests.at(-1);
      return (
        ok(body !== undefined) ??
        (typeof body === "object" && body.constructor === Object ? body : decode(body))
      );
    },
    async binding(model, input, method = "generateText") {
      await new lib.WorkersAI({ binding })[method](model, input);
      return inputs.at(-1);
    },
  };
}

test("images go out as data URLs, numbers beside the prompt; the caller's input stays", async ({ lib }) => {
  const doors = sending(lib);
  for (const door of ["rest", "binding"]) {
    for (const method of ["generateText", "run"]) {
      for (const [form, make] of Object.entries(FORMS)) {
        const input = asking(make());
        const sent = await doors[door](QWEN, input, method);
        equal(sent.messages[0].content[1].image_url.url, DATA_URL, `${door} ${method} ${form}`);
        equal(sent.messages[0].content[0].text, "echo: seen");
        equal(input.messages.length, 1);
      }
    }
    const sent = await doors[door](VISION, { prompt: "a", image: PNG });
    deepEqual(sent, { prompt: "a", image: Array.from(PNG) });
  }
});

test("a large image arrives whole", async ({ lib }) => {
  const large = new Uint8Array(3_000_000).map((_, at) => at % 251);
  large.set(PNG.subarray(0, 16));
  const sent = await sending(lib).rest(QWEN, asking(large));
  const { url } = sent.messages[0].content[1].image_url;
  ok(url.startsWith("data:image/png;base64,"));
  const bytes = Uint8Array.from(atob(url.slice(22)), (character) => character.charCodeAt(0));
  ok(bytes.length === large.length && bytes.every((byte, at) => byte === large[at]));
});

testEachDoor("a model that does not see says who does; addresses are not fetched", async ({ door }) => {
  const ai = door.client({ hooks: { onRequest: () => ok(false, "a request") } });
  const blind = await rejects(ai.generateText(LLAMA, asking(PNG)), {
    code: "INVALID_INPUT",
    field: "messages",
  });
  match(blind.message, /Some models that do: @cf\//);
  await rejects(ai.streamText(LLAMA, { prompt: "a", image: PNG }), { code: "INVALID_INPUT", field: "image" });
  await rejects(ai.generateText(KIMI, asking("https://example.com/a.png")), {
    code: "INVALID_INPUT",
    field: "messages",
    message: /fetch it/,
  });
  await rejects(ai.generateText(KIMI, asking({ not: "media" })), {
    code: "INVALID_INPUT",
    field: "messages",
  });
});

test("an address goes to a model that is not known, as it is", async ({ lib }) => {
  const address = asking("https://example.com/a.png");
  deepEqual(await sending(lib).rest("@cf/new/model", address), address);
});

test("no content is an empty one where the service wants text", async ({ lib }) => {
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content: null, tool_calls: [] },
  ];
  const doors = sending(lib);
  equal((await doors.binding(KIMI, { messages })).messages[1].content, "");
  equal((await doors.rest(LLAMA, { messages })).messages[1].content, "");
  equal((await doors.rest(KIMI, { messages })).messages[1].content, "");
  equal(messages[1].content, null);
});

test("tools, schemas and limits have the model's form", async ({ lib }) => {
  const { rest } = sending(lib);
  const flat = { name: "f", description: "d", parameters: { type: "object", properties: {} } };
  const wrapped = { type: "function", function: flat };
  deepEqual((await rest(KIMI, { prompt: "a", tools: [flat] })).tools, [wrapped]);
  deepEqual((await rest(LLAMA, { prompt: "a", tools: [flat] })).tools, [flat]);
  deepEqual((await rest(LLAMA, { prompt: "a", tools: [wrapped] })).tools, [wrapped]);
  equal((await rest(LLAMA, { prompt: "a", tools: [wrapped], tool_choice: "any" })).tool_choice, "required");

  const schema = { type: "object", properties: { a: { type: "string" } } };
  const format = (json_schema) => ({ prompt: "a", response_format: { type: "json_schema", json_schema } });
  const named = { name: "n", schema };
  deepEqual((await rest(LLAMA, format(named))).response_format.json_schema, schema);
  deepEqual((await rest(LLAMA, format(schema))).response_format.json_schema, schema);
  deepEqual((await rest(KIMI, format(schema))).response_format.json_schema, { name: "response", schema });
  deepEqual((await rest(KIMI, format(named))).response_format.json_schema, named);

  deepEqual(await rest(LLAMA, { prompt: "a", max_completion_tokens: 5 }), { prompt: "a", max_tokens: 5 });
  const chat = { prompt: "a", max_completion_tokens: 5 };
  deepEqual(await rest(KIMI, chat), chat);
  const lora = { prompt: "a", lora: "mine", raw: true };
  deepEqual(await rest("@cf/mistral/mistral-7b-instruct-v0.2-lora", lora), lora);
});

test("llama-guard: a verdict as JSON becomes text", async ({ lib }) => {
  const fetch = async () =>
    jsonResponse({ result: { response: { safe: false, categories: ["S1"] } }, success: true });
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const { text } = await client.generateText("@cf/meta/llama-guard-3-8b", {
    messages: [{ role: "user", content: "a" }],
    response_format: { type: "json_object" },
  });
  deepEqual(JSON.parse(text), { safe: false, categories: ["S1"] });
});

test("preparing can be aborted, and a broken stream is an input that cannot be read", async ({ lib }) => {
  const client = new lib.WorkersAI({
    baseURL: "https://proxy.example/ai",
    fetch: () => ok(false, "a request"),
  });
  const controller = new AbortController();
  const never = new ReadableStream({ pull: () => controller.abort() });
  await rejects(client.generateText(QWEN, asking(never), { signal: controller.signal }), { code: "ABORTED" });
  const broken = new ReadableStream({ pull: () => Promise.reject(new Error("torn")) });
  const error = await rejects(client.generateText(QWEN, asking(broken)), { code: "INVALID_INPUT" });
  equal(error.cause.message, "torn");
});
