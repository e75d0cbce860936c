/**
 * Brings a vector to the number of dimensions of the requested model, as unit-length float32 values. A
 * shorter one is padded (its cosines stay exact); a longer one is folded with alternating signs (they stay
 * nearly so).
 */
export function fitted(vector, dimensions) {
  const out = new Float32Array(dimensions);
  for (let index = 0; index < vector.length; index++) {
    const round = Math.floor(index / dimensions);
    out[index % dimensions] += round % 2 === 0 || index % 2 === 0 ? vector[index] : -vector[index];
  }
  const length = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Array.from(out, (value) => Math.fround(value / length));
}
