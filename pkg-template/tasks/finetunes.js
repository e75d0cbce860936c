// `finetunes`: LoRA adapters.

import { refusal } from "../core.js";
import { blobOf } from "./blob.js";
import { callEndpoint } from "./endpoint.js";
import { checkFinetuneConfig, checkFinetuneFile, finetuneOf, prepareEndpoint } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";

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
  const body = finetuneOf(outlineOf(input));
  const { result, meta } = await callEndpoint(client, "finetunes.create", options, { body });
  return { ...result, meta };
}

/** Uploads one of the two files of a finetune. */
export async function finetunes_upload(client, id, fileName, media, options) {
  // What cannot be sent is said before anything is read.
  prepareEndpoint(client.outline, "finetunes.upload", JSON.stringify({ ids: { id } }));
  if (typeof fileName !== "string") throw refusal("fileName", "fileName must be a string.");
  checkFinetuneFile(fileName, 1);
  const blob = await blobOf(media, "media");
  checkFinetuneFile(fileName, blob.size);
  if (fileName === CONFIG) checkFinetuneConfig(await blob.text());
  const body = new FormData();
  body.append("file_name", fileName);
  body.append("file", blob, fileName);
  await callEndpoint(client, "finetunes.upload", options, { ids: { id }, body });
}
