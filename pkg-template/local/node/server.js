// The HTTP server. Answers are sent at the rate at which the client reads them.

import { once } from "node:events";
import { createServer, ServerResponse } from "node:http";

import { failed } from "../faces/envelope.js";
import { ConnectionFault, HINTS } from "../faults/connection.js";
import { handlerFor } from "../handler.js";
import { LocalService } from "../service.js";
import { isLoopback, refusal } from "./guard.js";
import { NodeRequest } from "./request.js";
import { agree, handshakeRefusal } from "./socket.js";

/** An account id and a token in their usual formats; by default the server accepts no others. */
const DEFAULT_ACCOUNT = "10ca1000000000000000000000000000";
const DEFAULT_TOKEN = "local-token";
/**
 * Milliseconds that an idle connection is kept: longer than clients keep theirs, so that no request meets a
 * closing connection.
 */
const KEEP_ALIVE = 60_000;

/** Starts the server; resolves when it listens. */
export async function serve(options = {}) {
  const { host = "127.0.0.1", port = 0, accountId = DEFAULT_ACCOUNT, apiToken = DEFAULT_TOKEN } = options;
  if (!isLoopback(host) && !options.apiToken)
    throw new Error(
      `On ${host} the local service would answer the whole network: give it a token of your own (apiToken, --token), or listen on 127.0.0.1`,
    );
  const service = new LocalService(options);
  // Loaded before the first request, so that an invalid option fails here.
  const engines = await service.describe();
  const handle = handlerFor(service, {
    ...options,
    accountId,
    apiToken,
    // The caller's token may be a secret.
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
      // Connections that became WebSockets no longer belong to the server.
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
  const request = received(incoming, outgoing, () => !outgoing.writableFinished);
  let answer;
  try {
    answer = request ? (refusal(request.headers, guard) ?? (await handle.answer(request))) : malformed();
  } catch (error) {
    if (request?.signal.aborted) return;
    if (error instanceof ConnectionFault) return hangUp(outgoing, error);
    throw error;
  }
  const { status, headers } = answer;
  if (headers[HINTS]) {
    delete headers[HINTS];
    outgoing.writeEarlyHints({ link: "</ai>; rel=preconnect" });
  }
  if (answer.isStream) {
    outgoing.writeHead(status, headers);
    // Sent at once, because the first token of a stream may take long.
    outgoing.flushHeaders();
    return pump(answer.readable(), outgoing, request.signal, Number(headers["content-length"] ?? 0));
  }
  const { body } = answer;
  const length = body === null ? 0 : Buffer.byteLength(body);
  const isSized = body !== null || !BODILESS.has(status);
  outgoing.writeHead(status, isSized ? { ...headers, "content-length": length } : headers);
  outgoing.end(body ?? undefined);
}

const BODILESS = new Set([204, 205, 304]);

/** A request to upgrade to a WebSocket: accepted, or answered as any other. */
async function upgrade(incoming, socket, head, handle, guard) {
  socket.on("error", () => {});
  const wrong = handshakeRefusal(incoming);
  if (wrong) return refuse(incoming, socket, wrong);
  const request = received(incoming, socket, () => true);
  if (!request) return refuse(incoming, socket, malformed());
  const refused = refusal(request.headers, guard);
  let connection;
  try {
    connection = refused ? { answer: refused } : await handle.connect(request);
  } catch (error) {
    if (request.signal.aborted) return;
    throw error;
  }
  const { answer, headers, protocol, start } = connection;
  if (answer) return refuse(incoming, socket, answer);
  agree(incoming, socket, head, { headers, protocol }, start);
}

/** An ordinary answer on a socket of a refused upgrade. */
async function refuse(incoming, socket, answer) {
  const { status, headers } = answer;
  const body = Buffer.from(await answer.toResponse().arrayBuffer());
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  outgoing.assignSocket(socket);
  outgoing.writeHead(status, { ...headers, "content-length": body.length });
  outgoing.end(body, () => socket.end());
}

const malformed = () => failed(400, 7003, "The request can't be read");

/**
 * The request as the doors read it; null for a request that fetch cannot express. Its signal aborts if the
 * client disconnects before the answer is complete.
 */
function received(incoming, channel, isEarly) {
  let request;
  try {
    request = new NodeRequest(incoming);
  } catch {
    return null;
  }
  // A socket that ends before the response: the client has disconnected.
  channel.once("close", () => isEarly() && request.abort());
  return request;
}

/** Breaks the connection, with a reset or as a server that stops. */
function hangUp(outgoing, { isReset }) {
  if (isReset && outgoing.socket?.resetAndDestroy) outgoing.socket.resetAndDestroy();
  else outgoing.destroy();
}

/**
 * Writes the body chunk by chunk and waits while the client's buffers are full. A broken body breaks the
 * connection, and so does one that is shorter than was announced.
 */
async function pump(body, outgoing, signal, announced) {
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
