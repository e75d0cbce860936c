// Validates the owner's options, once.

import { checkNames, kindOf, reading, WorkersAIError } from "../core.js";
import { TASKS } from "./allow.js";
import { EXPOSED, FORWARDED, neverExposed, neverForwarded } from "./headers.js";
import { isModelId } from "./route.js";

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;
const ENDPOINTS = ["run", "models", "tomarkdown", "v1", "finetunes", "websearch"];
/** The service's base URL. */
const API = "https://api.cloudflare.com/client/v4/accounts";

/** All options. A misspelled one would leave the proxy open. */
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

export const readOptions = (options) => reading("options", () => checked(options), "CONFIG");

function checked(options) {
  checkNames(options, OPTIONS, "createProxy", "CONFIG");
  const { models, tasks, path = "/ai", maxBodyBytes = DEFAULT_MAX_BODY_BYTES, endpoints = ["run"] } = options;
  if (models === undefined && tasks === undefined) {
    refuse("models", "Say what may be used: models, a list of model ids, or tasks, a list of task names.");
  }
  if (models !== undefined && typeof models !== "function") checkModels(models);
  if (tasks !== undefined) checkTasks(tasks);
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
  if (options.batch !== undefined && typeof options.batch !== "boolean") {
    refuse("batch", `batch must be true or false, not ${kindOf(options.batch)}.`);
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
    // Browsers send `Origin`; a request without one requires `authorize`.
    originRequired: options.authorize === undefined,
    upstream: upstream(options),
    onError: guarded(options.onError ?? ((error) => console.error("workers-ai-wasm/proxy:", error))),
  };
}

/** An invalid model id could never be requested. */
function checkModels(models) {
  list("models", models);
  const wrong = models.find((id) => !isModelId(id) || !id.includes("/"));
  if (wrong !== undefined)
    refuse(
      "models",
      `models: "${wrong.slice(0, 60)}" is no model id. They are like "@cf/meta/llama-3.3-70b-instruct-fp8-fast"; a function can decide by a part of one.`,
    );
}

/** A task that the catalogue does not contain has no models. */
function checkTasks(tasks) {
  list("tasks", tasks);
  const known = [...new Set(TASKS.values())].sort();
  const wrong = tasks.find((task) => !known.includes(task));
  if (wrong === undefined) return;
  const letters = (name) => name.toLowerCase().replaceAll(/[^a-z]/g, "");
  const meant = known.find((task) => letters(task) === letters(wrong));
  const instead = meant === undefined ? `. There are ${known.join(", ")}.` : `: did you mean "${meant}"?`;
  refuse("tasks", `tasks: "${wrong.slice(0, 60)}" is no task${instead}`);
}

/** Members of an HTTP upstream, which do not apply to a binding. */
const OVER_HTTP = ["accountId", "apiToken", "baseURL", "fetch"];

/** A function that returns the target of a request. */
function upstream(options) {
  const own = options.upstream;
  if (own === undefined) {
    const other = OVER_HTTP.find((name) => options[name] !== undefined);
    if (options.binding !== undefined && other !== undefined)
      refuse(other, `binding and ${other} exclude each other: requests go through the one or over HTTP.`);
    const fixed = target(options);
    return () => fixed;
  }
  return async (request, context) => target({ ...options, ...(await own(request, ...context)) });
}

/** A binding, or HTTP with a token. */
function target({ binding, accountId, apiToken, baseURL, gateway, fetch }) {
  const gatewayId = gatewayOf(gateway);
  if (binding !== undefined) {
    if (typeof binding?.run !== "function")
      refuse("binding", "The binding has no function run: pass env.AI.");
    if (typeof binding.generateText === "function")
      refuse("binding", "binding is a client: pass the Workers AI binding itself, env.AI.");
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
  return { base, apiToken, gatewayId, fetch: fetch ?? ((...args) => globalThis.fetch(...args)) };
}

/** The proxy selects the gateway only: its other settings are headers, which `forwardHeaders` lists. */
function gatewayOf(gateway) {
  if (gateway === undefined) return undefined;
  const { id, ...others } = typeof gateway === "string" ? { id: gateway } : Object(gateway);
  if (typeof id !== "string" || id === "")
    refuse("gateway", 'gateway must be an id, such as "default", or { id }.');
  const [other] = Object.keys(others);
  if (other !== undefined)
    refuse(
      `gateway.${other.slice(0, 60)}`,
      `gateway takes an id alone here: ${other.slice(0, 60)} would have no effect.`,
    );
  return id;
}

function origins(values) {
  if (values === undefined) return new Set();
  list("origins", values);
  return new Set(
    values.map((origin) => {
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

/** Names of this host as in a URL; with a port, that port only. */
function hosts(values) {
  if (values === undefined) return undefined;
  list("hosts", values);
  return new Set(
    values.map((host) => {
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

/** A hook that is only notified: its failure changes no reply. */
function guarded(onError) {
  return (error) => {
    try {
      Promise.resolve(onError(error)).catch(() => {});
    } catch {} // There is no further handler for this error.
  };
}

/** Additional header names; those that must never be forwarded are an error. */
function names(option, values = [], never) {
  list(option, values);
  for (const name of values) {
    if (!/^[\w-]+$/.test(name)) refuse(option, `${option} are names of headers, such as "x-request-id".`);
    if (never(name.toLowerCase())) refuse(option, `The proxy never passes on the header ${name}.`);
  }
  return values.map((name) => name.toLowerCase());
}

function list(name, value) {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    refuse(name, `${name} must be an array of strings.`);
  }
}

function refuse(field, message) {
  throw new WorkersAIError({ code: "CONFIG", message, field, retryable: false });
}
