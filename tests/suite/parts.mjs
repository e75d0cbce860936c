/** What the stream of a model of the AI SDK says, put together, and whether its parts follow the specification. */
import { equal, ok } from "./assert.mjs";

/** @param {ReadableStream<object>} stream */
export async function partsOf(stream) {
  const parts = [];
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
  }
}

/**
 * @param {object[]} parts
 * @returns {{ text: string, reasoning?: string, toolCalls: object[], finishReason?: string, usage?: object, error?: unknown }}
 */
export function outcomeOf(parts) {
  const outcome = { text: "", toolCalls: [] };
  for (const part of parts) {
    if (part.type === "text-delta") outcome.text += part.delta;
    else if (part.type === "reasoning-delta") outcome.reasoning = (outcome.reasoning ?? "") + part.delta;
    else if (part.type === "tool-call")
      outcome.toolCalls.push({ id: part.toolCallId, name: part.toolName, arguments: part.input });
    else if (part.type === "error") outcome.error ??= part.error;
    else if (part.type === "finish") {
      outcome.finishReason = part.finishReason.unified;
      outcome.usage = part.usage;
    }
  }
  return outcome;
}

/** Blocks begin and end once, nothing is outside of them, and the end comes once, last. */
export function checkParts(parts) {
  equal(parts[0].type, "stream-start");
  ok(Array.isArray(parts[0].warnings), "warnings");
  equal(
    parts.findIndex(({ type }) => type === "finish"),
    parts.length - 1,
    "the finish is the last part",
  );
  const open = new Map();
  const used = new Set();
  const inputs = new Map();
  for (const part of parts) {
    const [, kind, step] = /^(text|reasoning|tool-input)-(start|delta|end)$/.exec(part.type) ?? [];
    if (step === "start") {
      ok(!used.has(part.id), `${part.id} is used twice`);
      used.add(part.id);
      open.set(part.id, kind);
      if (kind === "tool-input") inputs.set(part.id, "");
    } else if (step !== undefined) {
      equal(open.get(part.id), kind, `a ${step} outside of its block`);
      if (kind === "tool-input" && step === "delta") inputs.set(part.id, inputs.get(part.id) + part.delta);
      if (step === "end") open.delete(part.id);
    } else if (part.type === "tool-call") {
      ok(!open.has(part.toolCallId), "a call comes when its input is complete");
      const input = inputs.get(part.toolCallId);
      ok(
        input === part.input || (input.trim() === "" && part.input === "{}"),
        "the input is what the deltas said",
      );
    }
  }
  equal(open.size, 0, "all blocks have ended");
}
