// What happens to a call and its stream when things go wrong in the middle, or several at once.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { events } from "workers-ai-wasm";
import { randomFrom } from "../../../benches/random.mjs";
import { bad, json, MODEL, ok, rejects, rest, TOKEN } from "./helpers.mjs";

const encoder = new TextEncoder();
const chunk = (text) => `data: ${JSON.stringify({ response: text })}\n\n`;
const sse = (body) => new Response(body, { headers: { "content-type": "text/event-stream" } });
const turn = () => new Promise(setImmediate);

/** A body that gives these pieces, one a pull, then ends or stays open. */
function bodyOf(pieces, { open = false, onCancel } = {}) {
  const rest = [...pieces];
  return new ReadableStream(
    {
      pull(controller) {
        if (rest.length > 0) {
          const piece = rest.shift();
          controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
        } else if (!open) controller.close();
        else return new Promise(() => {});
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}

async function collect(stream, each = () => {}) {
  let text = "";
  for await (const event of stream) {
    if (event.type === "text") text += event.text;
    await each(event);
  }
  return text;
}

test("interleaved streams of chunks beyond the engine's window", async () => {
  const events6000 = Array.from({ length: 6000 }, (_, n) => chunk(`${n % 10}`)).join("");
  const ai = rest(async () => sse(bodyOf([`${events6000}data: [DONE]\n\n`])));
  const expected = "0123456789".repeat(600);
  let count = 0;
  const read = async () =>
    collect(await ai.streamText(MODEL, "x"), () => (++count % 100 === 0 ? turn() : undefined));
  assert.deepEqual(await Promise.all([read(), read(), read()]), [expected, expected, expected]);
});

test("interleaved readers of plain events", async () => {
  const streams = [0, 1].map(() => events(bodyOf(["data: x\n\n".repeat(30_000)])));
  for (let n = 0; n < 30_000; n++) {
    for (const stream of streams) assert.equal((await stream.next()).value.data, "x");
  }
  for (const stream of streams) assert.equal((await stream.next()).done, true);
});

test("the first-byte limit counts for each attempt, and not beyond the first byte", async () => {
  let calls = 0;
  const slow = async function* () {
    for (let n = 0; n < 5; n++) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      yield encoder.encode(chunk(String(n)));
    }
    yield encoder.encode("data: [DONE]\n\n");
  };
  const ai = rest(async () =>
    ++calls === 1 ? bad(3040, 429, "busy", { "retry-after-ms": "1" }) : sse(ReadableStream.from(slow())),
  );
  const stream = await ai.streamText(MODEL, "x", { timeout: { firstByte: 40 } });
  assert.equal(await collect(stream), "01234");
});

test("an abort while a late first byte is asked for again", async () => {
  let calls = 0;
  const caller = new AbortController();
  const hooks = { onRetry: () => caller.abort("enough") };
  const ai = rest(
    () => {
      calls++;
      return new Promise(() => {});
    },
    { hooks },
  );
  const error = await rejects(
    ai.streamText(MODEL, "x", { timeout: { firstByte: 5 }, signal: caller.signal }),
  );
  assert.deepEqual([error.code, error.cause, calls], ["ABORTED", "enough", 1]);
});

test("abort ends the half of a tee that it was called on", async () => {
  const ai = rest(async () => sse(bodyOf([chunk("a"), chunk("b"), "data: [DONE]\n\n"])));
  const [one, two] = (await ai.streamText(MODEL, "x")).tee();
  const whole = two.text();
  const error = await rejects(collect(one, () => one.abort("enough")));
  assert.deepEqual([error.code, error.cause, error.partial.text], ["ABORTED", "enough", "a"]);
  assert.equal(await whole, "ab");
  const [unread, other] = (await ai.streamText(MODEL, "x")).tee();
  unread.abort();
  assert.equal((await rejects(unread.text())).code, "ABORTED");
  assert.equal(await other.text(), "ab");
});

test("a chunk that is no bytes ends the stream and cancels its sender", async () => {
  let cancelled = 0;
  const body = bodyOf([chunk("a"), { a: 1 }], { open: true, onCancel: () => cancelled++ });
  const stream = await rest(async () => sse(body)).streamText(MODEL, "x");
  const error = await rejects(collect(stream));
  assert.equal(error.partial.text, "a");
  assert.equal(cancelled, 1);
});

test("calls of next() that overlap are served in order, through an error too", async () => {
  const body = bodyOf([chunk("a"), chunk("b"), "data: {\n\n"]);
  const stream = await rest(async () => sse(body)).streamText(MODEL, "x");
  const reader = stream[Symbol.asyncIterator]();
  const settled = await Promise.allSettled([reader.next(), reader.next(), reader.next(), reader.next()]);
  assert.deepEqual(
    settled.map(({ value, reason }) => value?.value?.text ?? reason?.code ?? value?.done),
    ["a", "b", "MALFORMED_RESPONSE", true],
  );
});

test("calls of next() at any time, while chunks come at any time, are served in order", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomFrom(seed);
    let controller;
    const body = new ReadableStream({ start: (own) => (controller = own) });
    const stream = await rest(async () => sse(body)).streamText(MODEL, "x");
    const reader = stream[Symbol.asyncIterator]();
    const count = 40;
    let sent = 0;
    const calls = [];
    while (calls.length < count + 2) {
      const pick = random();
      if (pick < 0.3 && sent < count) {
        const size = Math.min(count - sent, 1 + Math.floor(random() * 4));
        let text = "";
        for (let n = 0; n < size; n++) text += chunk(`t${sent++}`);
        // Whole events, or cut in the middle of one.
        const at = Math.floor(random() * text.length);
        controller.enqueue(encoder.encode(text.slice(0, at)));
        controller.enqueue(encoder.encode(text.slice(at)));
      } else if (pick < 0.7) {
        calls.push(reader.next());
      } else if (pick < 0.85) {
        await null;
      } else {
        await turn();
      }
    }
    for (let left = sent; left < count; left++) controller.enqueue(encoder.encode(chunk(`t${left}`)));
    controller.enqueue(encoder.encode("data: [DONE]\n\n"));
    const got = (await Promise.all(calls)).map(({ value }) => value?.text ?? value?.type);
    const expected = Array.from({ length: count }, (_, n) => `t${n}`);
    assert.deepEqual(got, [...expected, "finish", undefined], `seed ${seed}`);
  }
});

