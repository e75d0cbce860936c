/** `workers-ai-wasm/local`: its files as they are, but for the catalogue, which is the package's own there. */
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../setup/process.mjs";

/** @param {string} dist where the package's code goes */
export async function writeLocal(dist) {
  await cp(path.join(root, "pkg-template", "local"), path.join(dist, "local"), { recursive: true });
  const shapes = JSON.parse(await readFile(path.join(root, "src", "catalog", "shapes.json"), "utf8"));
  await writeFile(
    path.join(dist, "local", "models", "catalog.js"),
    [
      'import { models, usdPerNeuron } from "../../catalog.js";',
      "export const catalog = { models, usdPerNeuron };",
      `export const shapes = ${JSON.stringify(shapes)};\n`,
    ].join("\n"),
  );
}
