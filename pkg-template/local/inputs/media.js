// Reads the media of a call, in the forms that each model accepts: the raw body, numbers, base64, `{ body,
// contentType }`.

import { badInput, ServiceError } from "../errors.js";
import { audioInfo } from "../media/audio-info.js";
import { fromBase64, fromBinaryString, fromDataURL } from "../media/base64.js";
import { imageInfo } from "../media/image-info.js";

/** The forms of media. Each returns the bytes, or undefined if the value has another form. */
const FORMS = {
  /**
   * An array of numbers. A typed array arrives as an object with numeric keys, and is rejected as an
   * object.
   */
  numbers(value, path, model) {
    if (!Array.isArray(value)) return undefined;
    const bytes = new Uint8Array(value.length);
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = value[at];
      if (bytes[at] !== value[at]) throw badInput(model, `'${path}/${at}' must be an integer from 0 to 255`);
    }
    return { bytes };
  },
  base64(value) {
    if (typeof value !== "string") return undefined;
    const bytes = fromBase64(value);
    if (!bytes) throw new ServiceError(5004);
    return { bytes };
  },
  /** A string with one character per byte, or base64, which is also in use. */
  binaryString(value) {
    if (typeof value !== "string") return undefined;
    const url = fromDataURL(value);
    const bytes = url?.bytes ?? fromBase64(value) ?? fromBinaryString(value);
    if (!bytes) throw new ServiceError(5004);
    return { bytes };
  },
  /** `{ body, contentType }`: on the binding's wire the body has become the request's, or was base64 from the start. */
  wrapped(value, path, model) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
    if (value.body instanceof Uint8Array) return { bytes: value.body, contentType: value.contentType };
    if (typeof value.body !== "string" || typeof value.contentType !== "string")
      throw badInput(model, `required properties at '${path}' are 'body,contentType'`);
    return { ...FORMS.base64(value.body), contentType: value.contentType };
  },
};
const TYPES = { numbers: "array", base64: "string", binaryString: "string", wrapped: "object" };

/**
 * The bytes of a field in one of the forms that the model takes.
 *
 * @param {object} call
 * @param {object} model
 * @param {string} name
 * @param {{ forms: string[], raw?: boolean, required?: boolean }} accepted `raw`: as the whole body of a REST request
 * @returns {{ bytes: Uint8Array, contentType?: string } | undefined}
 */
export function readMedia(call, model, name, { forms, raw = false, required = true }) {
  if (call.raw) {
    // What the binding streams is a field; what REST is sent is a body.
    const takes = call.face === "binding" ? forms.includes("wrapped") : raw;
    if (!takes) throw badInput(model, `Type mismatch of '/', 'object' not in the given type`);
    if (call.raw.bytes.length === 0) throw new ServiceError(3003);
    return call.raw;
  }
  const value = call.inputs[name];
  if (value === undefined) {
    if (required) throw badInput(model, `required properties at '/' are '${name}'`);
    return undefined;
  }
  for (const form of forms) {
    const media = FORMS[form](value, `/${name}`, model);
    if (!media) continue;
    if (media.bytes.length === 0) throw badInput(model, `Length of '/${name}' must be >= 1`);
    return media;
  }
  const types = [...new Set(forms.map((form) => TYPES[form]))].join("', '");
  throw badInput(model, `Type mismatch of '/${name}', '${types}' not in the given type`);
}

/** The model server's error for bytes that it cannot decode. */
const undecodable = (what) =>
  new ServiceError(5012, `Invalid input for the model: the ${what} can't be decoded`);

/** An image with the data of its header; other bytes are rejected. */
export function decodedImage(media) {
  const info = imageInfo(media.bytes);
  if (!info) throw undecodable("image");
  return { ...info, bytes: media.bytes };
}

/** A recording with the data of its header; `raw` is the format of bytes without one. */
export function decodedAudio(media, raw) {
  const info = audioInfo(media.bytes, raw);
  if (!info) throw undecodable("audio");
  return { ...info, bytes: media.bytes };
}

/** The image of Anthropic's source: base64, or a data URL. */
export function imageFromBlock(source, model) {
  if (source?.type !== "base64" || typeof source.data !== "string") return imageFromURL(source?.url, model);
  const bytes = fromBase64(source.data);
  if (!bytes) throw new ServiceError(5004);
  return decodedImage({ bytes });
}

/** The image of a data URL. Remote URLs are rejected, because the models do not fetch them. */
export function imageFromURL(url, model) {
  if (typeof url !== "string") throw badInput(model, "image_url.url must be a string");
  const media = fromDataURL(url);
  if (!media)
    throw badInput(model, "image_url.url must be a data URL of base64; remote URLs are not fetched");
  return decodedImage(media);
}
