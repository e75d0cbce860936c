/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How far apart the values are, as a share of the smallest. */
export function spread(values) {
  const least = Math.min(...values);
  return (Math.max(...values) - least) / least;
}
