// Cloudflare's plugin for Vite, in development, on a local service.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { serveLocalAI } from "workers-ai-local";

const service = await serveLocalAI({ engine: "stand-in", env: {} });
process.env.WORKERS_AI_LOCAL_URL = service.url;
const configFile = fileURLToPath(new URL("vite.config.js", import.meta.url));
const server = await createServer({ configFile, server: { port: 0 } });
await server.listen();
const { port } = server.httpServer.address();
const response = await fetch(`http://localhost:${port}/?prompt=echo:%20hi`);
assert.equal((await response.json()).response, "hi");
await server.close();
await service.close();
process.exit(0);
