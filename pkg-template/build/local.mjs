/** `workers-ai-wasm/local`: its files as they are, but for the catalogue, which is read from the crate here and not by users. */
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../setup/process.mjs";

/** @param {string} dist where the package's code goes */
export async function writeLocal(dist) {
  await cp(path.join(root, "pkg-template", "local"), path.join(dist, "local"), { recursive: true });
  const [catalog, shapes] = await Promise.all(
    ["models.json", "shapes.json"].map(async (name) =>
      JSON.parse(await readFile(path.join(root, "src", "catalog", name), "utf8")),
    ),
  );
  await writeFile(
    path.join(dist, "local", "models", "catalog.js"),
    `export const catalog = ${JSON.stringify(catalog)};\nexport const shapes = ${JSON.stringify(shapes)};\n`,
  );
}
