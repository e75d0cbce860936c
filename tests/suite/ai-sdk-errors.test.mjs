/** Failures as the AI SDK's error classes: the genuine package says which they are, and its own retries follow `isRetryable`. */
import {
  AISDKError,
  APICallError,
  createProviderRegistry,
  embed,
  generateText,
  InvalidArgumentError,
  InvalidResponseDataError,
  LoadAPIKeyError,
  LoadSettingError,
  NoObjectGeneratedError,
  NoSuchModelError,
  RetryError,
  streamText,
  UnsupportedFunctionalityError,
} from "./ai.mjs";
import { deepEqual, equal, match, ok, rejects, throws } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { ACCOUNT, jsonResponse, streamResponse } from "./stubs.mjs";

const LLM = "@cf/meta/llama-3.1-8b-instruct";

/** What the local service is asked to fail with: `[fault, class, isRetryable, fields of the error]`. */
const FAILURES = [
  ["capacity", APICallError, true, { statusCode: 429, data: /CAPACITY/ }],
  ["rate-limit, retry-after-ms=120", APICallError, true, { statusCode: 429, data: /RATE_LIMITED/ }],
  ["rate-limit, retry-after=7200", APICallError, false, { statusCode: 429 }],
  ["quota", APICallError, false, { statusCode: 429, data: /DAILY_QUOTA/ }],
  ["error=3036", APICallError, false, { data: /DAILY_QUOTA/ }],
  ["auth", APICallError, false, { data: /AUTH/ }],
  ["server", APICallError, true, { statusCode: 500, data: /SERVER/ }],
  ["upstream-timeout", APICallError, true, { data: /TIMEOUT/ }],
  ["context", APICallError, false, { data: /CONTEXT_EXCEEDED/ }],
  ["blocked", APICallError, false, { data: /CONTENT_BLOCKED/ }],
  ["paid", APICallError, false, {}],
  ["bad-input", APICallError, false, { statusCode: 400, data: /INVALID_INPUT/ }],
  ["too-large", APICallError, false, { data: /TOO_LARGE/ }],
  ["no-such-model", NoSuchModelError, undefined, { modelId: LLM, modelType: "languageModel" }],
  ["deprecated", NoSuchModelError, undefined, { modelId: LLM }],
  ["json-mode", NoObjectGeneratedError, undefined, {}],
];

const PROMPT = [{ role: "user", content: [{ type: "text", text: "a secret question" }] }];

for (const [fault, Kind, isRetryable, fields] of FAILURES) {
  testEachDoor(
    `ai: ${fault} is ${isRetryable ? "a retryable" : "an"} ${Kind.name}`,
    async ({ aiSdk, door }) => {
      const model = aiSdk.createWorkersAI(door.client())(LLM);
      const headers = { "x-local-fault": fault };
      for (const call of [
        () => generateText({ model, prompt: "a secret question", headers, maxRetries: 0 }),
        () => model.doStream({ prompt: PROMPT, headers }),
      ]) {
        const error = await rejects(call);
        ok(Kind.isInstance(error) && AISDKError.isInstance(error) && error instanceof Error, String(error));
        equal(error.isRetryable, isRetryable, error.message);
        const { data, ...rest } = fields;
        if (data) match(error.data.code, data);
        for (const [name, value] of Object.entries(rest)) equal(error[name], value, name);
        equal(error.cause.name, "WorkersAIError");
        ok(!JSON.stringify(error).includes("secret"), "nothing that was asked is in what a log shows");
      }
    },
  );
}

testEachDoor("ai: the SDK waits as long as the service says, and asks again", async ({ aiSdk, door }) => {
  const model = aiSdk.createWorkersAI(door.client())(LLM);
  const headers = { "x-local-fault": "rate-limit, retry-after-ms=5, times=1" };
  const { text } = await generateText({ model, prompt: "hi", headers, maxRetries: 1 });
  match(text, /stand-in/);
});

const client = (lib, fetch, options) =>
  new lib.WorkersAI({ accountId: ACCOUNT, apiToken: "t", dangerouslyAllowBrowser: true, fetch, ...options });

test("ai: each of the SDK's attempts is one request, and a spent quota is asked for once", async ({
  lib,
  aiSdk,
}) => {
  for (const [code, attempts] of [
    [3040, 3],
    [4006, 1],
  ]) {
    let requests = 0;
    const fetch = async () => {
      requests++;
      return jsonResponse(
        { success: false, errors: [{ code, message: "no" }] },
        { status: 429, headers: { "retry-after-ms": "1" } },
      );
    };
    const model = aiSdk.createWorkersAI(client(lib, fetch))(LLM);
    const error = await rejects(generateText({ model, prompt: "hi" }));
    equal(requests, attempts);
    ok(attempts === 1 ? APICallError.isInstance(error) : RetryError.isInstance(error));
    requests = 0;
    await rejects(
      generateText({ model, prompt: "hi", providerOptions: { workersai: { maxRetries: 1 } }, maxRetries: 0 }),
    );
    equal(requests, Math.min(attempts, 2), "the client's own, where they are asked for");
  }
});

test("ai: a failure that is the first thing in a stream is one of the call", async ({ lib, aiSdk }) => {
  let requests = 0;
  const fetch = async () => {
    requests++;
    return requests === 1
      ? streamResponse(['data: {"errors":[{"code":3040,"message":"busy"}]}\n\n'])
      : streamResponse(['data: {"response":"Hi"}\n\n', "data: [DONE]\n\n"]);
  };
  const model = aiSdk.createWorkersAI(client(lib, fetch))(LLM);
  const error = await rejects(model.doStream({ prompt: PROMPT }));
  ok(APICallError.isInstance(error) && error.isRetryable);
  const { stream } = await model.doStream({ prompt: PROMPT });
  const parts = [];
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value.type);
  }
  deepEqual(parts, ["stream-start", "response-metadata", "text-start", "text-delta", "text-end", "finish"]);
});

