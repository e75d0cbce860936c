/**
 * `npm run build`: the crate becomes `pkg/`, the npm package as it is published (`npm pack ./pkg`).
 *
 * wasm-pack makes `build/wasm`; `pkg-template` dresses it. Nothing is done twice: each half remembers the hash
 * of what it was made from.
 *
 *     npm run build -- --quick     for developing: compiled in seconds, not optimised, nothing measured
 *     npm run build -- --parts     prints what each part of the wasm's code costs as well
 *
 * `QUICK=1` in the environment means the same to every command that builds.
 */
import { pathToFileURL } from "node:url";
import { ensure, main } from "./setup.mjs";

/**
 * Builds what is out of date, and prints the sizes.
 *
 * @param {{ quick?: boolean }} [options]
 * @returns {Promise<string[]>} complaints about sizes over the limit; the package is usable all the same
 */
export async function build({ quick = process.env.QUICK === "1" } = {}) {
  await ensure(["node-modules", "rust", "wasm-bindgen", "wasm-pack"]);
  // Only now may anything be imported that needs npm packages.
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
