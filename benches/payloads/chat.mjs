/** Chunks of OpenAI's chat completions. */
import { speak } from "./vocabulary.mjs";

/** One chunk as JSON text, with the common members of a reply's chunks. */
export function chatChunk(delta, finish_reason = null, more = {}) {
  return JSON.stringify({
    id: "chatcmpl-7f3c2a9be1d44c58",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...more,
  });
}

/** @param {number} count */
export function chat(count) {
  const tokens = speak(count, 3);
  const usage = { prompt_tokens: 20, completion_tokens: count, total_tokens: count + 20 };
  return {
    tokens,
    text: tokens.join(""),
    events: [
      chatChunk({ role: "assistant", content: "" }),
      ...tokens.map((content) => chatChunk({ content })),
      chatChunk({}, "stop", { usage }),
      "[DONE]",
    ],
  };
}
