/** The order of the build. */
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/process.mjs";
import { dress } from "./dress.mjs";
import { errorsFile, writeErrors } from "./errors.mjs";
import { hashOf, readStamp, writeStamp } from "./inputs.mjs";
import { linkPackage } from "./link.mjs";
import { complaintsAbout, measurePackage, printSizes } from "./sizes.mjs";
import { buildWasm, MODULES, wasmFolderOf } from "./wasm.mjs";

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
  "tools/build/errors.mjs",
  "tools/build/wasm.mjs",
  "tools/build/arrange.mjs",
  "tools/build/binary.mjs",
  "tools/build/shrink.mjs",
  "tools/setup/wasm-pack.mjs",
];
const DRESS = ["pkg-template", "tools/build", "tests/fixtures", "README.md", "CHANGELOG.md", "LICENSE"];

/** @returns {Promise<string[]>} complaints about sizes over the limit */
export async function buildPackage() {
  const stamp = readStamp();
  const crate = hashOf(CRATE);
  if (stamp.crate !== crate || ![errorsFile, ...MODULES.map(wasmFolderOf)].every(existsSync)) {
    console.log("build: compiling the wasm");
    await Promise.all([buildWasm(), writeErrors()]);
    writeStamp({ ...stamp, crate });
  }
  const dressed = hashOf(DRESS) + crate;
  if (stamp.dressed !== dressed || !existsSync(packageFolder)) {
    console.log("build: dressing the package");
    await dress(packageFolder);
    writeStamp({ crate, dressed });
  }
  linkPackage(packageFolder);
  const sizes = await measurePackage(packageFolder);
  printSizes(sizes);
  return complaintsAbout(sizes);
}
