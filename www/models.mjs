// The small models, which answer where nobody better is configured.

import { fetchSmallModels } from "../pkg-template/local/small-models/fetch.js";
import { modelsFolder } from "../pkg-template/local/small-models/folder.js";

/**
 * Fetches what is missing. Needs nothing but Node, so that it can go on while the package is built.
 *
 * @param {{ env?: Record<string, string | undefined>, err?: NodeJS.WriteStream, signal?: AbortSignal }} [options]
 */
export async function getModels({ env = process.env, err = process.stderr, signal } = {}) {
  const remote = (env.CLOUDFLARE_ACCOUNT_ID && env.CLOUDFLARE_API_TOKEN) || env.WORKERS_AI_LOCAL_OPENAI_URL;
  if (remote) return;
  // No bar that moves: the set-up writes lines meanwhile.
  const out = { isTTY: false, write: (text) => err.write(text) };
  for (const problem of await fetchSmallModels({ folder: modelsFolder(env), out, signal })) {
    err.write(`${problem}. The stand-in takes over.\n`);
  }
}
