/** The crate to wasm and its glue, by wasm-pack. */
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, root, step } from "../setup/process.mjs";
import { cargoBin } from "../setup/rust.mjs";
import { shrink } from "./shrink.mjs";

/** What wasm-pack writes. */
export const wasmFolder = path.join(root, "build", "web");

export async function buildWasm() {
  const env = { ...process.env };
  // In the environment these would replace the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  // Where the sources of the dependencies lie is known once they are there.
  await step(
    "cargo",
    ["fetch", "--locked"],
    "Check that the crate registry can be reached, then repeat the command.",
  );
  const output = path.relative(root, wasmFolder);
  await step(
    "wasm-pack",
    [
      "build",
      "--release",
      "--target",
      "web",
      "--no-pack",
      "--no-opt",
      "--out-dir",
      output,
      "--",
      "--config",
      await compilerFlags(),
    ],
    "The crate does not build.",
    { env },
  );
  const file = path.join(wasmFolder, "workers_ai_wasm_bg.wasm");
  await writeFile(file, shrink(await readFile(file)));
}

/**
 * In a build for size LLVM inlines next to nothing, which makes the module slower and larger: this is where it was smallest for its
 * speed.
 */
const INLINING = "-Cllvm-args=-inline-threshold=40";

/** What the compiler is told. Panic messages name source files: the same ones on every machine, and none of this one's folders. */
async function compilerFlags() {
  const cargoHome = path.dirname(cargoBin);
  const registry = path.join(cargoHome, "registry", "src");
  const sources = existsSync(registry) ? readdirSync(registry).map((name) => path.join(registry, name)) : [];
  const { stdout } = await capture("rustc", ["--print", "sysroot"]);
  // Where a toolchain has the standard library's sources, their paths are those of this machine.
  const standardLibrary = path.join(stdout.trim(), "lib", "rustlib", "src", "rust");
  const prefixes = [
    [cargoHome, "cargo"],
    ...sources.map((folder) => [folder, "crates"]),
    [standardLibrary, "rust"],
    [root, "."],
  ];
  // The last one that fits wins.
  const flags = prefixes.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return `target.wasm32-unknown-unknown.rustflags=${JSON.stringify([INLINING, ...flags])}`;
}
