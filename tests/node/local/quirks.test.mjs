// What the service refuses beside its schemas, on every door alike; and each fact of the table is provoked here or known to be about answers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createLocalAI, createLocalHandler } from "../../../pkg-template/local/index.js";
import { eventValues, textOf } from "./helpers.mjs";

const options = { engine: "stand-in", env: {} };
const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const CODER = "@cf/qwen/qwen2.5-coder-32b-instruct";
const GLM = "@cf/zai-org/glm-4.7-flash";
const MISTRAL = "@cf/mistralai/mistral-small-3.1-24b-instruct";
const GEMMA = "@cf/google/gemma-4-26b-a4b-it";
const NEMOTRON = "@cf/nvidia/nemotron-3-120b-a12b";
const KIMI = "@cf/moonshotai/kimi-k2.7-code";
const GPT = "@cf/openai/gpt-oss-20b";
const R1 = "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b";
const QWEN = "@cf/qwen/qwen3-30b-a3b-fp8";

const user = (content) => ({ role: "user", content });
const tools = [
  { type: "function", function: { name: "f", description: "", parameters: { type: "object" } } },
];
const calls = (id) => [{ id, type: "function", function: { name: "f", arguments: "{}" } }];
const history = (id, ...rest) => ({
  messages: [
    user("a"),
    { role: "assistant", content: "", tool_calls: calls(id) },
    { role: "tool", content: "1", tool_call_id: id },
    ...rest,
  ],
});
const parts = { messages: [user([{ type: "text", text: "a" }])] };
const remote = { messages: [user([{ type: "image_url", image_url: { url: "https://a.example/b.png" } }])] };

/** The error of each door: `{ code, status, message }`, or null where it answers. */
const DOORS = {
  async "REST, /run"(model, inputs) {
    return restError(`/run/${model}`, inputs);
  },
  async "REST, /v1"(model, inputs) {
    return restError("/v1/chat/completions", { model, ...inputs });
  },
  async "the binding"(model, inputs) {
    try {
      await createLocalAI(options).run(model, inputs);
      return null;
    } catch ({ message }) {
      const [, code, text] = /^(\d+): (.*)$/s.exec(message);
      return { code: Number(code), message: text };
    }
  },
};

async function restError(path, body) {
  const response = await createLocalHandler(options)(
    new Request(`http://local/ai${path}`, { method: "POST", body: JSON.stringify(body) }),
  );
  if (response.ok) {
    await response.text();
    return null;
  }
  const [{ code, message }] = (await response.json()).errors;
  return { code, message, status: response.status };
}

