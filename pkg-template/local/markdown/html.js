// Converts HTML to Markdown in a walk over the parsed tree. The nesting of elements that copy their
// contents (quotes, lists, tables, marks) is limited, so that the work is proportional to the page.

import { selectOne } from "css-select";
import { oneLine, toTable } from "./table.js";
import { childrenOf, isElement, parse, textOf } from "./tree.js";

const DROPPED = new Set("script style noscript template head svg iframe title".split(" "));
const BLOCKS = new Set(
  "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split(
    " ",
  ),
);
const MARKS = { b: "**", strong: "**", i: "*", em: "*", del: "~~", s: "~~", code: "`" };
const MOST_LEVELS = 24;

/**
 * @param {string} html
 * @param {{ hostname?: string, cssSelector?: string }} [options]
 */
export function htmlToMarkdown(html, { hostname, cssSelector } = {}) {
  const tree = parse(html);
  const root = (cssSelector && found(cssSelector, tree)) || tree;
  const title = cssSelector ? "" : textOf(selectOne("title", tree)).trim();
  const base = hostname && (/^https?:/.test(hostname) ? hostname : `https://${hostname}`);
  const body = tidy(blocks(root, { base, level: 0 }));
  return title && !body.startsWith("# ") ? `# ${title}\n\n${body}` : body;
}

function found(selector, tree) {
  try {
    return selectOne(String(selector), tree);
  } catch {
    throw new Error("the CSS selector can't be read");
  }
}

const tidy = (text) =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

/** Children as blocks: runs of inline content become paragraphs. */
function parts(node, context) {
  const all = [];
  let run = [];
  const flush = () => {
    const text = inline(run, context).trim();
    if (text) all.push({ text });
    run = [];
  };
  for (const child of childrenOf(node)) {
    if (!BLOCKS.has(child.name)) {
      run.push(child);
      continue;
    }
    flush();
    const text = block(child, context);
    if (text) all.push({ text, isList: child.name === "ul" || child.name === "ol" });
  }
  flush();
  return all;
}

const blocks = (node, context) =>
  parts(node, context)
    .map(({ text }) => text)
    .join("\n\n");

function block(node, context) {
  const { name } = node;
  if (/^h[1-6]$/.test(name)) return `${"#".repeat(Number(name[1]))} ${inline(node.children, context).trim()}`;
  if (name === "hr") return "---";
  if (name === "pre") return `\`\`\`\n${textOf(node).replace(/\n$/, "")}\n\`\`\``;
  if (context.level >= MOST_LEVELS) return blocks(node, context);
  const deeper = { ...context, level: context.level + 1 };
  if (name === "blockquote") return blocks(node, deeper).replace(/^/gm, "> ");
  if (name === "ul" || name === "ol") return list(node, deeper);
  if (name === "table") return table(node, deeper);
  return blocks(node, context);
}

function list(node, context) {
  const items = childrenOf(node).filter((child) => child.name === "li");
  return items
    .map((item, index) => {
      const mark = node.name === "ol" ? `${index + 1}. ` : "- ";
      const text = parts(item, context)
        .map(({ text, isList }, at) => (at === 0 ? text : `${isList ? "\n" : "\n\n"}${text}`))
        .join("");
      return mark + text.replaceAll("\n", `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}

const rowsOf = (node) =>
  childrenOf(node).flatMap((child) =>
    child.name === "tr" ? [child] : !isElement(child) || child.name === "table" ? [] : rowsOf(child),
  );

const table = (node, context) =>
  toTable(
    rowsOf(node).map((row) =>
      childrenOf(row)
        .filter(({ name }) => name === "td" || name === "th")
        .map((cell) => oneLine(blocks(cell, context))),
    ),
  );

const address = (url, { base }) => {
  try {
    return base ? new URL(url, base).href : url;
  } catch {
    return url;
  }
};

const inline = (nodes, context) =>
  nodes
    .map((node) =>
      node.type === "text" ? node.data.replace(/\s+/g, " ") : isElement(node) ? element(node, context) : "",
    )
    .join("");

function element(node, context) {
  const { name, attribs } = node;
  if (DROPPED.has(name)) return "";
  if (name === "br") return "\n";
  if (BLOCKS.has(name)) return `\n\n${block(node, context)}\n\n`;
  if (name === "img") return attribs.src ? `![${attribs.alt ?? ""}](${address(attribs.src, context)})` : "";
  const isLink = name === "a" && attribs.href;
  if ((!MARKS[name] && !isLink) || context.level >= MOST_LEVELS) return inline(node.children, context);
  const text = inline(node.children, { ...context, level: context.level + 1 });
  if (isLink) return `[${text.trim()}](${address(attribs.href, context)})`;
  return text.trim() ? MARKS[name] + text.trim() + MARKS[name] : "";
}
