// What a page's wishes may cost: they are not worth anybody's bill.

export const MOST_BYTES = 32 * 1024 * 1024;
const MOST_TOKENS = 1024;
/** What other dialects call `max_tokens`. */
const OTHER_LIMITS = ["max_completion_tokens", "max_output_tokens"];

/** A model's input with as many tokens as this demo gives at most. */
export function boundedTokens(input, model) {
  if (!model.methods.includes("generateText")) return input;
  if (Array.isArray(input.requests)) {
    return { ...input, requests: input.requests.map((request) => boundedTokens({ ...request }, model)) };
  }
  if (input.request_id !== undefined) return input;
  const bounded = { ...input, max_tokens: atMost(input.max_tokens) };
  for (const name of OTHER_LIMITS) if (name in input) bounded[name] = atMost(input[name]);
  if ("n" in input) bounded.n = 1;
  return bounded;
}

const atMost = (wanted) =>
  Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST_TOKENS) : MOST_TOKENS;
