// A plugin of Miniflare for tools that take no address of a service, as `wrangler dev` and Cloudflare's
// Vite plugin: the genuine env.AI of the runtime, on top of a local service that is running. Named in a
// wrangler configuration by an unsafe binding.

import { fileURLToPath } from "node:url";

const NAME = "local-ai";
const DEFAULT_URL = "http://127.0.0.1:8797";

/** This very file: the tools take it by its place, wherever it is installed. */
const PACKAGE = fileURLToPath(import.meta.url);

/**
 * A wrangler configuration in which each AI binding is the local one, and how many they were.
 *
 * @param {object} config as it is written down, with its environments
 * @returns {[object, number]}
 */
export function withLocalAI({ ai, env = {}, ...config }) {
  let count = 0;
  const local =
    ai?.binding === undefined ? config : { ...config, unsafe: unsafeWith(ai.binding, config.unsafe) };
  if (local !== config) count += 1;
  const environments = Object.entries(env).map(([name, environment]) => {
    const [own, more] = withLocalAI(environment);
    count += more;
    return [name, own];
  });
  return [environments.length > 0 ? { ...local, env: Object.fromEntries(environments) } : local, count];
}

/** See miniflare.d.ts. */
export function localAI(config) {
  const { ai } = config;
  if (ai?.binding === undefined || !process.env.WORKERS_AI_LOCAL_URL) return;
  delete config.ai;
  config.unsafe = unsafeWith(ai.binding, config.unsafe);
}

const unsafeWith = (name, { bindings = [], ...unsafe } = {}) => ({
  ...unsafe,
  bindings: [
    ...bindings,
    { name, type: NAME, dev: { plugin: { package: PACKAGE, name: NAME }, options: {} } },
  ],
});

const bindingsOf = ({ config }) =>
  Object.entries(config?.env ?? {}).filter(([, binding]) => binding?.dev?.plugin?.name === NAME);

const addressOf = (binding) =>
  new URL(binding.dev.options?.url ?? process.env.WORKERS_AI_LOCAL_URL ?? DEFAULT_URL).host;

const serviceOf = (binding) => `${NAME}:${addressOf(binding)}`;

export const plugins = {
  [NAME]: {
    bindingTypeDescription: "AI (local)",
    getBindings: async (options) =>
      bindingsOf(options).map(([name, binding]) => ({
        name,
        wrapped: {
          moduleName: "cloudflare-internal:ai-api",
          innerBindings: [{ name: "fetcher", service: { name: serviceOf(binding) } }],
        },
      })),
    getNodeBindings: () => ({}),
    getServices: async ({ options }) => {
      const services = bindingsOf(options).map(([, binding]) => [
        serviceOf(binding),
        { name: serviceOf(binding), external: { address: addressOf(binding), http: {} } },
      ]);
      return [...new Map(services).values()];
    },
  },
};
