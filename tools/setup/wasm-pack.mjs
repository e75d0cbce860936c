/**
 * wasm-pack at a fixed version. It uses the wasm-bindgen on the PATH if that has the crate's version, see
 * wasm-bindgen.mjs.
 */
import path from "node:path";
import { cargoInstall } from "./cargo-install.mjs";
import { capture } from "./process.mjs";
import { cargoBin } from "./rust.mjs";

const VERSION = "0.15.1";

export async function ensureWasmPack() {
  const program = path.join(cargoBin, process.platform === "win32" ? "wasm-pack.exe" : "wasm-pack");
  const { stdout } = await capture(program, ["--version"]);
  if (stdout.trim() !== `wasm-pack ${VERSION}`) {
    await cargoInstall({ crate: "wasm-pack", version: VERSION, folder: path.dirname(cargoBin) });
  }
  return { "wasm-pack": program };
}
