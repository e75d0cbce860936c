/** `streamText` at every door, and everything that an `AIStream` can do. */
import { deepEqual, equal, match, ok, rejects, throws } from "./assert.mjs";
import { MODELS, THINKING_MODEL } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";
import { collect, summaryOf, summaryOfResult, withoutPrice } from "./summary.mjs";

const MESSAGE = "echo: The quick brown fox, überall 🦊 – and 0 1.0 false.";
const TEXT = MESSAGE.slice("echo: ".length);

/** A client whose service says exactly this. */
function clientFor(lib, response, options) {
  return new lib.WorkersAI({
    baseURL: "https://example.com/ai",
    fetch: async () => response,
    maxRetries: 0,
    ...options,
  });
}

const HELLO = ['data: {"response":"Hel"}\n\n', 'data: {"response":"lo"}\n\n', "data: [DONE]\n\n"];
const stream = (lib, pieces, options) =>
  clientFor(lib, streamResponse(pieces, options)).streamText(MODELS.legacy, "hi");

for (const [dialect, model] of Object.entries(MODELS)) {
  testEachDoor(`${dialect}: the events add up to what generateText gives`, async ({ door }) => {
    const ai = door.client();
    const events = await collect(await ai.streamText(model, MESSAGE));
    equal(events.filter(({ type }) => type === "finish").length, 1);
    equal(events.at(-1).type, "finish");
    ok(events.filter(({ type }) => type === "text").length > 1, "several pieces of text");
    const whole = summaryOfResult(await ai.generateText(model, MESSAGE));
    deepEqual(withoutPrice(summaryOf(events)), withoutPrice(whole));
    equal(whole.text, TEXT);
  });

  testEachDoor(`${dialect}: .text() gives the whole text`, async ({ door }) => {
    equal(await (await door.client().streamText(model, MESSAGE)).text(), TEXT);
  });

  testEachDoor(`${dialect}: .textStream gives the text in pieces`, async ({ door }) => {
    let text = "";
    for await (const piece of (await door.client().streamText(model, MESSAGE)).textStream) {
      equal(typeof piece, "string");
      text += piece;
    }
    equal(text, TEXT);
  });

  testEachDoor(`${dialect}: .final() gives the result of generateText`, async ({ door }) => {
    const ai = door.client();
    const final = await (await ai.streamText(model, MESSAGE)).final();
    const whole = await ai.generateText(model, MESSAGE);
    deepEqual(withoutPrice(summaryOfResult(final)), withoutPrice(summaryOfResult(whole)));
    equal(final.meta.door, door.name);
    ok(final.meta.firstByteMs >= 0);
    ok(final.meta.durationMs >= final.meta.firstByteMs);
  });

  testEachDoor(`${dialect}: a text of thousands of tokens arrives whole`, async ({ door }) => {
    const expected = Array.from({ length: 5000 }, (_, index) => index + 1).join(" ");
    const result = await door.client().streamText(model, { prompt: "count: 5000", max_tokens: 6000 });
    equal(await result.text(), expected);
  });

  testEachDoor(`${dialect}: bytes one by one make no difference`, async ({ door }) => {
    const ai = door.client();
    const whole = await collect(await ai.streamText(model, MESSAGE));
    const cut = await collect(
      await ai.streamText(model, MESSAGE, { headers: { "x-local-fault": "chunk=1" } }),
    );
    deepEqual(cut, whole);
  });

  testEachDoor(`${dialect}: an error inside the stream carries the partial result`, async ({ door }) => {
    const options = { headers: { "x-local-fault": "error-event, after=6" } };
    const answer = await door.client().streamText(model, MESSAGE, options);
    let seen = "";
    const error = await rejects(
      async () => {
        for await (const event of answer) if (event.type === "text") seen += event.text;
      },
      { code: "CAPACITY", internalCode: 3040 },
    );
    ok(seen.length > 0 && TEXT.startsWith(seen));
    equal(error.partial.text, seen);
    deepEqual(error.partial.toolCalls, []);
  });

  testEachDoor(`${dialect}: a connection that ends early is TRUNCATED`, async ({ door }) => {
    const answer = await door
      .client()
      .streamText(model, MESSAGE, { headers: { "x-local-fault": "truncate=400" } });
    const error = await rejects(answer.text(), { code: "TRUNCATED" });
    ok(TEXT.startsWith(error.partial.text));
  });

  testEachDoor(`${dialect}: JSON in reply to a streaming request becomes a stream`, async ({ door }) => {
    const requests = [];
    const ai = door.client({ hooks: { onRequest: (event) => requests.push(event) } });
    const answer = await ai.streamText(model, MESSAGE, { headers: { "x-local-fault": "whole-json" } });
    const events = await collect(answer);
    equal(summaryOf(events).text, TEXT);
    equal(events.at(-1).type, "finish");
    equal(requests.length, 1);
  });
}

