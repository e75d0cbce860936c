// The owner's options, checked once.

import { checkNames, WorkersAIError } from "../core.js";
import { EXPOSED, FORWARDED, neverExposed, neverForwarded } from "./headers.js";

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;
const ENDPOINTS = ["run", "models", "tomarkdown", "v1", "finetunes", "websearch"];
/** The service's own address. */
const API = "https://api.cloudflare.com/client/v4/accounts";

/** All options. One under another name would leave the proxy open. */
const OPTIONS = [
  "models",
  "tasks",
  "path",
  "maxBodyBytes",
  "endpoints",
  "batch",
  "origins",
  "hosts",
  "forwardHeaders",
  "exposeHeaders",
  "authorize",
  "rateLimit",
  "transform",
  "upstream",
  "onError",
  "binding",
  "accountId",
  "apiToken",
  "baseURL",
  "gateway",
  "fetch",
];

export function readOptions(options) {
  if (typeof options !== "object" || options === null)
    refuse("options", "createProxy takes an object of options.");
  checkNames(options, OPTIONS, "createProxy", "CONFIG");
  const { models, tasks, path = "/ai", maxBodyBytes = DEFAULT_MAX_BODY_BYTES, endpoints = ["run"] } = options;
  if (models === undefined && tasks === undefined) {
    refuse("models", "Say what may be used: models, a list of model ids, or tasks, a list of task names.");
  }
  if (models !== undefined && typeof models !== "function") list("models", models);
  if (tasks !== undefined) list("tasks", tasks);
  list("endpoints", endpoints);
  for (const name of endpoints) {
    if (!ENDPOINTS.includes(name)) refuse("endpoints", `endpoints knows ${ENDPOINTS.join(", ")}.`);
  }
  if (typeof path !== "string" || !/^\/[\w./-]*$/.test(path)) {
    refuse("path", 'path is where the proxy lies, such as "/ai".');
  }
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes <= 0) {
    refuse("maxBodyBytes", "maxBodyBytes must be a positive whole number.");
  }
  for (const name of ["authorize", "rateLimit", "transform", "fetch", "onError", "upstream"]) {
    if (options[name] !== undefined && typeof options[name] !== "function")
      refuse(name, `${name} must be a function.`);
  }
  return {
    models: typeof models === "function" ? models : undefined,
    ids: Array.isArray(models) ? new Set(models) : undefined,
    tasks: tasks === undefined ? undefined : new Set(tasks),
    path: path.replace(/\/+$/, ""),
    maxBodyBytes,
    endpoints: new Set(endpoints),
    batch: options.batch === true,
    origins: origins(options.origins),
    hosts: hosts(options.hosts),
    forwarded: [...FORWARDED, ...names("forwardHeaders", options.forwardHeaders, neverForwarded)],
    exposed: [...EXPOSED, ...names("exposeHeaders", options.exposeHeaders, neverExposed)],
    authorize: options.authorize,
    rateLimit: options.rateLimit,
    transform: options.transform,
    // A page always says where it is; who says nothing needs somebody to vouch for it.
    originRequired: options.authorize === undefined,
    upstream: upstream(options),
    onError: guarded(options.onError ?? ((error) => console.error("workers-ai-wasm/proxy:", error))),
  };
}

/** A function that tells where a request goes. */
function upstream(options) {
  const own = options.upstream;
  if (own === undefined) {
    const fixed = target(options);
    return () => fixed;
  }
  return async (request, context) => target({ ...options, ...(await own(request, ...context)) });
}

/** Through a binding, or over HTTP with a token. */
function target({ binding, accountId, apiToken, baseURL, gateway, fetch }) {
  const gatewayId = typeof gateway === "string" ? gateway : gateway?.id;
  if (binding !== undefined) {
    if (typeof binding?.run !== "function")
      refuse("binding", "The binding has no function run: pass env.AI.");
    return { binding, gateway: gatewayId === undefined ? undefined : { id: gatewayId } };
  }
  if (typeof apiToken !== "string" || apiToken === "") {
    refuse(
      "apiToken",
      "Pass binding (env.AI), or accountId and apiToken, or upstream, a function that gives one of these.",
    );
  }
  if (baseURL === undefined && !/^[0-9a-f]{32}$/.test(accountId ?? "")) {
    refuse("accountId", "accountId must have 32 hexadecimal characters.");
  }
  const base = baseURL === undefined ? `${API}/${accountId}/ai` : String(baseURL).replace(/\/+$/, "");
  return { base, apiToken, gatewayId, fetch: fetch ?? ((...given) => globalThis.fetch(...given)) };
}

function origins(given) {
  if (given === undefined) return new Set();
  list("origins", given);
  return new Set(
    given.map((origin) => {
      if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
        refuse(
          "origins",
          'origins are like "https://example.com", without a path; a wildcard would open the proxy to all.',
        );
      }
      return origin;
    }),
  );
}

/** Names of this host, as they stand in an address; with a port, that port only. */
function hosts(given) {
  if (given === undefined) return undefined;
  list("hosts", given);
  return new Set(
    given.map((host) => {
      const url = `http://${host}/`;
      if (!/^[^/?#@*\s]+$/.test(host) || !URL.canParse(url)) {
        refuse(
          "hosts",
          'hosts are like "app.example.com" or "app.example.com:8443", without a scheme or a path.',
        );
      }
      return new URL(url).host;
    }),
  );
}

/** A hook that is only told something: what goes wrong in it changes no answer. */
function guarded(onError) {
  return (error) => {
    try {
      Promise.resolve(onError(error)).catch(() => {});
    } catch {} // There is nobody left to tell.
  };
}

/** More headers than usual, without those that must stay behind whoever asks for them. */
function names(option, given = [], never) {
  list(option, given);
  for (const name of given) {
    if (!/^[\w-]+$/.test(name)) refuse(option, `${option} are names of headers, such as "x-request-id".`);
    if (never(name.toLowerCase())) refuse(option, `The proxy never passes on the header ${name}.`);
  }
  return given.map((name) => name.toLowerCase());
}

function list(name, value) {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    refuse(name, `${name} must be an array of strings.`);
  }
}

function refuse(field, message) {
  throw new WorkersAIError({ code: "CONFIG", message, field, retryable: false });
}
