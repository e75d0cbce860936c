/** The option `limiter`: calls that come too early wait for their turn. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { withClock } from "./clock.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";

const EMBEDDINGS = "@cf/baai/bge-base-en-v1.5";
const ABORTED = { code: "ABORTED" };
const MINUTE = 60_250;
const nothing = () => {};

const answered = (more) => jsonResponse({ success: true, result: { response: "yes", ...more } });
const failing = (code, status, headers) =>
  jsonResponse({ success: false, errors: [{ code, message: "no" }] }, { status, headers });

/** A client whose limiter has been loaded: a first call of another task has gone through. */
async function warm(lib, options, answer = () => answered()) {
  const { fetch, requests } = recorder((request, index) => {
    if (request.url.endsWith(EMBEDDINGS)) {
      return jsonResponse({ success: true, result: { shape: [1, 2], data: [[1, 2]] } });
    }
    return answer(request, index - 1);
  });
  const ai = restClient(lib, { fetch, maxRetries: 0, ...options });
  await ai.embed(EMBEDDINGS, "x");
  const requested = () =>
    requests.filter(({ url }) => !url.endsWith(EMBEDDINGS)).map(({ body }) => body.prompt);
  return { ai, requested };
}

testEachDoor("a call over the limit waits, and leaves the queue when it is aborted", async ({ door }) => {
  const requested = [];
  const ai = door.client({
    limiter: { requestsPerMinute: 1, maxQueue: 1 },
    hooks: { onRequest: ({ model }) => requested.push(model) },
  });
  equal((await ai.generateText(MODELS.chat, "echo: first")).text, "first");
  for (const method of ["generateText", "streamText"]) {
    const caller = new AbortController();
    const second = ai[method](MODELS.legacy, "echo: second", { signal: caller.signal });
    second.catch(nothing);
    // Another task has a limit of its own, another client its own limiter.
    await (method === "streamText" ? door.client() : ai).embed(EMBEDDINGS, "x");
    deepEqual(
      requested.filter((model) => model !== EMBEDDINGS),
      [MODELS.chat],
    );
    const more = await rejects(ai.run(MODELS.chat, { prompt: "x" }), {
      code: "RATE_LIMITED",
      field: "limiter.maxQueue",
      message: /own limiter.*nothing was sent.*Text Generation/,
    });
    deepEqual([more.attempts, more.status, more.retryAfterMs], [undefined, undefined, undefined]);
    caller.abort("enough");
    const error = await rejects(second, ABORTED);
    deepEqual([error.cause, error.attempts], ["enough", undefined]);
  }
});

testEachDoor("everything works under the published limits", async ({ door }) => {
  const ai = door.client({ limiter: true });
  equal(await (await ai.streamText(MODELS.chat, "echo: a b")).text(), "a b");
  equal((await ai.run(MODELS.legacy, { prompt: "echo: c" })).response, "c");
  const { rows } = await ai.embedMany(EMBEDDINGS, ["a", "b", "c"], { batchSize: 1 });
  equal(rows.length, 3);
  const messages = [{ role: "user", content: "echo: d" }];
  const completion = await ai.chat.completions.create({ model: MODELS.chat, messages });
  equal(completion.choices[0].message.content, "d");
  const chunks = [];
  const stream = await ai.chat.completions.create({ model: MODELS.chat, messages, stream: true });
  for await (const chunk of stream) chunks.push(chunk.choices[0]?.delta?.content ?? "");
  equal(chunks.join(""), "d");
  ok((await ai.generateImage("@cf/black-forest-labs/flux-1-schnell", "x")).bytes.length > 0);
});

test("calls go in their order when there is room again", ({ lib }) =>
  withClock(async ({ pass }) => {
    const { ai, requested } = await warm(lib, { limiter: { requestsPerMinute: 2 } });
    const done = [];
    for (const prompt of ["1", "2", "3", "4", "5"]) {
      ai.generateText(MODELS.chat, prompt).then(() => done.push(prompt));
    }
    await pass(59_000);
    deepEqual(requested(), ["1", "2"]);
    await pass(MINUTE - 59_000);
    deepEqual(requested(), ["1", "2", "3", "4"]);
    await pass(MINUTE);
    deepEqual(requested(), ["1", "2", "3", "4", "5"]);
    deepEqual(done, requested());
  }));

