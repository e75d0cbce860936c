// Documents to Markdown, format by format.

import assert from "node:assert/strict";
import { test } from "node:test";
import { strToU8, zipSync } from "fflate";

import { convert } from "../../../pkg-template/local/markdown/convert.js";
import { csvToMarkdown } from "../../../pkg-template/local/markdown/csv.js";
import { htmlToMarkdown } from "../../../pkg-template/local/markdown/html.js";
import { picture } from "../../../pkg-template/local/media/picture.js";
import { encodePNG } from "../../../pkg-template/local/media/png.js";

for (const [what, html, markdown] of [
  ["headings and paragraphs", "<h2>A</h2><p>one\n two</p><p>three", "## A\n\none two\n\nthree"],
  ["marks inside text", "a <b>b</b> <em>c</em> <code>d</code> <s>e</s>", "a **b** *c* `d` ~~e~~"],
  ["links and images", '<a href="/x">y</a> <img src=z.png alt="w">', "[y](/x) ![w](z.png)"],
  ["lists in lists", "<ul><li>a<ol><li>b<li>c</ol><li>d</ul>", "- a\n  1. b\n  2. c\n- d"],
  ["quotes", "<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"],
  ["code", "<pre><code>let a;\n  b\n</code></pre>", "```\nlet a;\n  b\n```"],
  [
    "tables",
    "<table><thead><tr><th>a<th>b</thead><tr><td>1<td>2|3</table>",
    "| a | b |\n| --- | --- |\n| 1 | 2\\|3 |",
  ],
  ["entities", "a &amp; b &#60; &#x3e; &euro; &nope;", "a & b < > € &nope;"],
  ["scripts and styles", "<script>if (a < b) x()</script><style>p{}</style>a", "a"],
  ["comments", "a<!-- <b>no</b> -->b", "ab"],
  ["a title where there is no heading", "<head><title>T</title></head><body>a</body>", "# T\n\na"],
  ["what is not closed", "<div><p>a<div>b", "a\n\nb"],
  ["a lonely bracket", "1 < 2", "1 < 2"],
]) {
  test(`HTML: ${what}`, () => assert.equal(htmlToMarkdown(html).replaceAll("> \n", ">\n"), markdown));
}

test("HTML: one part by its selector, addresses made whole", () => {
  const html = '<nav>no</nav><div id="main" class="x y"><a href="b">c</a></div>';
  for (const cssSelector of ["#main", ".y", "div.x"])
    assert.equal(htmlToMarkdown(html, { cssSelector, hostname: "a.example" }), "[c](https://a.example/b)");
});

test("HTML: nested as deep as pages are it is read, deeper it is refused", () => {
  assert.match(htmlToMarkdown(`${"<div>".repeat(900)}deep`), /deep/);
  assert.throws(() => htmlToMarkdown("<div>".repeat(100000)), /nested too deeply/);
});

test("CSV: quotes, commas and line breaks inside fields", () => {
  const csv = 'a,b\r\n"x, ""y""","two\nlines"\r\n,last\r\n';
  assert.equal(csvToMarkdown(csv), '| a | b |\n| --- | --- |\n| x, "y" | two lines |\n|  | last |');
});

/** A ZIP archive of texts, packed or not. */
const zip = (entries, { packed = true } = {}) =>
  zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, strToU8(text)])), {
    level: packed ? 6 : 0,
  });

const SPREADSHEET = {
  "xl/workbook.xml": '<workbook><sheets><sheet name="Prices" sheetId="1"/></sheets></workbook>',
  "xl/sharedStrings.xml": "<sst><si><t>tea</t></si><si><r><t>cof</t></r><r><t>fee</t></r></si></sst>",
  "xl/worksheets/sheet1.xml":
    '<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="C1"><v>2.5</v></c></row><row><c r="A2" t="s"><v>1</v></c></row></sheetData></worksheet>',
};
const WORD = {
  "word/document.xml":
    '<w:document><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p><w:p><w:r><w:t>one </w:t></w:r><w:r><w:t>two</w:t></w:r></w:p></w:body></w:document>',
};
const OPEN_TEXT = {
  "content.xml":
    "<office:document-content><office:body><office:text><text:h>T</text:h><text:p>a</text:p></office:text></office:body></office:document-content>",
};
const text = (value) => new TextEncoder().encode(value);

for (const [name, bytes, data] of [
  ["a.docx", zip(WORD), "# Title\n\none two"],
  ["plain.docx", zip(WORD, { packed: false }), "# Title\n\none two"],
  ["a.xlsx", zip(SPREADSHEET), "## Prices\n\n| tea |  | 2.5 |\n| --- | --- | --- |\n| coffee |  |  |"],
  ["a.odt", zip(OPEN_TEXT), "# T\n\na"],
  ["a.xml", text('<?xml version="1.0"?><a b="c"><d>e</d></a>'), "- **a** b=c\n  - **d**\n    - e"],
  ["a.svg", text("<svg><title>A map</title><text>North</text></svg>"), "A map\n\nNorth"],
]) {
  test(`${name} is converted`, async () => {
    const result = await convert({ name, type: "", bytes });
    assert.deepEqual([result.format, result.data], ["markdown", data]);
  });
}

test("what can't be read is said to be so, for each file alone", async () => {
  for (const [name, bytes] of [
    ["a.pdf", text("no pdf")],
    ["a.png", text("no image")],
    ["a.svg", text("no svg")],
    ["a.html", new Uint8Array(0)],
    ["a.unknown", text("x")],
    ["a.docx", new Uint8Array([0x50, 0x4b, 3, 4])],
  ]) {
    const result = await convert({ name, type: "", bytes });
    assert.equal(result.format, "error", name);
    assert.equal(typeof result.error, "string");
  }
});

test("what the stand-in can't do it says", async () => {
  const pdf = await convert({ name: "a.pdf", type: "application/pdf", bytes: text("%PDF-1.7") });
  assert.match(pdf.data, /^# a\.pdf\n\n## Metadata\n[\s\S]*local stand-in/);
  const bare = await convert(
    { name: "a.pdf", type: "", bytes: text("%PDF-1.7") },
    { pdf: { metadata: false } },
  );
  assert.doesNotMatch(bare.data, /Metadata/);
  const image = await convert({ name: "a.png", type: "", bytes: encodePNG(picture("x", 30, 20), "a cat") });
  assert.match(image.data, /PNG of 30 by 20 pixels\. It was made for "a cat"/);
});

test("as text, without the marks", async () => {
  const bytes = text("<h1>A</h1><p><b>b</b> <a href=x>c</a></p>");
  const result = await convert({ name: "a.html", type: "", bytes }, { output: { format: "text" } });
  assert.deepEqual([result.format, result.data], ["text", "A\n\nb c"]);
});
