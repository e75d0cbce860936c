// JSON that is parsed in pieces: the same values and the same refusals as in one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../../../pkg-template/local/faces/json.js";
import { mostInOneTurn, TURN } from "../../../pkg-template/local/streams/turns.js";

const encoder = new TextEncoder();
const both = async (text) => {
  const whole = () => JSON.parse(text);
  const outcome = await parseJson(encoder.encode(text)).then(
    (value) => ({ value }),
    (error) => ({ code: error.code }),
  );
  let wanted;
  try {
    wanted = { value: whole() };
  } catch {
    wanted = { code: 5006 };
  }
  assert.deepEqual(outcome, wanted, text.length > 200 ? `${text.length} characters` : text);
};

function randomFrom(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const BLANK = " ".repeat(70_000);

test("small and large texts, right and wrong", async () => {
  const items = [
    "1",
    '"a"',
    "null",
    "[]",
    "{}",
    "[1,[2]]",
    '{"a":{"b":[]}}',
    '"\\\\"',
    '"\\""',
    '"é\\u0041"',
    "1e5",
  ];
  for (const item of [...items, "", "x", '"', "01", "[1", "]", '{"a"}', "nul", "1 2"])
    for (const frame of [
      (x) => x,
      (x) => `[${x}]`,
      (x) => `[${BLANK}${x}]`,
      (x) => `[${BLANK}${x},${BLANK}${x}]`,
      (x) => `[${x}${BLANK},${x}]`,
      (x) => `[${x},${BLANK}]`,
      (x) => `[,${x}${BLANK}]`,
      (x) => `[${x}${BLANK},,${x}]`,
      (x) => `{"k":${BLANK}${x}}`,
      (x) => `{"k"${BLANK}:${x},"__proto__":[${BLANK}${x}]}`,
      (x) => `{"k":[${x}${BLANK}],"k":[${BLANK}],"l":{"m":${BLANK}${x}}}`,
      (x) => `{${x}:[${BLANK}]}`,
      (x) => `{"k" ${x} [${BLANK}]}`,
      (x) => `[${x} [${BLANK}]]`,
      (x) => `[[${BLANK}] ${x}]`,
      (x) => `[[${BLANK}]${x}`,
      (x) => `[${BLANK}]${x}`,
      (x) => `${x}[${BLANK}]`,
      (x) => `[${BLANK}}${x}`,
    ])
      await both(frame(item));
});

test("random texts, with a character changed here and there", async () => {
  const random = randomFrom(1);
  const make = (depth) => {
    const kind = random(depth > 0 ? 7 : 4);
    if (kind === 0) return random(1000) / 7;
    if (kind === 1) return 'x\\"é '.repeat(random(3000));
    if (kind < 4) return [null, true, "", -0][random(4)];
    if (kind === 4)
      return Object.fromEntries(Array.from({ length: random(9) }, (_, at) => [`k${at}`, make(depth - 1)]));
    return Array.from({ length: random(9) }, () => make(depth - 1));
  };
  let large = 0;
  for (let round = 0; round < 60; round++) {
    const text = JSON.stringify(
      Array.from({ length: 6 }, () => make(5)),
      undefined,
      random(2),
    );
    if (text.length > 200_000) large += 1;
    await both(text);
    const at = random(text.length);
    await both(text.slice(0, at) + ',]}[{:"1'[random(8)] + text.slice(at + random(2)));
  }
  assert.ok(large > 10, String(large));
});

test("no turn has more than its share of a large text", async () => {
  mostInOneTurn();
  await parseJson(encoder.encode(`[${'{"a":[]},'.repeat(100_000)}1]`));
  await parseJson(encoder.encode(`[${"1,".repeat(4_000_000)}1]`));
  await parseJson(encoder.encode(`{"a":"${"x".repeat(15_000_000)}"}`));
  assert.ok(mostInOneTurn() <= TURN);
});
