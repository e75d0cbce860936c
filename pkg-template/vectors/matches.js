// The matches of a search, as objects. Created in one call, since one call for each would take longer than a
// small search.

/**
 * @param {ArrayLike<number | string>} ids
 * @param {ArrayLike<number>} scores as many
 */
export function matches(ids, scores) {
  const found = new Array(scores.length);
  for (let at = 0; at < found.length; at++) found[at] = { id: ids[at], score: scores[at] };
  return found;
}
