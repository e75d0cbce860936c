import { ServiceError } from "../errors.js";

/** Reads a JSON object; anything else is the service's 5006 or, when it is too large, 3006. */
export async function readJson(request, maxBytes) {
  const text = await readText(request, maxBytes);
  if (text.trim() === "") throw new ServiceError(3003);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError(5006, "Bad input: Error: the body is not valid JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new ServiceError(5006, "Bad input: Error: Type mismatch of '/', 'object' not in the given type");
  }
  return value;
}

async function readText(request, maxBytes) {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new ServiceError(3006);
    }
    text += decoder.decode(value, { stream: true });
  }
}
