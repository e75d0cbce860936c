// Converts the client's token counts to the SDK's shape. Counts that the service did not send are undefined.

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
