// Parses failed replies of the service, which have several shapes.

import { isInputs } from "./json.js";

/** Limit of a message from plain text, in characters. */
const MOST_WORDS = 2000;
/** The service's error numbers for an invalid or missing token. */
const CREDENTIALS = new Set([6003, 6103, 6111, 9106, 9109, 10000, 10001]);

/**
 * Converts a failed reply's body to the REST API's envelope: the other members of the body, and `errors` in
 * the envelope's form, with the number, kind and message of the body.
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

/** True if a failed reply's body rejects the credential of its request. */
export function refusesCredential(text) {
  const isOne = (error) =>
    CREDENTIALS.has(Number(error?.code)) || error?.error_chain?.some?.(({ code }) => CREDENTIALS.has(code));
  return envelopeOf(text).errors.some(isOne);
}

const enveloped = (body, errors) => ({ ...body, result: {}, success: false, errors, messages: [] });

/** Parses JSON, alone or as the data of an event. */
function parsed(text) {
  const data = /^(?:event|data|id|retry)?:/.test(text) ? /^data:(.*)$/m.exec(text)?.[1] : undefined;
  try {
    return JSON.parse(data ?? text);
  } catch {
    return undefined;
  }
}

/**
 * Parses plain text: "3040: Capacity …" of the service, "error code: 1031" of the edge, or any sentence. Web
 * pages and broken JSON are not shown.
 */
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
  // The native shape has its message in `description`.
  if (error.internalCode !== undefined) texts.unshift(error.description);
  const message = texts.find((text) => typeof text === "string" && text !== "");
  if (code === undefined && message === undefined) return [];
  return [{ ...inner, ...(code !== undefined && { code }), ...(message !== undefined && { message }) }];
}

const isCode = (code) => typeof code === "number" || (typeof code === "string" && code !== "");