testEachDoor("thinking comes as events of its own, before the text", async ({ door }) => {
  const input = { messages: [{ role: "user", content: MESSAGE }] };
  const events = await collect(await door.client().streamText(THINKING_MODEL, input));
  const types = events.map(({ type }) => type);
  ok(types.includes("reasoning"));
  ok(types.lastIndexOf("reasoning") < types.indexOf("text"));
  match(summaryOf(events).reasoning, /think/);
  equal(summaryOf(events).text, TEXT);
});

testEachDoor("an error before the first event rejects the call itself", async ({ door }) => {
  await rejects(door.client().streamText("@cf/nobody/nothing", "hi"), { code: "MODEL_NOT_FOUND" });
});

testEachDoor("a stalled stream ends by the idle timeout", async ({ door }) => {
  const options = { timeout: { idle: 50 }, headers: { "x-local-fault": "stall=100" } };
  await rejects((await door.client().streamText(MODELS.legacy, MESSAGE, options)).text(), {
    code: "TIMEOUT",
  });
});

testEachDoor("a signal ends a stream in the middle", async ({ door }) => {
  const controller = new AbortController();
  const options = { signal: controller.signal, headers: { "x-local-fault": "stall=200" } };
  const answer = await door.client().streamText(MODELS.legacy, MESSAGE, options);
  const error = await rejects(
    async () => {
      for await (const event of answer) if (event.type === "text") controller.abort();
    },
    { code: "ABORTED" },
  );
  ok(TEXT.startsWith(error.partial.text));
});

test("another stream that ends meanwhile does not double what an aborted one has got", async ({ lib }) => {
  const unfinished = () => stream(lib, HELLO.slice(0, 1), { open: true });
  const [aborted, other] = [await unfinished(), await unfinished()];
  const reader = aborted[Symbol.asyncIterator]();
  const left = other[Symbol.asyncIterator]();
  equal((await reader.next()).value.text, "Hel");
  const waiting = reader.next();
  aborted.abort();
  left.return();
  const error = await rejects(waiting, { code: "ABORTED" });
  equal(error.partial.text, "Hel");
});

test("chunks that came but were not read are in what an aborted stream has got", async ({ lib }) => {
  const chunk = (text) => `data: {"response":"${text}","p":"x"}\n\n`;
  // Half of a surrogate pair goes another way than whole characters.
  const body = streamResponse([["a", "b", "\\ud83d", "c"].map(chunk).join("")], { open: true });
  const answer = await clientFor(lib, body).run(MODELS.legacy, { prompt: "hi", stream: true });
  const reader = answer[Symbol.asyncIterator]();
  equal((await reader.next()).value.response, "a");
  answer.abort();
  const error = await rejects(reader.next(), { code: "ABORTED" });
  equal(error.partial.text, "ab\ud83dc");
});

testEachDoor("abort() ends a stream in the middle", async ({ door }) => {
  const options = { headers: { "x-local-fault": "stall=200" } };
  const answer = await door.client().streamText(MODELS.legacy, MESSAGE, options);
  await rejects(
    async () => {
      for await (const event of answer) if (event.type === "text") answer.abort();
    },
    { code: "ABORTED" },
  );
});

test("leaving the loop cancels the request", async ({ lib }) => {
  let cancelled = 0;
  const answer = await stream(lib, HELLO.slice(0, 1), { open: true, onCancel: () => (cancelled += 1) });
  for await (const event of answer) {
    equal(event.text, "Hel");
    break;
  }
  equal(cancelled, 1);
});

test("a stream is read once", async ({ lib }) => {
  const answer = await stream(lib, HELLO);
  equal(await answer.text(), "Hello");
  await rejects(async () => answer.text());
  await rejects(async () => {
    for await (const _event of answer);
  });
  throws(() => answer.tee());
});

test("after a loop .final() gives what was gathered", async ({ lib }) => {
  const answer = await stream(lib, HELLO);
  await collect(answer);
  equal((await answer.final()).text, "Hello");
});

test(".batches() gives all events in order", async ({ lib }) => {
  const texts = [];
  for await (const batch of (await stream(lib, [HELLO.join("")])).batches()) {
    for (const event of batch) if (event.type === "text") texts.push(event.text);
  }
  deepEqual(texts, ["Hel", "lo"]);
});

test(".tee() gives two streams that are read apart", async ({ lib }) => {
  const [first, second] = (await stream(lib, HELLO)).tee();
  equal(await first.text(), "Hello");
  deepEqual(
    (await collect(second)).filter(({ type }) => type === "text").map(({ text }) => text),
    ["Hel", "lo"],
  );
});

test(".toReadableStream() gives the service's own bytes", async ({ lib }) => {
  const answer = await stream(lib, HELLO);
  equal(await new Response(answer.toReadableStream()).text(), HELLO.join(""));
});

test(".toResponse() is an event stream for a browser", async ({ lib }) => {
  const response = (await stream(lib, HELLO)).toResponse({ headers: { "x-own": "1" } });
  ok(response instanceof Response);
  match(response.headers.get("content-type"), /^text\/event-stream/);
  equal(response.headers.get("x-own"), "1");
  equal(await response.text(), HELLO.join(""));
});

