// A file that is sent as a part of a form: bytes in any form as a Blob.

import { asBytes, isBlob, isBytes, isResponse, isStream, kindOf, refusal } from "../core.js";

/**
 * @param {unknown} media
 * @param {string} name of the input, for errors
 * @returns {Promise<Blob>}
 */
export async function blobOf(media, name) {
  if (isBlob(media)) return media;
  if (isBytes(media)) return new Blob([asBytes(media).slice()]);
  if (isResponse(media)) return (await read(media, name)).blob();
  if (isStream(media)) return read(new Response(media), name).then((response) => response.blob());
  if (typeof media === "string" && media.startsWith("data:")) return blobOfDataURL(media, name);
  throw refusal(
    name,
    `${name} must be bytes, a Blob, a File, a stream, a Response or a data URL, not ${kindOf(media)}.`,
  );
}

async function read(response, name) {
  if (response.bodyUsed) throw refusal(name, `${name} has been read already.`);
  return response;
}

function blobOfDataURL(url, name) {
  const [, type, base64, data] = /^data:([^;,]*)(?:;[^;,]*?)*?(;base64)?,(.*)$/s.exec(url) ?? [];
  if (data === undefined) throw refusal(name, `${name} is no data URL.`);
  try {
    const text = base64 === undefined ? decodeURIComponent(data) : atob(data);
    const bytes = base64 === undefined ? text : Uint8Array.from(text, (char) => char.charCodeAt(0));
    return new Blob([bytes], { type });
  } catch {
    throw refusal(name, `${name} is no data URL.`);
  }
}
