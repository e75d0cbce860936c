// Answers with a fixed text, in the model's own dialect, streamed or whole.

import { countWords, wordsOf } from "./stand-in/words.js";

export class CannedText {
  name = "route";
  description = "canned replies";
  #text;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  async *generate({ messages, maxTokens }) {
    const promptTokens = messages.reduce((sum, { content }) => sum + countWords(content), 0);
    const words = wordsOf(this.#text);
    const kept = words.slice(0, maxTokens);
    for (const text of kept) yield { type: "text", text };
    const finishReason = kept.length < words.length ? "length" : "stop";
    yield { type: "finish", finishReason, usage: { promptTokens, completionTokens: kept.length } };
  }

  async summarize() {
    return this.#text;
  }

  async translate({ texts }) {
    return texts.map(() => this.#text);
  }

  async transcribe({ language }) {
    return { text: this.#text, language: language ?? "en", words: [] };
  }
}
