import { toTable } from "./html.js";

const FIELD = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\n|\r|$)/g;

/** Rows of a CSV file; quoted fields may hold commas, quotes and line breaks. */
export function parseCSV(text) {
  const rows = [[]];
  for (const match of text.matchAll(FIELD)) {
    const [, field, separator] = match;
    if (field === "" && separator === "" && rows.at(-1).length === 0) break;
    rows.at(-1).push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (separator === "") break;
    if (separator !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** A table; line breaks inside a field become spaces. */
export const csvToMarkdown = (text) =>
  toTable(parseCSV(text).map((row) => row.map((field) => field.replace(/\s*[\r\n]+\s*/g, " "))));
