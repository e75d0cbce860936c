/** Failures that come with a wrong status or type, or out of a binding: what they are, and whether they are asked again. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const LLM = "@cf/meta/llama-3.1-8b-instruct";
const BUSY = {
  success: false,
  errors: [{ code: 3040, message: "out of capacity" }],
  result: null,
  messages: [],
};
const enveloped = (result) => jsonResponse({ success: true, errors: [], messages: [], result });
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

/** Each way to call, and a healthy result for it. */
const CALLS = {
  run: [(ai) => ai.run(LLM, { prompt: "hi" }), { response: "a" }],
  "run, streamed": [(ai) => ai.run(LLM, { prompt: "hi", stream: true }), { response: "a" }],
  generateText: [(ai) => ai.generateText(LLM, "hi"), { response: "a" }],
  streamText: [async (ai) => (await ai.streamText(LLM, "hi")).text(), { response: "a" }],
  chat: [
    (ai) => ai.chat.completions.create({ model: LLM, messages: [{ role: "user", content: "hi" }] }),
    { choices: [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop" }] },
  ],
  embed: [(ai) => ai.embed("@cf/baai/bge-m3", "a"), { shape: [1, 2], data: [[1, 2]] }],
  generateImage: [(ai) => ai.generateImage("@cf/black-forest-labs/flux-1-schnell", "a"), { image: PIXEL }],
  classifyText: [
    (ai) => ai.classifyText("@cf/huggingface/distilbert-sst-2-int8", "a"),
    [{ label: "POSITIVE", score: 1 }],
  ],
  transcribe: [
    (ai) => ai.transcribe("@cf/openai/whisper-large-v3-turbo", new Uint8Array([1, 2, 3])),
    { text: "a" },
  ],
};

for (const [name, [call, result]] of Object.entries(CALLS)) {
  test(`${name}: a failure with a status of success is asked again, if it may pass`, async ({ lib }) => {
    const retries = [];
    const hooks = { onRetry: (event) => retries.push(event.code) };
    const answer = (_, index) =>
      index === 0 ? jsonResponse(BUSY, { headers: { "retry-after": "0" } }) : enveloped(result);
    const { fetch, requests } = recorder(answer);
    await call(restClient(lib, { fetch, hooks }));
    equal(requests.length, 2);
    deepEqual(retries, ["CAPACITY"]);

    const calls = [];
    const binding = {
      run: async (...sent) => {
        calls.push(sent);
        return calls.length === 1
          ? jsonResponse(BUSY, { headers: { "retry-after": "0" } })
          : jsonResponse(result);
      },
    };
    await call(new lib.WorkersAI({ binding }));
    equal(calls.length, 2);
  });

  test(`${name}: a failure with a status of success is one`, async ({ lib }) => {
    for (const [failure, expected] of [
      [BUSY, { code: "CAPACITY", internalCode: 3040, attempts: 1 }],
      [
        { success: false, errors: { code: 5006, message: "bad" } },
        { code: "INVALID_INPUT", internalCode: 5006 },
      ],
      [{ error: { code: 3036, message: "used up" } }, { code: "DAILY_QUOTA", internalCode: 3036 }],
      [
        { object: "error", message: "bad", code: 500 },
        { code: "SERVER", internalCode: 500 },
      ],
    ]) {
      const fetch = async () => jsonResponse(failure);
      await rejects(call(restClient(lib, { fetch, maxRetries: 0 })), expected);
      const nested = async () => enveloped(failure);
      await rejects(call(restClient(lib, { fetch: nested, maxRetries: 0 })), expected);
      for (const answer of [jsonResponse(failure), structuredClone(failure)]) {
        const ai = new lib.WorkersAI({ binding: { run: async () => answer }, maxRetries: 0 });
        await rejects(call(ai), expected);
      }
    }
  });

  test(`${name}: a failure is one whatever its type says`, async ({ lib }) => {
    const texts = [
      JSON.stringify(BUSY, undefined, 2),
      `event: error\r\ndata: ${JSON.stringify(BUSY)}\r\n\r\n`,
      "3040: out of capacity",
    ];
    const types = [
      "application/json",
      "text/plain",
      "text/event-stream",
      "text/html",
      "",
      "application/octet-stream",
      "audio/mpeg",
    ];
    for (const [text, type] of texts.flatMap((text) => types.map((type) => [text, type]))) {
      // Bytes come in pieces that say nothing by themselves.
      const pieces = Array.from(text, (char) => new TextEncoder().encode(char));
      const body = () =>
        new ReadableStream({
          start(controller) {
            for (const piece of pieces) controller.enqueue(piece);
            controller.close();
          },
        });
      const answer = () => new Response(body(), { headers: type === "" ? {} : { "content-type": type } });
      const streamed = name.startsWith("run, ");
      const settle = async (ai) => {
        const value = await call(ai);
        if (streamed) for await (const _ of value);
        return value;
      };
      // Bytes that `run` passes on as they are may be anything.
      const isJSON = text === texts[0];
      if (name === "run" && (type.includes("/octet") || type.includes("audio") || !isJSON)) continue;
      const ai = restClient(lib, { fetch: async () => answer(), maxRetries: 0 });
      const error = await rejects(settle(ai), { code: "CAPACITY", internalCode: 3040 });
      equal(error.attempts, 1, type);
      const bound = new lib.WorkersAI({ binding: { run: async () => answer() }, maxRetries: 0 });
      await rejects(settle(bound), { code: "CAPACITY", internalCode: 3040 });
    }
  });
}

const STREAMS = ["run, streamed", "streamText"];
for (const [name, [call, result]] of Object.entries(CALLS).filter(([name]) => !STREAMS.includes(name))) {
  test(`${name}: a failure in the place of a whole answer is asked again, whatever its type`, async ({
    lib,
  }) => {
    const text = JSON.stringify(BUSY);
    for (const [body, type] of [
      [text, "text/event-stream"],
      [text, "text/plain"],
      [`data: ${text}\n\n`, "text/event-stream"],
      ["3040: out of capacity", "text/plain"],
      ["3040: out of capacity", "application/json"],
    ]) {
      // Events of any kind are what `run` gives to who has not asked for a stream.
      if (name === "run" && body !== text) continue;
      const headers = { "content-type": type, "retry-after": "0" };
      const answer = (_, index) => (index === 0 ? new Response(body, { headers }) : enveloped(result));
      const { fetch, requests } = recorder(answer);
      await call(restClient(lib, { fetch }));
      equal(requests.length, 2, `${type}: ${body}`);
    }
  });
}

test("generateText of a stream that came unasked", async ({ lib }) => {
  const body = 'data: {"response":"a"}\n\ndata: {"response":"b"}\n\ndata: [DONE]\n\n';
  for (const type of ["text/event-stream", "text/plain"]) {
    const fetch = async () => new Response(body, { headers: { "content-type": type } });
    const { text, finishReason, meta } = await restClient(lib, { fetch }).generateText(LLM, "hi");
    deepEqual([text, finishReason, meta.attempts], ["ab", "stop", 1]);
  }
  const broken = 'data: {"response":"a"}\n\ndata: {"errors":[{"code":3040,"message":"busy"}]}\n\n';
  const { fetch, requests } = recorder(
    () => new Response(broken, { headers: { "content-type": "text/event-stream" } }),
  );
  const error = await rejects(restClient(lib, { fetch }).generateText(LLM, "hi"), { code: "CAPACITY" });
  equal(error.partial.text, "a");
  equal(requests.length, 1, "what has begun is not asked again");
});

test("a failed reply in the form of events", async ({ lib }) => {
  const body = 'data: {"errors":[{"code":3036,"message":"used up"}]}\n\n';
  const { fetch, requests } = recorder(
    () => new Response(body, { status: 429, headers: { "content-type": "text/event-stream" } }),
  );
  const error = await rejects(restClient(lib, { fetch }).generateText(LLM, "hi"), { code: "DAILY_QUOTA" });
  equal(error.status, 429);
  equal(error.internalCode, 3036);
  equal(requests.length, 1);
});

/** An error that is its own cause. */
const ofItself = (error) => Object.assign(error, { cause: error });

test("what a binding throws", async ({ lib }) => {
  const thrown = [
    [Object.assign(new Error("x"), { code: 3040 }), "CAPACITY", 3040],
    [Object.assign(new Error("x"), { code: "3040" }), "CAPACITY", 3040],
    [Object.assign(new Error("x"), { internalCode: 3036 }), "DAILY_QUOTA", 3036],
    [new Error("12345: ctx 3040: out of capacity"), "CAPACITY", 3040],
    [{ errors: [{ code: 5007, message: "x" }] }, "MODEL_NOT_FOUND", 5007],
    ["5007: x", "MODEL_NOT_FOUND", 5007],
    [Object.assign(new Error("x"), { code: 20 }), "UNKNOWN", undefined],
    [new Error("it broke", { cause: Object.assign(new Error("busy"), { code: 3040 }) }), "CAPACITY", 3040],
    [new Error("it broke", { cause: new Error("again", { cause: { code: 3036 } }) }), "DAILY_QUOTA", 3036],
    [new Error("it broke", { cause: "5007: x" }), "MODEL_NOT_FOUND", 5007],
    [new Error("it broke", { cause: { status: 429, message: "slow down" } }), "RATE_LIMITED", undefined],
    [new Error("it broke", { cause: { error: { message: "no key", code: 10000 } } }), "AUTH", 10000],
    [
      Object.defineProperty(new Error("it broke"), "cause", {
        get() {
          throw new Error("not yours");
        },
      }),
      "UNKNOWN",
      undefined,
    ],
    [ofItself(new Error("it broke")), "UNKNOWN", undefined],
  ];
  for (const [value, code, internalCode] of thrown) {
    const run = async () => {
      throw value;
    };
    const ai = new lib.WorkersAI({ binding: { run }, maxRetries: 0 });
    await rejects(ai.generateText(LLM, "hi"), { code, internalCode });
  }
});

test("names are shown, what the caller says is not", async ({ lib }) => {
  const PROMPT = "the heron flies at dawn over the old mill";
  const input = {
    model: "@cf/nobody/a-model-of-nobody",
    messages: [
      { role: "user", content: PROMPT },
      {
        role: "assistant",
        content: "",
        tool_calls: [
          {
            id: "call_0123456789ab",
            type: "function",
            function: { name: "look_up_the_weather", arguments: "{}" },
          },
        ],
      },
      { role: "tool", tool_call_id: "call_0123456789ab", content: `{"a":"${PROMPT}"}` },
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "look_up_the_weather",
          parameters: { type: "object", properties: { c: { enum: ["degrees_celsius"] } } },
        },
      },
    ],
  };
  const shown = [
    "@cf/nobody/a-model-of-nobody",
    "call_0123456789ab",
    "look_up_the_weather",
    "degrees_celsius",
  ];
  for (const words of [...shown, PROMPT, `${PROMPT.slice(4, 30)} and more`]) {
    const fetch = async () =>
      jsonResponse(
        { success: false, errors: [{ code: 5006, message: `No good: ${words}.` }] },
        { status: 400 },
      );
    const error = await rejects(restClient(lib, { fetch }).chat.completions.create(input), {
      code: "INVALID_INPUT",
    });
    equal(error.message.includes(words), shown.includes(words), error.message);
    equal(error.message.includes("[input]"), !shown.includes(words), error.message);
  }
  // Our own advice repeats nothing.
  const advice = "Compare the input with the model's schema.";
  const fetch = async () => jsonResponse({ errors: [{ code: 5006, message: "no" }] }, { status: 400 });
  const error = await rejects(restClient(lib, { fetch }).generateText(LLM, `say: ${advice}`), {
    code: "INVALID_INPUT",
  });
  ok(error.message.endsWith(advice), error.message);
});

