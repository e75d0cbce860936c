// The text of office documents: paragraphs and headings of texts, tables of spreadsheets.

import { strFromU8, unzipSync } from "fflate";
import { oneLine, toTable } from "./table.js";
import { all, childrenOf, parse, textOf } from "./tree.js";

/**
 * Limits of the decompressed size of one entry and of all entries, because a small archive may expand to a
 * huge one.
 */
const LARGEST_ENTRY = 64 * 2 ** 20;
const LARGEST = 128 * 2 ** 20;
const MOST_COLUMNS = 1024;
const MOST_CELLS = 1_000_000;
const PARTS = /^(word\/document|xl\/workbook|xl\/sharedStrings|xl\/worksheets\/sheet\d+|content)\.xml$/;
const READERS = { "word/document.xml": docx, "xl/workbook.xml": xlsx, "content.xml": openDocument };

/** The Markdown of a document, or null for formats that aren't read. */
export function officeToMarkdown(bytes) {
  const looksZipped = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (!looksZipped) return null;
  const files = unpacked(bytes);
  const main = Object.keys(READERS).find((name) => files[name]);
  return main ? READERS[main](files) : null;
}

function unpacked(bytes) {
  let total = 0;
  const filter = ({ name, originalSize }) => {
    if (!PARTS.test(name)) return false;
    total += originalSize;
    if (originalSize > LARGEST_ENTRY || total > LARGEST) throw new Error("the file is too large");
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error.code === undefined) throw error;
    throw new Error("the file is not an archive that can be read", { cause: error });
  }
}

const tree = (file) => parse(strFromU8(file), { xml: true });

function docx(files) {
  return all(tree(files["word/document.xml"]), "w:p")
    .map((paragraph) => {
      const text = all(paragraph, "w:t").map(textOf).join("");
      const level = /^heading\s?([1-6])/i.exec(all(paragraph, "w:pStyle")[0]?.attribs["w:val"] ?? "")?.[1];
      return level ? `${"#".repeat(Number(level))} ${text}` : text;
    })
    .filter((text) => text.trim())
    .join("\n\n");
}

const columnOf = (reference = "A") =>
  [...(/^[A-Z]{1,3}/.exec(reference)?.[0] ?? "A")].reduce(
    (sum, letter) => 26 * sum + letter.charCodeAt(0) - 64,
    0,
  ) - 1;

function xlsx(files) {
  const shared = files["xl/sharedStrings.xml"];
  const strings = shared ? all(tree(shared), "si").map((item) => all(item, "t").map(textOf).join("")) : [];
  const names = all(tree(files["xl/workbook.xml"]), "sheet").map(({ attribs }) => attribs.name);
  const sheets = Object.keys(files).filter((name) => name.startsWith("xl/worksheets/"));
  sheets.sort((a, b) => Number(/\d+/.exec(a)[0]) - Number(/\d+/.exec(b)[0]));
  let left = MOST_CELLS;
  return sheets
    .map((file, index) => {
      const rows = [];
      for (const row of all(tree(files[file]), "row")) {
        const values = cells(row, strings);
        left -= values.length;
        if (left < 0) throw new Error("the file has too many cells");
        rows.push(values);
      }
      return `## ${names[index] ?? `Sheet${index + 1}`}\n\n${toTable(rows)}`;
    })
    .join("\n\n");
}

function cells(row, strings) {
  const values = [];
  for (const cell of childrenOf(row).filter(({ name }) => name === "c")) {
    const column = Math.min(MOST_COLUMNS, columnOf(cell.attribs.r));
    while (values.length < column) values.push("");
    const raw = all(cell, cell.attribs.t === "inlineStr" ? "t" : "v")
      .map(textOf)
      .join("");
    values.push(oneLine(cell.attribs.t === "s" ? (strings[Number(raw)] ?? "") : raw));
  }
  return values;
}

function openDocument(files) {
  const root = tree(files["content.xml"]);
  const tables = all(root, "table:table");
  if (tables.length > 0) {
    const sheet = (table) =>
      toTable(
        all(table, "table:table-row").map((row) =>
          all(row, "table:table-cell").map((cell) => oneLine(textOf(cell))),
        ),
      );
    return tables
      .map((table) => `## ${table.attribs["table:name"] ?? "Sheet"}\n\n${sheet(table)}`)
      .join("\n\n");
  }
  const body = all(root, "office:text")[0] ?? root;
  return childrenOf(body)
    .filter((child) => ["text:h", "text:p", "text:list"].includes(child.name))
    .map((child) => (child.name === "text:h" ? `# ${textOf(child)}` : textOf(child)))
    .filter((text) => text.trim())
    .join("\n\n");
}
