// The text of office documents: paragraphs and headings of texts, tables of spreadsheets.

import { parse, textOf, toTable } from "./html.js";
import { openZip } from "./zip.js";

/** All elements of a name below a node, in order. */
function all(node, name) {
  return node.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.name === name ? [child] : []), ...all(child, name)],
  );
}

const READERS = { "word/document.xml": docx, "xl/workbook.xml": xlsx, "content.xml": openDocument };

/** The Markdown of a document, or null for formats that aren't read. */
export async function officeToMarkdown(bytes) {
  const looksZipped = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (!looksZipped) return null;
  const zip = openZip(bytes);
  const main = Object.keys(READERS).find((name) => zip.names.includes(name));
  return main ? READERS[main](zip, parse(await zip.read(main))) : null;
}

async function docx(_zip, tree) {
  return all(tree, "w:p")
    .map((paragraph) => {
      const text = all(paragraph, "w:t").map(textOf).join("");
      const level = /^heading\s?([1-6])/i.exec(all(paragraph, "w:pstyle")[0]?.attributes["w:val"] ?? "")?.[1];
      return level ? `${"#".repeat(Number(level))} ${text}` : text;
    })
    .filter((text) => text.trim())
    .join("\n\n");
}

const columnOf = (reference) =>
  [.../^[A-Z]+/.exec(reference ?? "A")[0]].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0) -
  1;
const MOST_COLUMNS = 1024;

async function xlsx(zip, workbook) {
  const strings = zip.names.includes("xl/sharedStrings.xml")
    ? all(parse(await zip.read("xl/sharedStrings.xml")), "si").map((item) =>
        all(item, "t").map(textOf).join(""),
      )
    : [];
  const names = all(workbook, "sheet").map(({ attributes }) => attributes.name);
  const files = zip.names.filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name));
  files.sort((a, b) => Number(/\d+/.exec(a)[0]) - Number(/\d+/.exec(b)[0]));
  const sheets = [];
  for (const [index, file] of files.entries()) {
    const rows = all(parse(await zip.read(file)), "row").map((row) => cells(row, strings));
    sheets.push(`## ${names[index] ?? `Sheet${index + 1}`}\n\n${toTable(rows)}`);
  }
  return sheets.join("\n\n");
}

function cells(row, strings) {
  const values = [];
  for (const cell of row.children.filter(({ name }) => name === "c")) {
    const column = Math.min(MOST_COLUMNS, columnOf(cell.attributes.r));
    while (values.length < column) values.push("");
    const raw = all(cell, cell.attributes.t === "inlinestr" || cell.attributes.t === "inlineStr" ? "t" : "v")
      .map(textOf)
      .join("");
    values.push(cell.attributes.t === "s" ? (strings[Number(raw)] ?? "") : raw);
  }
  return values;
}

async function openDocument(_zip, tree) {
  const tables = all(tree, "table:table");
  if (tables.length > 0) {
    const sheet = (table) =>
      toTable(
        all(table, "table:table-row").map((row) =>
          all(row, "table:table-cell").map((cell) => textOf(cell).trim()),
        ),
      );
    return tables
      .map((table) => `## ${table.attributes["table:name"] ?? "Sheet"}\n\n${sheet(table)}`)
      .join("\n\n");
  }
  const body = all(tree, "office:text")[0] ?? tree;
  return body.children
    .filter((child) => ["text:h", "text:p", "text:list"].includes(child.name))
    .map((child) => (child.name === "text:h" ? `# ${textOf(child)}` : textOf(child)))
    .filter((text) => text.trim())
    .join("\n\n");
}
