// HTML to Markdown: a tolerant scanner and a walk over its tree. Enough for pages as they are; not a browser.

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const RAW = new Set(["script", "style", "noscript", "template", "textarea", "title"]);
const DROPPED = new Set(["script", "style", "noscript", "template", "head", "svg", "iframe"]);
const BLOCKS = new Set(
  "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split(
    " ",
  ),
);
/** Elements that end when a like one begins. */
const CLOSES = {
  li: ["li"],
  p: ["p"],
  tr: ["tr", "td", "th"],
  td: ["td", "th"],
  th: ["td", "th"],
  dt: ["dt", "dd"],
  dd: ["dt", "dd"],
  option: ["option"],
};
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<![^>]*>|<\?[^>]*>|<\/([a-z][\w:-]*)[^>]*>|<([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<]+|</gi;
const ATTRIBUTE = /([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const ENTITIES = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  mdash: "—",
  ndash: "–",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  euro: "€",
};
const DEEPEST = 512;

/** Text with its entities resolved. */
export const decodeEntities = (text) =>
  text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return ENTITIES[name] ?? whole;
    const code =
      name[1] === "x" || name[1] === "X" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** The tree of a document: `{ name, attributes, children }`, text as strings. XML is read by the same rules. */
export function parse(text) {
  const root = { name: "", attributes: {}, children: [] };
  const open = [root];
  const scanner = new RegExp(TOKEN);
  for (let match = scanner.exec(text); match; match = scanner.exec(text)) {
    const [token, end, start, rest] = match;
    if (end) close(open, end.toLowerCase());
    else if (start) scanner.lastIndex = begin(open, start.toLowerCase(), rest, text, scanner.lastIndex);
    else if (!token.startsWith("<!") && !token.startsWith("<?"))
      open.at(-1).children.push(decodeEntities(token));
    else if (token.startsWith("<![CDATA[")) open.at(-1).children.push(token.slice(9, -3));
  }
  return root;
}

function begin(open, name, rest, text, at) {
  for (const sibling of CLOSES[name] ?? []) if (open.at(-1).name === sibling) open.pop();
  const attributes = {};
  for (const [, key, ...values] of rest.matchAll(ATTRIBUTE))
    attributes[key.toLowerCase()] = decodeEntities(values.find((value) => value !== undefined) ?? "");
  const node = { name, attributes, children: [] };
  open.at(-1).children.push(node);
  if (VOID.has(name) || rest.trimEnd().endsWith("/")) return at;
  if (!RAW.has(name)) {
    if (open.length < DEEPEST) open.push(node);
    return at;
  }
  const found = text.slice(at).search(new RegExp(`</${name}`, "i"));
  const end = found < 0 ? text.length : at + found;
  node.children.push(text.slice(at, end));
  return end;
}

function close(open, name) {
  const index = open.findLastIndex((node) => node.name === name);
  if (index > 0) open.length = index;
}

/** The first element that matches; selectors are a name, `.class`, `#id`, or a name with one of these. */
export function select(node, selector) {
  const [, name, kind, value] = /^([\w-]*)(?:([.#])([\w-]+))?$/.exec(selector.trim()) ?? [];
  const matches = ({ name: own, attributes }) =>
    (!name || own === name.toLowerCase()) &&
    (kind !== "." || (attributes.class ?? "").split(/\s+/).includes(value)) &&
    (kind !== "#" || attributes.id === value);
  const search = (child) =>
    typeof child === "string"
      ? null
      : matches(child)
        ? child
        : child.children.reduce((found, next) => found ?? search(next), null);
  return node.children.reduce((found, child) => found ?? search(child), null);
}

/** All text below a node. */
export const textOf = (node) => (typeof node === "string" ? node : node.children.map(textOf).join(""));

/**
 * @param {string} html
 * @param {{ hostname?: string, cssSelector?: string }} [options]
 */
export function htmlToMarkdown(html, { hostname, cssSelector } = {}) {
  const tree = parse(html);
  const root = (cssSelector && select(tree, cssSelector)) || tree;
  const title = cssSelector ? "" : textOf(select(tree, "title") ?? "").trim();
  const base = hostname && (/^https?:/.test(hostname) ? hostname : `https://${hostname}`);
  const body = tidy(blocks(root, { base, depth: 0 }));
  return title && !body.startsWith("# ") ? `# ${title}\n\n${body}` : body;
}

const tidy = (text) =>
  text
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

/** Children as blocks: runs of inline content become paragraphs. */
function blocks(node, context) {
  const parts = [];
  let run = [];
  const flush = () => {
    const text = inline({ children: run }, context).trim();
    if (text) parts.push(text);
    run = [];
  };
  for (const child of node.children) {
    if (typeof child !== "string" && BLOCKS.has(child.name)) {
      flush();
      parts.push(block(child, context));
    } else run.push(child);
  }
  flush();
  return parts.filter(Boolean).join("\n\n");
}

function block(node, context) {
  const { name } = node;
  if (/^h[1-6]$/.test(name)) return `${"#".repeat(Number(name[1]))} ${inline(node, context).trim()}`;
  if (name === "hr") return "---";
  if (name === "pre") return `\`\`\`\n${textOf(node).replace(/\n$/, "")}\n\`\`\``;
  if (name === "blockquote") return blocks(node, context).replace(/^/gm, "> ");
  if (name === "ul" || name === "ol") return list(node, context);
  if (name === "table") return table(node, context);
  return blocks(node, context);
}

function list(node, context) {
  const items = node.children.filter((child) => child.name === "li");
  return items
    .map((item, index) => {
      const mark = node.name === "ol" ? `${index + 1}. ` : "- ";
      const text = blocks(item, context).replace(/\n\n(?=\s*(?:-|\d+\.) )/g, "\n");
      return mark + text.replaceAll("\n", `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}

function rowsOf(node) {
  return node.children.flatMap((child) =>
    child.name === "tr" ? [child] : typeof child === "string" || child.name === "table" ? [] : rowsOf(child),
  );
}

const table = (node, context) =>
  toTable(
    rowsOf(node).map((row) =>
      row.children
        .filter(({ name }) => name === "td" || name === "th")
        .map((cell) => blocks(cell, context).replace(/\s*\n\s*/g, " ")),
    ),
  );

/** Rows of cells as a Markdown table; the first row is its head. */
export function toTable(rows) {
  if (rows.length === 0) return "";
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells) =>
    `| ${Array.from({ length: width }, (_, index) => (cells[index] ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
  const [head, ...body] = rows;
  return [line(head), line(new Array(width).fill("---")), ...body.map(line)].join("\n");
}

const address = (url, { base }) => {
  try {
    return base ? new URL(url, base).href : url;
  } catch {
    return url;
  }
};

function inline(node, context) {
  return node.children
    .map((child) => (typeof child === "string" ? child.replace(/\s+/g, " ") : element(child, context)))
    .join("");
}

function element(node, context) {
  const { name, attributes } = node;
  if (DROPPED.has(name) || name === "title") return "";
  if (BLOCKS.has(name)) return `\n\n${block(node, context)}\n\n`;
  const text = inline(node, context);
  const wrapped = (mark) => (text.trim() ? `${mark}${text.trim()}${mark}` : "");
  switch (name) {
    case "br":
      return "\n";
    case "b":
    case "strong":
      return wrapped("**");
    case "i":
    case "em":
      return wrapped("*");
    case "del":
    case "s":
      return wrapped("~~");
    case "code":
      return wrapped("`");
    case "a":
      return attributes.href ? `[${text.trim()}](${address(attributes.href, context)})` : text;
    case "img":
      return attributes.src ? `![${attributes.alt ?? ""}](${address(attributes.src, context)})` : "";
    default:
      return text;
  }
}
