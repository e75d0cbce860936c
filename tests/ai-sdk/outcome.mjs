/** What a provider makes of a stream, and whether that is right. */

/**
 * @param {object} model
 * @returns {Promise<object>} `{ text, reasoning, toolCalls, finishReason, usage, error }`
 */
export async function outcomeOf(model) {
  const outcome = { text: "", reasoning: "", toolCalls: [] };
  const prompt = [{ role: "user", content: [{ type: "text", text: "hi" }] }];
  try {
    const { stream } = await model.doStream({ prompt });
    for await (const part of stream) add(outcome, part);
  } catch (error) {
    outcome.error ??= error;
  }
  return outcome;
}

function add(outcome, part) {
  switch (part.type) {
    case "text-delta":
      outcome.text += part.delta;
      break;
    case "reasoning-delta":
      outcome.reasoning += part.delta;
      break;
    case "tool-call":
      outcome.toolCalls.push({ name: part.toolName, arguments: part.input });
      break;
    case "error":
      outcome.error ??= part.error;
      break;
    case "finish":
      outcome.finishReason = part.finishReason.unified;
      outcome.usage = part.usage;
  }
}

/** In one line. */
export function lineOf({ text, reasoning, toolCalls, finishReason, error }) {
  const parts = [];
  if (reasoning !== "") parts.push(`thinks ${JSON.stringify(reasoning)}`);
  if (text !== "") parts.push(JSON.stringify(text));
  for (const call of toolCalls) parts.push(`${call.name}(${call.arguments})`);
  if (error !== undefined) {
    const { isRetryable } = error;
    const again = isRetryable === undefined ? "" : isRetryable ? ", retryable" : ", final";
    parts.push(`error: ${kindOf(error)}${again}`);
  } else parts.push(finishReason ?? "no end");
  return parts.join(" · ");
}

const kindOf = (error) => error?.cause?.code ?? error?.code ?? error?.name ?? typeof error;

/** Codes whose request may succeed a little later. */
const PASSING = new Set(["CAPACITY", "RATE_LIMITED", "TIMEOUT", "SERVER", "NETWORK"]);

/**
 * What is wrong with an outcome; nothing where it is right. A failure is right where it is told, whatever its class; that of a spent quota or a wrong input must
 * not be called retryable.
 *
 * @param {object} outcome
 * @param {object} expect
 * @returns {string[]}
 */
export function faultsOf(outcome, expect) {
  const { error } = outcome;
  if (expect.code !== undefined) {
    if (error === undefined) return ["a failure ends as a success"];
    return error.isRetryable === true && !PASSING.has(expect.code) ? ["is called retryable"] : [];
  }
  if (error !== undefined) return ["a success is a failure"];
  const faults = [];
  if (outcome.text !== expect.text) faults.push("text");
  if (outcome.reasoning !== (expect.reasoning ?? "")) faults.push("thinking");
  if (outcome.finishReason !== expect.finishReason) faults.push("finish reason");
  const calls = (list) => JSON.stringify(list.map((call) => [call.name, jsonOf(call.arguments)]));
  if (calls(outcome.toolCalls) !== calls(expect.toolCalls ?? [])) faults.push("calls");
  const { usage } = expect;
  if (
    usage !== undefined &&
    (outcome.usage?.inputTokens.total !== usage.promptTokens ||
      outcome.usage?.outputTokens.total !== usage.completionTokens)
  )
    faults.push("usage");
  return faults;
}

/** Arguments in one spelling, their digits kept. A text that is no JSON is what a custom tool gets. */
function jsonOf(input) {
  const isJSON = typeof input === "string" && parses(input);
  return isJSON ? input.replaceAll(/\s/g, "") : JSON.stringify(input);
}

function parses(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
