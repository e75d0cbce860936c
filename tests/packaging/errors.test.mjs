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

test("every number that the core knows has a row", () => {
  const [, table] = source("src/codes.rs").split("pub const TABLE");
  const known = [...table.split("];\n")[0].matchAll(/\brow\(\s*(\d+),/g)].map(([, number]) => number);
  assert.ok(known.length > 40);
  assert.deepEqual([...new Set(rowsOf(byNumber).map(([number]) => number))], known);
});

test("every number that the local service gives has a row, with its status", () => {
  const given = [...source("pkg-template/local/errors.js").matchAll(/^ {2}(\d+): \[\s*(\d+),/gm)];
  assert.ok(given.length > 40);
  const statuses = new Map(rowsOf(byNumber).map(([number, status]) => [number, status]));
  for (const [, number, status] of given) {
    const listed = statuses.get(number);
    assert.ok(listed !== undefined, `${number} has no row`);
    assert.ok(listed === "varies" || listed.includes(status), `${number}: ${status} is not in "${listed}"`);
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
