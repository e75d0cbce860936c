import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Bundles the Worker with the proxy; gives the configuration that workerd is started with. */
export async function bundleProxyWorker() {
  await build({
    entryPoints: [at("worker/worker.mjs")],
    outfile: at("../../../build/proxy-worker.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "warning",
  });
  return at("worker/config.capnp");
}
