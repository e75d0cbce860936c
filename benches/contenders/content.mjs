/** The text of a chunk in either dialect. */
export function contentOf(chunk) {
  if (chunk.choices === undefined) return chunk.response;
  const delta = chunk.choices[0].delta;
  return delta.content ?? delta.tool_calls?.[0].function.arguments;
}
