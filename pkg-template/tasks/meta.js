// What is known of several requests that are one call of a method.

/**
 * Of one request it is its own. Of several: what they have cost together; of what differs, that of the last one.
 *
 * @param {object[]} metas in the order of the requests
 * @param {number} startedAt
 */
export function metaOfAll(metas, startedAt) {
  if (metas.length === 1) return metas[0];
  const meta = { ...metas.at(-1), attempts: 0, durationMs: performance.now() - startedAt };
  delete meta.firstByteMs;
  let neurons = 0;
  for (const each of metas) {
    meta.attempts += each.attempts;
    neurons += each.neurons ?? 0;
  }
  if (metas.some((each) => each.neurons !== undefined)) meta.neurons = neurons;
  return meta;
}
