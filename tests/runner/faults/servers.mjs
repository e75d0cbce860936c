/** The servers of the fault matrix: the local service with its faults, and in front of it the proxy, for what it is made for. */
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { KNOWN_CODES, ServiceError } from "../../../pkg-template/local/errors.js";
import { Ledger } from "../../faults/ledger.mjs";
import { routesOf } from "../../faults/routes.mjs";

/** Its own, so that it is found wherever it should not be. */
const TOKEN = "fault-matrix-secret-token";

/**
 * @param {import("../consumer.mjs").Consumer} consumer
 * @returns {Promise<{ settings: object, service: string, hosts: string[], close: () => Promise<void> }>}
 */
export async function startFaultServers({ installed }) {
  const load = (...file) => import(pathToFileURL(path.join(installed, "dist", ...file)).href);
  const { serveLocalAI } = await load("local", "index.js");
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
  const front = await startFront(toNodeListener(proxy), ledger);
  return {
    settings: {
      restOrigin,
      closedOrigin,
      accountId,
      apiToken,
      front: front.origin,
      statuses: KNOWN_CODES.map((code) => [code, new ServiceError(code).status]),
    },
    service: new URL(restOrigin).host,
    hosts: [restOrigin, closedOrigin, front.origin].map((origin) => new URL(origin).host),
    async close() {
      await front.close();
      await service.close();
    },
  };
}

/** A page's headers do not pass the proxy, and that is right; the faults have to all the same. */
function passingFaults(request, restOrigin, closedOrigin) {
  const origin = request.headers.has("x-local-refused") ? closedOrigin : restOrigin;
  const fault = request.headers.get("x-local-fault");
  return (url, init) => {
    const headers = fault === null ? init.headers : { ...init.headers, "x-local-fault": fault };
    return fetch(url.replace("https://api.cloudflare.com", origin), { ...init, headers });
  };
}

/** The proxy, and the question which calls the service has seen the end of. */
async function startFront(proxy, ledger) {
  const server = http.createServer(async (request, response) => {
    if (request.url !== "/settled") return proxy(request, response);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await ledger.settled(JSON.parse(Buffer.concat(chunks).toString()));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An address where nobody listens. */
async function nobody() {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
