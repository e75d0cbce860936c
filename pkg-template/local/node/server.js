// The HTTP server: Node's requests become fetch requests, responses are pumped out as fast as the client reads them.

import { once } from "node:events";
import { createServer, ServerResponse } from "node:http";
import { Readable } from "node:stream";

import { ConnectionFault, HINTS } from "../faults/connection.js";
import { handlerFor } from "../handler.js";
import { LocalService } from "../service.js";
import { isLoopback, refusal } from "./guard.js";
import { agree, handshakeRefusal } from "./socket.js";

/** Looks like an account and a token; the server knows no others unless told. */
const DEFAULT_ACCOUNT = "10ca1000000000000000000000000000";
const DEFAULT_TOKEN = "local-token";
/** Milliseconds that an idle connection is kept: longer than clients use one again, or a request may meet its end. */
const KEEP_ALIVE = 60_000;

/** Starts the server; resolves when it listens. */
export async function serve(options = {}) {
  const { host = "127.0.0.1", port = 0, accountId = DEFAULT_ACCOUNT, apiToken = DEFAULT_TOKEN } = options;
  if (!isLoopback(host) && !options.apiToken)
    throw new Error(
      `On ${host} the local service would answer the whole network: give it a token of your own (apiToken, --token), or listen on 127.0.0.1`,
    );
  const service = new LocalService(options);
  // Found out before the first request, so that a wrong option fails here and not there.
  const engines = await service.describe();
  const handle = handlerFor(service, {
    ...options,
    accountId,
    apiToken,
    // One that somebody chose may be a secret.
    shownToken: options.apiToken ? undefined : apiToken,
  });
  const onError = options.onError ?? ((error) => console.error(error));
  const guard = { host, allowedOrigins: options.allowedOrigins, token: apiToken };
  const server = createServer((incoming, outgoing) => {
    exchange(incoming, outgoing, handle, guard).catch((error) => {
      outgoing.destroy();
      onError(error);
    });
  });
  server.on("upgrade", (incoming, socket, head) => {
    upgrade(incoming, socket, head, handle, guard).catch((error) => {
      socket.destroy();
      onError(error);
    });
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
  const request = toRequest(incoming, controller.signal);
  held(request, controller);
  let response;
  try {
    response = request === null ? malformed() : (refusal(request.headers, guard) ?? (await handle(request)));
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
  const wrong = handshakeRefusal(incoming);
  if (wrong) return refuse(incoming, socket, wrong);
  const controller = new AbortController();
  socket.once("close", () =>
    controller.abort(new DOMException("The client closed the connection", "AbortError")),
  );
  const request = toRequest(incoming, controller.signal);
  if (!request) return refuse(incoming, socket, malformed());
  held(request, controller);
  const refused = refusal(request.headers, guard);
  let opened;
  try {
    opened = refused ? { response: refused } : await handle.connect(request);
  } catch (error) {
    if (controller.signal.aborted) return;
    throw error;
  }
  const { response, headers, protocol, start } = opened;
  if (response) return refuse(incoming, socket, response);
  agree(incoming, socket, head, { headers, protocol }, start);
}

/** An ordinary answer on a socket that asked for another protocol. */
async function refuse(incoming, socket, response) {
  const body = Buffer.from(await response.arrayBuffer());
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  outgoing.assignSocket(socket);
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    "content-length": body.length,
  });
  outgoing.end(body, () => socket.end());
}

const malformed = () =>
  Response.json(
    {
      result: null,
      success: false,
      errors: [{ code: 7003, message: "The request can't be read" }],
      messages: [],
    },
    { status: 400 },
  );

/** Node's `Request` hears of its signal only as long as somebody holds it. */
function held(request, controller) {
  controller.request = request;
}

/** The request as fetch knows it; null for what fetch can't say. */
function toRequest(incoming, signal) {
  const { method = "GET", rawHeaders, url = "/" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  try {
    const headers = new Headers();
    for (let index = 0; index + 1 < rawHeaders.length; index += 2)
      headers.append(rawHeaders[index], rawHeaders[index + 1]);
    const address = new URL(`http://${incoming.headers.host ?? "localhost"}`);
    return new Request(url.startsWith("/") ? address.origin + url : new URL(url), {
      method,
      headers,
      signal,
      ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
    });
  } catch {
    return null;
  }
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
