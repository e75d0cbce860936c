/** Every test stream gives the expected result, and identical events however the network cuts it. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import fixtures from "./fixtures.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { streamResponse } from "./stubs.mjs";
import { collect, summaryOf } from "./summary.mjs";

/** Up to this size all pairs of cuts are tried. */
const SHORT = 64;
/** Up to this size every single cut is tried, above it random ones; the core's own tests try all of all. */
const MIDDLING = 700;
const RANDOM_CUTS = 40;

const bytesOf = ({ base64 }) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** What one stream gave: its events, and how it ended. */
async function outcome(lib, fixture, pieces) {
  const ai = new lib.WorkersAI({
    baseURL: "https://example.com/ai",
    fetch: async () => streamResponse(pieces),
    maxRetries: 0,
  });
  return drain(await ai.streamText(fixture.model, "hi"));
}

async function drain(stream) {
  const events = [];
  try {
    for await (const event of stream) {
      const { raw: _raw, ...rest } = event;
      events.push(withPlainId(rest));
    }
  } catch (error) {
    return {
      events,
      code: error.code,
      internalCode: error.internalCode,
      partial: withPlainIds(error.partial),
    };
  }
  return { events };
}

/** Ids that the client makes up are different each time. */
function withPlainId(item) {
  return item.type === "tool-call" && typeof item.id === "string" ? { ...item, id: "an id" } : item;
}

function withPlainIds(partial) {
  return { ...partial, toolCalls: partial?.toolCalls?.map((call) => ({ ...call, id: "an id" })) };
}

function cutAt(bytes, positions) {
  const bounds = [0, ...positions, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

/** A small generator of numbers, so that a failure can be repeated. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const [index, fixture] of fixtures.entries()) {
  const bytes = bytesOf(fixture);

  testEachDoor(`${fixture.name}: the expected result`, async ({ door }) => {
    const { expected } = fixture;
    const stream = await door.client({ maxRetries: 0 }).streamText(fixture.model, "hi");
    if (expected.error) {
      const error = await rejects(collect(stream), { code: expected.error });
      deepEqual(error.partial, { ...error.partial, ...expected.partial });
      return;
    }
    const events = await collect(stream);
    const summary = summaryOf(events);
    equal(summary.text, expected.text);
    equal(summary.reasoning, expected.reasoning ?? "");
    equal(summary.finishReason, expected.finishReason);
    deepEqual(summary.usage, expected.usage);
    const wanted = expected.toolCalls ?? [];
    deepEqual(
      summary.toolCalls,
      wanted.map((call, at) => (call.id === undefined ? { ...call, id: summary.toolCalls[at]?.id } : call)),
    );
    const ids = summary.toolCalls.map(({ id }) => id);
    ok(
      ids.every((id) => typeof id === "string" && id !== "") && new Set(ids).size === ids.length,
      "ids are unique",
    );
    equal(events.filter(({ type }) => type === "finish").length, 1);
    equal(events.at(-1).type, "finish");
  });

  test(`${fixture.name}: cut at each single byte`, async ({ lib }) => {
    const whole = await outcome(lib, fixture, [bytes]);
    deepEqual(
      await outcome(
        lib,
        fixture,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
      whole,
      "byte by byte",
    );
    if (bytes.length > MIDDLING) return;
    for (let at = 1; at < bytes.length; at++) {
      deepEqual(await outcome(lib, fixture, cutAt(bytes, [at])), whole, `cut at ${at}`);
    }
  });

  test(`${fixture.name}: random cuts`, async ({ lib }) => {
    const whole = await outcome(lib, fixture, [bytes]);
    const random = generator(index + 1);
    for (let round = 0; round < RANDOM_CUTS; round++) {
      const share = random() * 0.2;
      const positions = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1).filter(
        () => random() < share,
      );
      deepEqual(await outcome(lib, fixture, cutAt(bytes, positions)), whole, `cuts ${positions.join()}`);
    }
  });
}

/** Short enough for all pairs, with what cuts can break: field names, CRLF, a character of several bytes, escapes. */
const PAIRS = [
  'data: {"response":"é"}\r\n\r\ndata: [DONE]\n\n',
  'data:{"response":"a\\u00e9","p":"x"}\n\ndata:[DONE]\n\n',
  'data: {"choices":[{"delta":{"content":"🦊"}}]}\n\ndata: [DONE]\n',
];

for (const source of PAIRS) {
  test(`all pairs of cuts: ${JSON.stringify(source)}`, async ({ lib }) => {
    const fixture = { model: "@cf/fixture/short" };
    const bytes = new TextEncoder().encode(source);
    ok(bytes.length <= SHORT);
    const whole = await outcome(lib, fixture, [bytes]);
    equal(whole.code, undefined);
    ok(summaryOf(whole.events).text.length > 0);
    for (let first = 1; first < bytes.length; first++) {
      for (let second = first + 1; second < bytes.length; second++) {
        deepEqual(
          await outcome(lib, fixture, cutAt(bytes, [first, second])),
          whole,
          `cuts ${first}, ${second}`,
        );
      }
    }
  });
}
