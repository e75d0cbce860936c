import { canonical, digest, digestBytes, inputsDigest } from "../digest.js";

/**
 * What makes two calls the same, whichever face they came by: operation, model, inputs, how the answer is
 * delivered; for the lists, the query too.
 */
export function keyOf({ operation, model, inputs, query, raw, form, face }) {
  const parts = [operation, model, String(inputs.stream ?? ""), inputsDigest(model, inputs)];
  // The binding's own query is no part of the call; nor is that of a run over REST, but where it carries a
  // body's inputs.
  if (face === "rest" && (operation.includes(".") || raw)) parts.push(canonical(query));
  if (raw) parts.push(digestBytes(raw.bytes));
  if (form) parts.push(canonical([...form].map(([name, value]) => [name, value.size ?? value])));
  return digest(parts.join("\n"));
}
