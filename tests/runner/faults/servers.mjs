/** The servers of the fault matrix: the local service with its faults, and the proxy in front of it. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { KNOWN_CODES, ServiceError } from "../../../pkg-template/local/errors.js";
import { Ledger } from "../../faults/ledger.mjs";
import { routesOf } from "../../faults/routes.mjs";

/** A unique token, so that it is found wherever it must not be. */
const TOKEN = "fault-matrix-secret-token";

/**
 * @param {import("../consumer.mjs").Consumer} consumer
 * @returns {Promise<{ settings: object, service: string, hosts: string[], close: () => Promise<void> }>}
 */
export async function startFaultServers({ installed, local, folder }) {
  const load = (...file) => import(pathToFileURL(path.join(installed, "dist", ...file)).href);
  const { serveLocalAI } = await import(pathToFileURL(path.join(local.installed, "dist", "index.js")).href);
  const { createProxy, toNodeListener } = await load("proxy", "index.js");
  const ledger = new Ledger();
  const service = await serveLocalAI({
    engine: "stand-in",
    env: {},
    routes: routesOf(ledger.begun),
    apiToken: TOKEN,
    onCall: ledger.ended,
  });
  const closedOrigin = await nobody();
  const { accountId, apiToken } = service;
  const restOrigin = new URL(service.url).origin;
  const proxy = createProxy({
    models: () => true,
    authorize: () => true,
    onError: () => {},
    upstream: (request) => ({
      accountId,
      apiToken,
      fetch: passingFaults(request, restOrigin, closedOrigin),
    }),
  });
  const settings = {
    restOrigin,
    closedOrigin,
    accountId,
    apiToken,
    statuses: KNOWN_CODES.map((code) => [code, new ServiceError(code).status]),
  };
  const front = await startFront(toNodeListener(proxy), { ledger, folder });
  settings.front = front.origin;
  return {
    settings,
    page: `${front.origin}/files/tests/faults/page.html`,
    /** Sets the text that the page reads at its start. */
    tellPage: front.tellPage,
    service: new URL(restOrigin).host,
    hosts: [restOrigin, closedOrigin, front.origin].map((origin) => new URL(origin).host),
    async close() {
      await front.close();
      await service.close();
    },
  };
}

/** The proxy correctly drops headers of a page; this forwards those that select faults. */
function passingFaults(request, restOrigin, closedOrigin) {
  const origin = request.headers.has("x-local-refused") ? closedOrigin : restOrigin;
  const fault = request.headers.get("x-local-fault");
  return (url, init) => {
    const headers = fault === null ? init.headers : { ...init.headers, "x-local-fault": fault };
    return fetch(url.replace("https://api.cloudflare.com", origin), { ...init, headers });
  };
}

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

/** The proxy; an endpoint that returns the calls whose end the service has seen; and the files of a page. */
async function startFront(proxy, { ledger, folder }) {
  let pageSettings = {};
  const json = (response, value) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  };
  const server = http.createServer(async (request, response) => {
    if (request.url.startsWith("/ai/")) return proxy(request, response);
    if (request.url === "/settings.json") return json(response, pageSettings);
    if (request.url.startsWith("/files/")) return sendFile(response, folder, request.url);
    if (request.url !== "/settled") return response.writeHead(404).end();
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return json(response, await ledger.settled(JSON.parse(Buffer.concat(chunks).toString())));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    tellPage: (settings) => {
      pageSettings = settings;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function sendFile(response, folder, url) {
  try {
    const content = await readFile(path.join(folder, url.slice("/files/".length)));
    response.writeHead(200, { "content-type": TYPES[path.extname(url)] ?? "application/octet-stream" });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

/** A URL of a closed port. */
async function nobody() {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