test("who gives up makes room for who comes next", ({ lib }) =>
  withClock(async ({ pass, waiting }) => {
    const { ai, requested } = await warm(lib, { limiter: { requestsPerMinute: 1 }, timeout: 0 });
    await ai.generateText(MODELS.chat, "1");
    const caller = new AbortController();
    const second = ai.generateText(MODELS.chat, "2", { signal: caller.signal });
    const third = ai.generateText(MODELS.chat, "3");
    await pass(10_000);
    const before = waiting();
    caller.abort();
    await rejects(second, ABORTED);
    equal(waiting(), before - 1);
    await pass(MINUTE - 10_000);
    deepEqual(requested(), ["1", "3"]);
    equal((await third).text, "yes");
    equal(waiting(), 0);
  }));

test("the wait counts into the limit of time of the whole call, not into that of the first byte", ({ lib }) =>
  withClock(async ({ pass }) => {
    const { ai, requested } = await warm(lib, { limiter: { requestsPerMinute: 1 } });
    await ai.generateText(MODELS.chat, "1");
    const late = rejects(ai.generateText(MODELS.chat, "2", { timeout: 5_000 }), { code: "TIMEOUT" });
    const patient = ai.generateText(MODELS.chat, "3", { timeout: { firstByte: 50 } });
    await pass(5_000);
    await late;
    await pass(MINUTE);
    deepEqual(requested(), ["1", "3"]);
    equal((await patient).meta.attempts, 1);
  }));

test("retries count as well", ({ lib }) =>
  withClock(async ({ pass }) => {
    const answer = (_request, index) =>
      index === 0 ? failing(1101, 500, { "retry-after": "0" }) : answered();
    const { ai, requested } = await warm(lib, { limiter: { requestsPerMinute: 2 }, maxRetries: 1 }, answer);
    const first = ai.generateText(MODELS.chat, "1");
    await pass(1);
    equal((await first).meta.attempts, 2);
    const second = ai.generateText(MODELS.chat, "2");
    await pass(50_000);
    deepEqual(requested(), ["1", "1"]);
    await pass(MINUTE - 50_000);
    await second;
    deepEqual(requested(), ["1", "1", "2"]);
  }));

test("when the service says how long to wait, all calls of the limit wait", ({ lib }) =>
  withClock(async ({ pass }) => {
    const answer = (_request, index) =>
      index === 0 ? failing(2003, 429, { "retry-after": "20" }) : answered();
    const { ai, requested } = await warm(lib, { limiter: true }, answer);
    await rejects(ai.generateText(MODELS.chat, "1"), { code: "RATE_LIMITED", attempts: 1, status: 429 });
    const second = ai.generateText(MODELS.legacy, "2");
    await ai.embed(EMBEDDINGS, "x");
    await pass(19_000);
    deepEqual(requested(), ["1"]);
    await pass(1_000);
    deepEqual(requested(), ["1", "2"]);
    await second;
  }));

test("no capacity and a used-up day pause nobody", ({ lib }) =>
  withClock(async () => {
    const answers = [failing(3040, 429, { "retry-after": "20" }), failing(3036, 429), answered()];
    const { ai } = await warm(lib, { limiter: true }, (_request, index) => answers[index]);
    await rejects(ai.generateText(MODELS.chat, "1"), { code: "CAPACITY" });
    await rejects(ai.generateText(MODELS.chat, "2"), { code: "DAILY_QUOTA" });
    equal((await ai.generateText(MODELS.chat, "3")).text, "yes");
  }));

const usage = (total) => ({ prompt_tokens: total - 1, completion_tokens: 1, total_tokens: total });

/** Methods by name; each gives the whole answer. */
const METHODS = {
  generateText: (ai) => ai.generateText(MODELS.chat, "x"),
  run: (ai) => ai.run(MODELS.chat, { prompt: "x" }),
  streamText: async (ai) => (await ai.streamText(MODELS.chat, "x")).text(),
  "run, as a stream of bytes": async (ai) => {
    const stream = await ai.run(MODELS.chat, { prompt: "x", stream: true });
    return new Response(stream.toReadableStream()).text();
  },
  "chat.completions": (ai) =>
    ai.chat.completions.create({ model: MODELS.chat, messages: [{ role: "user", content: "x" }] }),
};

