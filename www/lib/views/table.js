// Rows and columns.

import { h } from "../dom.js";

/**
 * @param {{ title: string, of: (row: any) => Node | string | undefined, kind?: "number" | "nowrap" | "long" }[]} columns the first one names
 *   the row
 * @param {any[]} rows
 * @param {string} caption
 */
export function table(columns, rows, caption) {
  const cell = ({ of, kind }, row, index) => {
    const props = { className: kind };
    return index === 0 ? h("th", { scope: "row", ...props }, of(row)) : h("td", props, of(row));
  };
  return h(
    "div",
    { className: "wide", tabIndex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      { className: "table" },
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map(({ title, kind }) => h("th", { scope: "col", className: kind }, title)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            columns.map((column, index) => cell(column, row, index)),
          ),
        ),
      ),
    ),
  );
}
