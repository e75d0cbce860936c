/** Patterns of schemas: as the runtime matches them, in time that is linear in the text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { issuesOf } from "../../../pkg-template/json-schema.js";
import { isRisky, matcherOf } from "../../../pkg-template/patterns.js";

const PATTERNS = [
  ...[
    "",
    "^$",
    "^a+$",
    "a|b",
    "^(?:a|b)*c$",
    "[a-z]{2,4}",
    "^\\d{3}-\\d{4}$",
    "\\bfoo\\b",
    "\\Bx",
    "^.*x",
    "a{0}",
  ],
  ...[
    "^[^\\s@]+@[^\\s@]+\\.[a-z]{2,}$",
    "\\p{L}+",
    "^\\u{1F600}$",
    "^\\uD83D\\uDE00$",
    "(?<n>ab)+",
    "^(a?){3}$",
  ],
  ...[
    "(?=x)y|a",
    "(a)\\1",
    "^\\w+?$",
    "[\\]\\-]",
    "\\cJ",
    "\\x41",
    "^(?:(?:a|ab)(?:c|bcd)(?:d*))$",
    "^(a*)*$",
  ],
  ...["^\\[a\\]$", "\\$", "^\\S+(?: \\S+)*$", "(?!b)a", "[^]", "^[\\w.+-]+$", "\\/", "(|a)b", "(?:)+"],
];
const TEXTS = [
  ...[
    "",
    "a",
    "b",
    "aaa",
    "abc",
    "ab",
    "ac",
    "c",
    "foo",
    "a foo b",
    "food",
    "xfoo",
    "555-1234",
    "a@b.co",
    "é",
  ],
  ...["\u{1F600}", "x", "xx", "A", "]", "-", "\n", "$", "[a]", "abcd", "abbcd", "y", "aa", " a b", "a b c"],
  ...["\ud83d", "/", "a.b+c", "b"],
];

test("a pattern matches what the runtime matches", () => {
  for (const pattern of PATTERNS) {
    const [own, theirs] = [matcherOf(pattern), new RegExp(pattern, "u")];
    for (const text of TEXTS)
      assert.equal(own(text), theirs.test(text), `${pattern} on ${JSON.stringify(text)}`);
  }
  for (const wrong of ["(", "[", "a{2,1}", "\\q", "*"]) assert.throws(() => matcherOf(wrong), SyntaxError);
});

test("patterns that backtrack are matched in linear time", () => {
  // Each of them would take the runtime's own matcher longer than anybody waits.
  for (const [pattern, text] of [
    ["^(a+)+$", `${"a".repeat(50_000)}!`],
    ["^(a|a)*$", `${"a".repeat(50_000)}!`],
    ["(x+x+)+y", "x".repeat(20_000)],
    ["^(\\w+\\s?)*$", `${"word ".repeat(5_000)}!`],
  ])
    assert.equal(matcherOf(pattern)(text), false, pattern);
});

test("what only the runtime can match is bounded, or refused", () => {
  assert.deepEqual(
    ["^(a+)+$", "(\\w+ )*", "^(?!x)(?:a*b)+$", "^a+b+$", "^(a|b){1,3}$", "^(?=.*\\d).{8,}$"].map(isRisky),
    [true, true, true, false, false, false],
  );
  assert.throws(() => matcherOf("^(?=.*[A-Z])(\\w+\\s?)+$"), /takes too long/);
  const password = matcherOf("^(?=.*[A-Z])(?=.*\\d).{8,}$");
  assert.deepEqual([password("Abcdefg1"), password("abcdefg1")], [true, false]);
  assert.throws(() => password("a".repeat(10_001)), /takes too long/);
});

test("a schema's patterns are issues as before, wherever they stand", () => {
  const code = { type: "string", pattern: "^(\\d+)+$" };
  const schema = {
    type: "object",
    properties: {
      code,
      pattern: { type: "string", const: "x" },
      list: { type: "array", items: { anyOf: [code, { $ref: "#/$defs/word" }] } },
      both: { allOf: [{ minLength: 2 }], pattern: "^a", format: "date" },
    },
    $defs: { word: { type: "string", pattern: "^[a-z]+$" } },
  };
  const paths = (value) => issuesOf(schema, value).map(({ path, message }) => [path.join("."), message]);
  assert.deepEqual(paths({ code: "12", pattern: "x", list: ["1", "ab"] }), []);
  assert.deepEqual(paths({ code: `${"1".repeat(40)}x` }), [["code", "String does not match pattern."]]);
  assert.equal(paths({ list: ["A"] }).length, 1);
  const both = paths({ both: "b" }).map(([, message]) => message);
  for (const words of ["format", "too short", "pattern"])
    assert.ok(
      both.some((message) => message.includes(words)),
      `${words}: ${both}`,
    );
  // Data of a schema is no schema.
  assert.deepEqual(issuesOf({ const: { pattern: "(" } }, { pattern: "(" }), []);
  assert.throws(() => issuesOf({ patternProperties: { "^(a+)+$": {} } }, {}), /repetition/);
});
