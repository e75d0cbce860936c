// The demo's view of Markdown, over a document of its own: what becomes which element, and that hostile text is no more work than its length.
import assert from "node:assert/strict";
import { test } from "node:test";

class Element {
  children = [];
  constructor(tag) {
    this.tag = tag;
  }
  append(...children) {
    this.children.push(...children);
  }
  setAttribute(name, value) {
    this[name] = value;
  }
  get text() {
    return this.children.map((child) => child.text ?? child).join("");
  }
}
globalThis.document = { createElement: (tag) => new Element(tag) };

const { markdown } = await import("../../www/lib/views/markdown.js");
const tree = (node) =>
  node.tag === undefined ? node : `<${node.tag}>${node.children.map(tree).join("")}</${node.tag}>`;

test("Markdown becomes elements", () => {
  const cases = [
    ["# Title", "<h2>Title</h2>"],
    ["a **b** *c* `d`", "<p>a <strong>b</strong> <em>c</em> <code>d</code></p>"],
    ["[a](https://a.example) [b](x)", "<p><a>a</a> <span>b</span></p>"],
    ['[a](https://a.example "title")!', "<p><a>a</a>!</p>"],
    ["- a\n- b\n  c", "<ul><li>a</li><li>b c</li></ul>"],
    ["1. a", "<ol><li>a</li></ol>"],
    ["```\na\n*b*\n```\nc", "<pre>a\n*b*</pre><p>c</p>"],
    ["> a\n> b", "<blockquote>a\nb</blockquote>"],
    ["a\n\n---", "<p>a</p><hr></hr>"],
    ["<b>no element</b>", "<p><b>no element</b></p>"],
  ];
  for (const [text, wanted] of cases) assert.equal(tree(markdown(text)), `<div>${wanted}</div>`, text);
});

/** Levels of elements, without a stack of its own. */
function depthOf(root) {
  let depth = 0;
  for (let level = [root]; level.length > 0; depth++)
    level = level.flatMap(({ children = [] }) => children.filter(({ tag }) => tag !== undefined));
  return depth;
}

test("a document has as many parts as it likes, and few levels", { timeout: 20_000 }, () => {
  const count = 100_000;
  const parts = [
    "**a** ",
    "*a* ",
    "`a` ",
    "[a](b) ",
    "- a\n",
    "a\n\n",
    "# a\n",
    "***a**b* ",
    "> a\n",
    "**a*b*",
  ];
  for (const part of parts) {
    const view = markdown(part.repeat(count));
    assert.ok(depthOf(view) < 8, `${part}: ${depthOf(view)}`);
  }
  const row = "|a".repeat(count);
  assert.equal(markdown(`${row}|\n|-|\n${row}|`).children[0].children[0].children.length, 2);
});

test("hostile Markdown takes no longer than its length allows", { timeout: 20_000 }, () => {
  const hostile = [
    "[a](b",
    "[",
    "[a](",
    "![a](b ",
    "**a",
    "*a ",
    "`a",
    "`",
    "***",
    "a\n",
    "|a\n",
    "> > ",
    "- [a](b\n",
  ];
  for (const piece of hostile) {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    assert.ok(markdown(text).children.length > 0, piece);
  }
});
