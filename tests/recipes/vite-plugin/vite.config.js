import { cloudflare } from "@cloudflare/vite-plugin";
import { defineConfig } from "vite";
import { localAI } from "workers-ai-local/miniflare";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    cloudflare({
      configPath: "../wrangler/wrangler.jsonc",
      config: localAI,
      remoteBindings: false,
      inspectorPort: false,
    }),
  ],
});
