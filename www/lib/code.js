// "The code that made it": the text of the very function that the page has run, with the values that it ran on.

import { h } from "./dom.js";

const LONGEST_TEXT = 160;

/**
 * @param {Function} run `({ ai, model, … }) => …`, as the page calls it
 * @param {Record<string, unknown>} values what of it stands above the code as constants
 */
export function codeBox(run, values) {
  const text = snippet(run, values);
  const copy = h("button", { type: "button", className: "quiet", onclick: () => copied(text, copy) }, "Copy");
  return h(
    "details",
    { className: "code" },
    h("summary", {}, "The code that made it"),
    h("pre", { tabIndex: 0 }, h("code", {}, text)),
    copy,
  );
}

async function copied(text, button) {
  await navigator.clipboard.writeText(text);
  button.textContent = "Copied";
}

export function snippet(run, values) {
  const body = bodyOf(run);
  const uses = (name) => new RegExp(`\\b${name}\\b`).test(body);
  const imports = ["WorkersAI", ...(uses("VectorIndex") ? ["VectorIndex"] : [])].join(", ");
  const constants = Object.entries(values)
    .filter(([name, value]) => value !== undefined && uses(name))
    .map(([name, value]) => `const ${name} = ${literal(value)};`);
  if (uses("signal")) constants.push("const { signal } = new AbortController();");
  return [
    `import { ${imports} } from "workers-ai-wasm";`,
    "",
    'const ai = new WorkersAI({ baseURL: "/ai" });',
    ...constants,
    "",
    body,
  ].join("\n");
}

/** What a function does, without its head; what it returns becomes a constant. */
function bodyOf(run) {
  const source = run.toString();
  const arrow = /^(?:async )?\(.*?\) =>\s*/s.exec(source);
  if (arrow && source[arrow[0].length] !== "{")
    return `const result = await ${dedent(source.slice(arrow[0].length))};`;
  const start = arrow ? arrow[0].length : source.indexOf(") {") + 2;
  const body = dedent(source.slice(start + 1, source.lastIndexOf("}")));
  return body
    .replace(/^return (?=ai\.)/gm, "const result = await ")
    .replace(/^return (?!{)/gm, "const result = ")
    .replace(/\n*^return \{.*\};$/gm, "");
}

/** Takes away the indentation that all lines have, but the first. */
function dedent(text) {
  const lines = text.replace(/^\n|\s+$/g, "").split("\n");
  const indents = lines
    .filter((line, index) => line.trim() && (index > 0 || /^\s/.test(line)))
    .map((line) => /^ */.exec(line)[0].length);
  const shared = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => (line.startsWith(" ".repeat(shared)) ? line.slice(shared) : line)).join("\n");
}

/** A value as one would write it. Files are what the page has them from. */
function literal(value, indent = "") {
  if (value instanceof Blob) {
    const file = `${value.name ?? "recording"}, ${value.type}, ${value.size} bytes`;
    return `document.querySelector("input[type=file]").files[0] /* ${file} */`;
  }
  if (typeof value === "string" && value.length > LONGEST_TEXT)
    return `${JSON.stringify(`${value.slice(0, LONGEST_TEXT)}…`)}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const members = isArray
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([name, member]) => `${keyOf(name)}: ${literal(member, inner)}`);
  const flat = isArray ? `[${members.join(", ")}]` : `{ ${members.join(", ")} }`;
  if (members.length === 0) return isArray ? "[]" : "{}";
  if (flat.length + indent.length < 90 && !flat.includes("\n")) return flat;
  const [open, close] = isArray ? "[]" : "{}";
  return `${open}\n${members.map((member) => `${inner}${member},`).join("\n")}\n${indent}${close}`;
}

const keyOf = (name) => (/^[\w$]+$/.test(name) ? name : JSON.stringify(name));
