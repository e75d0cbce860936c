/** The option `resume`: a stream goes on over another connection where its own breaks. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";

const GPT = "openai/gpt-5.2";
const CLAUDE = "anthropic/claude-sonnet-5";
const encoder = new TextEncoder();

testEachDoor("through the binding alone, and the service's own models stream as ever", async ({ door }) => {
  const ai = door.client();
  if (door.name !== "binding") {
    const refusal = { code: "CONFIG", field: "resume" };
    await rejects(ai.streamText(GPT, "echo: x", { resume: true }), refusal);
    await rejects(ai.run(GPT, { messages: [], stream: true }, { resume: true }), refusal);
    return;
  }
  const own = await ai.streamText("@cf/meta/llama-3.1-8b-instruct", "echo: x", { resume: true });
  deepEqual([await own.text(), own.meta.runId], ["x", undefined]);
  const options = (fault) => ({ resume: true, headers: { "x-local-fault": fault } });
  const words = "echo: eins zwei drei vier fünf sechs sieben";
  for (const model of [GPT, CLAUDE, "dynamic/mine"]) {
    for (const fault of ["drop=300", "truncate=500", "drop=1", "reset=700", "chunk=3, truncate=801"]) {
      const stream = await ai.streamText(model, words, options(fault));
      equal(await stream.text(), words.slice(6), `${model} ${fault}`);
      equal(typeof stream.meta.runId, "string");
    }
  }
  const broken = await ai.streamText(GPT, words, { headers: { "x-local-fault": "drop=500" } });
  await rejects(broken.text(), { code: "NETWORK" });
});

/** A binding whose gateway keeps a run: each connection sends so many bytes of what is left and ends as `ends` says. */
function keeper(events, connections, { status = () => 200 } = {}) {
  const requested = [];
  const run = (from) => {
    const {
      bytes = Number.POSITIVE_INFINITY,
      breaks = true,
      chunk = 16,
      hangs = false,
    } = connections[requested.length] ?? {};
    const left = encoder.encode(events.slice(from).join("")).slice(0, bytes);
    const isWhole = bytes === Number.POSITIVE_INFINITY;
    let at = 0;
    return new ReadableStream(
      {
        async pull(controller) {
          if (at < left.length) controller.enqueue(left.slice(at, (at += chunk)));
          else if (hangs) await new Promise(() => {});
          else if (breaks && !isWhole) controller.error(new TypeError("terminated"));
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  };
  const headers = { "content-type": "text/event-stream" };
  return {
    requested,
    run: async () => new Response(run(0), { headers: { ...headers, "cf-aig-run-id": "run 1" } }),
    async fetch(url, { method }) {
      const from = Number(new URL(url).searchParams.get("from"));
      requested.push(`${method} ${url}`);
      const code = status(requested.length);
      if (code !== 200) return Response.json({ error: "no" }, { status: code });
      return new Response(run(from), { headers });
    },
  };
}

const CHAT = [
  ": hello\n\n",
  ...["Grüße ", "aus ", "語", "🦀."].map(
    (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
  ),
  ": ping\r\n\r\n",
  'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
  "data: [DONE]\n\n",
];
const TEXT = "Grüße aus 語🦀.";
const of = (lib, binding, options) =>
  new lib.WorkersAI({ binding, gateway: "mine", maxRetries: 0, ...options });

test("cut at every byte, no event is lost and none comes twice", async ({ lib }) => {
  const whole = CHAT.join("");
  const { length } = encoder.encode(whole);
  for (let bytes = 0; bytes < length; bytes++) {
    const binding = keeper(CHAT, [
      { bytes, breaks: bytes % 2 === 0 },
      { bytes: 90, chunk: 7 },
    ]);
    const stream = await of(lib, binding).streamText(GPT, "x", { resume: true });
    const texts = [];
    for await (const event of stream) if (event.type === "text") texts.push(event.text);
    deepEqual(texts, ["Grüße ", "aus ", "語", "🦀."], `cut at ${bytes}`);
  }
});

test("the bytes of run are the run's own, and each address names the event", async ({ lib }) => {
  const lengths = CHAT.map((event) => encoder.encode(event).length);
  const binding = keeper(
    CHAT,
    lengths.map((bytes) => ({ bytes })),
  );
  const stream = await of(lib, binding).run(GPT, { messages: [], stream: true }, { resume: true });
  equal(await new Response(stream.toReadableStream()).text(), CHAT.join(""));
  deepEqual(
    binding.requested,
    lengths
      .slice(1)
      .map(
        (_, at) =>
          `GET https://workers-binding.ai/ai-gateway/gateways/mine/run/run%201/resume?from=${at + 1}`,
      ),
  );
});

test("a run that is gone leaves the failure of the connection, with what came", async ({ lib }) => {
  const binding = keeper(CHAT, [{ bytes: 120 }], { status: () => 404 });
  const stream = await of(lib, binding).streamText(GPT, "x", { resume: true });
  const error = await stream.text().catch((error) => error);
  deepEqual([error.code, binding.requested.length], ["NETWORK", 1]);
  ok(TEXT.startsWith(error.partial.text) && error.partial.text.length > 0);
});

test("the resuming is retried as any call is", async ({ lib }) => {
  const busy = (count) => (count === 1 ? 503 : 200);
  const binding = keeper(CHAT, [{ bytes: 120 }], { status: busy });
  const seen = [];
  const hooks = { onRequest: ({ endpoint, model }) => seen.push(endpoint ?? model) };
  const ai = of(lib, binding, { maxRetries: 1, hooks });
  const stream = await ai.streamText(GPT, "x", { resume: true, maxRetries: 1 });
  equal(await stream.text(), TEXT);
  deepEqual(seen, [GPT, "run.resume", "run.resume"]);
});

test("aborting, leaving and limits end a stream that is resumed", async ({ lib }) => {
  const hanging = [{ bytes: 120 }, { bytes: 60, hangs: true }];
  const controller = new AbortController();
  const options = { resume: true, signal: controller.signal };
  const stream = await of(lib, keeper(CHAT, hanging)).streamText(GPT, "x", options);
  const reading = stream.text();
  setTimeout(() => controller.abort(), 5);
  await rejects(reading, { code: "ABORTED" });
  const limited = await of(lib, keeper(CHAT, hanging)).streamText(GPT, "x", {
    resume: true,
    timeout: { idle: 20 },
  });
  await rejects(limited.text(), { code: "TIMEOUT" });
  const left = keeper(CHAT, hanging);
  for await (const event of await of(lib, left).streamText(GPT, "x", { resume: true })) {
    if (event.type === "text") break;
  }
  ok(left.requested.length <= 1);
});

test("with fallback, what breaks before the first word is resumed first", async ({ lib }) => {
  const binding = keeper(CHAT, [{ bytes: 20 }, { bytes: 5 }]);
  const stream = await of(lib, binding).streamText(GPT, "x", { resume: true, fallback: [CLAUDE] });
  equal(await stream.text(), TEXT);
  deepEqual(stream.meta.tried, [{ model: GPT }]);
});

test("a stand-in without fetch cannot", async ({ lib }) => {
  const { run } = keeper(CHAT, []);
  await rejects(of(lib, { run }).streamText(GPT, "x", { resume: true }), { code: "CONFIG" });
});
