/** The order of the build. */
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/process.mjs";
import { dress } from "./dress.mjs";
import { errorsFile, writeErrors } from "./errors.mjs";
import { hashOf, readStamp, writeStamp } from "./inputs.mjs";
import { linkPackage } from "./link.mjs";
import { complaintsAbout, measurePackage, printSizes } from "./sizes.mjs";
import { buildWasm, MODULES, wasmOf } from "./wasm.mjs";

/** The finished package. */
export const packageFolder = path.join(root, "pkg");

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
const DRESS = ["pkg-template", "tools/build", "tests/fixtures", "README.md", "CHANGELOG.md", "LICENSE"];

/**
 * @param {{ quick: boolean }} options
 * @returns {Promise<string[]>} complaints about sizes over the limit
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
    writeStamp({ crate, dressed });
  }
  linkPackage(packageFolder);
  if (quick) return [];
  const sizes = await measurePackage(packageFolder);
  printSizes(sizes);
  return complaintsAbout(sizes);
}
