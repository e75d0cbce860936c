// Reads a request's body as its endpoint has it, into the call.

import { ServiceError } from "../errors.js";
import { readForm } from "../inputs/multipart.js";
import { readBytes, readInputs, readJson } from "./body.js";

/** By the kind of body: what it adds to the call. */
const READERS = {
  inputs: readInputs,
  json: async (request, maxBytes) => ({ inputs: await readJson(request, maxBytes) }),
  async form(request, maxBytes) {
    const contentType = request.headers.get("content-type") ?? "";
    if (!/^multipart\/form-data/i.test(contentType))
      throw new ServiceError(5006, "Bad input: Error: the body must be multipart/form-data");
    const bytes = await readBytes(request, maxBytes);
    if (bytes.length === 0) throw new ServiceError(3003);
    return { form: await readForm({ bytes, contentType }) };
  },
};

/** A call as both faces begin it. */
export const newCall = (face, request, url) => ({
  face,
  operation: "run",
  model: "",
  inputs: {},
  options: {},
  query: Object.fromEntries(url.searchParams),
  headers: request.headers,
  signal: request.signal,
  // Held as long as the call: the signal of a request that was collected never aborts.
  request,
});

/** Reads the request into the call; what is wrong with it is the call's answer. */
export async function reading(call, read) {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    call.refused = error;
  }
  return call;
}

/** A part of a path; one that is escaped wrongly is itself. */
export function decodedPart(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export async function readBody(call, kind, request, maxBytes) {
  if (!kind) return;
  Object.assign(call, { inputs: {} }, await READERS[kind](request, maxBytes));
  if (typeof call.inputs.options === "object" && call.inputs.options !== null)
    call.options = call.inputs.options;
}
