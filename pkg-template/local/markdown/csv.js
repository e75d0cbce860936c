import Papa from "papaparse";
import { oneLine, toTable } from "./table.js";

/** A table; line breaks inside a field become spaces. */
export function csvToMarkdown(text) {
  const { data } = Papa.parse(text, { skipEmptyLines: true });
  return toTable(data.map((row) => row.map(oneLine)));
}
