// Work that takes long is done in turns: one call's million words must not keep the other calls waiting. What is counted is work, not time: a unit is
// about ten nanoseconds, as looking at a character or at a byte takes, or making a tenth of an object.

/** Units that are done, of all calls together, between two looks at what else there is to do. */
export const TURN = 1_000_000;

let spent = 0;
let most = 0;
let isCounting = false;

/** Resolves when everything that waited has had its turn. */
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
 * To be called before a step of work; gives a promise to wait for where the step is for a later turn.
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

/** The most units that one turn has had since the last call of this. */
export function mostInOneTurn() {
  const units = most;
  most = 0;
  return units;
}
