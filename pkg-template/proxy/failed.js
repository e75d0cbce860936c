// A failed reply of the service's, in whatever shape it came.

import { isInputs } from "./json.js";

/** Of a plain text so many characters are words. */
const MOST_WORDS = 2000;
/** The service's numbers for a token that it refuses, or for a request without a usable one. */
const CREDENTIALS = new Set([6003, 6103, 6111, 9106, 9109, 10000, 10001]);

/**
 * The REST API's envelope of a failed reply's body: all that it says of itself, and `errors` as the envelope has them. Whoever reads it finds the
 * number, the kind and the words that the body itself has.
 *
 * @param {string} text
 * @returns {{ result: object, success: false, errors: unknown[], messages: unknown[] }}
 */
export function envelopeOf(text) {
  const value = parsed(text);
  const object = Array.isArray(value) ? value.find(isInputs) : value;
  if (!isInputs(object)) return enveloped({}, [inText(typeof object === "string" ? object : text)]);
  return enveloped(object, errorsOf(object));
}

/** Does a failed reply's body refuse the credential of its request? */
export function refusesCredential(text) {
  const isOne = (error) =>
    CREDENTIALS.has(Number(error?.code)) || error?.error_chain?.some?.(({ code }) => CREDENTIALS.has(code));
  return envelopeOf(text).errors.some(isOne);
}

const enveloped = (body, errors) => ({ ...body, result: {}, success: false, errors, messages: [] });

/** JSON, alone or as the data of an event. */
function parsed(text) {
  const data = /^(?:event|data|id|retry)?:/.test(text) ? /^data:(.*)$/m.exec(text)?.[1] : undefined;
  try {
    return JSON.parse(data ?? text);
  } catch {
    return undefined;
  }
}

/** "3040: Capacity …" of the service, "error code: 1031" of the edge, anybody's sentence; of a web page and of broken JSON nothing is shown. */
function inText(text) {
  const [, edge] = /^\s*error code: (\d{3,5})\b/.exec(text) ?? [];
  const [, code = edge, words] = /^\s*(\d{3,5}): (.*)$/s.exec(text) ?? [];
  const isShown = edge === undefined && /^\s*[^\s<{["]/.test(text);
  const message = isShown ? (words ?? text).trim().slice(0, MOST_WORDS) : "The service failed.";
  return code === undefined ? { message } : { code: Number(code), message };
}

function errorsOf(body) {
  if (Array.isArray(body.errors) && body.errors.length > 0) return body.errors;
  const inner = [body.errors, body.error].find(isInputs);
  const error = inner ?? body;
  const code = [error.internalCode, error.code, error.error_code].find(isCode);
  const texts = [error.message, error.description, error.detail, body.message, body.error, body.errors];
  // The native shape has its own words in `description`.
  if (error.internalCode !== undefined) texts.unshift(error.description);
  const message = texts.find((text) => typeof text === "string" && text !== "");
  if (code === undefined && message === undefined) return [];
  return [{ ...inner, ...(code !== undefined && { code }), ...(message !== undefined && { message }) }];
}

const isCode = (code) => typeof code === "number" || (typeof code === "string" && code !== "");
