/** @param {(number | null)[]} values null for none */
export function median(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The ratio of two contenders' times: the median over the rounds in which both took part. A machine that is
 * slow for a while affects both.
 *
 * @param {(number | null)[]} theirs by round
 * @param {(number | null)[]} ours by round
 */
export function ratio(theirs, ours) {
  return median(
    theirs.map((time, round) => (time === null || ours[round] === null ? null : time / ours[round])),
  );
}

/** The spread of the values, relative to the smallest. */
export function spread(values) {
  const least = Math.min(...values);
  return (Math.max(...values) - least) / least;
}
