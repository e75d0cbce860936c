/** The size that each provider adds to an application that uses `ai`. */
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "../../tools/setup/process.mjs";

/** By the folder that resolves the package. */
const ENTRIES = {
  ours: ["", "workers-ai-wasm/ai-sdk", "createWorkersAI"],
  createAI: ["tests/ai-sdk", "agents/models/ai-sdk", "createAI"],
  "workers-ai-provider": ["", "workers-ai-provider", "createWorkersAI"],
};
/** Packages that the application has already. */
const SHARED = ["ai", "@ai-sdk/provider", "@ai-sdk/provider-utils", "zod"];

/**
 * @returns {Promise<Record<string, number>>} bytes of gzip: the script, and the .wasm file beside it as in a
 *   Worker
 */
export async function sizesOf() {
  const sizes = {};
  for (const [name, [folder, from, what]] of Object.entries(ENTRIES)) {
    const { outputFiles } = await build({
      stdin: { contents: `export { ${what} } from "${from}";`, resolveDir: path.join(root, folder) },
      bundle: true,
      write: false,
      outdir: root,
      minify: true,
      format: "esm",
      target: "es2022",
      conditions: ["workerd", "worker", "browser"],
      loader: { ".wasm": "file" },
      external: [...SHARED, "cloudflare:*", "node:*"],
      plugins: [laterImports],
      logLevel: "error",
    });
    sizes[name] = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  }
  return sizes;
}

/** Lazy imports are external. */
const laterImports = {
  name: "later imports",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path: name, kind }) =>
      kind === "dynamic-import" ? { path: name, external: true } : undefined,
    );
  },
};
