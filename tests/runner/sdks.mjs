/**
 * The SDKs that the suites use the package with, each bundled into one module: in the project where the suites run nothing is installed but the
 * package, and not every runtime finds modules by their names.
 */
import path from "node:path";
import { build } from "esbuild";
import { root } from "../../tools/setup/process.mjs";

/** By the module's name: what it exports. */
const SDKS = {
  ai: `
    export * from "ai";
    export { InvalidArgumentError } from "@ai-sdk/provider";
    export { z } from "zod";
    globalThis.AI_SDK_LOG_WARNINGS = false;
  `,
};

/** @param {string} folder where the suites import them from */
export async function writeSdkModules(folder) {
  for (const [name, contents] of Object.entries(SDKS)) {
    await build({
      stdin: { contents, resolveDir: root },
      outfile: path.join(folder, `${name}.mjs`),
      bundle: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      logLevel: "error",
    });
  }
}