test("a redirect's target is not repeated with what it may carry", async () => {
  const location = `https://u:${TOKEN}@elsewhere.example/x`;
  const ai = rest(async () => new Response(null, { status: 302, headers: { location } }));
  const error = await rejects(ai.run(MODEL, {}));
  assert.equal(error.code, "CONFIG");
  assert.ok(!error.message.includes(TOKEN));
});

test("no part of an input is repeated, whatever its form", async () => {
  const form = new FormData();
  form.set("prompt", "the combination is 12-34-56");
  for (const input of [form, { prompt: `${"long ".repeat(200)}the combination is 12-34-56` }]) {
    const ai = rest(async () => bad(5006, 400, "AiError: bad input near: combination is 12-34"));
    const error = await rejects(ai.run(MODEL, input));
    assert.ok(!error.message.includes("12-34"), error.message);
  }
});

test("a reply that comes after the end is thrown away", async () => {
  let cancelled = 0;
  let answer;
  const ai = rest(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const error = await rejects(ai.run(MODEL, {}, { timeout: 5, maxRetries: 0 }));
  assert.equal(error.code, "TIMEOUT");
  answer(sse(bodyOf([chunk("a")], { open: true, onCancel: () => cancelled++ })));
  await turn();
  assert.equal(cancelled, 1);
});

test("the caller's signal still ends a raw response", async () => {
  const caller = new AbortController();
  let signal;
  const ai = rest(async (_url, init) => {
    signal = init.signal;
    return ok("x");
  });
  await ai.run(MODEL, {}, { returnRawResponse: true, signal: caller.signal });
  caller.abort("enough");
  assert.equal(signal.reason.code, "ABORTED");
});

test("an input that is changed after the call changes nothing", async () => {
  const seen = [];
  const binding = {
    run: async (_model, inputs) => {
      seen.push(inputs.messages[0].content);
      return seen.length === 1
        ? json(
            { internalCode: 3040, description: "busy" },
            { status: 429, headers: { "retry-after-ms": "1" } },
          )
        : json({ response: "fine" });
    },
  };
  const { WorkersAI } = await import("workers-ai-wasm");
  const input = { messages: [{ role: "user", content: "first" }] };
  const pending = new WorkersAI({ binding }).run(MODEL, input);
  input.messages[0].content = "changed";
  await pending;
  assert.deepEqual(seen, ["first", "first"]);
  const body = bodyOf([chunk("a"), "data: [DONE]\n\n"]);
  const streaming = { prompt: "x", stream: true };
  const stream = rest(async () => sse(body)).run(MODEL, streaming);
  streaming.stream = false;
  assert.equal(await (await stream).text(), "a");
});

test("a runtime without FinalizationRegistry can import the package", () => {
  const program = `delete globalThis.FinalizationRegistry;
    const { WorkersAI } = await import("workers-ai-wasm");
    const stream = await new WorkersAI({ binding: { run: async () => ({ response: "fine" }) } }).streamText("@cf/a/b", "x");
    process.stdout.write(await stream.text());`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(stdout, "fine", stderr);
});
