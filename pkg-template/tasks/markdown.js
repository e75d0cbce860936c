// `toMarkdown`: documents to Markdown.

import { failure, isBlob, kindOf, refusal } from "../core.js";
import { blobOf } from "./blob.js";
import { callEndpoint, memberOf } from "./endpoint.js";
import { checkConversion, typeOfFile } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";

/** Converts one document, or several. */
export async function toMarkdown(client, files, options) {
  const { conversionOptions, ...callOptions } = options ?? {};
  if (conversionOptions !== undefined) checkConversion(outlineOf(conversionOptions));
  const several = Array.isArray(files);
  const documents = await Promise.all(
    (several ? files : [files]).map((file, index) => documentOf(file, several ? `files[${index}]` : "files")),
  );
  if (documents.length === 0) return [];
  const { result } = await callEndpoint(client, "toMarkdown", callOptions, {
    body: formOf(documents, conversionOptions),
    onBinding(binding, { gateway, extraHeaders } = {}) {
      const given = { gateway, extraHeaders, conversionOptions };
      const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      return binding.toMarkdown(documents, own);
    },
  });
  const { items } = result;
  if (items.length !== documents.length) {
    throw failure("MALFORMED_RESPONSE", `The answer has ${items.length} documents for ${documents.length}.`);
  }
  return several ? items : items[0];
}

/** The kinds of file that can be converted. */
export async function toMarkdownSupported(client, options) {
  const onBinding = (binding) => memberOf(binding.toMarkdown(), "supported", "toMarkdown().supported")();
  const { result } = await callEndpoint(client, "toMarkdown.supported", options, { onBinding });
  return result.items;
}

/** `{ name, blob }`, the blob with a type wherever its name tells one. */
async function documentOf(file, field) {
  const media = isBlob(file) ? file : file?.blob;
  const name = file?.name;
  if (typeof file !== "object" || file === null || media === undefined) {
    throw refusal(field, `${field} must be a File, or { name, blob }, not ${kindOf(file)}.`);
  }
  if (typeof name !== "string" || name === "") {
    throw refusal(
      `${field}.name`,
      `${field}.name must say the name of the file: the service looks at its extension.`,
    );
  }
  const blob = await blobOf(media, `${field}.blob`);
  // The part of a form would name this type anyway; on the binding an empty one ends the conversion.
  // Bun calls every blob of a string plain text: the name knows better.
  const stated = blob.type.startsWith("text/plain") ? "" : blob.type;
  const type = stated || typeOfFile(name) || blob.type || "application/octet-stream";
  return { name, blob: blob.type === type ? blob : blob.slice(0, blob.size, type) };
}

function formOf(documents, conversionOptions) {
  const form = new FormData();
  for (const { name, blob } of documents) form.append("files", blob, name);
  if (conversionOptions !== undefined) form.append("conversionOptions", JSON.stringify(conversionOptions));
  return form;
}
