// What the tests of the proxy share: the proxy in front of the local service, over either upstream.
import { createLocalAI, createLocalHandler } from "workers-ai-wasm/local";
import { createProxy } from "workers-ai-wasm/proxy";

export const ORIGIN = "https://app.example.com";
export const CHAT = "@cf/meta/llama-3.1-8b-instruct-fast";
export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const TOKEN = "secret-token";

/** The proxy over HTTP; what the service got is in `seen`. */
export function overHttp(options = {}, local = {}) {
  const service = createLocalHandler({ engine: "stand-in", env: {}, ...local });
  const seen = [];
  const fetch = async (url, init) => {
    seen.push({ url, init });
    return service(new Request(url, init));
  };
  const proxy = createProxy({ models: [CHAT], accountId: ACCOUNT, apiToken: TOKEN, fetch, ...options });
  return { proxy, seen };
}

/** The proxy over a binding; what the binding was asked is in `seen`. */
export function overBinding(options = {}, local = {}) {
  const service = createLocalAI({ engine: "stand-in", env: {}, ...local });
  const seen = [];
  const noted = (name) =>
    function noted(...args) {
      seen.push({ name, args });
      return service[name](...args);
    };
  const binding = { run: noted("run"), models: noted("models"), toMarkdown: noted("toMarkdown") };
  return { proxy: createProxy({ models: [CHAT], binding, ...options }), seen };
}

/** A promise and what settles it, which Node 20 has not. */
export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** A request as the page's own script makes it. */
export function ask(below, { method = "POST", body = { prompt: "Hi" }, headers = {}, ...init } = {}) {
  const text =
    body === null || method === "GET"
      ? undefined
      : typeof body === "object" && body.constructor === Object
        ? JSON.stringify(body)
        : body;
  return new Request(`${ORIGIN}/ai/${below}`, {
    method,
    body: text,
    headers: {
      origin: ORIGIN,
      ...(typeof text === "string" ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...init,
  });
}
