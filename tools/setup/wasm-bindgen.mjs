/** The wasm-bindgen program, whose version must be the crate's. */
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { cargoInstall } from "./cargo-install.mjs";
import { capture, root, which } from "./process.mjs";
import { cargoBin } from "./rust.mjs";

const NAME = process.platform === "win32" ? "wasm-bindgen.exe" : "wasm-bindgen";

/** Installs it on the PATH, where wasm-pack looks first. The test runner is in the same folder. */
export async function ensureWasmBindgen() {
  const version = lockedVersion();
  // A folder of its own: another project may need another version.
  const own = path.join(path.dirname(cargoBin), `wasm-bindgen-cli-${version}`);
  const candidates = [which("wasm-bindgen"), path.join(own, "bin", NAME), ...cachedByWasmPack(version)];
  for (const program of candidates.filter(Boolean)) {
    if (await isVersion(program, version)) return found(program);
  }
  await cargoInstall({ crate: "wasm-bindgen-cli", version, folder: own });
  return found(path.join(own, "bin", NAME));
}

function lockedVersion() {
  const lock = readFileSync(path.join(root, "Cargo.lock"), "utf8");
  return /^name = "wasm-bindgen"\nversion = "([^"]+)"/m.exec(lock)[1];
}

/** The program in wasm-pack's cache, if wasm-pack has installed one. */
function cachedByWasmPack(version) {
  const caches = {
    darwin: path.join(os.homedir(), "Library", "Caches"),
    win32: process.env.LOCALAPPDATA,
  };
  const cache = caches[process.platform] ?? process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache");
  return [path.join(cache, ".wasm-pack", `wasm-bindgen-cargo-install-${version}`, NAME)];
}

async function isVersion(program, version) {
  const { stdout } = await capture(program, ["--version"]);
  return stdout.trim() === `wasm-bindgen ${version}`;
}

function found(program) {
  const folder = path.dirname(program);
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  if (!folders.includes(folder)) process.env.PATH = [folder, ...folders].join(path.delimiter);
  return { "wasm-bindgen": program };
}
