/** What every agent keeps as history, as the service takes it: on every door, in every method. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, letGo, recorder, restClient } from "./stubs.mjs";

const TAKES_PARTS = [
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  "@cf/meta/llama-4-scout-17b-16e-instruct",
  "@cf/mistralai/mistral-small-3.1-24b-instruct",
  "@cf/moonshotai/kimi-k2.6",
];
const TEXT_ONLY = [
  "@cf/qwen/qwen2.5-coder-32b-instruct",
  "@cf/qwen/qwen3-30b-a3b-fp8",
  "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b",
  "@cf/zai-org/glm-4.7-flash",
  "@cf/openai/gpt-oss-120b",
];
const THIRD_PARTIES = ["openai/gpt-5", "anthropic/claude-opus-4.5"];

/** An id that every model takes; kimi counts its calls. */
const ID = "Abcdef123";
const idOf = (model) => (model.startsWith("@cf/moonshotai/") ? "functions.f:0" : ID);
const callsOf = (id) => [{ id, type: "function", function: { name: "f", arguments: "{}" } }];
const resultOf = (id) => ({ role: "tool", tool_call_id: id, content: "sunny" });
const calls = callsOf(ID);
const result = resultOf(ID);
const HISTORIES = {
  null: { role: "assistant", content: null, tool_calls: calls },
  absent: { role: "assistant", tool_calls: calls },
  undefined: { role: "assistant", content: undefined, tool_calls: calls },
};
const PARTS = [
  { type: "text", text: "What is" },
  { type: "text", text: "the weather?" },
];

const reply = {
  result: {
    response: "Hi",
    choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  },
  success: true,
  errors: [],
  messages: [],
};

/** A client of each door; what was sent last is `sent()`. */
function doors(lib) {
  const { fetch, requests } = recorder(() => jsonResponse(reply));
  // A model of another author is named beside its input.
  const last = () => {
    const { body } = requests.at(-1);
    return body.input ?? body;
  };
  const inputs = [];
  const binding = {
    async run(_model, input) {
      inputs.push(input);
      return jsonResponse(reply.result);
    },
  };
  return {
    rest: { ai: restClient(lib, { fetch }), sent: last },
    proxy: { ai: new lib.WorkersAI({ baseURL: "https://a.example/ai", fetch }), sent: last },
    gateway: { ai: restClient(lib, { fetch, gateway: "g" }), sent: last },
    binding: { ai: new lib.WorkersAI({ binding }), sent: () => inputs.at(-1) },
  };
}

const METHODS = {
  run: (ai, model, input) => ai.run(model, input),
  generateText: (ai, model, input) => ai.generateText(model, input),
  "generateText of messages": (ai, model, { messages }) => ai.generateText(model, messages),
  streamText: (ai, model, input) => ai.streamText(model, input),
  "run as a stream": (ai, model, input) => ai.run(model, { ...input, stream: true }),
  "with a fallback": (ai, model, input) => ai.generateText(model, input, { fallback: [model] }),
  "chat.completions": (ai, model, input) => ai.chat.completions.create({ model, ...input }),
  "chat.completions as a stream": (ai, model, input) =>
    ai.chat.completions.create({ model, ...input, stream: true }),
};

/** Calls `check` with the messages that each method on each door sends. */
async function onEveryWay(lib, model, messages, check) {
  for (const [door, { ai, sent }] of Object.entries(doors(lib))) {
    for (const [method, call] of Object.entries(METHODS)) {
      const before = structuredClone(messages);
      await letGo(await call(ai, model, { messages }));
      deepEqual(messages, before, "the caller's own messages stay as they are");
      check(sent().messages, `${model}, ${method} on ${door}`);
    }
  }
}

test("an assistant's turn without words has empty ones, for every model of the service's", async ({
  lib,
}) => {
  for (const turn of Object.values(HISTORIES)) {
    for (const model of [...TAKES_PARTS, ...TEXT_ONLY]) {
      await onEveryWay(lib, model, [{ role: "user", content: "?" }, turn, result], (sent, what) => {
        const id = idOf(model);
        deepEqual(sent[1], { role: "assistant", content: "", tool_calls: callsOf(id) }, what);
        deepEqual([sent[0], sent[2]], [{ role: "user", content: "?" }, resultOf(id)], what);
      });
    }
  }
});

