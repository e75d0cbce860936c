/** A checksum of the pieces that a contender has read, in order, at negligible cost. */

/**
 * @param {number} sum of the pieces before, initially 0
 * @param {string | null | undefined} piece
 */
export function add(sum, piece) {
  if (piece === undefined || piece === null || piece === "") return sum;
  return (Math.imul(sum, 31) + piece.length * 65_537 + piece.charCodeAt(0)) | 0;
}

/** @param {string[]} pieces */
export const checksumOf = (pieces) => pieces.reduce(add, 0);

/**
 * Adds a part of the AI SDK: of a model's own stream, or of `fullStream`, where the text has another name.
 */
export function addPart(sum, part) {
  if (part.type === "text-delta") return add(sum, part.text ?? part.delta);
  if (part.type === "tool-input-delta") return add(sum, part.delta);
  if (part.type === "error") throw part.error;
  return sum;
}
