/** The counts of the fault matrix, for the terminal: families down, doors across. */

/**
 * @param {{ runtime: string, family: string, door: string, ok: boolean }[]} cells
 * @returns {string}
 */
export function tableOf(cells) {
  const columns = [...new Set(cells.map(columnOf))];
  const families = [...new Set(cells.map(({ family }) => family))];
  const count = (chosen) => `${chosen.filter(({ ok }) => ok).length}/${chosen.length}`;
  const rows = families.map((family) => {
    const own = cells.filter((cell) => cell.family === family);
    const of = (column) => own.filter((cell) => columnOf(cell) === column);
    return [
      family,
      ...columns.map((column) => (of(column).length === 0 ? "" : count(of(column)))),
      count(own),
    ];
  });
  const total = [
    "total",
    ...columns.map((column) => count(cells.filter((cell) => columnOf(cell) === column))),
    count(cells),
  ];
  const table = [["passed/all", ...columns, "total"], ...rows, total];
  const widths = table[0].map((_, at) => Math.max(...table.map((row) => row[at].length)));
  return table
    .map((row) =>
      row.map((text, at) => (at === 0 ? text.padEnd(widths[0]) : text.padStart(widths[at]))).join("  "),
    )
    .join("\n");
}

const columnOf = ({ runtime, door }) => (door === "all" ? runtime : `${runtime} ${door}`);
