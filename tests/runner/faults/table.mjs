/**
 * Formats the counts of the fault matrix for the terminal: families in rows, doors in columns; and totals by
 * runtime.
 */

/** The door of checks that concern a whole runtime. */
const ALL = "all";

/**
 * @param {{ runtime: string, family: string, door: string, ok: boolean }[]} cells
 * @returns {string}
 */
export function tableOf(cells) {
  const doors = valuesOf(cells, "door").filter((door) => door !== ALL);
  const rowOf = (name, chosen) => [
    name,
    ...doors.map((door) => count(chosen.filter((cell) => cell.door === door))),
    count(chosen),
  ];
  const rowsOf = (key) =>
    valuesOf(cells, key).map((value) =>
      rowOf(
        value,
        cells.filter((cell) => cell[key] === value),
      ),
    );
  const head = ["passed/all", ...doors, "total"];
  return aligned([head, ...rowsOf("family"), rowOf("total", cells), [], ...rowsOf("runtime")]);
}

const valuesOf = (cells, key) => [...new Set(cells.map((cell) => cell[key]))];

const count = (cells) => (cells.length === 0 ? "" : `${cells.filter(({ ok }) => ok).length}/${cells.length}`);

function aligned(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const pad = (text, at) => (at === 0 ? text.padEnd(widths[0]) : text.padStart(widths[at]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
