import { ServiceError } from "../errors.js";
import { convert } from "../markdown/convert.js";
import { SUPPORTED } from "../markdown/formats.js";
import { fromBase64 } from "../media/base64.js";

const badInput = (message) => new ServiceError(5006, `Bad input: Error: ${message}`);

export const supportedFormats = () => ({ kind: "json", value: SUPPORTED });

/** Converts the files of a form (REST) or of the binding's JSON, in their order. */
export async function toMarkdown(call) {
  const { files, options } = call.form ? await fromForm(call.form) : fromJson(call.inputs);
  const value = [];
  for (const file of files) value.push(await convert(file, options));
  return { kind: "json", value };
}

async function fromForm(form) {
  const parts = form.getAll("files").filter((part) => typeof part !== "string");
  if (parts.length === 0) throw badInput("required properties at '/' are 'files'");
  const given = form.get("conversionOptions");
  const files = parts.map(async (part) => ({
    name: part.name,
    type: part.type,
    bytes: new Uint8Array(await part.arrayBuffer()),
  }));
  return {
    files: await Promise.all(files),
    options: given ? parsed(typeof given === "string" ? given : await given.text()) : {},
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw badInput("'/conversionOptions' is not valid JSON");
  }
}

function fromJson({ files, options }) {
  if (!Array.isArray(files)) throw badInput("required properties at '/' are 'files'");
  return {
    options: options?.conversionOptions ?? {},
    files: files.map(({ name, mimeType, data }) => {
      const bytes = fromBase64(String(data ?? ""));
      if (!bytes) throw new ServiceError(5004);
      return { name: String(name ?? ""), type: String(mimeType ?? ""), bytes };
    }),
  };
}
