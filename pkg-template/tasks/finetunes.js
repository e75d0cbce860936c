// `finetunes`: LoRA adapters.

import { isBlob, refusal } from "../core.js";
import { blobOf } from "./blob.js";
import { callEndpoint } from "./endpoint.js";
import { checkFinetuneConfig, checkFinetuneFile, finetuneOf, prepareEndpoint } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";

/** More is not even read; the core knows the limit of each file. */
const MOST_BYTES = 500 * 2 ** 20;
const CONFIG = "adapter_config.json";

/** The account's finetunes, or the public ones. */
export async function finetunes_list(client, filter, options) {
  if (typeof (filter ?? {}) !== "object") throw refusal("filter", "filter must be an object.");
  const { public: open, ...query } = filter ?? {};
  const name = open === true ? "finetunes.public" : "finetunes.list";
  const { result } = await callEndpoint(client, name, options, { query });
  return result.items;
}

/** Makes a finetune, which its files are then uploaded to. */
export async function finetunes_create(client, input, options) {
  const body = finetuneOf(outlineOf(input ?? null));
  const { result } = await callEndpoint(client, "finetunes.create", options, { body });
  return result;
}

/** Uploads one of the two files of a finetune: a file with its name, or its name and what is in it. */
export async function finetunes_upload(client, id, file, ...more) {
  const [name, media, options] =
    typeof file === "string" ? [file, ...more] : [file?.name, isBlob(file) ? file : file?.blob, ...more];
  // What cannot be sent is said before anything is read.
  const ids = { id };
  prepareEndpoint(client.outline, "finetunes.upload", JSON.stringify({ ids }));
  if (typeof name !== "string") throw refusal("file", "file must be a File, or { name, blob }.");
  checkFinetuneFile(name, 1);
  const prepare = async (signal) => {
    const blob = await blobOf(media, { field: "blob", limit: MOST_BYTES, signal });
    checkFinetuneFile(name, blob.size);
    if (name === CONFIG) checkFinetuneConfig(await blob.text());
    const form = new FormData();
    form.append("file_name", name);
    form.append("file", blob, name);
    return form;
  };
  await callEndpoint(client, "finetunes.upload", options, { ids, prepare });
}
