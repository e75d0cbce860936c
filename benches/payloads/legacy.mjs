/** The service's own chunks, with the padding that hides the tokens' lengths. */
import { randomFrom } from "../random.mjs";
import { speak } from "./vocabulary.mjs";

const PADDING = "abcdefghijklmnopqrstuvwxyz0123456789";

/** @param {number} count */
export function legacy(count) {
  const random = randomFrom(2);
  const tokens = speak(count, 1);
  const padding = () => PADDING.slice(0, 4 + Math.floor(random() * (PADDING.length - 4)));
  const usage = { prompt_tokens: 20, completion_tokens: count, total_tokens: count + 20 };
  return {
    tokens,
    text: tokens.join(""),
    events: [
      ...tokens.map((response) => JSON.stringify({ response, p: padding() })),
      JSON.stringify({ response: "", usage }),
      "[DONE]",
    ],
  };
}
