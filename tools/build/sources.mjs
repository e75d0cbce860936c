/**
 * The sources of the package's code: the files of `pkg-template`, and generated files at the paths where they
 * are imported.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { deflateRawSync } from "node:zlib";
import { deflate } from "@gfx/zopfli";
import { root } from "../setup/process.mjs";
import { catalogModule } from "./catalog.mjs";
import { guardedGlue } from "./glue.mjs";
import { glueOf, MODULES, wasmOf } from "./wasm.mjs";

export const template = path.join(root, "pkg-template");

/** The generators, by the path that imports resolve to. */
const MADE = new Map([["catalog/models.js", catalogModule]]);
for (const module of MODULES) {
  MADE.set(`${module.name}.js`, async () => guardedGlue(await readFile(glueOf(module), "utf8")));
  MADE.set(`${module.name}_bytes.js`, (quick) => inlined(module, quick));
}

/**
 * A plugin of esbuild that resolves imports of generated files.
 *
 * @param {{ quick?: boolean }} [options]
 */
export const madeSources = ({ quick = false } = {}) => ({
  name: "made sources",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path: name, resolveDir }) => {
      const file = path.resolve(resolveDir, name);
      return MADE.has(inTemplate(file)) ? { path: file } : undefined;
    });
    onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
      const make = MADE.get(inTemplate(file));
      // Imports in the glue are relative to its apparent path.
      return make && { contents: await make(quick), loader: "js", resolveDir: path.dirname(file) };
    });
  },
});

const inTemplate = (file) => path.relative(template, file).replaceAll(path.sep, "/");

/** Deflated at the highest level, since gzip and brotli cannot compress base64 well. */
async function inlined(module, quick) {
  const wasm = await readFile(wasmOf(module));
  const deflated = quick ? deflateRawSync(wasm) : await promisify(deflate)(wasm, { numiterations: 15 });
  return `export const size = ${wasm.length};\nexport const deflated = "${Buffer.from(deflated).toString("base64")}";\n`;
}
