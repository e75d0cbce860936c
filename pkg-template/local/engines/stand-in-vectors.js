import { digest } from "../digest.js";
import { fitted } from "./vectors.js";

/**
 * A repeatable vector in which texts that share words and letter groups lie near each other: each feature adds one unit in a
 * place and with a sign that depend on its hash.
 */
export function standInVector(text, dimensions, pooling) {
  const vector = new Float64Array(dimensions);
  for (const [feature, weight] of featuresOf(text)) {
    const hash = BigInt(`0x${digest(`${pooling}:${feature}`)}`);
    vector[Number(hash % BigInt(dimensions))] += hash >> 63n === 1n ? weight : -weight;
  }
  return fitted(vector, dimensions);
}

function* featuresOf(text) {
  const lower = text.normalize("NFKC").toLowerCase();
  for (const word of lower.match(/[\p{L}\p{N}]+/gu) ?? [lower]) {
    yield [word, 1];
    const padded = `^${word}$`;
    for (let at = 0; at + 3 <= padded.length; at++) yield [padded.slice(at, at + 3), 0.5];
  }
}
