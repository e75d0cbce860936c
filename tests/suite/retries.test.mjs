/** When a request is made again: decided by the kind of failure, never by its status alone. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";

const MODEL = "@cf/a/b";

const failing = (code, status, headers) =>
  jsonResponse(
    { result: {}, success: false, errors: [{ code, message: "no" }], messages: [] },
    { status, headers },
  );
const fine = () => jsonResponse({ result: { response: "yes" }, success: true, errors: [], messages: [] });

/** The wait that a failure is given; nobody sits it out. */
async function waitAfter(lib, answer) {
  const caller = new AbortController();
  let wait;
  const hooks = {
    onRetry: ({ delayMs }) => {
      wait = delayMs;
      caller.abort();
    },
  };
  const ai = restClient(lib, { fetch: recorder(answer).fetch, hooks });
  await rejects(ai.run(MODEL, {}, { signal: caller.signal }), { code: "ABORTED" });
  return wait;
}

test("capacity is given more time than a rate", async ({ lib }) => {
  const { random } = Math;
  Math.random = () => 0.999999;
  try {
    const capacity = await waitAfter(lib, () => failing(3040, 429));
    const rate = await waitAfter(lib, () => failing(2003, 429));
    const server = await waitAfter(lib, () => failing(500, 500));
    ok(capacity > 2 * rate, `${capacity} ms for capacity, ${rate} ms for a rate`);
    equal(rate, server);
  } finally {
    Math.random = random;
  }
});

test("what does not pass is never asked again, whatever status it comes with", async ({ lib }) => {
  for (const [number, code] of [
    [3036, "DAILY_QUOTA"],
    [4006, "DAILY_QUOTA"],
    [5006, "INVALID_INPUT"],
    [8001, "INVALID_INPUT"],
    [10000, "AUTH"],
    [9109, "AUTH"],
    [5028, "MODEL_DEPRECATED"],
    [5007, "MODEL_NOT_FOUND"],
    [2016, "CONTENT_BLOCKED"],
  ]) {
    for (const status of [400, 408, 429, 500, 503]) {
      const { fetch, requests } = recorder(() => failing(number, status, { "retry-after": "0" }));
      const error = await rejects(restClient(lib, { fetch }).run(MODEL, {}), { code, status, attempts: 1 });
      equal(error.retryable, false);
      equal(requests.length, 1, `${number} with ${status}`);
    }
  }
});

test("what passes is asked again, as often as is allowed", async ({ lib }) => {
  for (const number of [3040, 2003, 1015, 3007, 3046, 2014, 1031, 7013]) {
    for (const maxRetries of [0, 1, 3]) {
      const { fetch, requests } = recorder(() => failing(number, 400, { "retry-after-ms": "0" }));
      const error = await rejects(restClient(lib, { fetch, maxRetries }).run(MODEL, {}), {
        internalCode: number,
        attempts: maxRetries + 1,
        retryable: true,
      });
      equal(error.retryAfterMs, 0);
      equal(requests.length, maxRetries + 1);
    }
  }
});

test("every way of saying how long to wait", async ({ lib }) => {
  const wait = (headers) => waitAfter(lib, () => failing(3040, 429, headers));
  equal(await wait({ "retry-after": "7" }), 7000);
  equal(await wait({ "retry-after": "0.25" }), 250);
  equal(await wait({ "retry-after-ms": "1234" }), 1234);
  equal(await wait({ "retry-after-ms": "1234", "retry-after": "7" }), 1234);
  equal(await wait({ "retry-after": "60" }), 60_000);
  equal(await wait({ "retry-after": new Date(Date.now() - 60_000).toUTCString() }), 0);
  const soon = await wait({ "retry-after": new Date(Date.now() + 50_000).toUTCString() });
  ok(soon > 0 && soon <= 50_000, `${soon} ms`);
  // What cannot be read is as if it were not there.
  for (const text of ["soon", "-5", "1e9", "", "2026-11-25"]) {
    const own = await wait({ "retry-after": text });
    ok(own >= 0 && own <= 2000, `${own} ms for ${JSON.stringify(text)}`);
  }
});

test("a wait beyond a minute is not slept, and the error says it", async ({ lib }) => {
  for (const [headers, ms] of [
    [{ "retry-after": "61" }, 61_000],
    [{ "retry-after-ms": "3600000" }, 3_600_000],
    [{ "retry-after": "2000000" }, 2_000_000_000],
    // A timer of a longer wait would fire at once.
    [{ "retry-after": "999999999" }, 2 ** 31 - 1],
    [{ "retry-after": "99999999999999999" }, 2 ** 31 - 1],
  ]) {
    const { fetch, requests } = recorder(() => failing(2003, 429, headers));
    const error = await rejects(restClient(lib, { fetch }).run(MODEL, {}), {
      code: "RATE_LIMITED",
      retryAfterMs: ms,
      attempts: 1,
    });
    match(error.message, new RegExp(`${Math.ceil(ms / 1000)} s`));
    equal(requests.length, 1);
  }
});

