import { homedir } from "node:os";
import { join } from "node:path";

import { WEIGHTS } from "./packages.js";

/** Where the small models are kept: one folder per user, outside any project, so that it is fetched once. */
export function modelsFolder(env = process.env) {
  if (env.WORKERS_AI_LOCAL_MODELS) return env.WORKERS_AI_LOCAL_MODELS;
  return join(cacheRoot(env), "workers-ai-wasm", "models");
}

function cacheRoot(env) {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  if (process.platform === "win32" && env.LOCALAPPDATA) return env.LOCALAPPDATA;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}

export const weightsPath = (folder) => join(folder, WEIGHTS.file);