test("ai: what is wrong before anything is sent", async ({ lib, aiSdk }) => {
  const fetch = async () => {
    throw new Error("nothing may be sent");
  };
  const provider = aiSdk.createWorkersAI(client(lib, fetch));
  const ask = (id, more) => generateText({ model: provider(id), prompt: "hi", maxRetries: 0, ...more });
  const image = { type: "file", data: "AAAA", mediaType: "application/pdf" };
  const messages = [{ role: "user", content: [image] }];
  for (const [Kind, call] of [
    [NoSuchModelError, () => ask("@cf/baai/bge-m3")],
    [NoSuchModelError, () => embed({ model: provider.embeddingModel(LLM), value: "a", maxRetries: 0 })],
    [InvalidArgumentError, () => ask(LLM, { providerOptions: { workersai: { temprature: 1 } } })],
    [InvalidArgumentError, () => ask(LLM, { providerOptions: { workersai: { gateway: 5 } } })],
    [UnsupportedFunctionalityError, () => ask(LLM, { prompt: undefined, messages })],
  ]) {
    const error = await rejects(call);
    ok(Kind.isInstance(error), `${Kind.name}: ${error.stack}`);
  }
  for (const id of ["", undefined, 5]) ok(NoSuchModelError.isInstance(throws(() => provider(id))));
  const registry = createProviderRegistry({ workersai: provider });
  ok(NoSuchModelError.isInstance(throws(() => registry.languageModel("nobody:x"))));
  ok(LoadSettingError.isInstance(throws(() => aiSdk.createWorkersAI({ baseURL: "/ai", maxRetries: -1 }))));
  ok(LoadAPIKeyError.isInstance(throws(() => aiSdk.createWorkersAI({ accountId: "short", apiToken: "t" }))));
});

test("ai: an answer that cannot be understood", async ({ lib, aiSdk }) => {
  const model = aiSdk.createWorkersAI(
    client(lib, async () => jsonResponse({ success: true, result: { odd: 1 } })),
  )(LLM);
  const error = await rejects(generateText({ model, prompt: "hi" }));
  ok(InvalidResponseDataError.isInstance(error), String(error));
});

test("ai: the connection", async ({ lib, aiSdk }) => {
  const fetch = async () => {
    throw new TypeError("fetch failed");
  };
  const model = aiSdk.createWorkersAI(client(lib, fetch))(LLM);
  const error = await rejects(generateText({ model, prompt: "hi", maxRetries: 0 }));
  ok(APICallError.isInstance(error) && error.isRetryable && error.data.code === "NETWORK");
});

test("ai: whoever aborts gets the reason of the signal", async ({ lib, aiSdk }) => {
  const waiting = (_url, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const model = aiSdk.createWorkersAI(client(lib, waiting))(LLM);
  for (const reason of [undefined, new Error("enough")]) {
    const controller = new AbortController();
    const pending = generateText({ model, prompt: "hi", abortSignal: controller.signal });
    controller.abort(reason);
    const error = await rejects(pending);
    equal(error.name, reason === undefined ? "AbortError" : "Error");
    if (reason !== undefined) equal(error, reason);
  }
});

test("ai: a stream is stopped in its middle", async ({ lib, aiSdk }) => {
  let cancelled = false;
  const pieces = ['data: {"response":"Hel"}\n\n'];
  const fetch = async () =>
    streamResponse(pieces, {
      open: true,
      onCancel: () => {
        cancelled = true;
      },
    });
  const model = aiSdk.createWorkersAI(client(lib, fetch))(LLM);
  const controller = new AbortController();
  const seen = [];
  const result = streamText({ model, prompt: "hi", abortSignal: controller.signal });
  for await (const part of result.fullStream) {
    seen.push(part.type);
    if (part.type === "text-delta") controller.abort();
  }
  ok(seen.includes("abort") && !seen.includes("error"), seen.join());
  ok(cancelled, "the request is broken off");
});

test("ai: a stream that nobody reads on is broken off", async ({ lib, aiSdk }) => {
  let cancelled = false;
  const fetch = async () =>
    streamResponse(['data: {"response":"Hel"}\n\n'], {
      open: true,
      onCancel: () => {
        cancelled = true;
      },
    });
  const { stream } = await aiSdk.createWorkersAI(client(lib, fetch))(LLM).doStream({ prompt: PROMPT });
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  ok(cancelled);
});

test("ai: the provider of the environment reads it when a model is used", async ({
  aiSdk,
  environment,
  runtime,
}) => {
  if (runtime === "chromium" || environment?.CLOUDFLARE_API_TOKEN !== undefined) return;
  const model = aiSdk.workersai(LLM);
  const error = await rejects(generateText({ model, prompt: "hi", maxRetries: 0 }));
  ok(LoadAPIKeyError.isInstance(error), String(error.stack));
  match(error.message, /CLOUDFLARE_ACCOUNT_ID/);
});

test("ai: the client of options makes no requests by itself, unless they say so", async ({ aiSdk }) => {
  for (const [options, requests] of [
    [{}, 1],
    [{ maxRetries: 1 }, 2],
  ]) {
    let count = 0;
    const fetch = async () => {
      count++;
      const body = { success: false, errors: [{ code: 3040, message: "no" }] };
      return jsonResponse(body, { status: 429, headers: { "retry-after-ms": "1" } });
    };
    const model = aiSdk.createWorkersAI({ baseURL: "https://example.com/ai", fetch, ...options })(LLM);
    await rejects(generateText({ model, prompt: "hi", maxRetries: 0 }));
    equal(count, requests);
  }
});
