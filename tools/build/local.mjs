/**
 * Builds `workers-ai-local`, the local service's package: copies its files, adds the crate's tables, and
 * bundles one CommonJS file.
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { root } from "../setup/process.mjs";

const source = path.join(root, "pkg-template", "local");
/** Modules that are imported by path at run time; the CommonJS file contains them. */
const NODE_ONLY = ["./node/server.js", "./node/recordings.js", "./node/vector-log.js"];

/** @param {string} packageFolder the output; replaced in one move */
export async function buildLocal(packageFolder) {
  const next = path.join(root, "build", "pkg-local-next");
  await rm(next, { recursive: true, force: true });
  const dist = path.join(next, "dist");
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(source)) {
    const isAbout = ["package.json", "README.md"].includes(name);
    await cp(path.join(source, name), path.join(isAbout ? next : dist, name), { recursive: true });
  }
  await copyPages(path.join(dist, "www"));
  await writeFile(path.join(dist, "models", "catalog.js"), await tables());
  await writeFile(path.join(next, "LICENSE"), await licenses(await writeCommonJS(dist)));
  await rm(packageFolder, { recursive: true, force: true });
  await rename(next, packageFolder);
}

/** Copies the demo's pages, and the crate's tables that they use. */
async function copyPages(folder) {
  for (const name of ["pages.js", "style.css", "lib", "pages", "worker"])
    await cp(path.join(root, "www", name), path.join(folder, name), { recursive: true });
  await mkdir(path.join(folder, "catalog"));
  await cp(path.join(root, "src", "catalog", "shapes.json"), path.join(folder, "catalog", "shapes.json"));
}

async function tables() {
  const read = async (name) =>
    JSON.parse(await readFile(path.join(root, "src", "catalog", `${name}.json`), "utf8"));
  const { models, tasks, usdPerNeuron, example } = await read("models");
  const { quirks } = await read("quirks");
  const { codes } = JSON.parse(await readFile(path.join(root, "src", "codes", "service.json"), "utf8"));
  const values = {
    catalog: { models, tasks, usdPerNeuron, example },
    shapes: await read("shapes"),
    languages: await read("languages"),
    quirks,
    codes,
  };
  return Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
    .join("");
}

/**
 * Bundles everything into one file, including the libraries, some of which are ES modules only.
 *
 * @returns {Promise<string[]>} the names of those libraries
 */
async function writeCommonJS(dist) {
  const { metafile } = await build({
    metafile: true,
    entryPoints: [path.join(dist, "index.js")],
    outfile: path.join(dist, "index.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["workers-ai-wasm"],
    define: { "import.meta.url": "importMetaURL" },
    banner: { js: 'const importMetaURL = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "warning",
    plugins: [nodeOnly],
  });
  const typings = await readFile(path.join(dist, "index.d.ts"), "utf8");
  await writeFile(path.join(dist, "index.d.cts"), typings);
  const names = Object.keys(metafile.inputs).map(
    (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1],
  );
  return [...new Set(names.filter(Boolean))].sort();
}

/** The package's own license, and those of the bundled libraries. */
async function licenses(names) {
  const parts = [await readFile(path.join(root, "LICENSE"), "utf8")];
  for (const name of names) {
    const folder = path.join(root, "node_modules", name);
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no license to be copied`);
    parts.push(
      `\n---\n\ndist/index.cjs contains parts of ${name}:\n\n${await readFile(path.join(folder, file), "utf8")}`,
    );
  }
  return parts.join("");
}

const nodeOnly = {
  name: "node only",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node-only\.js$/ }, () => ({
      contents: [
        `const files = { ${NODE_ONLY.map((name) => `"${name}": () => import("${name}")`).join(", ")} };`,
        "export const importNodeOnly = (path) => files[path]();",
        "export const canImportNodeOnly = () => false;",
      ].join("\n"),
      loader: "js",
    }));
  },
};
