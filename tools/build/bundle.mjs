/**
 * The JavaScript of the package: one file per part, each of which stands on the others by name, as `import "./core.js"`. What only
 * some programs need (tasks, objects, openai, vectors) is in parts of its own, which are loaded when they are used.
 *
 * Comments, blanks and local names are left to the sources, to which the source maps lead: `dist/src/`, which nobody loads unasked. Classes that
 * a caller can see keep their names: see `named` in pkg-template/names.js. Lines end early: Node prints the whole line of an error that nobody
 * has caught.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, transform } from "esbuild";

/** The parts. Whatever else an import names becomes a piece of the part that imports it. */
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
/** Parts that CommonJS has no use for: workerd reads modules only. */
const MODULES_ONLY = PARTS.filter((name) => /\bworkerd$/.test(name));

/** Parts with the wasm as text in them, and hardly any code. */
const INLINED = ["index", ...PARTS.filter((name) => name.endsWith("-inlined"))];
/** Characters of a line, where the code lets it end. */
const LINE_LIMIT = 120;
/** Where the sources lie, beside the parts. */
const SOURCES = "src";

/** A part where it is imported; the same text is a name in the imports of the wasm. */
const PART_NAME = new RegExp(
  `(?<=\\b(?:from|import)\\s*\\(?\\s*["'])(\\./(?:${PARTS.join("|")}))\\.js(?=["'])`,
  "g",
);

/** The core's glue imports the part that it belongs to: a circle inside of that part, not another one. */
const GLUE_OF_CORE = "workers_ai_wasm.js";

/** Leaves imports of other parts as they are. */
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
 * @param {import("esbuild").Plugin} made the sources that the build makes
 * @param {string} dist where the package's code goes
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
    // Workers' tools take these files as modules; they are copied as they are.
    external: ["*.wasm"],
    metafile: true,
  };
  const pathsOf = (names) => names.map((name) => path.join(source, `${name}.js`));
  const others = PARTS.filter((name) => !INLINED.includes(name));
  await build({ ...settings, entryPoints: pathsOf(others), lineLimit: LINE_LIMIT });
  // The wasm's text would be cut into lines as well.
  const { metafile } = await build({ ...settings, entryPoints: pathsOf(INLINED) });
  for (const name of PARTS) {
    await tidySourceMap(path.join(dist, `${name}.js.map`), source);
    if (!MODULES_ONLY.includes(name)) await toCommonJS(dist, name);
  }
  const [, main] = Object.entries(metafile.outputs).find(([file]) => path.basename(file) === "index.js");
  return main.exports.sort();
}

/** The same file for `require`. */
async function toCommonJS(dist, name) {
  const module = (await readFile(path.join(dist, `${name}.js`), "utf8")).replace(
    /\n\/\/# sourceMappingURL=.*/,
    "",
  );
  const map = await readFile(path.join(dist, `${name}.js.map`));
  // An expression such as `import("./tasks.js")` names a part as well.
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
    // They lie in files.
    sourcesContent: false,
  });
  await writeFile(path.join(dist, `${name}.cjs`), `${made.code}//# sourceMappingURL=${name}.cjs.map\n`);
  await writeFile(path.join(dist, `${name}.cjs.map`), made.map);
}

/** Puts the sources beside the code, once for all maps, and has the map lead there. */
async function tidySourceMap(file, source) {
  const { sourcesContent, ...map } = JSON.parse(await readFile(file, "utf8"));
  const folder = path.dirname(file);
  const names = map.sources.map((name) =>
    // What comes out of a package of npm's is named by that.
    path
      .relative(source, path.resolve(folder, name))
      .replaceAll(path.sep, "/")
      .replace(/^(?:\.\.\/)+/, ""),
  );
  map.sources = names.map((name) => `${SOURCES}/${name}`);
  for (const [index, name] of map.sources.entries()) {
    // Nobody reads the wasm's text.
    const text = name.endsWith("_bytes.js") ? "// The wasm, deflated, as base64.\n" : sourcesContent[index];
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await writeFile(file, JSON.stringify(map));
}
