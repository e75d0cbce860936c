/** A tool call in OpenAI's chat form, with a few characters of its arguments per chunk. */
import { chatChunk } from "./chat.mjs";
import { speak } from "./vocabulary.mjs";

/** @param {number} count */
export function tools(count) {
  const tokens = inPieces(speak(2 * count, 4), count);
  const call = (delta) => chatChunk({ tool_calls: [{ index: 0, ...delta }] });
  const start = { id: "call_4kd02mz8", type: "function", function: { name: "write_report", arguments: "" } };
  return {
    tokens,
    text: "",
    events: [
      call(start),
      ...tokens.map((json) => call({ function: { arguments: json } })),
      chatChunk({}, "tool_calls"),
      "[DONE]",
    ],
  };
}

/** An object of paragraphs as JSON, split into exactly `count` pieces at word boundaries. */
function inPieces(words, count) {
  const pieces = ['{"paragraphs', '":["'];
  for (const word of words) {
    if (pieces.length === count - 1) break;
    // Escaped like a model's output; some words end a paragraph.
    pieces.push(word === "\n\n" ? '","' : JSON.stringify(word).slice(1, -1));
  }
  pieces.push('"]}');
  return pieces;
}
