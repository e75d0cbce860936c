/**
 * Bundles each SDK that the suites use with the package into one module: the suites' project has only the
 * package installed, and not every runtime resolves modules by name.
 */
import path from "node:path";
import { build } from "esbuild";
import { root } from "../../tools/setup/process.mjs";

/** The exports, by the module's name. */
const SDKS = {
  ai: `
    export * from "ai";
    export { InvalidArgumentError } from "@ai-sdk/provider";
    export { z } from "zod";
    globalThis.AI_SDK_LOG_WARNINGS = false;
  `,
};

/** @param {string} folder the folder from which the suites import them */
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