/** By fact: the model, an input that is refused, its code and words; and one that is taken. */
const REFUSED = [
  [
    "content-required",
    CODER,
    { messages: [user("a"), { role: "assistant", content: null, tool_calls: calls("a") }] },
    5006,
    /\/messages\/1\/content/,
    { messages: [user("a"), { role: "assistant", content: "" }] },
  ],
  [
    "content-required",
    GLM,
    { messages: [user("a"), { role: "assistant", tool_calls: calls("a") }] },
    8001,
    /\/messages\/1/,
    { messages: [user("a"), { role: "assistant", content: "", tool_calls: calls("a") }] },
  ],
  ["takes-parts", CODER, parts, 5006, /'string' not in 'array'/, { messages: [user("a")] }],
  ["takes-parts", QWEN, parts, 8001, /'string' not in 'array'/, { messages: [user("a")] }],
  ["images-as-data", GEMMA, remote, 8001, /data URL/, parts],
  [
    "no-required-tool-choice",
    GLM,
    { messages: [user("a")], tools, tool_choice: "required" },
    8001,
    /tool_choice/,
    { messages: [user("a")], tools, tool_choice: { type: "function", function: { name: "f" } } },
  ],
  [
    "refused-parameters",
    MISTRAL,
    { messages: [user("a")], response_format: { type: "json_object" } },
    5006,
    /response_format/,
    { messages: [user("a")] },
  ],
  [
    "refused-parameters",
    MISTRAL,
    { messages: [user("a")], chat_template_kwargs: {} },
    5006,
    /chat_template_kwargs/,
    { messages: [user("a")] },
  ],
  ["tool-call-id", MISTRAL, history("call_1"), 5006, /length of 9/, history("abcdef123")],
  ["tool-call-id", MISTRAL, history("abcdef-12"), 5006, /a-z, A-Z, 0-9/, history("ABCdef123")],
  [
    "assistant-after-tool",
    MISTRAL,
    history("abcdef123", user("b")),
    5006,
    /role 'user' after role 'tool'/,
    history("abcdef123", { role: "assistant", content: "" }, user("b")),
  ],
  [
    "no-schema-stream",
    LLAMA,
    {
      messages: [user("a")],
      stream: true,
      response_format: { type: "json_schema", json_schema: { type: "object" } },
    },
    5023,
    /JSON Schema mode is not supported with stream/,
    { messages: [user("a")], response_format: { type: "json_schema", json_schema: { type: "object" } } },
  ],
];
/** Facts about what an answer looks like. */
const ABOUT_ANSWERS = {
  "model-suffix": async () =>
    assert.equal((await createLocalAI(options).run(GEMMA, { prompt: "a" })).model, `${GEMMA}-external`),
  "reasoning-field": async () => {
    const { choices } = await createLocalAI(options).run(GEMMA, { messages: [user("a")] });
    assert.equal(typeof choices[0].message.reasoning, "string");
    const other = await createLocalAI(options).run(GLM, { messages: [user("a")] });
    assert.equal(typeof other.choices[0].message.reasoning_content, "string");
  },
  "thinking-in-text": async () => {
    const inputs = { messages: [user("echo: hi")] };
    const { response } = await createLocalAI(options).run(R1, inputs);
    assert.match(response, /^[^<]+\n<\/think>\n\nhi$/);
    const events = eventValues(
      await textOf(await createLocalAI(options).run(R1, { ...inputs, stream: true })),
    );
    assert.equal(events.map((event) => event.response ?? "").join(""), response);
  },
  "thinking-switch": async () => assert.equal(await thoughts(GLM), null),
  "thinking-stays": async () => assert.equal(typeof (await thoughts(KIMI)), "string"),
  "answer-as-reasoning": async () => {
    const inputs = {
      messages: [user("echo: hi")],
      stream: true,
      chat_template_kwargs: { enable_thinking: false },
    };
    const events = eventValues(await textOf(await createLocalAI(options).run(NEMOTRON, inputs)));
    const deltas = events.map(({ choices }) => choices?.[0]?.delta).filter(Boolean);
    assert.equal(deltas.map(({ reasoning }) => reasoning ?? "").join(""), "hi");
    assert.equal(deltas.map(({ content }) => content ?? "").join(""), "");
  },
  responses: async () => {
    assert.equal((await restError("/v1/responses", { model: GLM, input: "a" })).code, 8001);
    assert.equal(await restError("/v1/responses", { model: GPT, input: "a" }), null);
  },
  "empty-chunk-usage": async () => {
    const events = eventValues(
      await textOf(await createLocalAI(options).run(GLM, { messages: [user("a")], stream: true })),
    );
    assert.equal(events.find(({ choices }) => choices?.length === 0).usage.total_tokens, 0);
  },
};
/** Facts that the client alone heeds. */
const OF_CLIENTS = ["object-mode", "reasoning-taken-back", "usage-on-every-delta", "raw-scores"];

async function thoughts(model) {
  const inputs = { messages: [user("a")], chat_template_kwargs: { enable_thinking: false } };
  const { message } = (await createLocalAI(options).run(model, inputs)).choices[0];
  return message.reasoning ?? message.reasoning_content ?? null;
}

for (const [fact, model, wrong, code, words, right] of REFUSED) {
  for (const [door, ask] of Object.entries(DOORS)) {
    test(`${fact} of ${model}: ${door}`, async () => {
      const error = await ask(model, wrong);
      assert.equal(error?.code, code, JSON.stringify(error));
      assert.match(error.message, words);
      if (error.status !== undefined) assert.equal(error.status, 400);
      assert.equal(await ask(model, right), null);
    });
  }
}

for (const [fact, check] of Object.entries(ABOUT_ANSWERS)) test(fact, check);

test("no fact of the table is left out", () => {
  const { quirks } = JSON.parse(
    readFileSync(new URL("../../../src/catalog/quirks.json", import.meta.url), "utf8"),
  );
  const known = new Set([...REFUSED.map(([fact]) => fact), ...Object.keys(ABOUT_ANSWERS), ...OF_CLIENTS]);
  assert.deepEqual(
    [...new Set(quirks.map(({ fact }) => fact))].filter((fact) => !known.has(fact)),
    [],
  );
});
