// A file that is sent as a part of a form: bytes in any form as a Blob.

import { isBlob, isResponse, kindOf, refusal } from "../core.js";
import { collect } from "../kernels/index.js";

/**
 * @param {unknown} media
 * @param {{ field: string, limit: number, signal: AbortSignal }} how `field`: the input that it came in
 * @returns {Promise<Blob>}
 */
export async function blobOf(media, how) {
  const { field } = how;
  if (isBlob(media)) return media;
  if (typeof media === "string") return blobOfDataURL(media, field);
  if (typeof media !== "object" || media === null) throw notMedia(field, media);
  if (media.bodyUsed) throw refusal(field, `The Response that ${field} is was read by somebody else.`);
  const type = isResponse(media) ? (media.headers.get("content-type") ?? "") : "";
  // A copy: what the caller does to its bytes later has no effect.
  return new Blob([await collect(media, how)], { type });
}

/** Text is no document: it may be one itself, or be base64 of one. */
function blobOfDataURL(url, field) {
  const [, type, base64, data] = /^data:([^;,]*)(?:;[^;,]*?)*?(;base64)?,(.*)$/is.exec(url) ?? [];
  if (data === undefined) throw notMedia(field, url);
  try {
    if (base64 === undefined) return new Blob([decodeURIComponent(data)], { type });
    return new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))], { type });
  } catch {
    throw refusal(field, `${field} is not a data URL that can be read.`);
  }
}

const notMedia = (field, media) =>
  refusal(
    field,
    `${field} must be bytes, a Blob, a File, a stream, a Response or a data URL, not ${kindOf(media)}.`,
  );
