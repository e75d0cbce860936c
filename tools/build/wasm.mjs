/**
 * Compiles the crate to wasm and its glue.
 *
 * wasm-pack compiles, and installs the wasm-bindgen of the crate's version. That program is then run again:
 * wasm-pack cannot pass `--experimental-reset-state-function`, with which the glue can replace a lost
 * instance (pkg-template/wasm.js).
 */
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { capture, root, step } from "../setup/process.mjs";
import { cargoBin } from "../setup/rust.mjs";

/**
 * The modules of the package, each the crate with one of its features. `name` is that of the glue and of the
 * .wasm file. The module with the longest optimisation is first, since optimisation runs in parallel to the
 * compilation of the next.
 *
 * @typedef {{ name: string, feature: string, optLevel?: string }} WasmModule
 */
const TASKS = { name: "workers_ai_tasks", feature: "tasks" };
/** The client and text generation. */
export const CORE = { name: "workers_ai_wasm", feature: "package" };
/** Structured output and tools. */
const OBJECTS = { name: "workers_ai_objects", feature: "objects" };
/** The OpenAI API. */
const OPENAI = { name: "workers_ai_openai", feature: "openai" };
/** Mostly hot loops: speed is more important than size. */
const VECTORS = { name: "workers_ai_vectors", feature: "vectors", optLevel: "3" };

/** @type {WasmModule[]} */
export const MODULES = [TASKS, CORE, OBJECTS, OPENAI, VECTORS];

const output = path.join(root, "build", "wasm");
/** Cargo's target folder. */
export const targetFolder = path.join(root, "target");
const fileOf = (ending) => (module) => path.join(output, `${module.name}${ending}`);
export const wasmOf = fileOf("_bg.wasm");
export const glueOf = fileOf(".js");
export const typingsOf = fileOf(".d.ts");
/** The unoptimised module, with function names. */
export const namedWasmOf = fileOf("_named.wasm");

/**
 * Fast compilation for development. Debug assertions stay off, so that the behaviour is that of a release.
 */
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
  // In the environment these would override the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  // One target folder for all: common dependencies are compiled once.
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

/** Runs in a worker thread. */
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
 * When optimising for size LLVM inlines hardly anything, which makes the module slower and larger. With a
 * threshold of 18 the core has 1.1 KiB of gzip less than with 40, and streams are as fast. Modules optimised
 * for speed use 40.
 */
const inlining = ({ optLevel }) => `-Cllvm-args=-inline-threshold=${optLevel === undefined ? 18 : 40}`;

/** Panic messages contain source paths: remapped, so that they are the same on every machine. */
async function remappedPaths() {
  // Fetches the dependencies, to find their source folder.
  await step(
    "cargo",
    ["fetch", "--locked"],
    "Check that the crate registry can be reached, then repeat the command.",
  );
  const cargoHome = path.dirname(cargoBin);
  const registry = path.join(cargoHome, "registry", "src");
  const sources = existsSync(registry) ? readdirSync(registry).map((name) => path.join(registry, name)) : [];
  const { stdout } = await capture("rustc", ["--print", "sysroot"]);
  // Toolchains with the standard library's sources use their local paths.
  const standardLibrary = path.join(stdout.trim(), "lib", "rustlib", "src", "rust");
  const prefixes = [
    [cargoHome, "cargo"],
    ...sources.map((folder) => [folder, "crates"]),
    [standardLibrary, "rust"],
    [root, "."],
  ];
  // The last match wins.
  return prefixes.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}
