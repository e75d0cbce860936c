/** What a stream said, independent of how the network cut it. */

/** The events of an AIStream as plain data; `raw` is lazy and has its own tests. */
export async function collect(stream) {
  const events = [];
  for await (const event of stream) {
    const { raw: _raw, ...rest } = event;
    events.push(rest);
  }
  return events;
}

/**
 * Adds up events as `.final()` does.
 *
 * @param {object[]} events
 */
export function summaryOf(events) {
  const summary = { text: "", reasoning: "", toolCalls: [] };
  for (const event of events) {
    if (event.type === "text") summary.text += event.text;
    else if (event.type === "reasoning") summary.reasoning += event.text;
    else if (event.type === "tool-call") {
      summary.toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
    } else if (event.type === "usage") summary.usage = event.usage;
    else if (event.type === "finish") summary.finishReason = event.finishReason;
  }
  return summary;
}

/** The fields of a `generateText` result in the same form. */
export function summaryOfResult({ text, reasoning = "", toolCalls, usage, finishReason }) {
  return { text, reasoning, toolCalls, ...(usage ? { usage } : {}), finishReason };
}

/** The price is told with streams only; all else must agree between a stream and a whole answer. */
export function withoutPrice(summary) {
  if (!summary.usage) return summary;
  const { neurons: _neurons, ...usage } = summary.usage;
  return { ...summary, usage };
}
