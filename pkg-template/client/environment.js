// What the surroundings say: environment variables, the page's origin, and whether this is a page at all.

/** Looks around. Reads variables only when asked to: Deno asks its user for permission. */
export function environment(variables) {
  const origin = globalThis.location?.origin;
  return {
    accountId: variables ? variable("CLOUDFLARE_ACCOUNT_ID") : undefined,
    apiToken: variables ? variable("CLOUDFLARE_API_TOKEN") : undefined,
    origin: typeof origin === "string" && origin.startsWith("http") ? origin : undefined,
    browser: isPage() && !isServer(),
  };
}

/** A variable that is set and not empty. Without permission to read it (Deno) it counts as absent. */
function variable(name) {
  for (const read of [() => globalThis.process?.env?.[name], () => globalThis.Deno?.env?.get(name)]) {
    try {
      const value = read();
      if (typeof value === "string" && value.trim() !== "") return value;
    } catch {
      // Not permitted: the constructor says what is missing.
    }
  }
  return undefined;
}

/** A document, or the scope of a web worker. */
const isPage = () =>
  typeof globalThis.document === "object" || typeof globalThis.WorkerGlobalScope === "function";

/** A runtime on a server, even if somebody has put a make-believe `document` into it, as test frameworks do. */
const isServer = () =>
  typeof globalThis.process?.versions?.node === "string" ||
  typeof globalThis.Deno === "object" ||
  typeof globalThis.WebSocketPair === "function" ||
  globalThis.navigator?.userAgent === "Cloudflare-Workers";
