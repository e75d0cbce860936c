// The crate's tables as they lie in the repository. In the package the build puts their contents in this file's place
// (tools/build/local.mjs), which needs no file system.

import { readFileSync } from "node:fs";

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../../src/catalog/${name}`, import.meta.url), "utf8"));

export const catalog = read("models.json");
export const shapes = read("shapes.json");
export const { quirks } = read("quirks.json");
