// Converts documents to Markdown: HTML, XML, SVG, CSV, and the text of office documents. For other formats,
// the stand-in only confirms that it received the document.

import { imageInfo } from "../media/image-info.js";
import { tokensOf } from "../tasks/json.js";
import { csvToMarkdown } from "./csv.js";
import { formatOf } from "./formats.js";
import { htmlToMarkdown } from "./html.js";
import { officeToMarkdown } from "./office.js";
import { all, childrenOf, isElement, parse, textOf } from "./tree.js";

const decoder = new TextDecoder();
/** Limit of a converted document, in characters. Larger ones are rejected. */
const LARGEST_MARKDOWN = 4_000_000;

/**
 * Converters by format: `(bytes, file, options) => markdown`. They throw a message if the file does not
 * have their format.
 */
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

const DEEPEST_INDENT = 32;

function xml(text) {
  const lines = [];
  const walk = (node, depth) => {
    const indent = "  ".repeat(Math.min(depth, DEEPEST_INDENT));
    if (node.type === "text") {
      const content = node.data.trim().replace(/\s+/g, " ");
      if (content) lines.push(`${indent}- ${content}`);
    } else if (isElement(node)) {
      const attributes = Object.entries(node.attribs).map(([name, value]) => ` ${name}=${value}`);
      lines.push(`${indent}- **${node.name}**${attributes.join("")}`);
      for (const child of childrenOf(node)) walk(child, depth + 1);
    } else for (const child of childrenOf(node)) walk(child, depth);
  };
  const root = parse(text, { xml: true });
  if (!childrenOf(root).some(isElement)) throw new Error("the file is not XML");
  walk(root, 0);
  return lines.join("\n");
}

function svg(text) {
  const [root] = all(parse(text, { xml: true }), "svg");
  if (!root) throw new Error("the file is not an SVG");
  const titles = ["title", "desc"].flatMap((name) => all(root, name).slice(0, 1));
  const words = [...titles, ...all(root, "text")].map((node) => textOf(node).trim().replace(/\s+/g, " "));
  return words.filter(Boolean).join("\n\n") || standIn("the description of an image");
}

function image(bytes) {
  const info = imageInfo(bytes);
  if (!info) throw new Error("the image can't be decoded");
  const { format, width, height, comment } = info;
  const made = comment ? ` It was made for "${comment}".` : "";
  return `${standIn("the description of an image")} The image is a ${format} of ${width} by ${height} pixels.${made}`;
}

/** Removes Markdown formatting. */
const plainText = (markdown) =>
  markdown
    .replace(/^#{1,6} /gm, "")
    .replace(/!?\[([^[\]]{0,2000})\]\([^()]{0,2000}\)/g, "$1")
    .replace(/(\*\*|~~|`)(.{1,2000}?)\1/g, "$2")
    .replace(/^> /gm, "");

const identityOf = ({ name, type }, mimeType = formatOf(name, type)) => ({
  id: crypto.randomUUID(),
  name,
  mimeType: mimeType ?? (type || "application/octet-stream"),
});

/** The result of a file that can't be converted. */
export const unconverted = (file, reason) => ({
  ...identityOf(file),
  format: "error",
  error: `Error converting file: ${reason}`,
});

/**
 * Converts one file. A failure is returned as a result.
 *
 * @param {{ name: string, type: string, bytes: Uint8Array }} file
 * @param {object} [options] the service's `conversionOptions`
 */
export async function convert(file, options = {}) {
  const { name, type, bytes } = file;
  const mimeType = formatOf(name, type);
  const identity = identityOf(file, mimeType);
  if (!mimeType)
    return { ...identity, format: "error", error: `Unsupported file type: ${identity.mimeType}` };
  if (bytes.length === 0) return { ...identity, format: "error", error: "The file is empty" };
  try {
    const markdown = await converterOf(mimeType)(bytes, file, options ?? {});
    const text = options?.output?.format === "text";
    const data = text ? plainText(markdown) : markdown;
    if (data.length > LARGEST_MARKDOWN) throw new Error("it becomes too large");
    return { ...identity, format: text ? "text" : "markdown", tokens: tokensOf(data), data };
  } catch (error) {
    return unconverted(file, error.message);
  }
}

function converterOf(mimeType) {
  if (CONVERTERS[mimeType]) return CONVERTERS[mimeType];
  if (mimeType.startsWith("image/")) return image;
  return (bytes, { name }) => officeToMarkdown(bytes) ?? `# ${name}\n\n${standIn("the contents")}`;
}
