// Creates the picture in place of a generated one: a grid of coloured cells that depends on a seed only.
// The sides of a cell are multiples of eight pixels (the last ones may be cut), which keeps both encoders
// simple and their files small.

import { randomFrom } from "../digest.js";

const BLOCK = 8;
const MOST_CELLS = 8;

/**
 * @param {string} seed
 * @param {number} width
 * @param {number} height
 * @returns {{ width: number, height: number, block: number, colour(x: number, y: number): [number, number, number] }} the colour of
 *   a pixel as red, green, blue; the same array for all pixels of a cell
 */
export function picture(seed, width, height) {
  const random = randomFrom(seed);
  const colours = Array.from({ length: MOST_CELLS * MOST_CELLS }, () =>
    [0, 1, 2].map(() => Math.floor(random() * 256)),
  );
  const cellWidth = BLOCK * Math.ceil(width / BLOCK / MOST_CELLS);
  const cellHeight = BLOCK * Math.ceil(height / BLOCK / MOST_CELLS);
  return {
    width,
    height,
    block: BLOCK,
    colour: (x, y) => colours[MOST_CELLS * Math.floor(y / cellHeight) + Math.floor(x / cellWidth)],
  };
}
