/** Failures of the service as each SDK's own errors, and what the SDKs' own retries make of them. */
import Anthropic, {
  ContentTooLargeError,
  GatewayTimeoutError,
  OverloadedError,
  PaymentRequiredError,
} from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { deepEqual, equal, ok, rejects } from "../suite/assert.mjs";
import { test } from "../suite/harness.mjs";
import { jsonResponse, streamResponse } from "../suite/stubs.mjs";

/** Those of its classes that are no members of its client. */
const NEWER = { ContentTooLargeError, GatewayTimeoutError, OverloadedError, PaymentRequiredError };

const MODEL = "@cf/a/b";
const messages = [{ role: "user", content: "a" }];

const failed =
  (status, code, message = "it failed", headers = {}) =>
  () =>
    jsonResponse({ success: false, errors: [{ code, message }], result: null }, { status, headers });
const broken = () => {
  throw new TypeError("fetch failed");
};
const body =
  (text, type = "application/json") =>
  () =>
    new Response(text, { headers: { "content-type": type } });

/** What the service answers; the class, the status and the code of OpenAI's error, the class and the type of Anthropic's; is it asked again? */
const FAILURES = {
  "busy (3040)": [
    failed(429, 3040),
    "InternalServerError",
    503,
    "overloaded",
    "OverloadedError",
    "overloaded_error",
    true,
  ],
  "too many requests": [
    failed(429, 7505),
    "RateLimitError",
    429,
    "rate_limit_exceeded",
    "RateLimitError",
    "rate_limit_error",
    true,
  ],
  "the day's quota (3036)": [
    failed(429, 3036),
    "RateLimitError",
    429,
    "insufficient_quota",
    "RateLimitError",
    "rate_limit_error",
    false,
  ],
  "the day's quota (4006)": [
    failed(429, 4006),
    "RateLimitError",
    429,
    "insufficient_quota",
    "RateLimitError",
    "rate_limit_error",
    false,
  ],
  "no credits": [
    failed(402, 2021),
    "RateLimitError",
    429,
    "insufficient_quota",
    "PaymentRequiredError",
    "billing_error",
    false,
  ],
  "a wrong token": [
    failed(401, 10000),
    "AuthenticationError",
    401,
    "invalid_api_key",
    "AuthenticationError",
    "authentication_error",
    false,
  ],
  "not allowed": [
    failed(403, 5018),
    "PermissionDeniedError",
    403,
    "forbidden",
    "PermissionDeniedError",
    "permission_error",
    false,
  ],
  "no such model": [
    failed(404, 5007),
    "NotFoundError",
    404,
    "model_not_found",
    "NotFoundError",
    "not_found_error",
    false,
  ],
  "a model that is gone": [
    failed(410, 5028),
    "NotFoundError",
    404,
    "model_deprecated",
    "NotFoundError",
    "not_found_error",
    false,
  ],
  "a bad input": [
    failed(400, 5006),
    "BadRequestError",
    400,
    "invalid_value",
    "BadRequestError",
    "invalid_request_error",
    false,
  ],
  "a prompt that is too long": [
    failed(413, 5021),
    "BadRequestError",
    400,
    "context_length_exceeded",
    "BadRequestError",
    "invalid_request_error",
    false,
  ],
  "what a guardrail refuses": [
    failed(424, 2016),
    "BadRequestError",
    400,
    "content_filter",
    "BadRequestError",
    "invalid_request_error",
    false,
  ],
  "JSON mode that did not fit": [
    failed(500, 5024),
    "UnprocessableEntityError",
    422,
    "no_object",
    "UnprocessableEntityError",
    "invalid_request_error",
    false,
  ],
  "a request that is too large": [
    failed(413, 3006),
    "APIError",
    413,
    "too_large",
    "ContentTooLargeError",
    "request_too_large",
    false,
  ],
  "a model that takes too long": [
    failed(408, 3007),
    "InternalServerError",
    504,
    "timeout",
    "GatewayTimeoutError",
    "timeout_error",
    true,
  ],
  "the service's own failure": [
    failed(500, 7013),
    "InternalServerError",
    500,
    "internal_error",
    "InternalServerError",
    "api_error",
    true,
  ],
  "a connection that breaks": [
    broken,
    "InternalServerError",
    502,
    "network",
    "InternalServerError",
    "api_error",
    true,
  ],
  "no JSON": [
    body("{"),
    "InternalServerError",
    502,
    "malformed_response",
    "InternalServerError",
    "api_error",
    false,
  ],
  "a web page": [
    body("<!doctype html>", "text/html"),
    "InternalServerError",
    502,
    "malformed_response",
    "InternalServerError",
    "api_error",
    false,
  ],
  "no answer": [
    body('{"result":{"image":"x"},"success":true}'),
    "InternalServerError",
    502,
    "malformed_response",
    "InternalServerError",
    "api_error",
    false,
  ],
};

/** A client whose service answers so, and how often it was asked. */
function answering(lib, answer) {
  let requests = 0;
  const fetch = async () => {
    requests++;
    return answer();
  };
  return { ai: new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch }), requests: () => requests };
}

