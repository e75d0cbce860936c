/**
 * ERRORS.md: every failure, its code, whether it is retried and what to do. An example of the crate generates
 * it from the tables that the crate itself uses: `tools/errors`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, root, SetupError } from "../setup/process.mjs";
import { targetFolder } from "./wasm.mjs";

/** The file before it is copied to the package. */
export const errorsFile = path.join(root, "build", "ERRORS.md");

export async function writeErrors() {
  await mkdir(path.dirname(errorsFile), { recursive: true });
  await writeFile(errorsFile, await askCrate());
}

/**
 * The output of the crate's example. It runs once, so it is not optimised. The profile and the explicit
 * target are those of the modules' build, so that proc macros and build scripts are compiled once.
 */
async function askCrate() {
  const { stdout: version } = await capture("rustc", ["-vV"]);
  const host = /^host: (.*)$/m.exec(version)?.[1];
  if (host === undefined) throw new SetupError(`rustc does not say what machine this is: ${version}`);
  const env = { ...process.env, CARGO_TARGET_DIR: targetFolder };
  for (const [setting, value] of Object.entries(UNOPTIMISED)) env[`CARGO_PROFILE_RELEASE_${setting}`] = value;
  const args = ["run", "--quiet", "--locked", "--release", "--target", host, "--example", "errors"];
  const { status, stdout, output } = await capture("cargo", args, { env });
  if (status !== 0) throw new SetupError(`${output}\n\n\`cargo ${args.join(" ")}\` failed.`);
  return stdout;
}

const UNOPTIMISED = { OPT_LEVEL: "0", LTO: "off", CODEGEN_UNITS: "16", INCREMENTAL: "true" };
