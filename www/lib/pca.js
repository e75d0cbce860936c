// Two principal components of vectors, by power iteration: the flattest honest map of a cloud of many dimensions.

const ITERATIONS = 100;
const CLOSE_ENOUGH = 1e-9;

/**
 * @param {Float32Array} data vectors, one after the other
 * @param {number} dimensions of each
 * @returns {(vector: Float32Array) => [number, number]} where a vector lies on the map; also for vectors that are not in `data`
 */
export function plane(data, dimensions) {
  const mean = meanOf(data, dimensions);
  const centred = data.map((value, index) => value - mean[index % dimensions]);
  const first = strongest(centred, dimensions, []);
  const second = strongest(centred, dimensions, [first]);
  return (vector) => {
    const offset = vector.map((value, index) => value - mean[index]);
    return [dot(offset, first), dot(offset, second)];
  };
}

function meanOf(data, dimensions) {
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < data.length; i++) mean[i % dimensions] += data[i];
  const count = data.length / dimensions;
  return mean.map((sum) => sum / count);
}

/** The direction of the most variance that is at right angles to the others: what `Xᵀ(Xv)`, done again and again, makes of a `v`. */
function strongest(centred, dimensions, others) {
  let direction = normalized(withoutOthers(beginning(dimensions, others.length), others));
  // A line has one direction only.
  if (direction === null) return new Float64Array(dimensions);
  for (let i = 0; i < ITERATIONS; i++) {
    const next = normalized(withoutOthers(throughAll(centred, dimensions, direction), others));
    // Nothing is left: all vectors lie on what there is already.
    if (next === null) return direction;
    const change = 1 - Math.abs(dot(next, direction));
    direction = next;
    if (change < CLOSE_ENOUGH) break;
  }
  return direction;
}

/** Not at random: the same vectors make the same map. */
const beginning = (dimensions) =>
  Float64Array.from({ length: dimensions }, (_, index) => Math.sin(index + 1));

function throughAll(centred, dimensions, direction) {
  const sum = new Float64Array(dimensions);
  for (let start = 0; start < centred.length; start += dimensions) {
    const row = centred.subarray(start, start + dimensions);
    const weight = dot(row, direction);
    for (let i = 0; i < dimensions; i++) sum[i] += row[i] * weight;
  }
  return sum;
}

function withoutOthers(vector, others) {
  for (const other of others) {
    const part = dot(vector, other);
    for (let i = 0; i < vector.length; i++) vector[i] -= part * other[i];
  }
  return vector;
}

function normalized(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return length < 1e-12 ? null : vector.map((value) => value / length);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