test("ids of calls and the order of turns are the family's", async ({ lib }) => {
  const question = { role: "user", content: "?" };
  const turn = { role: "assistant", content: "", tool_calls: callsOf("call_1") };
  const messages = [question, turn, resultOf("call_1"), question, turn, resultOf("call_1")];
  for (const model of [...TAKES_PARTS, ...TEXT_ONLY, ...THIRD_PARTIES]) {
    const isMistral = model.startsWith("@cf/mistralai/");
    await onEveryWay(lib, model, messages, (sent, what) => {
      const ids = sent.flatMap((message) => message.tool_calls?.map(({ id }) => id) ?? []);
      const answered = sent.flatMap(({ tool_call_id }) => tool_call_id ?? []);
      deepEqual(answered, ids, what);
      if (isMistral || model.includes("llama-4-scout")) {
        ok(ids.every((id) => /^[A-Za-z0-9]{9}$/.test(id)) && ids[0] !== ids[1], `${what}: ${ids}`);
      } else if (model.startsWith("@cf/moonshotai/")) {
        deepEqual(ids, ["functions.f:0", "functions.f:1"], what);
      } else {
        deepEqual(sent, messages, what);
      }
      equal(sent.length, messages.length + (isMistral ? 1 : 0), what);
      if (isMistral) deepEqual(sent[3], { role: "assistant", content: "" }, what);
    });
  }
});

test("parts of another model's answer are a text for every model of the service's", async ({ lib }) => {
  const thinking = { type: "thinking", thinking: "hm", signature: "s" };
  for (const [parts, text, thoughts] of [
    [[thinking, { type: "text", text: "a" }], "a", "hm"],
    [[{ type: "refusal", refusal: "no" }], "no"],
  ]) {
    for (const model of [...TAKES_PARTS, ...TEXT_ONLY]) {
      const messages = [
        { role: "user", content: "?" },
        { role: "assistant", content: parts },
        { role: "user", content: "!" },
      ];
      await onEveryWay(lib, model, messages, ([, turn], what) => {
        const { reasoning_content = thoughts, ...rest } = turn;
        deepEqual([rest, reasoning_content], [{ role: "assistant", content: text }, thoughts], what);
      });
    }
  }
});

test("parts that are nothing but text are one text, where a model takes no parts", async ({ lib }) => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  for (const role of ["user", "system", "assistant", "tool"]) {
    const messages = [{ role, content: PARTS }];
    for (const model of TEXT_ONLY) {
      await onEveryWay(lib, model, messages, (sent, what) => {
        deepEqual(sent, [{ role, content: "What is\nthe weather?" }], what);
      });
    }
    for (const model of TAKES_PARTS) {
      await onEveryWay(lib, model, messages, (sent, what) => deepEqual(sent, messages, what));
    }
  }
  const seen = [{ role: "user", content: [...PARTS, image] }];
  await onEveryWay(lib, TAKES_PARTS[1], seen, (sent, what) => deepEqual(sent, seen, what));
});

test("what third parties take is for them to say", async ({ lib }) => {
  const messages = [{ role: "user", content: PARTS }, HISTORIES.null, result, HISTORIES.absent];
  for (const model of THIRD_PARTIES) {
    await onEveryWay(lib, model, messages, (sent, what) => deepEqual(sent, messages, what));
  }
});

test("a long history costs no more than its length", async ({ lib }) => {
  const { rest } = doors(lib);
  const turns = (count) => Array.from({ length: count }, () => ({ role: "user", content: PARTS }));
  await rest.ai.generateText(TEXT_ONLY[0], { messages: turns(20_000) });
  equal(rest.sent().messages.length, 20_000);
  ok(rest.sent().messages.every(({ content }) => content === "What is\nthe weather?"));
});

test("a choice of tools that a family refuses is another one, and its parameters are refused before", async ({
  lib,
}) => {
  const tool = (name) => ({ type: "function", function: { name, parameters: { type: "object" } } });
  const named = { type: "function", function: { name: "f" } };
  const cases = [
    ["@cf/zai-org/glm-4.7-flash", [tool("f")], named],
    ["@cf/zai-org/glm-4.7-flash", [tool("f"), tool("g")], "auto"],
    ["@cf/moonshotai/kimi-k2.6", [tool("f")], "required"],
    ["openai/gpt-5", [tool("f")], "required"],
  ];
  const messages = [{ role: "user", content: "?" }];
  for (const [door, { ai, sent }] of Object.entries(doors(lib))) {
    for (const [method, call] of Object.entries(METHODS)) {
      if (method === "generateText of messages") continue;
      for (const [model, tools, choice] of cases) {
        await letGo(await call(ai, model, { messages, tools, tool_choice: "required" }));
        deepEqual(sent().tool_choice, choice, `${model}, ${method} on ${door}`);
      }
      for (const [field, value] of [
        ["response_format", { type: "json_object" }],
        ["chat_template_kwargs", { enable_thinking: false }],
      ]) {
        const refused = call(ai, "@cf/mistralai/mistral-small-3.1-24b-instruct", {
          messages,
          [field]: value,
        });
        await rejects(refused, { code: "INVALID_INPUT", field });
      }
    }
  }
});
