/** A table whose short rows would be padded to more cells than this is left as it is: Markdown takes short rows too. */
const MOST_PADDED = 100_000;

/** Rows of cells as a Markdown table; the first row is its head. Grows no faster than the cells do. */
export function toTable(rows) {
  if (rows.length === 0) return "";
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const padded = width * rows.length <= MOST_PADDED;
  const line = (cells) => {
    const all = padded ? [...cells, ...new Array(width - cells.length).fill("")] : cells;
    return `| ${all.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  };
  const [head, ...body] = rows;
  const rule = new Array(padded ? width : Math.max(1, head.length)).fill("---");
  return [line(head), line(rule), ...body.map(line)].join("\n");
}

/** A cell's text on one line. */
export const oneLine = (text) =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .join(" ");
