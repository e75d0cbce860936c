// `toMarkdown`: documents to Markdown.

import { failure, isBlob, kindOf, refusal, tagOf } from "../core.js";
import { blobOf } from "./blob.js";
import { callEndpoint, memberOf } from "./endpoint.js";
import { checkConversion, typeOfFile } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";

/** Larger documents are not even read. */
const MOST_BYTES = 100 * 2 ** 20;

/** Converts one document, or several. */
export async function toMarkdown(client, files, options) {
  const { conversionOptions, ...callOptions } = options ?? {};
  if (conversionOptions !== undefined) checkConversion(outlineOf(conversionOptions));
  const several = isList(files);
  const given = several ? Array.from(files) : [files];
  const named = given.map((file, index) => documentOf(file, several ? `files[${index}]` : "files"));
  if (named.length === 0) return [];
  let documents;
  const { result } = await callEndpoint(client, "toMarkdown", callOptions, {
    async prepare(signal) {
      documents = await Promise.all(named.map((document) => read(document, signal)));
      return formOf(documents, conversionOptions);
    },
    onBinding(binding, { gateway, extraHeaders } = {}) {
      const known = { gateway, extraHeaders, conversionOptions };
      const own = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
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

/** An array, or what a file input of a page gives. */
const isList = (files) => Array.isArray(files) || tagOf(files) === "FileList";

/** `{ name, media, field }` */
function documentOf(file, field) {
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
  return { name, media, field: `${field}.blob` };
}

/** `{ name, blob }`, the blob with a type wherever its name tells one. */
async function read({ name, media, field }, signal) {
  const blob = await blobOf(media, { field, limit: MOST_BYTES, signal });
  // Without one a form would say this anyway; on the binding nothing would be known of the document.
  const type = blob.type || typeOfFile(name) || "application/octet-stream";
  return { name, blob: blob.type === type ? blob : blob.slice(0, blob.size, type) };
}

function formOf(documents, conversionOptions) {
  const form = new FormData();
  for (const { name, blob } of documents) form.append("files", blob, name);
  if (conversionOptions !== undefined) form.append("conversionOptions", JSON.stringify(conversionOptions));
  return form;
}
