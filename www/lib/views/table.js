// Rows and columns.

import { h } from "../dom.js";

/**
 * @param {{ title: string, of: (row: any) => Node | string | undefined, number?: boolean }[]} columns the first one names the row
 * @param {any[]} rows
 * @param {string} caption
 */
export function table(columns, rows, caption) {
  const cell = ({ of, number }, row, index) => {
    const props = { className: number ? "number" : undefined };
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
          columns.map(({ title, number }) =>
            h("th", { scope: "col", className: number ? "number" : undefined }, title),
          ),
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