test("what the caller says is hidden wherever it stands, and however short", async ({ lib }) => {
  const WORDS = "the heron flies at dawn";
  let deep = { content: WORDS };
  for (let level = 0; level < 20; level++) deep = { deep };
  const message = (content) => ({ messages: [{ role: "user", content }] });
  const cases = [
    ["behind much text", message(`${"x ".repeat(150_000)}${WORDS}`), WORDS],
    ["over a part's end", message(`${"y".repeat(65_530)}${WORDS}`), WORDS],
    ["behind half of a pair", message(`${"y".repeat(65_535)}😀${WORDS}`), WORDS],
    ["deep", { messages: [{ role: "user", content: "hi there" }], extra_body: deep }, WORDS],
    ["over lines", message("the heron\r\n\tflies at\u2028dawn"), WORDS],
    ["a short prompt", { prompt: "hunter2" }, "hunter2"],
    ["a short message", message([{ type: "text", text: "hunter2" }]), "hunter2"],
    ["a quoted one", message("yo"), "'yo'"],
    ["a number", { prompt: "hello you", documents: 4155551234 }, "4155551234"],
    ["names of data", { prompt: "hello you", metadata: { Margarete: 1 } }, "Margarete"],
    ["values of data", { prompt: "hello you", metadata: { a: { b: ["Margarete"] } } }, "Margarete"],
  ];
  for (const [title, input, words] of cases) {
    const answer = async () =>
      jsonResponse({ errors: [{ code: 5006, message: `No good: ${words}, sorry.` }] }, { status: 400 });
    const clients = [restClient(lib, { fetch: answer }), new lib.WorkersAI({ binding: { run: answer } })];
    for (const ai of clients) {
      const error = await rejects(ai.run("@cf/meta/llama-3.1-8b-instruct-fast", input), {
        code: "INVALID_INPUT",
      });
      const shown = `No good: ${words.startsWith("'") ? "'[input]'" : "[input]"}, sorry`;
      ok(error.message.startsWith(shown), `${title}: ${error.message}`);
    }
  }
});

test("a time of the clock as retry-after is a wait", async ({ lib }) => {
  const at = Date.now() + 100_000;
  for (const value of [Math.floor(at / 1000), at]) {
    const fetch = async () =>
      jsonResponse(
        { errors: [{ message: "x" }] },
        { status: 429, headers: { "retry-after": String(value) } },
      );
    const error = await rejects(restClient(lib, { fetch }).generateText(LLM, "hi"), { code: "RATE_LIMITED" });
    ok(error.retryAfterMs > 30_000 && error.retryAfterMs <= 101_000, String(error.retryAfterMs));
  }
  const fetch = async () =>
    jsonResponse(
      { errors: [{ message: "x" }] },
      { status: 429, headers: { "retry-after": "99999999999999999" } },
    );
  const error = await rejects(restClient(lib, { fetch }).generateText(LLM, "hi"), { code: "RATE_LIMITED" });
  equal(error.retryAfterMs, 2 ** 31 - 1);
});
