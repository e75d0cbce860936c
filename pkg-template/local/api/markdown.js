import { ServiceError } from "../errors.js";
import { MOST_PARTS } from "../inputs/bounds.js";
import { SUPPORTED } from "../markdown/formats.js";
import { fromBase64 } from "../media/base64.js";
import { canImportNodeOnly, importNodeOnly } from "../node-only.js";

const badInput = (message) => new ServiceError(5006, `Bad input: Error: ${message}`);

export const supportedFormats = () => ({ kind: "json", value: SUPPORTED });

/** Converts the files of a form (REST) or of the binding's JSON, in their order. */
export async function toMarkdown(call) {
  const { files, options } = call.form ? await fromForm(call.form) : fromJson(call.inputs);
  const value = [];
  let left = MOST_CHARACTERS;
  for (const file of files) {
    const { unconverted } = await import("../markdown/convert.js");
    const result = left > 0 ? await converted(file, options) : unconverted(file, "the others are too large");
    left -= result.data?.length ?? 0;
    value.push(result);
  }
  return { kind: "json", value };
}

/** Limit of the Markdown of all documents of a request, in characters. */
const MOST_CHARACTERS = 16_000_000;
/** Larger documents are converted in a thread. */
const SMALL = 16 * 1024;

/** The converters and their dependencies are loaded when the first document is converted. */
async function converted(file, options) {
  const { convert, unconverted } = await import("../markdown/convert.js");
  if (file.bytes.length <= SMALL || !canImportNodeOnly()) return convert(file, options);
  const { convertInThread } = await importNodeOnly("./node/convert-thread.js");
  const result = await convertInThread(file, options);
  return result.failed ? unconverted(file, result.failed) : result;
}

async function fromForm(form) {
  const parts = form.getAll("files").filter((part) => typeof part !== "string");
  if (parts.length === 0) throw badInput("required properties at '/' are 'files'");
  const conversion = form.get("conversionOptions");
  const files = parts.map(async (part) => ({
    name: part.name,
    type: part.type,
    bytes: new Uint8Array(await part.arrayBuffer()),
  }));
  return {
    files: await Promise.all(files),
    options: conversion ? parsed(typeof conversion === "string" ? conversion : await conversion.text()) : {},
  };
}

function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw badInput("'/conversionOptions' is not valid JSON");
  }
}

function fromJson({ files, options }) {
  if (!Array.isArray(files)) throw badInput("required properties at '/' are 'files'");
  if (files.length > MOST_PARTS) throw badInput(`Length of '/files' must be <= ${MOST_PARTS}`);
  return {
    options: options?.conversionOptions ?? {},
    files: files.map((file) => {
      const { name, mimeType, data } = Object(file);
      const bytes = fromBase64(String(data ?? ""));
      if (!bytes) throw new ServiceError(5004);
      return { name: String(name ?? ""), type: String(mimeType ?? ""), bytes };
    }),
  };
}
