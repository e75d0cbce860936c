/** Checks and tests by cargo. */
import { capture } from "../../../tools/setup/process.mjs";
import { fromRustOutput, fromStatus, sum } from "../tally.mjs";

const WASM = ["--target", "wasm32-unknown-unknown"];
/** The features of the checked modules: see `[features]` in Cargo.toml. */
const LINTED = [
  [],
  [...WASM, "--features", "package"],
  [...WASM, "--features", "tasks"],
  [...WASM, "--features", "objects"],
  [...WASM, "--features", "openai"],
  [...WASM, "--features", "vectors"],
];

/** Broken links in the documentation are errors. */
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
  // In the environment these would override the target features of .cargo/config.toml.
  delete env.RUSTFLAGS;
  delete env.CARGO_ENCODED_RUSTFLAGS;
  return fromRustOutput(await capture("wasm-pack", ["test", "--node"], { env }));
}
