import { ServiceError } from "../errors.js";

/** The form of a multipart body. A type without the boundary, which hand-made requests often have, can't be read by the service either. */
export async function readForm({ bytes, contentType }) {
  if (!/^multipart\/form-data\b.*;\s*boundary=/i.test(contentType ?? ""))
    throw new ServiceError(8001, "Invalid input: the multipart body has no boundary in its content type");
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new ServiceError(8001, "Invalid input: the multipart body can't be read");
  }
}
