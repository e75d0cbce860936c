/** A C++ compiler, which is needed to build libFuzzer. */
import * as apt from "./apt.mjs";
import { SetupError, which } from "./process.mjs";

/** The name that the build uses. */
const COMPILER = process.platform === "win32" ? "cl" : "c++";

export async function ensureCompiler() {
  if (process.env.CXX || which(COMPILER)) return {};
  if (!apt.canInstall()) {
    throw new SetupError(
      "The fuzz targets need a C++ compiler named `c++`. Install g++ or clang, then repeat the command.",
    );
  }
  await apt.install("g++");
  return {};
}
