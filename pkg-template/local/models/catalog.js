// The crate's table of models and shapes, as it lies in the repository. The build puts the same data in this file's place
// (pkg-template/build/local.mjs), so that the package needs no file system.

import { readFileSync } from "node:fs";

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../../src/catalog/${name}`, import.meta.url), "utf8"));

export const catalog = read("models.json");
export const shapes = read("shapes.json");
