// The body of a request: read within the bound, or passed on within it.

import { Refusal } from "./refusal.js";

const tooLarge = (most) => new Refusal(413, `The request is larger than ${most} bytes.`);

/** Refuses what says of itself that it is too large. */
export function checkLength(request, most) {
  const stated = request.headers.get("content-length");
  if (stated !== null && !(Number(stated) <= most)) throw tooLarge(most);
}

/** The whole body. */
export async function readBody(request, most) {
  checkLength(request, most);
  const chunks = [];
  let length = 0;
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw tooLarge(most);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The body as an object of inputs. */
export async function readJSON(request, most) {
  const bytes = await readBody(request, most);
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, "The body must be JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "The body must be a JSON object.");
  }
  return value;
}
