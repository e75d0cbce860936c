/**
 * The crate to wasm and its glue.
 *
 * wasm-pack compiles, and brings the wasm-bindgen that fits the crate. That program is then called once more: wasm-pack has no way to pass
 * `--experimental-reset-state-function`, by which the glue makes another instance when one is lost (pkg-template/wasm.js).
 */
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { capture, root, step } from "../setup/process.mjs";
import { cargoBin } from "../setup/rust.mjs";

/**
 * The modules of the package, each the crate with one of its features. `name` is that of the glue and of the .wasm file. The one that is
 * optimised longest comes first: that happens beside the compilation of the next.
 *
 * @typedef {{ name: string, feature: string, optLevel?: string }} WasmModule
 */
const TASKS = { name: "workers_ai_tasks", feature: "tasks" };
/** The client and text generation. */
export const CORE = { name: "workers_ai_wasm", feature: "package" };
/** Structured output and tools. */
const OBJECTS = { name: "workers_ai_objects", feature: "objects" };
/** OpenAI's HTTP interface. */
const OPENAI = { name: "workers_ai_openai", feature: "openai" };
/** Its loops are all that it has: speed counts more than size. */
const VECTORS = { name: "workers_ai_vectors", feature: "vectors", optLevel: "3" };

/** @type {WasmModule[]} */
export const MODULES = [TASKS, CORE, OBJECTS, OPENAI, VECTORS];

const output = path.join(root, "build", "wasm");
/** Where cargo compiles. */
export const targetFolder = path.join(root, "target");
const fileOf = (ending) => (module) => path.join(output, `${module.name}${ending}`);
export const wasmOf = fileOf("_bg.wasm");
export const glueOf = fileOf(".js");
export const typingsOf = fileOf(".d.ts");
/** The module before it was optimised, with the names of its functions. */
export const namedWasmOf = fileOf("_named.wasm");

/** Compiles fast what is never shipped. Debug assertions stay off, so that it behaves as what ships. */
const QUICK = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_INCREMENTAL: "true",
};

/** @param {{ quick: boolean }} options */
export async function buildWasm({ quick }) {
  await mkdir(output, { recursive: true });
  const flags = await remappedPaths();
  const optimised = [];
  for (const module of MODULES) {
    await compile(module, [...flags, inlining(module)], quick);
    optimised.push(optimise(module, quick));
  }
  await Promise.all(optimised);
}

async function compile(module, flags, quick) {
  const env = { ...process.env };
  // In the environment these would replace the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  // One folder for all: what they have in common is compiled once.
  env.CARGO_TARGET_DIR = targetFolder;
  if (quick) Object.assign(env, QUICK);
  else if (module.optLevel !== undefined) env.CARGO_PROFILE_RELEASE_OPT_LEVEL = module.optLevel;
  const glue = ["--target", "web", "--out-dir", output, "--out-name", module.name];
  const config = `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(flags)}`;
  await step(
    "wasm-pack",
    [
      "build",
      "--release",
      "--no-pack",
      "--no-opt",
      ...glue,
      "--",
      "--config",
      config,
      "--features",
      module.feature,
    ],
    "The crate does not build.",
    { env },
  );
  const compiled = path.join(targetFolder, "wasm32-unknown-unknown", "release", "workers_ai_wasm.wasm");
  await step(
    "wasm-bindgen",
    [compiled, ...glue, "--omit-default-module-path", "--experimental-reset-state-function"],
    "The crate does not build.",
  );
}

/** Beside whatever else is going on. */
async function optimise(module, quick) {
  const named = await readFile(wasmOf(module));
  await writeFile(namedWasmOf(module), named);
  if (quick) return;
  const glue = await readFile(glueOf(module), "utf8");
  const worker = new Worker(new URL("optimise.mjs", import.meta.url), { workerData: { wasm: named, glue } });
  const result = await new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  await writeFile(wasmOf(module), result.wasm);
  await writeFile(glueOf(module), result.glue);
}

/**
 * In a build for size LLVM inlines next to nothing, which makes the module slower and larger. With 18 the core has 1.1 KiB of gzip less than with 40,
 * and streams are as fast. Where speed counts more it is 40.
 */
const inlining = ({ optLevel }) => `-Cllvm-args=-inline-threshold=${optLevel === undefined ? 18 : 40}`;

/** Panic messages name source files: the same ones on every machine, and none of this one's folders. */
async function remappedPaths() {
  // Where the sources of the dependencies lie is known once they are there.
  await step(
    "cargo",
    ["fetch", "--locked"],
    "Check that the crate registry can be reached, then repeat the command.",
  );
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
  return prefixes.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}
