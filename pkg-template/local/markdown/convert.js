// Documents to Markdown. HTML, XML, SVG and CSV are really converted, and the text of office documents taken out; of the other
// formats the stand-in says only that they came.

import { imageInfo } from "../media/image-info.js";
import { tokensOf } from "../tasks/json.js";
import { csvToMarkdown } from "./csv.js";
import { formatOf } from "./formats.js";
import { htmlToMarkdown, parse, select, textOf } from "./html.js";
import { officeToMarkdown } from "./office.js";

const decoder = new TextDecoder();

/** By format: `(bytes, file, options) => markdown`; throws a sentence if the file isn't what it says. */
const CONVERTERS = {
  "text/html": (bytes, _file, { html }) => htmlToMarkdown(decoder.decode(bytes), html),
  "text/csv": (bytes) => csvToMarkdown(decoder.decode(bytes)),
  "application/xml": (bytes) => xml(decoder.decode(bytes)),
  "image/svg+xml": (bytes) => svg(decoder.decode(bytes)),
  "application/pdf": (bytes, file, { pdf }) => {
    if (!decoder.decode(bytes.subarray(0, 1024)).includes("%PDF-")) throw new Error("the file is not a PDF");
    const metadata = pdf?.metadata === false ? "" : `## Metadata\n- Bytes=${bytes.length}\n\n`;
    return `# ${file.name}\n\n${metadata}## Contents\n\n${standIn("the text of a PDF")}`;
  },
};

const standIn = (what) => `[local stand-in: ${what} would be here]`;

function xml(text) {
  const lines = [];
  const walk = (node, depth) => {
    if (typeof node === "string") {
      if (node.trim()) lines.push(`${"  ".repeat(depth)}- ${node.trim().replace(/\s+/g, " ")}`);
      return;
    }
    const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}=${value}`);
    lines.push(`${"  ".repeat(depth)}- **${node.name}**${attributes.join("")}`);
    for (const child of node.children) walk(child, depth + 1);
  };
  const root = parse(text);
  if (!root.children.some((child) => typeof child !== "string")) throw new Error("the file is not XML");
  for (const child of root.children) walk(child, 0);
  return lines.join("\n");
}

function svg(text) {
  const root = select(parse(text), "svg");
  if (!root) throw new Error("the file is not an SVG");
  const told = ["title", "desc"].map((name) => select(root, name)).filter(Boolean);
  const words = [...told.map(textOf), ...textsIn(root)].map((part) => part.trim().replace(/\s+/g, " "));
  return words.filter(Boolean).join("\n\n") || standIn("the description of an image");
}

const textsIn = (node) =>
  node.children.flatMap((child) =>
    typeof child === "string" ? [] : child.name === "text" ? [textOf(child)] : textsIn(child),
  );

function image(bytes) {
  const info = imageInfo(bytes);
  if (!info) throw new Error("the image can't be decoded");
  const { format, width, height, comment } = info;
  const made = comment ? ` It was made for "${comment}".` : "";
  return `${standIn("the description of an image")} The image is a ${format} of ${width} by ${height} pixels.${made}`;
}

/** Marks of Markdown taken out again. */
const plainText = (markdown) =>
  markdown
    .replace(/^#{1,6} /gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|~~|`)(.+?)\1/g, "$2")
    .replace(/^> /gm, "");

/**
 * Converts one file. A failure is a result too.
 *
 * @param {{ name: string, type: string, bytes: Uint8Array }} file
 * @param {object} [options] the service's `conversionOptions`
 */
export async function convert(file, options = {}) {
  const { name, type, bytes } = file;
  const mimeType = formatOf(name, type);
  const identity = {
    id: crypto.randomUUID(),
    name,
    mimeType: mimeType ?? (type || "application/octet-stream"),
  };
  const failed = (error) => ({ ...identity, format: "error", error });
  if (!mimeType) return failed(`Unsupported file type: ${identity.mimeType}`);
  if (bytes.length === 0) return failed("The file is empty");
  try {
    const markdown = await converterOf(mimeType)(bytes, file, options);
    const text = options.output?.format === "text";
    const data = text ? plainText(markdown) : markdown;
    return { ...identity, format: text ? "text" : "markdown", tokens: tokensOf(data), data };
  } catch (error) {
    return failed(`Error converting file: ${error.message}`);
  }
}

function converterOf(mimeType) {
  if (CONVERTERS[mimeType]) return CONVERTERS[mimeType];
  if (mimeType.startsWith("image/")) return image;
  return async (bytes, { name }) =>
    (await officeToMarkdown(bytes, mimeType)) ?? `# ${name}\n\n${standIn("the contents")}`;
}
