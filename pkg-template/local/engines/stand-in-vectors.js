import { hasher } from "../digest.js";
import { fitted } from "./vectors.js";

/** Characters of a text that are used. */
const MOST_READ = 20_000;
/** Cost of a character, in units of work: its groups are hashed three times. */
const UNITS_OF_CHARACTER = 20;

/** Cost of a text's vector. */
export const unitsOfVector = (text, dimensions) =>
  UNITS_OF_CHARACTER * Math.min(text.length, MOST_READ) + dimensions;

/**
 * A repeatable vector in which texts that share words and letter groups lie near each other: each feature
 * adds one unit in a place and with a sign that depend on its hash.
 */
export function standInVector(text, dimensions, pooling) {
  const vector = new Float64Array(dimensions);
  const hashOf = hasher(`${pooling}:`);
  const add = (feature, weight) => {
    const [high, low] = hashOf(feature);
    const place = ((high % dimensions) * (2 ** 32 % dimensions) + (low % dimensions)) % dimensions;
    vector[place] += high >= 2 ** 31 ? weight : -weight;
  };
  const lower = text.slice(0, MOST_READ).normalize("NFKC").toLowerCase();
  for (const word of lower.match(/[\p{L}\p{N}]+/gu) ?? [lower]) {
    add(word, 1);
    const padded = `^${word}$`;
    for (let at = 0; at + 3 <= padded.length; at++) add(padded.slice(at, at + 3), 0.5);
  }
  return fitted(vector, dimensions);
}
