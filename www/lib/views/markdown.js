// Markdown as elements: what documents are converted to (headings, lists, tables, quotes, code, rules, links, emphasis). Nothing of
// it becomes HTML by itself.

import { h } from "../dom.js";

/** @param {string} text @returns {HTMLElement} */
export function markdown(text) {
  const blocks = [];
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  for (let at = 0; at < lines.length; ) {
    const kind = KINDS.find(({ begins }) => begins(lines[at], lines[at + 1])) ?? PARAGRAPH;
    let end = at + 1;
    while (end < lines.length && kind.goesOn?.(lines[end], lines[end + 1], end - at, lines[end - 1])) end++;
    const element = kind.make(lines.slice(at, end));
    if (element) blocks.push(element);
    at = end;
  }
  return h("div", { className: "markdown" }, blocks);
}

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const FENCE = /^\s*(```|~~~)/;
const isRow = (line) => /^\s*\|.*\|\s*$/.test(line);

const KINDS = [
  { begins: (line) => line.trim() === "", make: () => null },
  {
    begins: (line) => HEADING.test(line),
    make: ([line]) => {
      const [, marks, text] = HEADING.exec(line);
      // The page has the first level itself.
      return h(`h${Math.min(6, marks.length + 1)}`, {}, inline(text));
    },
  },
  { begins: (line) => RULE.test(line), make: () => h("hr") },
  {
    begins: (line) => FENCE.test(line),
    goesOn: (_line, _next, count, last) => count === 1 || !FENCE.test(last),
    make: (lines) =>
      h(
        "pre",
        { className: "text-file" },
        lines.slice(1, FENCE.test(lines.at(-1)) ? -1 : undefined).join("\n"),
      ),
  },
  {
    begins: (line, next = "") => isRow(line) && /^\s*\|?[\s:|-]+\|?\s*$/.test(next) && next.includes("-"),
    goesOn: isRow,
    make: ([head, , ...rows]) =>
      h(
        "div",
        { className: "wide" },
        h(
          "table",
          { className: "table" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              cells(head).map((cell) => h("th", { scope: "col" }, inline(cell))),
            ),
          ),
          h(
            "tbody",
            {},
            rows.map((row) =>
              h(
                "tr",
                {},
                cells(row).map((cell) => h("td", {}, inline(cell))),
              ),
            ),
          ),
        ),
      ),
  },
  {
    begins: (line) => /^\s*>/.test(line),
    goesOn: (line) => /^\s*>/.test(line),
    make: (lines) =>
      h("blockquote", {}, inline(lines.map((line) => line.replace(/^\s*>\s?/, "")).join("\n"))),
  },
  {
    begins: (line) => ITEM.test(line),
    goesOn: (line) => ITEM.test(line) || /^\s{2,}\S/.test(line),
    make: (lines) =>
      h(
        /^\s*\d/.test(lines[0]) ? "ol" : "ul",
        {},
        items(lines).map((item) => h("li", {}, inline(item))),
      ),
  },
];

const PARAGRAPH = {
  goesOn: (line, next) => !KINDS.some(({ begins }) => begins(line, next)),
  make: (lines) => h("p", {}, inline(lines.join("\n"))),
};

function items(lines) {
  const found = [];
  for (const line of lines) {
    if (ITEM.test(line)) found.push(line.replace(ITEM, ""));
    else found[found.length - 1] += ` ${line.trim()}`;
  }
  return found;
}

const cells = (row) =>
  row
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

/**
 * Every repetition has a bound, and no two that follow each other take the same characters: a document is anybody's, and what does not
 * match must not be tried over all of the rest from each of its places.
 */
const INLINE =
  /`([^`]{1,1000})`|\*\*(.{1,1000}?)\*\*|\*([^*\s][^*]{0,1000})\*|!?\[([^[\]]{0,500})\]\(([^()\s]{0,2000})(?:\s[^()]{0,500})?\)/g;

/** Text with its code, emphasis and links. */
function inline(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, label, href] = match;
    if (match.index > end) parts.push(text.slice(end, match.index));
    if (code !== undefined) parts.push(h("code", {}, code));
    else if (strong !== undefined) parts.push(h("strong", {}, inline(strong)));
    else if (emphasis !== undefined) parts.push(h("em", {}, inline(emphasis)));
    else parts.push(link(label, href));
    end = match.index + whole.length;
  }
  return end < text.length ? [...parts, text.slice(end)] : parts;
}

/** Where it leads only if that is a page: documents come from anywhere. */
const link = (label, href) =>
  /^https?:/i.test(href) ? h("a", { href, rel: "noreferrer" }, label || href) : h("span", {}, label);
