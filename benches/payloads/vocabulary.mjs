/** Text with a language model's token distribution: few tokens are frequent, many are rare. */
import { randomFrom } from "../random.mjs";

const SIZE = 3000;

/** The most common tokens, in descending order; some need escapes, some contain multi-byte characters. */
const COMMON = [
  ",",
  " the",
  ".",
  " of",
  " and",
  " to",
  " a",
  " in",
  "\n",
  " is",
  " that",
  " for",
  " with",
  "\n\n",
  " it",
  " as",
  '"',
  " on",
  " be",
  " are",
  "'s",
  "s",
  ":",
  " by",
  " this",
  " an",
  "-",
  " or",
  " can",
  ' "',
  " you",
  " (",
  ")",
  "ing",
  " from",
  "é",
  " not",
  "1",
  " was",
  "ed",
  "**",
  " which",
  " —",
  " at",
  "2",
  " have",
  "’s",
  " your",
  "\\",
  " its",
  "\t",
  " one",
  " more",
  "0",
  " will",
  "er",
  " use",
  "ü",
  " but",
  "```",
  " they",
  ";",
  "3",
  " has",
  "日本",
  " like",
  " all",
  "https",
  "://",
  " when",
  "ly",
  " 😀",
  " other",
  "/",
  " into",
  " time",
  "ö",
  "€",
];

const ONSETS = [
  "b",
  "br",
  "c",
  "ch",
  "cl",
  "d",
  "dr",
  "f",
  "g",
  "gr",
  "h",
  "j",
  "k",
  "l",
  "m",
  "n",
  "p",
  "pl",
  "qu",
  "r",
  "s",
  "sh",
  "st",
  "t",
  "th",
  "tr",
  "v",
  "w",
  "z",
];
const VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "io", "ou", "è", "y"];
const CODAS = ["", "", "", "l", "m", "n", "nd", "ng", "r", "rs", "s", "ss", "st", "t", "tion", "x"];

/**
 * Tokens whose frequency follows Zipf's law: the n-th of the vocabulary is about 1/n as frequent as the
 * first.
 *
 * @param {number} count
 * @param {number} seed
 * @returns {string[]}
 */
export function speak(count, seed) {
  const random = randomFrom(seed);
  const tokens = vocabulary(random);
  // Cumulative frequencies.
  const sums = [];
  let sum = 0;
  for (let rank = 1; rank <= tokens.length; rank++) {
    sum += 1 / (rank + 2);
    sums.push(sum);
  }
  return Array.from({ length: count }, () => tokens[placeOf(random() * sum, sums)]);
}

function vocabulary(random) {
  const pick = (parts) => parts[Math.floor(random() * parts.length)];
  const tokens = new Set(COMMON);
  while (tokens.size < SIZE) {
    const space = random() < 0.6 ? " " : "";
    const second = random() < 0.3 ? pick(ONSETS) + pick(VOWELS) : "";
    tokens.add(space + pick(ONSETS) + pick(VOWELS) + second + pick(CODAS));
  }
  return [...tokens];
}

/** The first index whose sum is above `wanted`. */
function placeOf(wanted, sums) {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
