// The client's counts of tokens in the SDK's shape. What the service did not say is undefined.

/**
 * @param {object} [usage] the client's
 * @param {object} [raw] the service's
 */
export function usageOf(usage, raw) {
  const { promptTokens, completionTokens, cachedTokens, reasoningTokens } = usage ?? {};
  const without = (all, part) => (part === undefined ? undefined : all - part);
  const counts = {
    inputTokens: {
      total: promptTokens,
      noCache: without(promptTokens, cachedTokens),
      cacheRead: cachedTokens,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: completionTokens,
      text: without(completionTokens, reasoningTokens),
      reasoning: reasoningTokens,
    },
  };
  if (isObject(raw)) counts.raw = raw;
  return counts;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
