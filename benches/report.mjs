/** Prints the measurements for people. */

import { median, ratio } from "./stats.mjs";

/** Columns of the table: the numerator and the denominator of each ratio. */
const RATIOS = [
  ["JS", "JS: events", "ours: events"],
  ["eventsource-parser", "eventsource-parser", "ours: events"],
  ["openai", "openai", "ours: events"],
  ["openai 6", "openai 6", "ours: events"],
  ["workers-ai-provider", "workers-ai-provider", "ours: events"],
  ["provider + ai", "provider + ai", "ours: events"],
  ["chunks: JS", "JS: chunks", "ours: chunks"],
  ["chunks: openai", "openai", "ours: chunks"],
  ["text: JS", "JS: text", "ours: text"],
];

/** @returns {string[]} the lines above a runtime's rows */
export function heading(runtime) {
  return [
    "",
    `${runtime}: times of others divided by ours; typed events unless the column says chunks or text`,
    row(
      "",
      "ours/token",
      RATIOS.map(([title]) => title),
    ),
  ];
}

/** @returns {string} one cell as a row */
export function line({ kind, payload, chunking, tokens, times }) {
  const ratios = RATIOS.map(([, theirs, ours]) =>
    theirs in times && ours in times ? short(ratio(times[theirs], times[ours])) : "",
  );
  const own = median(times["ours: events"]);
  if (kind === "call") return row("a call with 1 token", `${(own * 1000).toFixed(0)} µs`, ratios);
  return row(`${payload}, ${chunking}`, `${((own * 1e6) / tokens).toFixed(0)} ns`, ratios);
}

/** @returns {string[]} the results of the goals */
export function verdicts(judged) {
  return judged.map(({ chunking, theirs, ours, goal, ratios, met }) => {
    const found = Object.entries(ratios).map(([payload, value]) => `${payload} ${short(value)}`);
    return `goal ${met ? "met   " : "MISSED"}  ${ours}, ${chunking}, against ${theirs}: ${goal}x; ${found.join(", ")}`;
  });
}

function row(name, own, rest) {
  const columns = rest.map((text, index) => text.padStart(Math.max(8, RATIOS[index][0].length)));
  return `${name.padEnd(20)} ${own.padStart(10)}  ${columns.join("  ")}`;
}

const short = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
