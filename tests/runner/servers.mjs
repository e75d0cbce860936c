/** The two servers that the suites talk to: the local service, and a page server that is also the browser's proxy. */
import { readFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fixtureRoutes } from "./fixtures.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** What the proxy passes on: what the client set, and nothing that a browser adds by itself. */
const FORWARDED =
  /^(?:content-type|content-length|transfer-encoding|accept|x-session-affinity|x-local-fault|cf-aig-.*)$/;

/**
 * @param {import("./consumer.mjs").Consumer} consumer
 * @returns {Promise<{ restOrigin: string, accountId: string, apiToken: string, pages: string, proxyURL: string,
 *   serve: (prefix: string, folder: string) => void, close: () => Promise<void> }>}
 */
export async function startServers(consumer) {
  // The installed one: the service is part of the package that is being tested.
  const entry = pathToFileURL(path.join(consumer.installed, "dist", "local", "index.js"));
  const { serveLocalAI } = await import(entry.href);
  const service = await serveLocalAI({ port: 0, engine: "stand-in", env: {}, routes: await fixtureRoutes() });
  const pages = await startPages(consumer, service);
  return {
    restOrigin: new URL(service.url).origin,
    accountId: service.accountId,
    apiToken: service.apiToken,
    pages: pages.origin,
    proxyURL: `${pages.origin}/ai`,
    serve: pages.serve,
    async close() {
      await pages.close();
      await service.close();
    },
  };
}

async function startPages(consumer, service) {
  const folders = new Map([["/files/", consumer.folder]]);
  const wasm = path.join(consumer.installed, "dist", "workers_ai_wasm_bg.wasm");
  const server = http.createServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://page");
    if (pathname.startsWith("/ai/")) return forward(request, response, service, pathname + search);
    if (pathname === "/settings.json") {
      response.setHeader("content-type", TYPES[".json"]);
      return response.end(JSON.stringify({ runtime: "chromium", proxyURL: "/ai" }));
    }
    if (pathname === "/workers-ai-wasm.wasm") return sendFile(response, wasm);
    for (const [prefix, folder] of folders) {
      if (pathname.startsWith(prefix))
        return sendFile(response, path.join(folder, pathname.slice(prefix.length)));
    }
    response.writeHead(404).end();
  });
  server.on("upgrade", (request, socket, head) => forwardSocket(request, socket, head, service));
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    serve: (prefix, folder) => folders.set(prefix, folder),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** The browser's door: the page's own server adds the token, and passes a broken connection on in both directions. */
function forward(request, response, service, target) {
  const origin = new URL(service.url).origin;
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => FORWARDED.test(name)),
  );
  const upstream = http.request(
    `${origin}/client/v4/accounts/${service.accountId}${target}`,
    { method: request.method, headers: { ...headers, authorization: `Bearer ${service.apiToken}` } },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    },
  );
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
}

/** The same for a WebSocket: the handshake goes on with the token, then bytes go both ways. */
function forwardSocket(request, socket, head, service) {
  const { pathname, search } = new URL(request.url, "http://page");
  const { hostname, port } = new URL(service.url);
  const upstream = net.connect(Number(port), hostname, () => {
    const own = Object.entries(request.headers).filter(([name]) =>
      /^(?:upgrade|connection|sec-websocket-.*|x-local-fault|cf-aig-.*)$/.test(name),
    );
    const headers = [
      ...own,
      ["host", `${hostname}:${port}`],
      ["authorization", `Bearer ${service.apiToken}`],
    ];
    const lines = headers.map(([name, value]) => `${name}: ${value}`);
    const target = `/client/v4/accounts/${service.accountId}${pathname}${search}`;
    upstream.write(`GET ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket);
    socket.pipe(upstream);
  });
  upstream.on("error", () => socket.destroy());
  socket.on("error", () => upstream.destroy());
  socket.on("close", () => upstream.destroy());
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
  // What a careful site sends. It does not fit the page with an import map, which is an inline script.
  if (!path.basename(file).startsWith("plain")) {
    headers["content-security-policy"] = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
  }
  response.writeHead(200, headers).end(content);
}
