/** The CommonJS form: one file per entry, for `require` in runtimes that cannot require ES modules. */
import path from "node:path";
import { build } from "esbuild";

/**
 * @param {string} dist the package's folder of code
 * @param {string[]} entries names without ending
 */
export async function bundleCommonJs(dist, entries) {
  await build({
    entryPoints: entries.map((name) => path.join(dist, `${name}.js`)),
    outdir: dist,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    logLevel: "warning",
  });
}