test(".toResponse() refuses what no response can have", async ({ lib }) => {
  for (const init of [{ status: 99 }, { headers: { "a b": "c" } }]) {
    const answer = await stream(lib, HELLO);
    throws(() => answer.toResponse(init), { code: "INVALID_INPUT", field: "init" });
  }
});

test("each event has the service's own chunk as raw", async ({ lib }) => {
  const chunk = { response: "Hel", p: "abcdef" };
  for await (const event of await stream(lib, [`data: ${JSON.stringify(chunk)}\n\n`, ...HELLO.slice(1)])) {
    deepEqual(event.raw, chunk);
    break;
  }
});

test("streams that are read in turns do not mix", async ({ lib }) => {
  const count = 8;
  const make = (index) => [
    ...Array.from({ length: 40 }, (_, step) => `data: {"response":"<${index}.${step}>"}\n\n`),
    "data: [DONE]\n\n",
  ];
  const readers = await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      (await stream(lib, make(index))).textStream[Symbol.asyncIterator](),
    ),
  );
  const texts = Array(count).fill("");
  for (let open = count; open > 0; ) {
    open = 0;
    for (const [index, reader] of readers.entries()) {
      const { done, value } = await reader.next();
      if (done) continue;
      texts[index] += value;
      open += 1;
    }
  }
  for (const [index, text] of texts.entries()) {
    equal(text, Array.from({ length: 40 }, (_, step) => `<${index}.${step}>`).join(""));
  }
});

test("toResponse says that nobody may hold its pieces back; the caller's own headers win", async ({
  lib,
}) => {
  const streamed = () =>
    restClient(lib, {
      fetch: async () => streamResponse(['data: {"response":"a"}\n\n', "data: [DONE]\n\n"]),
    }).streamText("@cf/a/b", "a");
  const response = (await streamed()).toResponse();
  equal(response.headers.get("cache-control"), "no-cache, no-transform");
  equal(response.headers.get("x-accel-buffering"), "no");
  equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  await response.text();
  const headers = { "cache-control": "no-store", "X-Accel-Buffering": "yes", "content-type": "text/plain" };
  const own = (await streamed()).toResponse({ headers, status: 201 });
  for (const [name, value] of Object.entries(headers)) equal(own.headers.get(name), value);
  equal(own.status, 201);
  await own.text();
});

test("cancelling what was handed on does not wait for who reads a copy", async ({ lib }) => {
  const copies = [];
  const fetch = async () => {
    const response = streamResponse(['data: {"response":"a"}\n\n'], { open: true });
    copies.push(response.clone());
    return response;
  };
  for (const limiter of [undefined, { requestsPerMinute: 100, tokensPerMinute: 1000 }]) {
    const ai = restClient(lib, { fetch, ...(limiter === undefined ? {} : { limiter }) });
    const reader = (await ai.streamText("@cf/a/b", "a")).toResponse().body.getReader();
    await reader.read();
    await reader.cancel();
    const readable = (await ai.streamText("@cf/a/b", "a")).toReadableStream();
    await readable.cancel("enough");
    const bytes = await ai.run("@cf/a/b", { prompt: "a" });
    await bytes.cancel();
  }
  await Promise.all(copies.map(({ body }) => body.cancel()));
});

for (const [name, read] of Object.entries({
  events: async (reader) => {
    const texts = [];
    for (let step = await reader.next(); !step.done; step = await reader.next())
      if (step.value.type === "text") texts.push(step.value.text);
    return texts.join("");
  },
  "the partial result": async (reader, stream) => {
    stream.abort();
    const { partial } = await rejects(reader.next(), { code: "ABORTED" });
    return partial.text.slice(1);
  },
})) {
  test(`memory that grows while chunks wait to be read: nothing is lost of ${name}`, async ({ lib }) => {
    const waiting = [..."abcdefgh"].map((letter) => `data: {"response":"${letter}"}\n\n`).join("");
    const body =
      name === "events"
        ? streamResponse([`${waiting}data: [DONE]\n\n`])
        : streamResponse([waiting], { open: true });
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    const answer = () => jsonResponse({ success: true, result: { response: "y" } });
    const { fetch, requests } = recorder((_request, index) => (index === 0 ? body : held.then(answer)));
    const ai = restClient(lib, { fetch });
    const stream = await ai.streamText(MODELS.legacy, "x");
    const reader = stream[Symbol.asyncIterator]();
    equal((await reader.next()).value.text, "a");
    // More calls at a time than all before.
    const calls = Array.from({ length: 3000 }, () => ai.run(MODELS.legacy, { prompt: "y" }));
    while (requests.length <= calls.length) await new Promise((resolve) => setTimeout(resolve, 0));
    equal(await read(reader, stream), "bcdefgh");
    release();
    await Promise.all(calls);
  });
}
