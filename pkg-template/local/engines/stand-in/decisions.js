// The stand-in's answers of the decision and extraction models: an option that the state contains is
// chosen; otherwise the choice is pseudo-random, seeded by the question's digest.

import { canonical, digest, randomFrom } from "../../digest.js";

/** Characters of a state that are searched, at most. */
const MOST_SEARCHED = 4096;

const rounded = (value) => Math.round(value * 1e4) / 1e4;

export function decisions(state, questions) {
  const whole = typeof state === "string" ? state : canonical(state);
  // Part of the seed of every question.
  const spelled = whole.length > MOST_SEARCHED ? digest(whole) : whole;
  const searched = whole.slice(0, MOST_SEARCHED).toLowerCase();
  return Object.fromEntries(
    Object.entries(questions).map(([id, question]) => {
      const random = randomFrom(`${spelled}\n${id}\n${canonical(question)}`);
      return [id, ANSWERS[question.type](question, searched, random)];
    }),
  );
}

const ANSWERS = {
  noul: (_question, _state, random) => ({ type: "noul", noul: rounded(random()) }),

  choice({ criteria }, state, random) {
    const options = Object.keys(criteria);
    const named = options.find((option) => state.includes(option.toLowerCase()));
    const probabilities = shares(options, named, random);
    const choice = options.reduce((best, option) =>
      probabilities[option] > probabilities[best] ? option : best,
    );
    return { type: "choice", choice, probabilities, confidence: probabilities[choice] };
  },

  score({ criteria }, _state, random) {
    const levels = criteria.map((_, index) => String(index));
    const probabilities = shares(levels, undefined, random);
    const score = rounded(levels.reduce((sum, level) => sum + Number(level) * probabilities[level], 0));
    const confidence = Math.max(...Object.values(probabilities));
    return { type: "score", score, legend: { ...criteria }, probabilities, confidence };
  },
};

/** Probabilities with the sum 1; a named option gets most of it. */
function shares(options, named, random) {
  const weights = options.map((option) => random() + (option === named ? 4 * options.length : 0.01));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(options.map((option, index) => [option, rounded(weights[index] / sum)]));
}

const NUMBER = /-?\d+(?:\.\d+)?/;
const DATE = /\b\d{4}-\d{2}-\d{2}\b/;
const TIME = /\b\d{1,2}:\d{2}(?::\d{2})?\b/;

/** Extracts values by simple patterns; null if there is none. */
export function extracted(whole, fields) {
  const state = whole.slice(0, MOST_SEARCHED);
  return Object.fromEntries(
    Object.entries(fields).map(([id, field]) => [id, { type: field.type, ...answerOf(state, id, field) }]),
  );
}

function answerOf(state, id, { type, items, horizon = 3 }) {
  const found = (pattern, read = (text) => text) => {
    const match = pattern.exec(state);
    if (!match) return { value: null, p_null: 0.9, confidence: 0.1 };
    const span = [match.index, match.index + match[0].length];
    return { value: read(match[0]), p_null: 0.05, confidence: 0.95, span };
  };
  if (type === "number" || type === "duration") return found(NUMBER, Number);
  if (type === "date") return found(DATE);
  if (type === "time") return found(TIME);
  if (type === "datetime") return found(new RegExp(`${DATE.source}[T ]${TIME.source.slice(2)}`));
  if (type === "list") return { value: listed(state, items) };
  if (type === "text") return found(labelled(id), (text) => text.replace(/^[^:]*:\s*/, ""));
  const mean = Number.parseInt(digest(state + id).slice(0, 4), 16) / 100;
  const spread = { mean, median: mean, p10: rounded(mean * 0.9), p90: rounded(mean * 1.1) };
  if (type === "estimate") return { value: mean, ...spread };
  return { value: mean, steps: Array.from({ length: horizon }, () => spread) };
}

/** `name: value` up to the end of its line. */
const labelled = (id) =>
  new RegExp(`\\b${id.replace(/[.-]/g, "\\$&").replaceAll("_", "[ _]")}\\s*:[^\\n]*`, "i");

function listed(state, items) {
  const [pattern, read] = { number: [NUMBER, Number], date: [DATE, String] }[items] ?? [/[^\s,;.]+/, String];
  return [...state.matchAll(new RegExp(pattern.source, "g"))].slice(0, 32).map(([text]) => read(text));
}
