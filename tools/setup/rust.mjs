/** The Rust toolchain that rust-toolchain.toml pins, with its components and the wasm32 target. */
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as apt from "./apt.mjs";
import { announce, capture, root, SetupError, step, which } from "./process.mjs";

/** Cargo's folder of installed programs. */
export const cargoBin = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), ".cargo"), "bin");

export async function ensureRust() {
  putCargoOnPath();
  if (!which("rustup")) {
    throw new SetupError(
      "Rust is built with rustup, which is not on this machine. Install it as https://rustup.rs says, then repeat the command.",
    );
  }
  await ensureLinker();
  const { channel, components, targets } = readToolchainFile();
  if (!(await isInstalled(channel, components, targets))) {
    announce(`installing Rust ${channel} with ${[...components, ...targets].join(", ")}`);
    // Listed explicitly, because with RUSTUP_AUTO_INSTALL=0 nothing is installed on first use.
    const args = ["toolchain", "install", channel, "--profile", "minimal", "--no-self-update"];
    for (const component of components) args.push("--component", component);
    for (const target of targets) args.push("--target", target);
    await step("rustup", args, "Check that Rust's download server can be reached, then repeat the command.");
  }
  return { rustup: which("rustup"), cargo: which("cargo") };
}

/** rustup's own installer only changes the profile of later shells. */
function putCargoOnPath() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  if (!folders.includes(cargoBin)) process.env.PATH = [cargoBin, ...folders].join(path.delimiter);
}

async function ensureLinker() {
  if (process.platform === "win32" || which("cc")) return;
  if (!apt.canInstall()) {
    throw new SetupError(
      "Rust needs a C linker named `cc`. Install a C compiler (gcc or clang), then repeat the command.",
    );
  }
  await apt.install("build-essential");
}

function readToolchainFile() {
  const text = readFileSync(path.join(root, "rust-toolchain.toml"), "utf8");
  const channel = /^channel\s*=\s*"([^"]+)"/m.exec(text)?.[1];
  if (!channel) throw new SetupError("rust-toolchain.toml names no channel.");
  return { channel, components: list(text, "components"), targets: list(text, "targets") };
}

function list(text, key) {
  const items = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(text)?.[1] ?? "";
  return [...items.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
}

async function isInstalled(channel, components, targets) {
  const { status, stdout } = await capture("rustup", ["run", channel, "rustc", "--print", "sysroot"]);
  if (status !== 0) return false;
  const sysroot = stdout.trim();
  const program = { rustfmt: "rustfmt", clippy: "cargo-clippy" };
  const ending = process.platform === "win32" ? ".exe" : "";
  return (
    components.every((name) => existsSync(path.join(sysroot, "bin", (program[name] ?? name) + ending))) &&
    targets.every((name) => existsSync(path.join(sysroot, "lib", "rustlib", name, "lib")))
  );
}
