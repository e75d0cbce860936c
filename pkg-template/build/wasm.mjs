/** The crate to wasm and its glue, by wasm-pack. */
import path from "node:path";
import { root, step } from "../setup/process.mjs";

/** What wasm-pack writes. */
export const wasmFolder = path.join(root, "build", "web");

export async function buildWasm() {
  const env = { ...process.env };
  // In the environment these would replace the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  // wasm-pack takes the wasm-opt that it finds; it must be the one of the lock file.
  env.PATH = [path.join(root, "node_modules", ".bin"), env.PATH].join(path.delimiter);
  await step(
    "wasm-pack",
    ["build", "--release", "--target", "web", "--no-pack", "--out-dir", path.relative(root, wasmFolder)],
    "The crate does not build.",
    { env },
  );
}
