/** What cargo checks and runs. */
import { capture } from "../../../tools/setup/process.mjs";
import { fromRustOutput, fromStatus, sum } from "../tally.mjs";

const WASM = ["--target", "wasm32-unknown-unknown"];
/** What is compiled for which module: see `[features]` in Cargo.toml. */
const LINTED = [
  [],
  [...WASM, "--features", "package"],
  [...WASM, "--features", "tasks"],
  [...WASM, "--features", "objects"],
  [...WASM, "--features", "openai"],
  [...WASM, "--features", "vectors"],
];

/** A broken link in the documentation fails. */
const STRICT_DOCS = { ...process.env, RUSTDOCFLAGS: "-D warnings" };

export async function rustFormat() {
  return fromStatus(
    "cargo fmt --check",
    await capture("cargo", ["fmt", "--check", "--", "--color", "never"]),
  );
}

export async function clippy() {
  const tallies = [];
  for (const target of LINTED) {
    const args = ["clippy", "--all-targets", ...target, "--", "-D", "warnings"];
    tallies.push(fromStatus(`cargo ${args.join(" ")}`, await capture("cargo", args)));
    const doc = ["doc", "--no-deps", "--quiet", ...target];
    tallies.push(fromStatus(`cargo ${doc.join(" ")}`, await capture("cargo", doc, { env: STRICT_DOCS })));
  }
  return sum(tallies);
}

export async function nativeTests() {
  return fromRustOutput(await capture("cargo", ["test"]));
}

export async function wasmTests() {
  const env = { ...process.env };
  // In the environment these would replace the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  return fromRustOutput(await capture("wasm-pack", ["test", "--node"], { env }));
}
