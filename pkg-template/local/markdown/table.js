/** A table whose short rows would need more padding cells than this is not padded, which Markdown allows. */
const MOST_PADDED = 100_000;

/**
 * Formats rows of cells as a Markdown table with the first row as its head. The size is linear in the
 * cells.
 */
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
