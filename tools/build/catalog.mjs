/** `workers-ai-wasm/catalog`: the crate's own table as a module of its own. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { root } from "../setup/process.mjs";

const folder = path.join(root, "src", "catalog");

/** @returns {Promise<{ catalog: object, shapes: object }>} the crate's data */
export async function readCatalog() {
  const [catalog, shapes] = await Promise.all(
    ["models.json", "shapes.json"].map(async (name) =>
      JSON.parse(await readFile(path.join(folder, name), "utf8")),
    ),
  );
  return { catalog, shapes };
}

/** @returns {Promise<string>} the source of `catalog/models.js` */
export async function catalogModule() {
  const { catalog, shapes } = await readCatalog();
  const constants = {
    asOf: catalog.asOf,
    usdPerNeuron: catalog.usdPerNeuron,
    freeNeuronsPerDay: catalog.freeNeuronsPerDay,
    models: catalog.models.map((model) => publicModel(model, catalog, shapes)),
    imageDefaults: imageDefaults(shapes.inputs, shapes.groups),
  };
  const lines = Object.entries(constants).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value, undefined, 1)};\n`,
  );
  return lines.join("");
}

/**
 * @param {string} source the folder with the package's sources
 * @param {import("esbuild").Plugin} made resolves generated sources
 * @param {string} dist the output folder
 */
export async function writeCatalog(source, made, dist) {
  for (const [format, file] of [
    ["esm", "catalog.js"],
    ["cjs", "catalog.cjs"],
  ]) {
    await build({
      entryPoints: [path.join(source, "catalog", "index.js")],
      outfile: path.join(dist, file),
      bundle: true,
      format,
      platform: "neutral",
      target: "es2022",
      charset: "utf8",
      minify: true,
      // Node prints the line of an uncaught error.
      lineLimit: 120,
      legalComments: "none",
      logLevel: "warning",
      plugins: [made],
    });
  }
  const typings = await readFile(path.join(source, "catalog", "index.d.ts"), "utf8");
  await writeFile(path.join(dist, "catalog.d.ts"), typings);
  await writeFile(path.join(dist, "catalog.d.cts"), typings.replaceAll('"./index.js"', '"./index.cjs"'));
}

/** A public row, with the properties that its task or shape implies. */
function publicModel({ status, requestsPerMinute, ...row }, catalog, shapes) {
  const limit = requestsPerMinute ?? catalog.tasks[row.task].requestsPerMinute;
  return {
    ...row,
    status,
    deprecated: status === "deprecated" || status === "removed",
    capabilities: row.capabilities ?? [],
    streams: row.streams ?? false,
    methods: methodsOf(row, shapes),
    ...(limit === undefined ? {} : { requestsPerMinute: limit }),
  };
}

/** The methods for a model. */
export function methodsOf(row, shapes) {
  return shapes.inputs[row.input].methods.flatMap((method) =>
    method === "generateText" && row.streams ? [method, "streamText"] : [method],
  );
}

/** Default width, height and steps of an image. */
function imageDefaults(inputs, groups) {
  const result = {};
  for (const [name, { methods, variants }] of Object.entries(inputs)) {
    if (!methods.includes("generateImage")) continue;
    const [{ use = [], properties }] = variants;
    const all = Object.assign({}, ...use.map((group) => groups[group]), properties);
    const steps = all.steps?.default ?? all.num_steps?.default;
    result[name] = {
      width: all.width?.default ?? 1024,
      height: all.height?.default ?? 1024,
      ...(steps === undefined ? {} : { steps }),
    };
  }
  return result;
}
