/** wasm-pack at one version. It uses the wasm-bindgen on the PATH if that is the crate's, see wasm-bindgen.mjs. */
import path from "node:path";
import { announce, capture, step } from "./process.mjs";
import { cargoBin } from "./rust.mjs";

const VERSION = "0.15.1";

export async function ensureWasmPack() {
  const program = path.join(cargoBin, process.platform === "win32" ? "wasm-pack.exe" : "wasm-pack");
  const { stdout } = await capture(program, ["--version"]);
  if (stdout.trim() !== `wasm-pack ${VERSION}`) {
    announce(`installing wasm-pack ${VERSION} (cargo install, a few minutes)`);
    await step(
      "cargo",
      ["install", "wasm-pack", "--locked", "--force", "--version", VERSION, "--root", path.dirname(cargoBin)],
      "Check that the crate registry can be reached, then repeat the command.",
    );
  }
  return { "wasm-pack": program };
}
