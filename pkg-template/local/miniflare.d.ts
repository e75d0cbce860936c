/**
 * Puts the local service in the place of a Worker's `ai` binding, for the Vite plugin of Cloudflare: the Worker and its wrangler configuration stay as
 * they are. Does something only where `WORKERS_AI_LOCAL_URL` names a service, as below `npx workers-ai-local local npx vite`.
 *
 * @example
 * ```ts
 * import { cloudflare } from "@cloudflare/vite-plugin";
 * import { localAI } from "workers-ai-local/miniflare";
 * import { defineConfig } from "vite";
 *
 * export default defineConfig({ plugins: [cloudflare({ config: localAI, remoteBindings: false })] });
 * ```
 */
export function localAI(config: object): void;
