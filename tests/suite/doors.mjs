/** The ways to the service that a runtime has. */

/** The models of the tests, one per dialect of text generation. */
export const MODELS = {
  legacy: "@cf/meta/llama-3.1-8b-instruct",
  chat: "@cf/swiss-ai/apertus-v1.5-8b",
};

/** A model that shows its thinking. */
export const THINKING_MODEL = "@cf/qwen/qwen3-30b-a3b-fp8";

const REST_HOST = "https://api.cloudflare.com";

/**
 * @param {{ lib: object, restOrigin?: string, accountId?: string, apiToken?: string, proxyURL?: string,
 *   binding?: object }} context
 * @returns {{ name: string, client: (options?: object) => object }[]}
 */
export function doorsOf({ lib, restOrigin, accountId, apiToken, proxyURL, binding }) {
  const doors = [];
  if (binding)
    doors.push({ name: "binding", client: (options) => new lib.WorkersAI({ binding, ...options }) });
  if (restOrigin) {
    const local = fetchFrom(restOrigin);
    doors.push({
      name: "rest",
      client: (options) => new lib.WorkersAI({ accountId, apiToken, fetch: local, ...options }),
    });
  }
  if (proxyURL) {
    doors.push({ name: "proxy", client: (options) => new lib.WorkersAI({ baseURL: proxyURL, ...options }) });
  }
  return doors;
}

/** The global fetch, with the local service in the place of Cloudflare's host: URL, path and headers stay genuine. */
function fetchFrom(origin) {
  return (input, init) => {
    const url = String(input?.url ?? input);
    if (!url.startsWith(`${REST_HOST}/`)) throw new Error(`a request for another host: ${new URL(url).host}`);
    return fetch(origin + url.slice(REST_HOST.length), init);
  };
}
