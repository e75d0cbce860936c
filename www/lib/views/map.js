// Points on a canvas, with the numbers of what they stand for.

import { h } from "../dom.js";

const MARGIN = 28;

/**
 * A map that is drawn anew for each question.
 *
 * @param {[number, number][]} points
 * @param {string} label what it shows, in words
 */
export function map(points, label) {
  const canvas = h("canvas", { className: "map", role: "img", "aria-label": label });
  let question = null;
  let best = new Set();

  function draw() {
    const { clientWidth: width } = canvas;
    if (width === 0) return;
    const height = Math.round(Math.min(width * 0.6, 420));
    const ratio = devicePixelRatio;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = "12px system-ui, sans-serif";
    const place = placer(question ? [...points, question] : points, width, height);
    const style = getComputedStyle(canvas);
    const colour = (name) => style.getPropertyValue(name);
    if (question) {
      context.strokeStyle = colour("--map-best");
      for (const index of best) line(context, place(question), place(points[index]));
    }
    for (const [index, point] of points.entries()) {
      dot(context, place(point), best.has(index) ? colour("--map-best") : colour("--map-point"));
      context.fillStyle = colour("--map-text");
      const [x, y] = place(point);
      context.fillText(String(index + 1), x + 8, y + 4);
    }
    if (question) diamond(context, place(question), colour("--map-text"));
  }

  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return {
    element: canvas,
    /** @param {[number, number]} point @param {number[]} nearest */
    ask(point, nearest) {
      question = point;
      best = new Set(nearest);
      draw();
    },
  };
}

/** From the plane to the canvas, with the same scale both ways. */
function placer(points, width, height) {
  const range = (axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [top, bottom]] = [range(0), range(1)];
  const inner = [width - 2 * MARGIN, height - 2 * MARGIN];
  const scale = Math.min(inner[0] / (right - left || 1), inner[1] / (bottom - top || 1));
  const shift = [(inner[0] - (right - left) * scale) / 2, (inner[1] - (bottom - top) * scale) / 2];
  return ([x, y]) => [MARGIN + shift[0] + (x - left) * scale, MARGIN + shift[1] + (y - top) * scale];
}

function dot(context, [x, y], style) {
  context.fillStyle = style;
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fill();
}

function diamond(context, [x, y], style) {
  context.fillStyle = style;
  context.beginPath();
  for (const [dx, dy] of [
    [0, -8],
    [8, 0],
    [0, 8],
    [-8, 0],
  ])
    context.lineTo(x + dx, y + dy);
  context.fill();
}

function line(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
