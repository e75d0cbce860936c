// The stand-in's answers of the text tasks: simple and reproducible.

import { turn } from "../../streams/turns.js";
import { standInVector, unitsOfVector } from "../stand-in-vectors.js";
import { wordsOf } from "./words.js";

const GOOD =
  /\b(good|great|love[ds]?|like[ds]?|excellent|amazing|best|happy|nice|wonderful|fantastic|delicious|perfect|enjoy(ed)?|awesome|beautiful)\b/gi;
const BAD =
  /\b(bad|terrible|hate[ds]?|awful|worst|sad|horrible|poor|broken|boring|disgusting|ugly|annoying|never|disappoint(ed|ing)?)\b/gi;
const DIMENSIONS = 256;

const rounded = (value) => Math.round(value * 1e6) / 1e6;

/** Counts positive and negative words. */
export function sentiment(text) {
  const [good, bad] = [GOOD, BAD].map((words) => text.match(words)?.length ?? 0);
  const positive = rounded(1 / (1 + Math.exp(-3 * (good - bad) - 0.1)));
  return [
    { label: "NEGATIVE", score: rounded(1 - positive) },
    { label: "POSITIVE", score: positive },
  ];
}

/** Scores between 0 and 1 by the words and letter groups that a context shares with the query. */
export async function relevance(query, contexts, signal) {
  const target = standInVector(query, DIMENSIONS, "mean");
  const scores = [];
  for (const context of contexts) {
    await turn(unitsOfVector(context, DIMENSIONS));
    signal?.throwIfAborted();
    const vector = standInVector(context, DIMENSIONS, "mean");
    const cosine = target.reduce((sum, value, index) => sum + value * vector[index], 0);
    scores.push(rounded(1 / (1 + Math.exp(-8 * (cosine - 0.3)))));
  }
  return scores;
}

const SENTENCE = /[^.!?]+[.!?]*/g;

/** Returns the first sentence. */
export function summary(text, maxLength) {
  const [first = text] = text.match(SENTENCE) ?? [];
  return `[local stand-in] ${wordsOf(first.trim()).slice(0, Math.max(1, maxLength)).join("")}`;
}

/** The unchanged text, marked with the operation that a model would apply. */
export const untranslated = (text, from, to) => `[local stand-in, ${from} to ${to}] ${text}`;

/** The categories that a message is to be classified as: `unsafe: S1,S10` */
const UNSAFE = /\bunsafe:\s*(S(?:1[0-4]|[1-9])(?:\s*,\s*S(?:1[0-4]|[1-9]))*)/;

/** Safe, unless the last message names categories. */
export function moderation(messages) {
  const [, categories] = UNSAFE.exec(messages.at(-1)?.content ?? "") ?? [];
  return categories ? categories.split(",").map((category) => category.trim()) : [];
}