test("the whole time counts the waiting: a wait that would pass it is not begun", async ({ lib }) => {
  const { fetch, requests } = recorder(() => failing(3040, 429, { "retry-after": "30" }));
  const ai = restClient(lib, { fetch, timeout: 20_000 });
  await rejects(ai.run(MODEL, {}), { code: "CAPACITY", retryAfterMs: 30_000, attempts: 1 });
  equal(requests.length, 1);
});

test("the whole time is for all attempts together", async ({ lib }) => {
  const { fetch, requests } = recorder((_request, index) =>
    index < 2 ? failing(3040, 429, { "retry-after-ms": "1" }) : new Promise(() => {}),
  );
  const ai = restClient(lib, { fetch, timeout: 150, maxRetries: 5 });
  await rejects(ai.run(MODEL, {}), { code: "TIMEOUT" });
  ok(requests.length <= 3);
});

test("a body that can be read but once is sent once", async ({ lib }) => {
  const stream = () => new Blob(["x"]).stream();
  for (const input of [stream(), { audio: { body: stream(), contentType: "audio/mpeg" } }]) {
    const { fetch, requests } = recorder(() => failing(1031, 503, { "retry-after-ms": "0" }));
    await rejects(restClient(lib, { fetch }).run(MODEL, input), {
      code: "SERVER",
      retryable: true,
      attempts: 1,
    });
    equal(requests.length, 1);
  }
});

test("a stream is asked for again before its first event, never after", async ({ lib }) => {
  const event = 'data: {"response":"a"}\n\n';
  const again = recorder((_request, index) =>
    index === 0 ? failing(3040, 429, { "retry-after-ms": "0" }) : streamResponse([event, "data: [DONE]\n\n"]),
  );
  const stream = await restClient(lib, { fetch: again.fetch }).streamText(MODEL, "x");
  equal(await stream.text(), "a");
  equal(stream.meta.attempts, 2);

  for (const pieces of [
    [event],
    [event, 'data: {"errors":[{"code":3040,"message":"busy"}]}\n\n'],
    ['data: {"errors":[{"code":3040,"message":"busy"}]}\n\n'],
  ]) {
    const once = recorder(() => streamResponse(pieces));
    const broken = await restClient(lib, { fetch: once.fetch }).streamText(MODEL, "x");
    const error = await rejects(broken.text(), { attempts: 1 });
    equal(error.partial.text, pieces[0] === event ? "a" : "");
    equal(once.requests.length, 1);
  }
});

test("a success that cannot be read is not asked for again", async ({ lib }) => {
  for (const answer of [
    () => new Response("{", { headers: { "content-type": "application/json" } }),
    () => jsonResponse({ success: false, errors: [{ code: 3036, message: "used up" }] }),
  ]) {
    const { fetch, requests } = recorder(answer);
    await rejects(restClient(lib, { fetch }).run(MODEL, {}), { attempts: 1 });
    equal(requests.length, 1);
  }
});

test("each attempt is told to the hooks, once", async ({ lib }) => {
  const reported = [];
  const note = (name) => (info) => reported.push([name, info.attempt, info.code ?? info.status]);
  const { fetch } = recorder((_request, index) =>
    index < 2 ? failing(3040, 429, { "retry-after-ms": "0" }) : fine(),
  );
  const hooks = { onRequest: note("request"), onResponse: note("response"), onRetry: note("retry") };
  await restClient(lib, { fetch, hooks }).run(MODEL, {});
  deepEqual(reported, [
    ["request", 1, undefined],
    ["response", 1, 429],
    ["retry", 1, "CAPACITY"],
    ["request", 2, undefined],
    ["response", 2, 429],
    ["retry", 2, "CAPACITY"],
    ["request", 3, undefined],
    ["response", 3, 200],
  ]);
});

test("a rate says when it comes back", async ({ lib }) => {
  const waits = async (status, headers) => {
    const fetch = async () => jsonResponse({ message: "no" }, { status, headers });
    const error = await rejects(restClient(lib, { fetch, maxRetries: 0 }).run(MODEL, {}), {});
    return error.retryAfterMs;
  };
  equal(await waits(429, { "ratelimit-reset": "7" }), 7000);
  equal(await waits(429, { ratelimit: '"default";r=0;t=9' }), 9000);
  equal(await waits(429, { ratelimit: '"default";r=0;t=9', "retry-after": "2" }), 2000);
  // Of which rate, and whether it is a time or a wait, nothing says.
  equal(await waits(429, { "x-ratelimit-reset": "7", "x-ratelimit-reset-requests": "7" }), undefined);
  // That it comes back is no word on another failure.
  equal(await waits(503, { "ratelimit-reset": "7" }), undefined);
});
