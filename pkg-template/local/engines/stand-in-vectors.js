import { hashOf } from "../digest.js";
import { fitted } from "./vectors.js";

/** Characters of a text that count. */
const MOST_READ = 20_000;

/**
 * A repeatable vector in which texts that share words and letter groups lie near each other: each feature adds one unit in a
 * place and with a sign that depend on its hash.
 */
export function standInVector(text, dimensions, pooling) {
  const vector = new Float64Array(dimensions);
  for (const [feature, weight] of featuresOf(text)) {
    const [high, low] = hashOf(`${pooling}:${feature}`);
    const place = ((high % dimensions) * (2 ** 32 % dimensions) + (low % dimensions)) % dimensions;
    vector[place] += high >= 2 ** 31 ? weight : -weight;
  }
  return fitted(vector, dimensions);
}

function* featuresOf(text) {
  const lower = text.slice(0, MOST_READ).normalize("NFKC").toLowerCase();
  for (const word of lower.match(/[\p{L}\p{N}]+/gu) ?? [lower]) {
    yield [word, 1];
    const padded = `^${word}$`;
    for (let at = 0; at + 3 <= padded.length; at++) yield [padded.slice(at, at + 3), 0.5];
  }
}
