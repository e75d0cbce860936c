/** `generateText` at every door, in both dialects of the service. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { MODELS, THINKING_MODEL } from "./doors.mjs";
import { testEachDoor } from "./harness.mjs";

const WEATHER = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

for (const [dialect, model] of Object.entries(MODELS)) {
  testEachDoor(`${dialect}: a string is the prompt`, async ({ door }) => {
    const result = await door.client().generateText(model, "echo: Hello, wörld 🌍");
    equal(result.text, "Hello, wörld 🌍");
    equal(result.finishReason, "stop");
    deepEqual(result.toolCalls, []);
    ok(result.usage.promptTokens > 0);
    ok(result.usage.completionTokens > 0);
    equal(result.usage.totalTokens, result.usage.promptTokens + result.usage.completionTokens);
    ok(typeof result.raw === "object" && result.raw !== null);
  });

  testEachDoor(
    `${dialect}: meta says who answered, through which door, how often asked`,
    async ({ door }) => {
      const { meta } = await door.client().generateText(model, "echo: meta");
      equal(meta.door, door.name);
      equal(meta.attempts, 1);
      equal(meta.model, model);
      ok(meta.durationMs >= 0);
      ok(typeof meta.requestId === "string" && meta.requestId.length > 0, "requestId");
    },
  );

  testEachDoor(`${dialect}: messages and the model's own parameters go through`, async ({ door }) => {
    const input = {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "count: 50" },
      ],
      max_tokens: 3,
      temperature: 0,
    };
    const before = structuredClone(input);
    const result = await door.client().generateText(model, input);
    equal(result.text, "1 2 3");
    equal(result.usage.completionTokens, 3);
    deepEqual(input, before, "the caller's input");
  });

  testEachDoor(`${dialect}: tool calls come with parsed arguments`, async ({ door }) => {
    const result = await door.client().generateText(model, {
      messages: [{ role: "user", content: 'call: weather {"city":"Paris"}\ncall: weather {"city":"Rome"}' }],
      tools: [WEATHER],
    });
    deepEqual(
      result.toolCalls.map(({ name, arguments: args }) => ({ name, arguments: args })),
      [
        { name: "weather", arguments: { city: "Paris" } },
        { name: "weather", arguments: { city: "Rome" } },
      ],
    );
    const ids = result.toolCalls.map(({ id }) => id);
    ok(ids.every((id) => typeof id === "string" && id.length > 0));
    equal(new Set(ids).size, 2);
    equal(result.finishReason, "tool-calls");
  });
}

testEachDoor("chat: a limit of tokens is the reason to stop", async ({ door }) => {
  const result = await door.client().generateText(MODELS.chat, { prompt: "count: 50", max_tokens: 3 });
  equal(result.finishReason, "length");
});

testEachDoor("chat: the model's thinking is apart from its text", async ({ door }) => {
  const input = { messages: [{ role: "user", content: "echo: thought" }] };
  const result = await door.client().generateText(THINKING_MODEL, input);
  equal(result.text, "thought");
  match(result.reasoning, /think/);
});

testEachDoor("an unknown model is MODEL_NOT_FOUND, and is asked once", async ({ door, lib }) => {
  const error = await rejects(door.client().generateText("@cf/nobody/nothing", "hi"), {
    code: "MODEL_NOT_FOUND",
    internalCode: 5007,
    retryable: false,
    attempts: 1,
  });
  ok(error instanceof lib.WorkersAIError);
  ok(lib.isWorkersAIError(error));
});

testEachDoor("a model id that leaves its path is refused before any request", async ({ door }) => {
  for (const model of ["", "../../user/tokens", "@cf/../../x", "@cf/a b", "@cf/a\r\nx: y"]) {
    await rejects(door.client().generateText(model, "hi"), { code: "INVALID_INPUT", field: "model" });
  }
});

testEachDoor("an input that the model refuses is INVALID_INPUT", async ({ door }) => {
  const call = door.client().generateText(MODELS.legacy, { prompt: "hi", temperature: 99 });
  await rejects(call, { code: "INVALID_INPUT", retryable: false });
});

testEachDoor("capacity is asked again, and each retry is announced", async ({ door }) => {
  const retries = [];
  const requests = [];
  const ai = door.client({
    hooks: { onRetry: (event) => retries.push(event), onRequest: (event) => requests.push(event) },
  });
  const result = await ai.generateText(MODELS.legacy, "echo: at last", {
    headers: { "x-local-fault": `capacity, times=1, retry-after=0, id=${crypto.randomUUID()}` },
  });
  equal(result.text, "at last");
  equal(result.meta.attempts, 2);
  equal(retries.length, 1);
  equal(requests.length, 2);
});

testEachDoor("capacity that lasts is CAPACITY after the last attempt", async ({ door }) => {
  const options = { headers: { "x-local-fault": "capacity, retry-after=0" }, maxRetries: 1 };
  await rejects(door.client().generateText(MODELS.legacy, "hi", options), {
    code: "CAPACITY",
    internalCode: 3040,
    retryable: true,
    attempts: 2,
  });
});

testEachDoor("the daily allocation is not asked again", async ({ door }) => {
  const options = { headers: { "x-local-fault": "quota" } };
  await rejects(door.client().generateText(MODELS.legacy, "hi", options), {
    code: "DAILY_QUOTA",
    retryable: false,
    attempts: 1,
  });
});

testEachDoor("a signal aborts a call that hangs", async ({ door }) => {
  const controller = new AbortController();
  const ai = door.client({ hooks: { onRequest: () => queueMicrotask(() => controller.abort()) } });
  const options = { signal: controller.signal, headers: { "x-local-fault": "hang" } };
  await rejects(ai.generateText(MODELS.legacy, "hi", options), { code: "ABORTED", retryable: false });
});

testEachDoor("a signal that is aborted already prevents the request", async ({ door }) => {
  const requests = [];
  const ai = door.client({ hooks: { onRequest: (event) => requests.push(event) } });
  await rejects(ai.generateText(MODELS.legacy, "hi", { signal: AbortSignal.abort() }), { code: "ABORTED" });
  equal(requests.length, 0);
});

testEachDoor("a timeout ends a call that hangs", async ({ door }) => {
  const options = { timeout: 50, maxRetries: 0, headers: { "x-local-fault": "hang" } };
  await rejects(door.client().generateText(MODELS.legacy, "hi", options), {
    code: "TIMEOUT",
    retryable: true,
  });
});
