/** The crate to wasm and its glue, by wasm-pack. */
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, root, step } from "../setup/process.mjs";
import { cargoBin } from "../setup/rust.mjs";
import { shrink } from "./shrink.mjs";

/**
 * The modules of the package, each the crate with one of its features. `name` is that of the glue and of the .wasm file; each has an
 * output folder of its own, and a cargo folder, since a feature changes all that is compiled.
 *
 * @type {{ name: string, folder: string, features: string[], optLevel?: string }[]}
 */
export const MODULES = [
  { name: "workers_ai_wasm", folder: "web", features: ["package"] },
  { name: "workers_ai_tasks", folder: "tasks", features: ["tasks"], optLevel: "3" },
  { name: "workers_ai_vectors", folder: "vectors", features: ["vectors"], optLevel: "3" },
];

/** Where wasm-pack writes a module. */
export const wasmFolderOf = ({ folder }) => path.join(root, "build", folder);

export async function buildWasm() {
  // Where the sources of the dependencies lie is known once they are there.
  await step(
    "cargo",
    ["fetch", "--locked"],
    "Check that the crate registry can be reached, then repeat the command.",
  );
  for (const module of MODULES) await buildModule(module);
}

async function buildModule(module) {
  const env = { ...process.env };
  // In the environment these would replace the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  env.CARGO_TARGET_DIR = path.join(root, "target", module.folder);
  // Speed counts more than size where a module is loaded only by who needs it.
  if (module.optLevel !== undefined) env.CARGO_PROFILE_RELEASE_OPT_LEVEL = module.optLevel;
  const output = wasmFolderOf(module);
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
      path.relative(root, output),
      "--out-name",
      module.name,
      "--",
      "--config",
      await compilerFlags(module),
      ...module.features.flatMap((feature) => ["--features", feature]),
    ],
    "The crate does not build.",
    { env },
  );
  const file = path.join(output, `${module.name}_bg.wasm`);
  await writeFile(file, shrink(await readFile(file)));
}

/**
 * In a build for size LLVM inlines next to nothing, which makes the module slower and larger: this is where it was smallest for its
 * speed.
 */
const INLINING = "-Cllvm-args=-inline-threshold=40";

/** What the compiler is told. Panic messages name source files: the same ones on every machine, and none of this one's folders. */
async function compilerFlags({ optLevel }) {
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
  if (optLevel === undefined) flags.push(INLINING);
  return `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(flags)}`;
}
