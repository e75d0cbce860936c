// The crate's tables as they lie in the repository. In the package the build puts their contents in this
// file's place (tools/build/local.mjs), which needs no file system.

import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(`../../../src/${name}`, import.meta.url), "utf8"));

export const catalog = read("catalog/models.json");
export const shapes = read("catalog/shapes.json");
export const { quirks } = read("catalog/quirks.json");
export const languages = read("catalog/languages.json");
export const { codes } = read("codes/service.json");
