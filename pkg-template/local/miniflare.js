// A plugin of Miniflare for tools that take no address of a service, as `wrangler dev` and Cloudflare's Vite plugin: the genuine env.AI of the runtime,
// on top of a local service that is running. Named in a wrangler configuration by an unsafe binding.

const NAME = "local-ai";
const DEFAULT_URL = "http://127.0.0.1:8797";

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
