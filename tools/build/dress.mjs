/** wasm-pack's outputs plus the hand-written files of `pkg-template`: the package. */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { deflate } from "@gfx/zopfli";
import { root } from "../setup/process.mjs";
import { bundleEntries } from "./bundle.mjs";
import { writeCatalog } from "./catalog.mjs";
import { coverage, markdown } from "./coverage.mjs";
import { errorsFile } from "./errors.mjs";
import { writeLocal } from "./local.mjs";
import { writeTypings } from "./typings.mjs";
import { MODULES, wasmFolderOf } from "./wasm.mjs";

const template = path.join(root, "pkg-template");
const [core] = MODULES;
const wasmOf = (module) => path.join(wasmFolderOf(module), `${module.name}_bg.wasm`);

/** What is put together for bundling; the folder listing is that of the package's code. */
const FOLDERS = ["catalog", "client", "stream", "tasks", "kernels", "vectors"];

/**
 * @param {string} packageFolder where the package goes; replaced in one move, so nobody ever sees half of it
 */
export async function dress(packageFolder) {
  const source = await emptied(path.join(root, "build", "source"));
  const next = await emptied(path.join(root, "build", "pkg-next"));
  const dist = await emptied(path.join(next, "dist"));

  await gatherSources(source);
  const values = await bundleEntries(source, dist);
  await writeCatalog(source, dist);
  await writeTypings({
    glue: path.join(wasmFolderOf(core), `${core.name}.d.ts`),
    entries: path.join(template, "entry"),
    dist,
    values,
  });
  for (const module of MODULES) await cp(wasmOf(module), path.join(dist, `${module.name}_bg.wasm`));
  await writeLocal(dist);
  await cp(path.join(template, "proxy"), path.join(dist, "proxy"), { recursive: true });
  await cp(path.join(template, "package.json"), path.join(next, "package.json"));
  for (const name of ["README.md", "LICENSE", "CHANGELOG.md"]) {
    await cp(path.join(root, name), path.join(next, name));
  }
  await writeFile(path.join(next, "MODELS.md"), markdown(await coverage()));
  await cp(errorsFile, path.join(next, "ERRORS.md"));
  await checkVersion(next);

  await rm(packageFolder, { recursive: true, force: true });
  await rename(next, packageFolder);
}

async function emptied(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** In one folder, as the entries' imports name them: they themselves, the hand-written halves, the glues and the bytes. */
async function gatherSources(source) {
  await cp(path.join(template, "entry"), source, { recursive: true });
  for (const name of await readdir(template)) {
    if (name.endsWith(".js")) await cp(path.join(template, name), path.join(source, name));
  }
  for (const folder of FOLDERS) {
    await cp(path.join(template, folder), path.join(source, folder), { recursive: true });
  }
  for (const module of MODULES) {
    const glue = path.join(wasmFolderOf(module), `${module.name}.js`);
    await cp(glue, path.join(source, `${module.name}.js`));
    await writeFile(path.join(source, `${module.name}_bytes.js`), await inlined(module));
  }
}

/** Deflated first, and as well as can be: base64 hides from gzip and brotli what they would find. */
async function inlined(module) {
  const wasm = await readFile(wasmOf(module));
  const deflated = Buffer.from(await promisify(deflate)(wasm, { numiterations: 15 })).toString("base64");
  return `export const size = ${wasm.length};\nexport const deflated = "${deflated}";\n`;
}

/** The crate and the package are one thing; a release must not carry two versions. */
async function checkVersion(next) {
  const { version } = JSON.parse(await readFile(path.join(next, "package.json"), "utf8"));
  const crate = /^version\s*=\s*"([^"]+)"/m.exec(await readFile(path.join(root, "Cargo.toml"), "utf8"))?.[1];
  if (version !== crate)
    throw new Error(`pkg-template/package.json says version ${version}, Cargo.toml ${crate}`);
}
