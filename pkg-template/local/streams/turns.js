// Divides long work into turns, so that one large call does not block the others. Work is counted in units
// instead of time: a unit is about ten nanoseconds, the cost of examining a byte or of a tenth of an
// object.

/** Units of all calls between two yields to other work. */
export const TURN = 1_000_000;

let spent = 0;
let most = 0;
let isCounting = false;

/** Resolves after everything that waited has had a turn. */
const nextTurn = () => new Promise(later);

function later(resolve) {
  if (typeof setImmediate === "function") setImmediate(resolve);
  else setTimeout(resolve);
}

function count(units) {
  spent += units;
  most = Math.max(most, spent);
  if (isCounting) return;
  isCounting = true;
  later(() => {
    isCounting = false;
    spent = 0;
  });
}

const fits = (units) => spent === 0 || spent + units <= TURN;

/**
 * Called before a step of work. Returns a promise if the step has to wait for a later turn.
 *
 * @param {number} units of the step
 */
export function turn(units) {
  if (!fits(units)) return waited(units);
  count(units);
  return undefined;
}

async function waited(units) {
  while (!fits(units)) await nextTurn();
  count(units);
}

/** The most units of one turn since the last call of this function. */
export function mostInOneTurn() {
  const units = most;
  most = 0;
  return units;
}
