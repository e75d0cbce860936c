// Work that takes long is done in turns: one call's million words must not keep the other calls waiting.

/** Milliseconds of such work, of all calls together, between two looks at what else there is to do. */
const SLICE = 10;
let until = 0;

/** Resolves when everything that waited has had its turn. */
export const nextTurn = () =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });

/** To be awaited between two steps, each of a few milliseconds at most. */
export async function giveWay() {
  if (performance.now() < until) return;
  await nextTurn();
  if (performance.now() >= until) until = performance.now() + SLICE;
}

let heavy = Promise.resolve();

/** Does a step that can't be cut, such as the parsing of a large body: one of them a turn, whoever asks. */
export function oneAtATime(step) {
  const done = heavy.then(nextTurn).then(step);
  heavy = done.catch(() => {});
  return done;
}
