/**
 * The JavaScript of the package: one file per part; parts import each other by name, as in `import
 * "./core.js"`. Parts that only some programs need (tasks, objects, openai, vectors) are loaded on demand.
 *
 * The output has no comments, white space and local names; source maps refer to the sources in `dist/src/`,
 * which are loaded only by debuggers. Public classes keep their names: see `named` in pkg-template/names.js.
 * Lines are short, since Node prints the whole line of an uncaught error.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, transform } from "esbuild";

/** The parts. Any other import is bundled into the part that imports it. */
export const PARTS = [
  "index",
  "workerd",
  "slim",
  "core",
  "inflate",
  "tasks",
  "tasks-inlined",
  "tasks-workerd",
  "objects",
  "objects-inlined",
  "objects-workerd",
  "openai",
  "openai-inlined",
  "openai-slim",
  "openai-workerd",
  "json-schema",
  "tools",
  "ai-sdk",
  "ai-sdk-inlined",
  "ai-sdk-workerd",
  "vectors",
  "vectors-inlined",
  "vectors-slim",
  "vectors-workerd",
];
/** Parts that do not exist as CommonJS: workerd supports modules only. */
const MODULES_ONLY = PARTS.filter((name) => /\bworkerd$/.test(name));

/** Parts that contain the wasm as text, and hardly any code. */
const INLINED = ["index", ...PARTS.filter((name) => name.endsWith("-inlined"))];
/** Limit of a line, where the code permits it. */
const LINE_LIMIT = 120;
/** The folder of the sources, beside the parts. */
const SOURCES = "src";

/** The name of a part in an import; the wasm's imports contain the same text. */
const PART_NAME = new RegExp(
  `(?<=\\b(?:from|import)\\s*\\(?\\s*["'])(\\./(?:${PARTS.join("|")}))\\.js(?=["'])`,
  "g",
);

/** The core's glue imports its own part: a cycle within that part, not an import of another one. */
const GLUE_OF_CORE = "workers_ai_wasm.js";

/** Keeps imports of other parts. */
const partsOf = (source) => ({
  name: "parts",
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path: name, resolveDir, importer, kind }) => {
      const { dir, name: part, ext } = path.parse(path.resolve(resolveDir, name));
      const isPart = kind !== "entry-point" && dir === source && ext === ".js" && PARTS.includes(part);
      const other = isPart && path.basename(importer) !== GLUE_OF_CORE;
      return other ? { path: `./${part}.js`, external: true } : undefined;
    });
  },
});

/**
 * @param {string} source the folder with the parts' sources
 * @param {import("esbuild").Plugin} made resolves generated sources
 * @param {string} dist the output folder
 * @returns {Promise<string[]>} the names that the main entry exports
 */
export async function bundleEntries(source, made, dist) {
  const settings = {
    outdir: dist,
    format: "esm",
    bundle: true,
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    sourcemap: "linked",
    logLevel: "warning",
    plugins: [partsOf(source), made],
    // Tools of Workers treat these files as modules; they are copied unchanged.
    external: ["*.wasm"],
    metafile: true,
  };
  const pathsOf = (names) => names.map((name) => path.join(source, `${name}.js`));
  const others = PARTS.filter((name) => !INLINED.includes(name));
  await build({ ...settings, entryPoints: pathsOf(others), lineLimit: LINE_LIMIT });
  // The line limit would split the wasm's text as well.
  const { metafile } = await build({ ...settings, entryPoints: pathsOf(INLINED) });
  for (const name of PARTS) {
    await tidySourceMap(path.join(dist, `${name}.js.map`), source);
    if (!MODULES_ONLY.includes(name)) await toCommonJS(dist, name);
  }
  const [, main] = Object.entries(metafile.outputs).find(([file]) => path.basename(file) === "index.js");
  return main.exports.sort();
}

/** Converts a file to CommonJS. */
async function toCommonJS(dist, name) {
  const module = (await readFile(path.join(dist, `${name}.js`), "utf8")).replace(
    /\n\/\/# sourceMappingURL=.*/,
    "",
  );
  const map = await readFile(path.join(dist, `${name}.js.map`));
  // `import("./tasks.js")` expressions name parts as well.
  const renamed = module.replaceAll(PART_NAME, "$1.cjs");
  const mapped = `${renamed}\n//# sourceMappingURL=data:application/json;base64,${map.toString("base64")}\n`;
  const made = await transform(mapped, {
    format: "cjs",
    platform: "node",
    target: "es2022",
    supported: { "dynamic-import": false },
    charset: "utf8",
    minify: true,
    ...(INLINED.includes(name) ? {} : { lineLimit: LINE_LIMIT }),
    sourcemap: "external",
    sourcefile: `${name}.js`,
    // The sources are separate files.
    sourcesContent: false,
  });
  await writeFile(path.join(dist, `${name}.cjs`), `${made.code}//# sourceMappingURL=${name}.cjs.map\n`);
  await writeFile(path.join(dist, `${name}.cjs.map`), made.map);
}

/** Writes the sources beside the code, once for all maps, and adjusts the map's paths. */
async function tidySourceMap(file, source) {
  const { sourcesContent, ...map } = JSON.parse(await readFile(file, "utf8"));
  const folder = path.dirname(file);
  const names = map.sources.map((name) =>
    // Sources of npm packages are named by their package.
    path
      .relative(source, path.resolve(folder, name))
      .replaceAll(path.sep, "/")
      .replace(/^(?:\.\.\/)+/, ""),
  );
  map.sources = names.map((name) => `${SOURCES}/${name}`);
  for (const [index, name] of map.sources.entries()) {
    // The wasm's text is of no use in a debugger.
    const text = name.endsWith("_bytes.js") ? "// The wasm, deflated, as base64.\n" : sourcesContent[index];
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await writeFile(file, JSON.stringify(map));
}
