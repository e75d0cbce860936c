/** `free()`: a client's memory goes, what is under way does not. */
import { deepEqual, equal, rejects } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test } from "./harness.mjs";
import { jsonResponse, restClient } from "./stubs.mjs";

const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const BGE = "@cf/baai/bge-base-en-v1.5";

/** A client whose service answers when the test says so: `{ ai, asked, answer }`. */
function held(lib) {
  let answer;
  const reply = new Promise((resolve) => (answer = resolve));
  let ask;
  const requested = new Promise((resolve) => (ask = resolve));
  const fetch = async () => {
    ask();
    const response = await reply;
    // Deno 2 copies the headers of a response only if they were looked at before.
    response.headers.get("content-type");
    return response.clone();
  };
  return { ai: restClient(lib, { fetch }), requested, answer };
}

const text = (response) => jsonResponse({ success: true, result: { response } });

test("free() during a call: it ends as it would have", async ({ lib }) => {
  const { ai, requested, answer } = held(lib);
  const call = ai.generateText(MODELS.legacy, "x");
  await requested;
  ai.free();
  answer(text("fine"));
  equal((await call).text, "fine");
});

test("free() before a call has begun to wait, and between its attempts", async ({ lib }) => {
  let attempts = 0;
  const busy = { success: false, errors: [{ code: 3040, message: "busy" }] };
  const ai = restClient(lib, {
    fetch: async () => {
      ai.free();
      return ++attempts < 3
        ? jsonResponse(busy, { status: 429, headers: { "retry-after-ms": "1" } })
        : text("fine");
    },
  });
  const call = ai.generateText(MODELS.legacy, "x");
  ai.free();
  equal((await call).text, "fine");
  equal(attempts, 3);
});

test("free() during a task, and while its module is loaded", async ({ lib }) => {
  const { ai, answer } = held(lib);
  const call = ai.embed(BGE, "x");
  ai.free();
  answer(jsonResponse({ success: true, result: { shape: [1, 2], data: [[1, 2]] } }));
  deepEqual([...(await call).data], [1, 2]);
});

test("free() while a stream is read, and before it is", async ({ lib }) => {
  const encoder = new TextEncoder();
  let send;
  const body = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(encoder.encode('data: {"response":"a"}\n\n'));
        send = () => {
          controller.enqueue(encoder.encode('data: {"response":"b"}\n\ndata: [DONE]\n\n'));
          controller.close();
        };
      },
    });
  const reply = () => new Response(body(), { headers: { "content-type": "text/event-stream" } });
  for (const begun of [true, false]) {
    const ai = restClient(lib, { fetch: async () => reply() });
    const stream = await ai.streamText(MODELS.legacy, "x");
    const events = stream[Symbol.asyncIterator]();
    if (begun) equal((await events.next()).value.text, "a");
    ai.free();
    send();
    if (!begun) equal((await events.next()).value.text, "a");
    equal((await events.next()).value.text, "b");
    equal((await events.next()).value.type, "finish");
    equal((await stream.final()).text, "ab");
    // After its end a stream holds no timer, which would keep the process alive.
    equal((await events.next()).done, true);
  }
});

test("a runtime that clears no timer where nothing is under way, as when the collector frees a stream, does no harm", async ({
  lib,
}) => {
  const encoder = new TextEncoder();
  const controllers = [];
  const fetch = async () =>
    new Response(new ReadableStream({ start: (controller) => void controllers.push(controller) }), {
      headers: { "content-type": "text/event-stream" },
    });
  const ai = restClient(lib, { fetch });
  const [dropped, other] = [await ai.streamText(MODELS.legacy, "x"), await ai.streamText(MODELS.legacy, "y")];
  const { clearTimeout } = globalThis;
  const timers = [];
  globalThis.clearTimeout = (timer) => {
    timers.push(timer);
    throw new Error("Disallowed operation called within global scope.");
  };
  try {
    dropped.abort();
  } finally {
    globalThis.clearTimeout = clearTimeout;
    for (const timer of timers) clearTimeout(timer);
  }
  controllers[1].enqueue(encoder.encode('data: {"response":"b"}\n\ndata: [DONE]\n\n'));
  controllers[1].close();
  equal(await other.text(), "b");
});

test("a freed client refuses calls, and is freed again without effect", async ({ lib }) => {
  const ai = restClient(lib, { fetch: async () => text("fine") });
  ai[dispose]();
  ai.free();
  const refused = { name: "WorkersAIError", code: "CONFIG", message: /freed/ };
  await rejects(ai.run(MODELS.legacy, { prompt: "x" }), refused);
  await rejects(ai.toMarkdown([]), refused);
  await rejects(async () => ai.models.list(), refused);
  await rejects(async () => ai.gateway("g").getLog("x"), refused);
  equal(lib.WorkersAI.prototype[dispose], lib.WorkersAI.prototype.free);
});
