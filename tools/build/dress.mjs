/** Assembles the package from the modules, their glue and the files of `pkg-template`. */
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../setup/process.mjs";
import { bundleEntries } from "./bundle.mjs";
import { writeCatalog } from "./catalog.mjs";
import { errorsFile } from "./errors.mjs";
import { modelsFile } from "./models-file.mjs";
import { madeSources, template } from "./sources.mjs";
import { writeTypings } from "./typings.mjs";
import { CORE, MODULES, typingsOf, wasmOf } from "./wasm.mjs";

/** Files that are copied unchanged: entries that refer to the local service's package. */
const BESIDE = ["local.js", "local.d.ts", "bin.js"];
/** npm packages that are bundled in part. */
const BUNDLED = ["fflate", "@cfworker/json-schema"];

/**
 * @param {string} packageFolder the output; replaced in one move, so that it is never incomplete
 * @param {{ quick: boolean }} options
 */
export async function dress(packageFolder, { quick }) {
  const made = madeSources({ quick });
  const next = await emptied(path.join(root, "build", "pkg-next"));
  const dist = await emptied(path.join(next, "dist"));

  const values = await bundleEntries(template, made, dist);
  await writeCatalog(template, made, dist);
  await writeTypings({ glue: typingsOf(CORE), entries: template, dist, values });
  for (const module of MODULES) await cp(wasmOf(module), path.join(dist, `${module.name}_bg.wasm`));
  for (const name of BESIDE) await cp(path.join(template, name), path.join(dist, name));
  await cp(path.join(template, "proxy"), path.join(dist, "proxy"), { recursive: true });
  await cp(path.join(template, "package.json"), path.join(next, "package.json"));
  for (const name of ["README.md", "CHANGELOG.md"]) {
    await cp(path.join(root, name), path.join(next, name));
  }
  await writeFile(path.join(next, "LICENSE"), await licenses());
  await writeFile(path.join(next, "MODELS.md"), await modelsFile());
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

/** The crate and the package must have the same version. */
async function checkVersion(next) {
  const { version } = JSON.parse(await readFile(path.join(next, "package.json"), "utf8"));
  const local = JSON.parse(await readFile(path.join(template, "local", "package.json"), "utf8"));
  if (local.version !== version)
    throw new Error(`pkg-template/local/package.json says version ${local.version}, the client ${version}`);
  const crate = /^version\s*=\s*"([^"]+)"/m.exec(await readFile(path.join(root, "Cargo.toml"), "utf8"))?.[1];
  if (version !== crate)
    throw new Error(`pkg-template/package.json says version ${version}, Cargo.toml ${crate}`);
}

/** The package's own license, and those of the bundled libraries. */
async function licenses() {
  const own = await readFile(path.join(root, "LICENSE"), "utf8");
  const others = BUNDLED.map(async (name) => {
    return `\n---\n\ndist/ contains parts of ${name}:\n\n${await licenseOf(path.join(root, "node_modules", name), own)}`;
  });
  return [own, ...(await Promise.all(others))].join("");
}

/** The license file of a library; if it has none, the license in its manifest, with its author. */
async function licenseOf(folder, own) {
  const file = path.join(folder, "LICENSE");
  if (existsSync(file)) return readFile(file, "utf8");
  const { name, license, author } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  if (license !== "MIT" || author === undefined) throw new Error(`${name} has no license that is known here`);
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}
