// The map of vectors on the demo's page: its two directions are the principal ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { plane } from "../../www/lib/pca.js";

/** Points of a plane in five dimensions: wide along one direction, narrow along another at right angles to it. */
const U = [0.6, 0, 0.8, 0, 0];
const V = [0, 0.8, 0, 0, 0.6];
const at = (a, b) => U.map((u, i) => 3 + a * u + b * V[i]);
const POINTS = [
  [-4, 1],
  [-2, -1],
  [0, 1],
  [0, -1],
  [2, 1],
  [4, -1],
];

test("distances on the map are those in the plane of the most variance", () => {
  const data = Float32Array.from(POINTS.flatMap(([a, b]) => at(a, b)));
  const onPlane = plane(data, 5);
  const mapped = POINTS.map((_, i) => onPlane(data.subarray(i * 5, i * 5 + 5)));
  for (const [i, p] of POINTS.entries()) {
    for (const [j, q] of POINTS.entries()) {
      const wanted = Math.hypot(p[0] - q[0], p[1] - q[1]);
      const found = Math.hypot(mapped[i][0] - mapped[j][0], mapped[i][1] - mapped[j][1]);
      assert.ok(Math.abs(wanted - found) < 1e-3, `${i}, ${j}: ${found} instead of ${wanted}`);
    }
  }
  const spread = (axis) => mapped.reduce((sum, point) => sum + point[axis] ** 2, 0);
  assert.ok(spread(0) > spread(1));
});

test("vectors that are all alike lie on one spot", () => {
  const onPlane = plane(new Float32Array(12).fill(0.5), 4);
  const [x, y] = onPlane(new Float32Array(4).fill(0.5));
  assert.ok(Math.abs(x) < 1e-6 && Math.abs(y) < 1e-6);
});

test("a single vector has a map too", () => {
  const onPlane = plane(Float32Array.of(1, 2, 3), 3);
  assert.ok(onPlane(Float32Array.of(1, 2, 3)).every((value) => Math.abs(value) < 1e-6));
});
