import { ServiceError } from "../errors.js";
import { MOST_PARTS } from "./bounds.js";

/** Parses a multipart body. A content type without a boundary cannot be parsed by the service either. */
export async function readForm({ bytes, contentType }) {
  if (!/^multipart\/form-data\b.*;\s*boundary=/i.test(contentType ?? ""))
    throw new ServiceError(8001, "Invalid input: the multipart body has no boundary in its content type");
  if (partsOf(bytes, contentType) > MOST_PARTS)
    throw new ServiceError(8001, `Invalid input: the multipart body has more than ${MOST_PARTS} parts`);
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new ServiceError(8001, "Invalid input: the multipart body can't be read");
  }
}

const NEWLINE = 0x0a;

/** Counts the lines that begin with the boundary, up to the limit. */
function partsOf(bytes, contentType) {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1] ?? "";
  const mark = new TextEncoder().encode(`--${boundary}`);
  let count = 0;
  for (let at = 0; at >= 0 && count <= MOST_PARTS; at = bytes.indexOf(NEWLINE, at) + 1 || -1)
    if (mark.every((byte, index) => bytes[at + index] === byte)) count += 1;
  return count;
}
