import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Bundles the Worker with the proxy, and beside it the modules that OpenAI's endpoints need; gives the configuration that workerd is started with. */
export async function bundleProxyWorker() {
  await build({
    entryPoints: [at("worker/worker.mjs")],
    outdir: at("../../../build/proxy-worker"),
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    entryNames: "[name]",
    logLevel: "warning",
  });
  return at("worker/config.capnp");
}
