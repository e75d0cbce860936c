// Reads the body of a request, as its endpoint requires, into the call.

import { ServiceError } from "../errors.js";
import { readForm } from "../inputs/multipart.js";
import { readBytes, readInputs, readJson } from "./body.js";

/** For each kind of body: the members that it adds to the call. */
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

/** The initial members of a call, for both faces. */
export const newCall = (face, request, url) => ({
  face,
  operation: "run",
  model: "",
  inputs: {},
  options: {},
  query: Object.fromEntries(url.searchParams),
  headers: request.headers,
  signal: request.signal,
  // Referenced for the duration of the call: the signal of a request that was garbage collected never
  // aborts.
  request,
});

/** Reads the request into the call. An error becomes the call's answer. */
export async function reading(call, read) {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    call.refused = error;
  }
  return call;
}

/** Decodes a part of a path; an invalid escape is left unchanged. */
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
