/**
 * The JavaScript of the package: each entry is one file, with what the entries share beside them.
 *
 * Comments, blanks and local names are left to the source maps, which nobody loads unasked. Classes that a caller can see keep
 * their names: see `named` in pkg-template/names.js.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const COMMON = {
  bundle: true,
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  sourcemap: "linked",
  logLevel: "warning",
};

/**
 * @param {string} source the folder with the entries' sources
 * @param {string} dist where the package's code goes
 * @returns {Promise<string[]>} the names that the main entry exports
 */
export async function bundleEntries(source, dist) {
  const at = (...names) => names.map((name) => path.join(source, `${name}.js`));
  const { metafile } = await build({
    ...COMMON,
    entryPoints: at("index", "workerd", "slim"),
    outdir: dist,
    format: "esm",
    // All entries stand on one instance of the shared part: whichever starts the wasm starts it for all.
    splitting: true,
    chunkNames: "core",
    // Workers' tools take this file as a module; it is copied as it is.
    external: ["*.wasm"],
    metafile: true,
  });
  await build({
    ...COMMON,
    entryPoints: at("index", "slim"),
    outdir: dist,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    platform: "neutral",
  });
  for (const name of ["index.js", "workerd.js", "slim.js", "core.js", "index.cjs", "slim.cjs"]) {
    await tidySourceMap(path.join(dist, `${name}.map`), source);
  }
  const [, main] = Object.entries(metafile.outputs).find(([file]) => path.basename(file) === "index.js");
  return main.exports.sort();
}

/** Names the sources by themselves, not by the folder in which they were put together. */
async function tidySourceMap(file, source) {
  const map = JSON.parse(await readFile(file, "utf8"));
  map.sources = map.sources.map((name) => path.relative(source, path.resolve(path.dirname(file), name)));
  map.sourceRoot = "workers-ai-wasm";
  // Nobody reads the wasm's text.
  map.sourcesContent = map.sourcesContent.map((text, index) =>
    map.sources[index] === "bytes.js" ? null : text,
  );
  await writeFile(file, JSON.stringify(map));
}
