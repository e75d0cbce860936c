/** ERRORS.md is whole, and says the same as the typings. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const { TEST_INSTALLED: installed } = process.env;
const read = (...file) => readFileSync(path.join(...file), "utf8");
const source = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

/** The tables of a Markdown text, each a list of rows, each a list of cells. */
function tablesOf(text) {
  return text.split("\n## ").map((part) =>
    part
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.slice(2, -2).split(" | ")),
  );
}

const [, byCode, byNumber, byStatus] = tablesOf(read(installed, "ERRORS.md"));
const rowsOf = (table) => table.slice(2);
const bare = (cell) => cell.replaceAll("`", "");
const codes = rowsOf(byCode).map(([code]) => bare(code));
/** What each kind says of itself in the first table. */
const retriedOf = new Map(rowsOf(byCode).map(([code, , retried]) => [bare(code), retried]));

test("three tables, each as wide as its head, with no empty cell", () => {
  for (const table of [byCode, byNumber, byStatus]) {
    assert.ok(table.length > 5);
    for (const row of table) {
      assert.equal(row.length, table[0].length, row.join(" | "));
      for (const cell of row) assert.notEqual(cell.trim(), "", row.join(" | "));
    }
  }
});

const { codes: numbers } = JSON.parse(source("src/codes/service.json"));

test("every number of the table has a row, with its statuses", () => {
  assert.ok(numbers.length > 40);
  const listed = new Map(rowsOf(byNumber).map(([number, status]) => [number, status]));
  assert.deepEqual(
    [...listed.keys()],
    numbers.map(({ number }) => String(number)),
  );
  for (const { number, statuses } of numbers)
    for (const status of statuses) assert.ok(listed.get(String(number)).includes(status), String(number));
});

test("the local service has a name, a text and a status for every number", () => {
  for (const { number, statuses, status, name, message } of numbers) {
    assert.ok(name && message, String(number));
    assert.ok((status ?? statuses[0]) >= 400, String(number));
    assert.ok(statuses.length === 0 || status === undefined, String(number));
  }
});

test("no table says of a kind of failure what another does not", () => {
  for (const row of [...rowsOf(byNumber), ...rowsOf(byStatus)]) {
    const at = row.findIndex((cell) => cell.startsWith("`"));
    assert.equal(row[at + 1], retriedOf.get(bare(row[at])), row.join(" | "));
  }
});

test("the typings list the same codes, with the same ones retried", () => {
  const typings = read(installed, "dist", "api.d.ts");
  const [, union] = /export type WorkersAIErrorCode =([^;]+);/.exec(typings);
  const typed = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert.deepEqual(typed.toSorted(), codes.toSorted());
  const [, comment] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export type WorkersAIErrorCode/.exec(typings);
  const described = comment.matchAll(/^ *\* \| ((?:`\w+`(?:, )?)+) \| (.*) \|$/gm);
  const retried = new Map(
    [...described].flatMap(([, names, text]) =>
      [...names.matchAll(/\w+/g)].map(([code]) => [code, text.endsWith("(retried)")]),
    ),
  );
  for (const code of codes) assert.equal(retried.get(code), retriedOf.get(code) !== "no", code);
});

test("the readme names no other code, and the retried ones rightly", () => {
  const readme = read(installed, "README.md");
  const [, sentence] = /((?:`[A-Z_]+`(?:, | and )?)+) are retried/.exec(readme);
  const named = [...sentence.matchAll(/[A-Z_]+/g)].map(([code]) => code).toSorted();
  assert.deepEqual(named, codes.filter((code) => retriedOf.get(code) !== "no").toSorted());
});
