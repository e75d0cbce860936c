/** The steps of the build. */
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/process.mjs";
import { dress } from "./dress.mjs";
import { errorsFile, writeErrors } from "./errors.mjs";
import { hashOf, readStamp, writeStamp } from "./inputs.mjs";
import { linkPackage } from "./link.mjs";
import { buildLocal } from "./local.mjs";
import { complaintsAbout, measurePackage, printSizes } from "./sizes.mjs";
import { buildWasm, MODULES, wasmOf } from "./wasm.mjs";

/** The finished package. */
export const packageFolder = path.join(root, "pkg");
/** The package of the local service and the command line. */
export const localFolder = path.join(root, "pkg-local");

const CRATE = [
  "Cargo.toml",
  "Cargo.lock",
  "build.rs",
  "rust-toolchain.toml",
  ".cargo",
  "src",
  "package-lock.json",
  ...["binary", "errors", "features", "locations", "optimise", "short-imports", "shrink", "wasm"].map(
    (name) => `tools/build/${name}.mjs`,
  ),
];
const LOCAL = [
  "pkg-template/local",
  "www",
  "tools/build/local.mjs",
  "src/catalog",
  "src/codes/service.json",
  "package-lock.json",
  "LICENSE",
];
const DRESS = ["pkg-template", "tools/build", "tests/fixtures", "README.md", "CHANGELOG.md", "LICENSE"];

/**
 * @param {{ quick: boolean }} options
 * @returns {Promise<string[]>} a message for each size over its limit
 */
export async function buildPackage({ quick }) {
  const stamp = readStamp();
  const crate = (quick ? "quick " : "") + hashOf(CRATE);
  if (stamp.crate !== crate || ![errorsFile, ...MODULES.map(wasmOf)].every(existsSync)) {
    console.log("build: compiling the wasm");
    await Promise.all([buildWasm({ quick }), writeErrors()]);
    writeStamp({ ...stamp, crate });
  }
  const dressed = hashOf(DRESS) + crate;
  if (stamp.dressed !== dressed || !existsSync(packageFolder)) {
    console.log("build: dressing the package");
    await dress(packageFolder, { quick });
    writeStamp({ ...readStamp(), crate, dressed });
  }
  const local = hashOf(LOCAL);
  if (stamp.local !== local || !existsSync(localFolder)) {
    await buildLocal(localFolder);
    writeStamp({ ...readStamp(), local });
  }
  linkPackage(packageFolder);
  linkPackage(localFolder, "workers-ai-local");
  if (quick) return [];
  const sizes = await measurePackage(packageFolder);
  printSizes(sizes);
  return complaintsAbout(sizes);
}
