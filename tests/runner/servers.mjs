/** The two servers of the suites: the local service, and a page server with the package's proxy. */
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { oddEnds } from "./connections.mjs";
import { fixtureRoutes } from "./fixtures.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** .wasm files that a page fetches itself. */
const MODULES = new Map([
  ["/workers-ai-wasm.wasm", "workers_ai_wasm_bg.wasm"],
  ["/workers-ai-wasm-openai.wasm", "workers_ai_openai_bg.wasm"],
]);

/**
 * The package's proxy with all permissions that the suites need: every model and endpoint, faults selected by
 * a header, and the page's own gateway, as if there were no proxy.
 */
const PROXY = {
  models: () => true,
  endpoints: ["run", "models", "tomarkdown", "v1", "finetunes", "websearch"],
  batch: true,
  maxBodyBytes: 64 * 1024 * 1024,
  // The suites in Node, Deno, Bun and workerd are not pages, and send no origin.
  authorize: () => true,
  forwardHeaders: ["x-local-fault", "cf-aig-skip-cache", "cf-aig-metadata"],
  exposeHeaders: ["cf-aig-log-id", "x-local-engine"],
  // The owner decides on the gateways of pages: here any.
  upstream: (request) => ({ gateway: request.headers.get("cf-aig-gateway-id") ?? undefined }),
};

/**
 * @param {import("./consumer.mjs").Consumer} consumer
 * @returns {Promise<{ restOrigin: string, accountId: string, apiToken: string, pages: string, proxyURL: string,
 *   ends: string, serve: (prefix: string, folder: string) => void, close: () => Promise<void> }>}
 */
export async function startServers(consumer) {
  // The installed package.
  const entry = pathToFileURL(path.join(consumer.local.installed, "dist", "index.js"));
  const { serveLocalAI } = await import(entry.href);
  const service = await serveLocalAI({ port: 0, engine: "stand-in", env: {}, routes: await fixtureRoutes() });
  const proxy = await import(pathToFileURL(path.join(consumer.installed, "dist", "proxy", "index.js")).href);
  const pages = await startPages(consumer, service, proxy);
  // A server of its own: tests that count connections must be its only clients.
  const ends = await listen(http.createServer(oddEnds()));
  return {
    restOrigin: new URL(service.url).origin,
    accountId: service.accountId,
    apiToken: service.apiToken,
    pages: pages.origin,
    proxyURL: `${pages.origin}/ai`,
    ends: ends.origin,
    serve: pages.serve,
    async close() {
      await ends.close();
      await pages.close();
      await service.close();
    },
  };
}

async function startPages(consumer, service, { createProxy, toNodeListener, toNodeUpgradeListener }) {
  const proxy = createProxy({ ...PROXY, apiToken: service.apiToken, baseURL: service.baseURL });
  const answer = toNodeListener(proxy);
  const folders = new Map([["/files/", consumer.folder]]);
  const ends = oddEnds();
  const dist = path.join(consumer.installed, "dist");
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://page");
    if (pathname.startsWith("/ai/")) return answer(request, response);
    if (pathname.startsWith("/connections/")) return ends(request, response);
    if (pathname === "/settings.json") {
      response.setHeader("content-type", TYPES[".json"]);
      return response.end(JSON.stringify({ runtime: "chromium", proxyURL: "/ai", ends: "/connections" }));
    }
    if (MODULES.has(pathname)) return sendFile(response, path.join(dist, MODULES.get(pathname)));
    for (const [prefix, folder] of folders) {
      if (pathname.startsWith(prefix))
        return sendFile(response, path.join(folder, pathname.slice(prefix.length)));
    }
    response.writeHead(404).end();
  });
  server.on("upgrade", toNodeUpgradeListener(proxy));
  return { ...(await listen(server)), serve: (prefix, folder) => folders.set(prefix, folder) };
}

async function listen(server) {
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function sendFile(response, file) {
  let content;
  try {
    content = await readFile(file);
  } catch {
    response.writeHead(404).end();
    return;
  }
  const headers = { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" };
  // The header of a site with strict policies. The page with an import map, which is an inline script, does
  // not work with it.
  if (!path.basename(file).startsWith("plain")) {
    headers["content-security-policy"] = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
  }
  response.writeHead(200, headers).end(content);
}
