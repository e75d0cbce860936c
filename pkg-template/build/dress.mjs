/** wasm-pack's output plus the hand-written files of this folder: the package. */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { deflate } from "@gfx/zopfli";
import { root } from "../setup/process.mjs";
import { bundleEntries } from "./bundle.mjs";
import { writeCatalog } from "./catalog.mjs";
import { GLUE, writeTypings } from "./typings.mjs";

const template = path.join(root, "pkg-template");

/**
 * @param {string} wasmFolder where wasm-pack wrote
 * @param {string} packageFolder where the package goes; replaced in one move, so nobody ever sees half of it
 */
export async function dress(wasmFolder, packageFolder) {
  const source = await emptied(path.join(root, "build", "source"));
  const next = await emptied(path.join(root, "build", "pkg-next"));
  const dist = await emptied(path.join(next, "dist"));

  await gatherSources(wasmFolder, source);
  const values = await bundleEntries(source, dist);
  await writeCatalog(source, dist);
  await writeTypings({
    glue: path.join(wasmFolder, `${GLUE}.d.ts`),
    entries: path.join(template, "entry"),
    dist,
    values,
  });
  await cp(path.join(wasmFolder, `${GLUE}_bg.wasm`), path.join(dist, `${GLUE}_bg.wasm`));
  await cp(path.join(template, "local"), path.join(dist, "local"), { recursive: true });
  await cp(path.join(template, "package.json"), path.join(next, "package.json"));
  for (const name of ["README.md", "LICENSE", "CHANGELOG.md"]) {
    await cp(path.join(root, name), path.join(next, name));
  }
  await checkVersion(next);

  await rm(packageFolder, { recursive: true, force: true });
  await rename(next, packageFolder);
}

async function emptied(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** In one folder, as the entries' imports name them: they themselves, the hand-written halves, the glue and the bytes. */
async function gatherSources(wasmFolder, source) {
  await cp(path.join(template, "entry"), source, { recursive: true });
  for (const name of await readdir(template)) {
    if (name.endsWith(".js")) await cp(path.join(template, name), path.join(source, name));
  }
  for (const folder of ["catalog", "client", "stream"]) {
    await cp(path.join(template, folder), path.join(source, folder), { recursive: true });
  }
  await cp(path.join(wasmFolder, `${GLUE}.js`), path.join(source, `${GLUE}.js`));
  const wasm = await readFile(path.join(wasmFolder, `${GLUE}_bg.wasm`));
  // Deflated first, and as well as can be: base64 hides from gzip and brotli what they would find.
  const deflated = Buffer.from(await promisify(deflate)(wasm, { numiterations: 15 })).toString("base64");
  await writeFile(
    path.join(source, "bytes.js"),
    `export const size = ${wasm.length};\nexport const deflated = "${deflated}";\n`,
  );
}

/** The crate and the package are one thing; a release must not carry two versions. */
async function checkVersion(next) {
  const { version } = JSON.parse(await readFile(path.join(next, "package.json"), "utf8"));
  const crate = /^version\s*=\s*"([^"]+)"/m.exec(await readFile(path.join(root, "Cargo.toml"), "utf8"))?.[1];
  if (version !== crate)
    throw new Error(`pkg-template/package.json says version ${version}, Cargo.toml ${crate}`);
}
