/**
 * Measures the additional cost of a rejected call, with the same long conversation; in a process of its own,
 * printed as JSON.
 */
import { WorkersAI } from "workers-ai-wasm";
import { speak } from "../payloads/vocabulary.mjs";
import { median } from "../stats.mjs";

const { rounds, characters } = JSON.parse(process.argv[2]);

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
/** Characters per message. */
const MESSAGE = 2100;
const WARM_ROUNDS = 6;

const words = speak(50_000, 3);
const SHAPES = {
  "ASCII, one message": conversation(isASCII, characters),
  "ASCII, many messages": conversation(isASCII, MESSAGE),
  "mixed, many messages": conversation(() => true, MESSAGE),
};

const json = (value) => JSON.stringify(value);
const GOOD = json({ success: true, result: { response: "Hello" }, errors: [], messages: [] });
const REFUSED = json({
  success: false,
  result: null,
  errors: [
    {
      code: 5021,
      message:
        "AiError: The estimated number of input tokens (1050000) exceeded this model context window limit (24000).",
    },
  ],
  messages: [],
});
const headers = { "content-type": "application/json" };
const replyOf = (isGood) => new Response(isGood ? GOOD : REFUSED, { status: isGood ? 200 : 413, headers });

const cases = [];
for (const [shape, messages] of Object.entries(SHAPES)) {
  for (const door of ["REST", "binding"]) {
    let isGood = true;
    const options =
      door === "REST"
        ? { baseURL: "https://bench.invalid/ai", fetch: async () => replyOf(isGood) }
        : { binding: { run: async () => replyOf(isGood) } };
    const client = new WorkersAI({ ...options, maxRetries: 0 });
    const call = (good) => {
      isGood = good;
      return client.generateText(MODEL, { messages }).then(
        () => good || fail(),
        (error) => error.code === "CONTEXT_TOO_LONG" || error.status === 413 || fail(error),
      );
    };
    cases.push({ name: `${shape}, ${door}`, call, good: [], refused: [] });
  }
}

for (let round = -WARM_ROUNDS; round < rounds; round++) {
  for (const { call, good, refused } of cases) {
    // Not measured, as in rounds.mjs.
    await call(round % 4 < 2);
    // In turn the first one: garbage is collected after the same number of calls, which would always be the same one's.
    const isGoodFirst = round % 2 === 0;
    for (const isGood of [isGoodFirst, !isGoodFirst]) {
      (isGood ? good : refused).push(await cpuTime(() => call(isGood)));
    }
  }
}
const measured = cases.map(({ name, good, refused }) => [
  name,
  { good: median(good.slice(WARM_ROUNDS)), refused: median(refused.slice(WARM_ROUNDS)) },
]);
console.log(json({ characters, times: Object.fromEntries(measured) }));

/** CPU time in milliseconds: on a busy machine wall time includes other processes. */
async function cpuTime(run) {
  const before = process.cpuUsage();
  await run();
  return process.cpuUsage(before).user / 1000;
}

function conversation(isWanted, length) {
  const vocabulary = words.filter(isWanted);
  let place = 0;
  const text = (characters) => {
    let text = "";
    while (text.length < characters) {
      place = (7 * place + 13) % vocabulary.length;
      text += vocabulary[place];
    }
    return text.slice(0, characters);
  };
  return Array.from({ length: Math.ceil(characters / length) }, (_, at) => ({
    role: at % 2 === 0 ? "user" : "assistant",
    content: text(length),
  }));
}

function isASCII(word) {
  return /^[ -~]+$/.test(word);
}

function fail(cause) {
  throw new Error("the call ended otherwise", { cause });
}
