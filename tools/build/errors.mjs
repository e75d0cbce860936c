/**
 * ERRORS.md: every failure, what it is for us, whether it is retried and what to do. The crate writes it, out of the tables that its
 * own code looks failures up in: `src/codes/document.rs`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, root, SetupError } from "../setup/process.mjs";

/** Where it waits for the package. */
export const errorsFile = path.join(root, "build", "ERRORS.md");

export async function writeErrors() {
  await mkdir(path.dirname(errorsFile), { recursive: true });
  await writeFile(errorsFile, await askCrate());
}

/** What the crate's example prints. Nothing is optimised: it runs once. */
async function askCrate() {
  const args = ["run", "--quiet", "--locked", "--profile", "quick", "--example", "errors"];
  const { status, stdout, output } = await capture("cargo", args);
  if (status !== 0) throw new SetupError(`${output}\n\n\`cargo ${args.join(" ")}\` failed.`);
  return stdout;
}
