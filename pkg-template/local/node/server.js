// The HTTP server: Node's requests become fetch requests, responses are pumped out as fast as the client reads them.

import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";

import { ConnectionFault, HINTS } from "../faults/connection.js";
import { handlerFor } from "../handler.js";
import { LocalService } from "../service.js";
import { refusal } from "./guard.js";
import { NodeConnection } from "./websocket/connection.js";
import { acceptUpgrade, handshakeRefusal, refuseUpgrade } from "./websocket/handshake.js";

/** Looks like an account and a token; the server knows no others unless told. */
const DEFAULT_ACCOUNT = "10ca1000000000000000000000000000";
const DEFAULT_TOKEN = "local-token";
/** Milliseconds that an idle connection is kept: longer than clients use one again, or a request may meet its end. */
const KEEP_ALIVE = 60_000;

/** Starts the server; resolves when it listens. */
export async function serve(options = {}) {
  const { host = "127.0.0.1", port = 0, accountId = DEFAULT_ACCOUNT, apiToken = DEFAULT_TOKEN } = options;
  const service = new LocalService(options);
  // Found out before the first request, so that a wrong option fails here and not there.
  const engines = await service.describe();
  const handle = handlerFor(service, { ...options, accountId, apiToken });
  const onError = options.onError ?? ((error) => console.error(error));
  const server = createServer((incoming, outgoing) => {
    exchange(incoming, outgoing, handle, { host, allowedOrigins: options.allowedOrigins }).catch((error) => {
      outgoing.destroy();
      onError(error);
    });
  });
  server.on("upgrade", (incoming, socket, head) => {
    upgrade(incoming, socket, head, handle, { host, allowedOrigins: options.allowedOrigins }).catch(
      (error) => {
        socket.destroy();
        onError(error);
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, "listening");

  const address = server.address();
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
  return {
    url,
    port: address.port,
    accountId,
    apiToken,
    baseURL: `${url}/client/v4/accounts/${accountId}/ai`,
    engines,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      // Those that have become WebSockets are no longer the server's.
      for (const socket of sockets) socket.destroy();
      await closed;
      await service.close();
    },
    async [Symbol.asyncDispose ?? Symbol.for("asyncDispose")]() {
      await this.close();
    },
  };
}

async function exchange(incoming, outgoing, handle, guard) {
  const controller = new AbortController();
  // The socket's end before the response's is how a client says that it has gone away.
  outgoing.once("close", () => {
    if (!outgoing.writableFinished)
      controller.abort(new DOMException("The client closed the connection", "AbortError"));
  });
  const request = held(toRequest(incoming, controller.signal), controller);
  let response;
  try {
    response = refusal(request.headers, guard) ?? (await handle(request));
  } catch (error) {
    if (controller.signal.aborted) return;
    if (error instanceof ConnectionFault) return hangUp(outgoing, error);
    throw error;
  }
  const headers = Object.fromEntries(response.headers);
  if (headers[HINTS]) {
    delete headers[HINTS];
    outgoing.writeEarlyHints({ link: "</ai>; rel=preconnect" });
  }
  outgoing.writeHead(response.status, headers);
  // Sent at once: a client may wait for the headers of a stream whose first token takes its time.
  outgoing.flushHeaders();
  await pump(response.body, outgoing, controller.signal, Number(headers["content-length"] ?? 0));
}

/** A request that asks for a WebSocket: agreed to, or answered as any other. */
async function upgrade(incoming, socket, head, handle, guard) {
  socket.on("error", () => {});
  const controller = new AbortController();
  socket.once("close", () =>
    controller.abort(new DOMException("The client closed the connection", "AbortError")),
  );
  const malformed = handshakeRefusal(incoming);
  if (malformed)
    return refuseUpgrade(socket, { ...malformed, headers: Object.entries(malformed.headers ?? {}) });
  const request = held(toRequest(incoming, controller.signal), controller);
  const refused = refusal(request.headers, guard);
  let opened;
  try {
    opened = refused ? { response: refused } : await handle.connect(request);
  } catch (error) {
    if (controller.signal.aborted) return;
    throw error;
  }
  const { response, headers, protocol, start } = opened;
  if (response) {
    const { status } = response;
    return refuseUpgrade(socket, { status, headers: [...response.headers], body: await response.text() });
  }
  acceptUpgrade(socket, incoming.headers["sec-websocket-key"], { headers: [...headers], protocol });
  start(new NodeConnection(socket, head));
}

/** Node's `Request` hears of its signal only as long as somebody holds it. */
function held(request, controller) {
  controller.request = request;
  return request;
}

function toRequest(incoming, signal) {
  const headers = new Headers();
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2)
    headers.append(incoming.rawHeaders[index], incoming.rawHeaders[index + 1]);
  const { method = "GET" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const origin = `http://${incoming.headers.host ?? "localhost"}`;
  return new Request(new URL(incoming.url ?? "/", origin), {
    method,
    headers,
    signal,
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
  });
}

/** Breaks the connection: with a reset, or as a server that stops. */
function hangUp(outgoing, { isReset }) {
  if (isReset && outgoing.socket?.resetAndDestroy) outgoing.socket.resetAndDestroy();
  else outgoing.destroy();
}

/**
 * Writes the body chunk by chunk and waits while the client's buffers are full. A broken body breaks the connection, and so does one
 * that is shorter than was announced.
 */
async function pump(body, outgoing, signal, announced) {
  if (!body) return void outgoing.end();
  const reader = body.getReader();
  let written = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return void (written < announced ? outgoing.socket?.destroySoon() : outgoing.end());
      written += value.byteLength;
      if (!outgoing.write(value)) await once(outgoing, "drain", { signal });
    }
  } catch (error) {
    if (!signal.aborted) hangUp(outgoing, error);
    await reader.cancel(error).catch(() => {});
  }
}
