// Scores as bars.

import { h } from "../dom.js";

/** @param {{ label: string, score: number, note?: string }[]} rows @param {string} caption */
export function bars(rows, caption) {
  const most = Math.max(...rows.map(({ score }) => score), 0) || 1;
  // Probabilities fill their own scale; other scores that of the best.
  const scale = most <= 1 ? 1 : most;
  return h(
    "table",
    { className: "bars" },
    h("caption", {}, caption),
    h(
      "tbody",
      {},
      rows.map(({ label, score, note }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, label, note ? h("small", {}, note) : null),
          h("td", { className: "track" }, bar(score / scale)),
          h("td", { className: "figure" }, format(score)),
        ),
      ),
    ),
  );
}

function bar(part) {
  const element = h("div", { className: "bar" });
  element.style.width = `${Math.max(0, Math.min(1, part)) * 100}%`;
  return element;
}

const format = (score) =>
  score !== 0 && Math.abs(score) < 0.001 ? score.toExponential(1) : score.toFixed(3);
