// Reads the body of a request for the wasm: JSON, or a form as JSON and a list of its files.

import { failure } from "../core.js";
import { readBody as readWhole } from "../proxy/body.js";
import { json } from "./reply.js";

/**
 * @param {Request} request
 * @param {number} most limit in bytes
 * @returns {Promise<{ bytes: Uint8Array, files: Blob[] }>} the JSON contains a file as `{ $file }`, its index in
 *   `files`
 */
export async function readBody(request, most) {
  const isForm = /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");
  return isForm ? readForm(request, most) : { bytes: await readBytes(request, most), files: [] };
}

async function readForm(request, most) {
  const { headers } = request;
  // The form parsers of the runtimes have no limit.
  const bytes = await readBytes(request, most);
  let form;
  try {
    form = await new Response(bytes, { headers: { "content-type": headers.get("content-type") } }).formData();
  } catch (cause) {
    throw failure("INVALID_INPUT", "The request's body is not the form that its content-type says.", {
      field: "body",
      cause,
    });
  }
  const files = [];
  const fields = {};
  for (const [name, value] of form) {
    const item =
      typeof value === "string"
        ? value
        : { $file: files.push(value) - 1, name: value.name, type: value.type };
    const list = name.endsWith("[]") ? name.slice(0, -2) : undefined;
    if (list !== undefined || Object.hasOwn(fields, name)) {
      const own = list ?? name;
      fields[own] = [fields[own] ?? [], item].flat();
    } else {
      fields[name] = item;
    }
  }
  return { bytes: json(fields), files };
}

async function readBytes(request, most) {
  try {
    return await readWhole(request, most);
  } catch (error) {
    if (error?.status === 400) throw failure("INVALID_INPUT", error.message, { field: "body" });
    if (error?.status !== 413) throw error;
    throw failure(
      "TOO_LARGE",
      `The request's body is larger than ${most} bytes. Allow more with maxBodyBytes.`,
    );
  }
}
