// Boxes over a picture, in the picture's own pixels.

import { h, svg } from "../dom.js";

/** @param {{ label: string, score: number, box: { xmin: number, ymin: number, xmax: number, ymax: number } }[]} objects */
export function boxes(objects, image) {
  const layer = svg("svg", { "aria-hidden": "true" });
  const shown = h("img", { src: URL.createObjectURL(image), alt: "Your picture", onload: draw });
  const caption =
    objects.length === 0 ? "Nothing was found." : `Found: ${objects.map(({ label }) => label).join(", ")}`;

  function draw() {
    const { naturalWidth: width, naturalHeight: height } = shown;
    layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const unit = Math.max(width, height) / 100;
    for (const [index, { label, score, box }] of objects.entries()) {
      const hue = (index * 137) % 360;
      const text = `${label} ${Math.round(score * 100)}%`;
      const [x, y] = [box.xmin, Math.max(box.ymin, unit * 4)];
      layer.append(
        svg("rect", {
          x: box.xmin,
          y: box.ymin,
          width: box.xmax - box.xmin,
          height: box.ymax - box.ymin,
          fill: "none",
          stroke: `hsl(${hue} 90% 45%)`,
          "stroke-width": unit * 0.5,
        }),
        svg("rect", {
          x,
          y: y - unit * 4,
          width: text.length * unit * 1.7 + unit,
          height: unit * 4,
          fill: `hsl(${hue} 90% 30%)`,
        }),
        svg("text", { x: x + unit * 0.6, y: y - unit, "font-size": unit * 2.8, fill: "white" }, text),
      );
    }
  }

  return h(
    "figure",
    {},
    h("div", { className: "boxes" }, shown, layer),
    h("figcaption", {}, h("small", {}, caption)),
  );
}
