/**
 * `npm run build`: builds `pkg/`, the npm package as it is published (`npm pack ./pkg`), from the crate.
 *
 * wasm-pack builds `build/wasm`; the files of `pkg-template` are added to it. Both halves are incremental:
 * each stores the hash of its inputs.
 *
 *     npm run build -- --quick     for development: compiled in seconds, not optimised, nothing measured
 *     npm run build -- --parts     also prints the size of each part of the wasm's code
 *
 * `QUICK=1` in the environment has the same effect on every command that builds.
 */
import { pathToFileURL } from "node:url";
import { ensure, main } from "./setup.mjs";

/**
 * Builds what is out of date, and prints the sizes.
 *
 * @param {{ quick?: boolean }} [options]
 * @returns {Promise<string[]>} a message for each size over its limit; the package is usable nevertheless
 */
export async function build({ quick = process.env.QUICK === "1" } = {}) {
  await ensure(["node-modules", "rust", "wasm-bindgen", "wasm-pack"]);
  // Imported here, since it needs npm packages.
  const { buildPackage } = await import("./build/package.mjs");
  return buildPackage({ quick });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const has = (flag) => process.argv.includes(flag);
    const complaints = await build(has("--quick") ? { quick: true } : {});
    if (has("--parts")) await (await import("./build/parts.mjs")).printParts();
    for (const complaint of complaints) console.error(complaint);
    if (complaints.length > 0) process.exitCode = 1;
  });
}
