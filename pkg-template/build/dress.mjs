/** wasm-pack's output plus the hand-written files of this folder: the package. */
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../setup/process.mjs";
import { bundleCommonJs } from "./commonjs.mjs";
import { GLUE, writeTypings } from "./typings.mjs";

const template = path.join(root, "pkg-template");

/**
 * @param {string} wasmFolder where wasm-pack wrote
 * @param {string} packageFolder where the package goes; replaced in one move, so nobody ever sees half of it
 */
export async function dress(wasmFolder, packageFolder) {
  const next = path.join(root, "build", "pkg-next");
  await rm(next, { recursive: true, force: true });
  const dist = path.join(next, "dist");
  await mkdir(dist, { recursive: true });

  await copyGlue(wasmFolder, dist);
  await copyHandWritten(next, dist);
  await writeTypings(path.join(wasmFolder, `${GLUE}.d.ts`), dist);
  await bundleCommonJs(dist, ["index", "slim"]);
  await checkVersion(next);

  await rm(packageFolder, { recursive: true, force: true });
  await rename(next, packageFolder);
}

async function copyGlue(wasmFolder, dist) {
  await cp(path.join(wasmFolder, `${GLUE}.js`), path.join(dist, `${GLUE}.js`));
  await cp(path.join(wasmFolder, `${GLUE}_bg.wasm`), path.join(dist, `${GLUE}_bg.wasm`));
  const wasm = await readFile(path.join(wasmFolder, `${GLUE}_bg.wasm`));
  const text = `/** The bytes of ${GLUE}_bg.wasm. */\nexport default "${wasm.toString("base64")}";\n`;
  await writeFile(path.join(dist, "bytes.js"), text);
}

async function copyHandWritten(next, dist) {
  for (const name of ["package.json", "README.md"])
    await cp(path.join(template, name), path.join(next, name));
  for (const name of ["LICENSE", "CHANGELOG.md"]) await cp(path.join(root, name), path.join(next, name));
  for (const name of ["index.js", "workerd.js", "slim.js", "runtime.js", "slim.d.ts"]) {
    await cp(path.join(template, "entry", name), path.join(dist, name));
  }
  await cp(path.join(template, "entry", "wasm.d.ts"), path.join(dist, `${GLUE}_bg.wasm.d.ts`));
  await cp(path.join(template, "error.js"), path.join(dist, "error.js"));
  for (const folder of ["stream", "local"]) {
    await cp(path.join(template, folder), path.join(dist, folder), { recursive: true });
  }
}

/** The crate and the package are one thing; a release must not carry two versions. */
async function checkVersion(next) {
  const { version } = JSON.parse(await readFile(path.join(next, "package.json"), "utf8"));
  const crate = /^version\s*=\s*"([^"]+)"/m.exec(await readFile(path.join(root, "Cargo.toml"), "utf8"))?.[1];
  if (version !== crate)
    throw new Error(`pkg-template/package.json says version ${version}, Cargo.toml ${crate}`);
}
