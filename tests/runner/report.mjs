/** What the person at the keyboard reads. */

/**
 * @param {string} title
 * @param {import("./tally.mjs").Tally} tally
 * @param {number} milliseconds
 */
export function printStage(title, tally, milliseconds) {
  const lines = [
    `\n== ${title}: ${tally.passed} passed, ${tally.failed} failed (${(milliseconds / 1000).toFixed(1)} s)`,
  ];
  if (tally.failed > 0) {
    for (const failure of tally.failures) lines.push(indent(failure));
    if (tally.output) lines.push(indent(tally.output.trimEnd().split("\n").slice(-200).join("\n")));
  }
  // In one piece, because two lanes report.
  console.log(lines.join("\n"));
}

function indent(text) {
  return text.replaceAll(/^/gm, "   ");
}
