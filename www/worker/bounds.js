// What is turned down before any model sees it: a page's wishes are not worth anybody's bill.

const MOST_BYTES = 32 * 1024 * 1024;
const MOST_TOKENS = 1024;
/** What other dialects call `max_tokens`. */
const OTHER_LIMITS = ["max_completion_tokens", "max_output_tokens"];

/** A request that is turned down. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const tooLarge = () => new Refusal(413, "That is too large for this demo.");

/** The same request; more bytes than there may be break it off. */
export function boundedRequest(request) {
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) throw tooLarge();
  if (!request.body || request.headers.has("content-length")) return request;
  let size = 0;
  const count = new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > MOST_BYTES) controller.error(tooLarge());
      else controller.enqueue(chunk);
    },
  });
  return new Request(request, { body: request.body.pipeThrough(count), duplex: "half" });
}

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
