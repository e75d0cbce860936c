// Creates a client for the service that the environment selects.

import { UsageError } from "./usage.js";

/** @returns {Promise<{ ai: import("workers-ai-wasm").WorkersAI, module: typeof import("workers-ai-wasm") }>} */
export async function clientOf(env) {
  let module;
  try {
    module = await import("workers-ai-wasm");
  } catch (error) {
    if (!/NOT_FOUND/.test(error?.code ?? "")) throw error;
    throw new UsageError("This command needs the client: npm install workers-ai-wasm");
  }
  const { WORKERS_AI_BASE_URL: baseURL, WORKERS_AI_TOKEN: token } = env;
  const { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: apiToken } = env;
  if (!baseURL && !(accountId && apiToken))
    throw new UsageError(
      "The environment names no service. Either\n" +
        "  npx workers-ai-wasm local          and paste its lines, or\n" +
        "  export CLOUDFLARE_ACCOUNT_ID=… CLOUDFLARE_API_TOKEN=…\n" +
        "npx workers-ai-wasm doctor looks for the reason.",
    );
  const ai = baseURL
    ? new module.WorkersAI({ baseURL, ...(token ? { apiToken: token } : {}) })
    : new module.WorkersAI({ accountId, apiToken });
  return { ai, module };
}

/** The text on standard input; "" for a terminal. */
export async function piped(stdin) {
  if (stdin.isTTY) return "";
  let text = "";
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) text += chunk;
  return text;
}
