/** Installs programs of the build with cargo. */
import path from "node:path";
import { announce, capture, root, step } from "./process.mjs";

/** They run only briefly: optimising them would take several times longer. */
const FAST_TO_COMPILE = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_DEBUG: "0",
};

/**
 * @param {object} program
 * @param {string} program.crate
 * @param {string} program.version
 * @param {string} program.folder the program is installed in its `bin/`
 */
export async function cargoInstall({ crate, version, folder }) {
  announce(`compiling ${crate} ${version} (a minute or two)`);
  // A common target folder, since their dependencies are largely the same.
  const env = { ...process.env, ...FAST_TO_COMPILE, CARGO_TARGET_DIR: path.join(root, "target", "programs") };
  const args = ["install", crate, "--version", version, "--root", folder, "--force"];
  // With the locked dependencies; without the lock if one of them has been yanked.
  const { status } = await capture("cargo", [...args, "--locked"], { env });
  if (status === 0) return;
  await step("cargo", args, "Check that the crate registry can be reached, then repeat the command.", {
    env,
  });
}
