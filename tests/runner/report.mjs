/** Prints the results for the developer. */

/** Limit of the failures that are printed per stage; the first ones usually explain the others. */
const SHOWN = 30;

/**
 * @param {string} title
 * @param {import("./tally.mjs").Tally} tally
 * @param {number} milliseconds
 */
export function printStage(title, tally, milliseconds) {
  const lines = [
    `\n== ${title}: ${tally.passed} passed, ${tally.failed} failed (${(milliseconds / 1000).toFixed(1)} s)`,
  ];
  if (tally.notes) lines.push(indent(tally.notes));
  if (tally.failed > 0) {
    for (const failure of tally.failures.slice(0, SHOWN)) lines.push(indent(failure));
    if (tally.failures.length > SHOWN) lines.push(indent(`and ${tally.failures.length - SHOWN} more`));
    if (tally.output) lines.push(indent(tally.output.trimEnd().split("\n").slice(-200).join("\n")));
  }
  // One write, because two stages run at a time.
  console.log(lines.join("\n"));
}

function indent(text) {
  return text.replaceAll(/^/gm, "   ");
}
