/**
 * The calls of the soak: what each does, and how it must end. A call that gives something else, or fails in another way, has gone
 * wrong.
 */
import assert from "node:assert/strict";

export const CHAT = "@cf/meta/llama-3.1-8b-instruct";
const MODERN = "@cf/swiss-ai/apertus-v1.5-8b";
const EMBEDDINGS = "@cf/baai/bge-small-en-v1.5";
const DIMENSIONS = 384;

const fault = (text) => ({ headers: { "x-local-fault": text } });
/** For failures that are asked for: nobody needs to wait for them. */
const once = { maxRetries: 0 };

/** A failure that is wanted: gives its code. */
async function fails(code, call) {
  let result;
  try {
    result = await call();
  } catch (error) {
    if (error?.code !== code) throw error;
    return code;
  }
  throw new Error(`${code} was expected, but the call gave ${JSON.stringify(result)?.slice(0, 100)}`);
}

async function readToEnd(stream) {
  let text = "";
  let finished = 0;
  for await (const event of stream) {
    if (event.type === "text") text += event.text;
    else if (event.type === "finish") finished++;
  }
  assert.equal(finished, 1);
  assert.ok(text.length > 0);
}

/** The stand-in's answer to a prompt holds the prompt. */
const prompt = (number) => `Say ${number}`;

/**
 * What a call may be, and how many of a hundred are so. `run` gets the client, the call's number, and gives nothing, or the code with
 * which it failed as it should.
 *
 * @type {{ name: string, share: number, run: (ai: object, number: number) => Promise<string | void> }[]}
 */
export const CALLS = [
  {
    name: "run",
    share: 14,
    async run(ai, number) {
      const { response } = await ai.run(CHAT, { prompt: prompt(number) });
      assert.ok(response.length > 0);
    },
  },
  {
    name: "generateText",
    share: 14,
    async run(ai, number) {
      const { text, finishReason } = await ai.generateText(number % 2 ? CHAT : MODERN, prompt(number));
      assert.ok(text.length > 0);
      assert.equal(finishReason, "stop");
    },
  },
  {
    name: "streamText, every event",
    share: 18,
    run: async (ai, number) => readToEnd(await ai.streamText(number % 2 ? CHAT : MODERN, prompt(number))),
  },
  {
    name: "streamText, its text",
    share: 8,
    async run(ai, number) {
      assert.ok((await (await ai.streamText(CHAT, prompt(number))).text()).length > 0);
    },
  },
  {
    name: "run, the chunks of a stream",
    share: 4,
    async run(ai, number) {
      let length = 0;
      const chunks = await ai.run(CHAT, { prompt: prompt(number), stream: true });
      for await (const chunk of chunks) length += chunk.response?.length ?? 0;
      assert.ok(length > 0);
    },
  },
  {
    name: "embed",
    share: 12,
    async run(ai, number) {
      const { rows, shape } = await ai.embed(EMBEDDINGS, [prompt(number), "and another"]);
      assert.deepEqual(shape, [2, DIMENSIONS]);
      assert.equal(rows[1].length, DIMENSIONS);
    },
  },
  {
    name: "streamText, left in the middle",
    share: 3,
    async run(ai, number) {
      for await (const event of await ai.streamText(CHAT, prompt(number), fault("chunk=40, pace=1"))) {
        if (event.type === "text") break;
      }
    },
  },
  {
    name: "streamText, aborted by its signal",
    share: 3,
    async run(ai, number) {
      const controller = new AbortController();
      const options = { signal: controller.signal, ...fault("stall=200") };
      const stream = await ai.streamText(CHAT, prompt(number), options);
      return fails("ABORTED", async () => {
        for await (const event of stream) if (event.type === "text") controller.abort();
      });
    },
  },
  {
    name: "generateText, aborted before its answer",
    share: 2,
    async run(ai, number) {
      const controller = new AbortController();
      const call = ai.generateText(CHAT, prompt(number), { signal: controller.signal, ...fault("hang") });
      setImmediate(() => controller.abort());
      return fails("ABORTED", () => call);
    },
  },
  {
    name: "streamText, an error in the middle",
    share: 3,
    async run(ai, number) {
      const stream = await ai.streamText(CHAT, prompt(number), fault("error-event, after=3"));
      return fails("CAPACITY", () => readToEnd(stream));
    },
  },
  {
    name: "streamText, cut off",
    share: 2,
    async run(ai, number) {
      const stream = await ai.streamText(CHAT, prompt(number), fault("truncate=200"));
      return fails("TRUNCATED", () => readToEnd(stream));
    },
  },
  {
    name: "streamText, the connection breaks",
    share: 2,
    async run(ai, number) {
      const stream = await ai.streamText(CHAT, prompt(number), fault("drop=200"));
      return fails("NETWORK", () => readToEnd(stream));
    },
  },
  {
    name: "streamText, garbage in the middle",
    share: 1,
    async run(ai, number) {
      const stream = await ai.streamText(CHAT, prompt(number), fault("garbage, after=2"));
      return fails("MALFORMED_RESPONSE", () => readToEnd(stream));
    },
  },
  {
    name: "generateText, retried once",
    share: 3,
    async run(ai, number) {
      const { meta } = await ai.generateText(
        CHAT,
        prompt(number),
        fault(`capacity, retry-after=0, times=1, id=${number}`),
      );
      assert.equal(meta.attempts, 2);
    },
  },
  {
    name: "streamText, no byte in time",
    share: 1,
    run: (ai, number) =>
      fails("TIMEOUT", () =>
        ai.streamText(CHAT, prompt(number), { ...once, timeout: { firstByte: 10 }, ...fault("hang") }),
      ),
  },
  {
    name: "streamText, silent for too long",
    share: 1,
    async run(ai, number) {
      const options = { ...once, timeout: { idle: 10 }, ...fault("stall=200") };
      const stream = await ai.streamText(CHAT, prompt(number), options);
      return fails("TIMEOUT", () => readToEnd(stream));
    },
  },
  ...[
    ["INVALID_INPUT", "error=5006"],
    ["MODEL_DEPRECATED", "deprecated"],
    ["CONTEXT_EXCEEDED", "context"],
    ["DAILY_QUOTA", "quota"],
    ["RATE_LIMITED", "rate-limit"],
    ["AUTH", "auth"],
    ["CONTENT_BLOCKED", "blocked"],
    ["SERVER", "edge"],
  ].map(([code, text]) => ({
    name: `refused: ${code}`,
    share: 1,
    run: (ai, number) =>
      fails(code, () => ai.run(CHAT, { prompt: prompt(number) }, { ...once, ...fault(text) })),
  })),
  {
    name: "refused before any request",
    share: 1,
    run: (ai) => fails("INVALID_INPUT", () => ai.embed(EMBEDDINGS, [])),
  },
];

/** A hundred calls, the kinds well mixed; the n-th call is the (n mod 100)th of them. */
export const MIX = mixed();

function mixed() {
  const places = CALLS.flatMap((call) => new Array(call.share).fill(call));
  assert.equal(places.length, 100);
  // 37 has no divisor in common with 100, so that every place comes once.
  return places.map((_, index) => places[(index * 37) % 100]);
}
