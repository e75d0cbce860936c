// Does an input have to be prepared before it can be sent? What prepares it is loaded with the tasks, so most calls never need it. What is
// told here to need it and does not is only slower: it comes back as it was.

import { Call } from "./call.js";
import { later } from "./later.js";
import { isBlob, isBytes, isResponse, isStream } from "./values.js";

/** Members that models take in different forms, whatever is in them. */
const NAMES = /^(?:image(?:_url|_b64)?|mask|audio|input_image\w*|response_format|max_completion_tokens)$/;
/** `{ messages: [{ content: [{ image_url: { url } }] }] }` */
const DEPTH = 5;

/** Media, a member that not every model takes as it is, or a model that takes a form where others take JSON. */
export const needsPreparing = (model, input) => /\/flux-2/.test(model) || isMarked(input, 0);

/** The call, or where its input needs preparing, a promise of it. */
export const callFor = (client, model, input, options) =>
  needsPreparing(model, input)
    ? later("prepareCall", client, model, input, options)
    : new Call(client, model, input, options);

function isMarked(value, depth) {
  if (typeof value !== "object" || value === null || depth > DEPTH) return false;
  if (isBytes(value) || isBlob(value) || isStream(value) || isResponse(value)) return true;
  if (Array.isArray(value)) {
    return typeof value[0] !== "number" && value.some((item) => isMarked(item, depth + 1));
  }
  return Object.entries(value).some(
    ([name, member]) =>
      NAMES.test(name) ||
      (name === "content" && member === null) ||
      (name === "tools" && member?.some?.((tool) => tool?.type === undefined)) ||
      (name === "tool_choice" && member === "any") ||
      isMarked(member, depth + 1),
  );
}