for (const [what, [answer, openaiClass, status, code, anthropicClass, type, again]] of Object.entries(
  FAILURES,
)) {
  test(`failures: ${what}`, async ({ lib, serveOpenAI }) => {
    for (const stream of [false, true]) {
      const { ai, requests } = answering(lib, answer);
      const quick = { ...serveOpenAI(ai), maxRetries: 1 };
      const error = await rejects(
        new OpenAI(quick).chat.completions.create({ model: MODEL, messages, stream }),
        { status, code },
      );
      equal(error.constructor, OpenAI[openaiClass], error.constructor.name);
      // The SDK alone asks again, and only where that may help.
      equal(requests(), again ? 2 : 1, `asked by openai, stream: ${stream}`);

      const other = answering(lib, answer);
      const client = new Anthropic({ ...serveOpenAI(other.ai), maxRetries: 1 });
      const theirs = await rejects(client.messages.create({ model: MODEL, max_tokens: 5, messages, stream }));
      equal(theirs.constructor, NEWER[anthropicClass] ?? Anthropic[anthropicClass], theirs.constructor.name);
      equal(theirs.error.error.type, type);
      equal(other.requests(), again ? 2 : 1, `asked by anthropic, stream: ${stream}`);
    }
  });
}

test("failures: the service's wait is the SDK's", async ({ lib, serveOpenAI }) => {
  const { ai } = answering(lib, failed(429, 7505, "slower", { "retry-after": "7" }));
  const client = new OpenAI({ ...serveOpenAI(ai), maxRetries: 0 });
  const { headers } = await rejects(client.chat.completions.create({ model: MODEL, messages }));
  deepEqual([headers.get("retry-after-ms"), headers.get("retry-after")], ["7000", "7"]);
});

test("failures: who does not retry by himself has the client's retries", async ({ lib, serveOpenAI }) => {
  let requests = 0;
  const fetch = async () => {
    requests++;
    return requests === 1
      ? failed(429, 3040, "busy", { "retry-after": "0" })()
      : jsonResponse({ response: "a" });
  };
  const ai = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const { handler, baseURL } = serveOpenAI(ai);
  const request = { method: "POST", body: JSON.stringify({ model: MODEL, messages }) };
  const response = await handler(new Request(`${baseURL}/chat/completions`, request));
  equal((await response.json()).choices[0].message.content, "a");
  equal(requests, 2);
});

const events = (...chunks) =>
  chunks.map((chunk) => `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`);
const begun = { choices: [{ index: 0, delta: { content: "a" } }] };

/** What comes after the first piece of an answer: the code, and Anthropic's type. */
const BROKEN = {
  "an error in the native shape": [
    events(begun, { internalCode: 3040, description: "busy" }),
    "overloaded",
    "overloaded_error",
  ],
  "an error in the envelope's shape": [
    events(begun, { errors: [{ code: 4006, message: "no more" }] }),
    "insufficient_quota",
    "rate_limit_error",
  ],
  "an event that is named error": [
    [...events(begun), 'event: error\ndata: {"message":"x"}\n\n'],
    "internal_error",
    "api_error",
  ],
  "a finish reason of error": [
    events(begun, { choices: [{ index: 0, delta: {}, finish_reason: "error" }] }),
    "internal_error",
    "api_error",
  ],
  "broken JSON": [events(begun, "{"), "malformed_response", "api_error"],
  "an early end": [events(begun), "truncated", "api_error"],
};

for (const [what, [pieces, code, type]] of Object.entries(BROKEN)) {
  test(`failures inside of a stream: ${what}`, async ({ lib, serveOpenAI }) => {
    const { ai, requests } = answering(lib, () => streamResponse(pieces));
    const client = new OpenAI(serveOpenAI(ai));
    let text = "";
    const read = async () => {
      const stream = await client.chat.completions.create({ model: MODEL, messages, stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    };
    const error = await rejects(read(), { code });
    ok(error instanceof OpenAI.APIError);
    equal(text, "a");

    const responses = async () => {
      for await (const event of await client.responses.create({ model: MODEL, input: "a", stream: true }))
        if (event.type === "response.output_text.delta") text += event.delta;
        else if (event.type === "response.failed") equal(event.response.error.code, code);
        else if (event.type === "error") throw new Error(event.code);
    };
    await rejects(responses(), {});
    equal(text, "aa");

    const theirClient = new Anthropic(serveOpenAI(ai));
    const stream = theirClient.messages.stream({ model: MODEL, max_tokens: 5, messages });
    stream.on("text", (piece) => {
      text += piece;
    });
    const theirs = await rejects(stream.finalMessage());
    ok(theirs instanceof Anthropic.APIError, theirs.constructor.name);
    equal(theirs.error.error.type, type);
    equal(text, "aaa");
    // What was paid for is never asked again.
    equal(requests(), 3);
  });
}

test("failures: an abort of the SDK's ends the request", async ({ lib, serveOpenAI }) => {
  let signal;
  const fetch = (_url, init) => {
    signal = init.signal;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const ai = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const controller = new AbortController();
  const client = new OpenAI(serveOpenAI(ai));
  const pending = client.chat.completions.create({ model: MODEL, messages }, { signal: controller.signal });
  while (signal === undefined) await new Promise((go) => setTimeout(go));
  controller.abort();
  ok((await rejects(pending)) instanceof OpenAI.APIUserAbortError);
  ok(signal.aborted);
});

test("failures: an abort within a stream ends it without an error, as the SDK has it", async ({
  lib,
  serveOpenAI,
}) => {
  let cancelled = 0;
  const onCancel = () => {
    cancelled++;
  };
  const fetch = async () => streamResponse(events(begun), { open: true, onCancel });
  const ai = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const stream = await new OpenAI(serveOpenAI(ai)).chat.completions.create({
    model: MODEL,
    messages,
    stream: true,
  });
  let text = "";
  for await (const chunk of stream) {
    text += chunk.choices[0].delta.content;
    stream.controller.abort();
  }
  deepEqual([text, cancelled], ["a", 1]);
});
