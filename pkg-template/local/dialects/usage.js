/** Usage as the legacy and chat dialects spell it. */
export const chatUsage = ({ promptTokens, completionTokens, cachedTokens = 0 }) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});

/** Usage as the Responses dialect spells it. */
export const responsesUsage = ({ promptTokens, completionTokens, cachedTokens = 0 }) => ({
  input_tokens: promptTokens,
  input_tokens_details: { cached_tokens: cachedTokens },
  output_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});
