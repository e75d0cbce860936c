import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    cloudflareTest(({ inject }) => ({
      remoteBindings: false,
      wrangler: { configPath: "../worker/wrangler.jsonc" },
      miniflare: { ai: { binding: "AI", remoteProxyConnectionString: new URL(inject("localAI")) } },
    })),
  ],
  test: { globalSetup: "workers-ai-local/vitest" },
});
