// The numbers that cross the boundary stand twice, in Rust and in JavaScript: they must be the same.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as objectRecords from "../../pkg-template/objects/records.js";
import * as records from "../../pkg-template/stream/records.js";

const known = { ...records };
const source = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const constantName = (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

/** The members of a Rust enum with their numbers, by the names that JavaScript would give them. */
function enumOf(rust, name) {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(rust)?.[1] ?? "";
  const members = [...body.matchAll(/^\s*(\w+) = (\d+),/gm)].map(([, member, number]) => [
    constantName(member),
    Number(number),
  ]);
  assert.ok(members.length > 0, `no enum ${name}`);
  return Object.fromEntries(members);
}

/** The numeric constants of a Rust module. */
function constantsOf(rust, from = "") {
  const start = rust.indexOf(from);
  const body = from === "" ? rust : rust.slice(start, rust.indexOf("\n}", start));
  const constants = body.matchAll(/^\s*pub const (\w+): \w+ = (?:1 << )?(\d+);/gm);
  return Object.fromEntries(
    [...constants].map(([text, name, number]) => [name, text.includes("<<") ? 1 << number : Number(number)]),
  );
}

function subset(expected, prefix = "") {
  for (const [name, number] of Object.entries(expected)) {
    assert.equal(known[prefix + name], number, prefix + name);
  }
}

test("kinds of record", async () => {
  const rust = await source("src/wire/record.rs");
  subset(enumOf(rust, "Kind"));
  const { WORDS, PLAIN, JOINED, SLOT_SHIFT } = constantsOf(rust);
  subset({ WORDS, PLAIN, JOINED, SLOT_SHIFT });
});

test("how many tokens there are", async () => {
  const { TOKENS } = constantsOf(await source("src/wire/intern.rs"));
  subset({ TOKENS });
});

test("places of holes", async () => {
  subset(enumOf(await source("src/wire/template.rs"), "Place"), "PLACE_");
});

test("the header and its flags", async () => {
  const rust = await source("src/wire/engine.rs");
  const { WORDS: _words, TEXT, ...header } = constantsOf(rust, "pub mod header");
  subset({ ...header, TEXT_AREA: TEXT });
  subset(constantsOf(rust, "pub mod flags"));
});

test("reasons to finish", async () => {
  const reasons = enumOf(await source("src/wire/dialect/finish.rs"), "FinishReason");
  const words = Object.keys(reasons).map((name) => name.toLowerCase().replace("_", "-"));
  assert.deepEqual(records.FINISH_REASONS, words);
});

test("records of JSON that comes in pieces", async () => {
  const rust = await source("src/wire/partial_json/record.rs");
  const machine = await source("src/wire/partial_json/mod.rs");
  const { PIECE } = constantsOf(
    (await source("src/js/objects/machine.rs")).replace("const PIECE", "pub const PIECE"),
  );
  const { MAX_CARRIED: CARRIED } = constantsOf(machine);
  const { DONE, TEXT: WITHIN_TEXT } = enumOf(machine, "Phase");
  const { COUNT, PHASE_SHIFT, WORDS, ...same } = objectRecords;
  assert.deepEqual({ ...constantsOf(rust), PIECE, CARRIED, DONE, WITHIN_TEXT }, same);
  assert.deepEqual([WORDS, COUNT + 1, PHASE_SHIFT], [3, 1 << 24, 24]);
});