/** What a service answers to any of them. */
function spending(total) {
  const pieces = [
    'data: {"response":"ye","usage":null}\n\ndata: {"response":"s"}\n\ndata: {"response":"","usa',
    `ge":${JSON.stringify(usage(total))}}\n\n`,
    "data: [DONE]\n\n",
  ];
  const choices = [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }];
  return ({ body }) => {
    if (body.stream) return streamResponse(pieces);
    const result = body.model ? { choices } : { response: "yes" };
    return jsonResponse(
      body.model
        ? { ...result, usage: usage(total) }
        : { success: true, result: { ...result, usage: usage(total) } },
    );
  };
}

for (const [name, ask] of Object.entries(METHODS)) {
  test(`tokens: what ${name} has really cost is what counts`, ({ lib }) =>
    withClock(async ({ settle }) => {
      const limiter = {
        requestsPerMinute: Number.POSITIVE_INFINITY,
        tokensPerMinute: { "Text Generation": 300 },
      };
      // 257 are estimated for the first.
      const { ai, requested } = await warm(lib, { limiter }, spending(10));
      for (let calls = 1; calls <= 20; calls++) {
        await ask(ai);
        equal(requested().length, calls);
      }
      const costly = await warm(lib, { limiter }, spending(299));
      await ask(costly.ai);
      const caller = new AbortController();
      const second = costly.ai.run(MODELS.chat, { prompt: "x" }, { signal: caller.signal });
      second.catch(nothing);
      await settle();
      equal(costly.requested().length, 1);
      caller.abort();
      await rejects(second, ABORTED);
    }));
}

test("tokens: a refused request has cost nothing, and media is not counted as text", ({ lib }) =>
  withClock(async () => {
    const { ai, requested } = await warm(lib, { limiter: { tokensPerMinute: 300 } }, (_request, index) =>
      index < 3 ? failing(5006, 400) : answered(),
    );
    for (let call = 0; call < 3; call++) {
      await rejects(ai.run(MODELS.chat, { prompt: "x" }), { code: "INVALID_INPUT" });
    }
    const input = { prompt: "x", max_tokens: 5, more: `data:image/png;base64,${"A".repeat(9_000)}` };
    await ai.run(MODELS.chat, input);
    equal(requested().length, 4);
  }));

test("tokens: a stand-in for the binding that gives plain values is heard as well", ({ lib }) =>
  withClock(async () => {
    let calls = 0;
    const binding = { run: async () => ({ response: String(++calls), usage: usage(2) }) };
    const ai = new lib.WorkersAI({ binding, limiter: { tokensPerMinute: 300 } });
    for (let call = 1; call <= 5; call++) equal((await ai.generateText(MODELS.chat, "x")).text, String(call));
  }));

test("an option that is none is refused by its name at the first call", async ({ lib }) => {
  for (const [limiter, field] of [
    ["yes", "limiter"],
    [5, "limiter"],
    [{ requestsPerMinute: 0 }, "limiter.requestsPerMinute"],
    [{ requestsPerMinute: () => 5 }, "limiter.requestsPerMinute"],
    [{ tokensPerMinute: { "Text Generation": Number.NaN } }, "limiter.tokensPerMinute.Text Generation"],
    [{ tokensPerMinute: { text: 5 } }, "limiter.tokensPerMinute.text"],
    [{ maxQueue: -1 }, "limiter.maxQueue"],
  ]) {
    const { fetch, requests } = recorder(() => answered());
    const ai = restClient(lib, { fetch, limiter });
    await rejects(ai.generateText(MODELS.chat, "x"), { code: "CONFIG", field });
    equal(requests.length, 0);
  }
});

test("without the option nothing waits", async ({ lib }) => {
  for (const limiter of [undefined, null, false]) {
    const { fetch, requests } = recorder(() => answered());
    const ai = restClient(lib, { fetch, limiter });
    await Promise.all(Array.from({ length: 400 }, () => ai.run(MODELS.chat, { prompt: "x" })));
    equal(requests.length, 400);
  }
});
