// Adapts the handler to Node's http server. No Node module is imported: the server's objects are sufficient.

import { reading, refusal } from "../core.js";
import { peers } from "./host.js";
import { failure, Refusal } from "./refusal.js";

/** @param {(request: Request) => Promise<Response>} handler */
export function toNodeListener(handler) {
  checkHandler(handler, "toNodeListener");
  return async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    try {
      const request = readRequest(incoming, gone.signal);
      // Node's `Request` observes its signal only while it is referenced.
      gone.request = request;
      await send(request instanceof Request ? await handler(request) : request, outgoing);
    } catch {
      outgoing.destroy();
    }
  };
}

function checkHandler(value, what) {
  if (typeof value !== "function") throw refusal("handler", `${what} takes what createProxy gives.`);
}

/** Methods that `Request` rejects. */
const NO_METHOD = /^(?:CONNECT|TRACE|TRACK)$/;

/** The request, or the response that rejects an invalid one. */
function readRequest(incoming, signal) {
  if (NO_METHOD.test(incoming.method))
    return failure(new Refusal(405, "Ask with GET or POST.", { headers: { allow: "GET, POST" } }));
  try {
    return requestOf(incoming, signal);
  } catch {
    // `OPTIONS *`, or a host with a space in it.
    return failure(new Refusal(400, "The address cannot be read."));
  }
}

function requestOf(incoming, signal) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    // HTTP/2 pseudo-headers.
    if (name.startsWith(":")) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  const scheme = incoming.socket.encrypted ? "https" : "http";
  const host = incoming.headers[":authority"] ?? incoming.headers.host ?? "localhost";
  const url = addressOf(incoming.url, `${scheme}://${host}`);
  const { method } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const request = new Request(url, {
    method,
    headers,
    signal,
    body: hasBody ? bodyOf(incoming) : undefined,
    duplex: "half",
  });
  peers.set(request, {
    address: incoming.socket.remoteAddress,
    encrypted: incoming.socket.encrypted === true,
  });
  return request;
}

/** Limit of the bytes that are passed on from a reply that rejects a WebSocket. */
const MOST_REFUSAL = 64 * 1024;
/** Headers of the service's handshake that the page needs to complete its own. */
const ACCEPTED = /^sec-websocket-(?:accept|protocol|extensions)$/;

/** The same for a server's event `upgrade`: connects a page's WebSocket to the service's. */
export function toNodeUpgradeListener(handler) {
  const connect = reading("handler", () => handler?.connect);
  checkHandler(connect, "toNodeUpgradeListener");
  return async (incoming, socket, head) => {
    const gone = new AbortController();
    socket.on("error", () => {});
    socket.once("close", () => gone.abort());
    try {
      const request = readRequest(incoming, gone.signal);
      gone.request = request;
      const answer = request instanceof Request ? await connect(request) : request;
      if (answer instanceof Response) await sendRefusal(answer, socket);
      else await join(answer, socket, head);
    } catch {
      socket.destroy();
    }
  };
}

/** If the service accepts the handshake, the two connections are piped; otherwise its reply is the page's. */
async function join({ url, headers, replyOf }, socket, head) {
  // In a variable, so that bundlers for other runtimes do not resolve it.
  const module = url.protocol === "https:" ? "node:https" : "node:http";
  const { request } = await import(/* @vite-ignore */ module);
  if (socket.destroyed) return;
  const upstream = request(url, { headers });
  socket.once("close", () => upstream.destroy());
  const handshake = new Promise((resolve, reject) => {
    upstream.on("error", reject);
    upstream.on("upgrade", (response, other, first) => resolve({ response, other, first }));
    upstream.on("response", (response) => resolve({ response }));
  });
  upstream.end();
  const { response, other, first } = await handshake;
  if (other === undefined) return sendRefusal(await replyOf(await received(response)), socket);
  other.on("error", () => socket.destroy());
  other.once("close", () => socket.destroySoon());
  socket.once("close", () => other.destroySoon());
  const accepted = Object.entries(response.headers).filter(([name]) => ACCEPTED.test(name));
  socket.write(headOf("101 Switching Protocols", [...accepted, ["upgrade", "websocket"]], "Upgrade"));
  for (const [end, bytes] of [
    [socket, first],
    [other, head],
  ]) {
    end.setNoDelay(true);
    end.setTimeout(0);
    if (bytes.length > 0) end.write(bytes);
  }
  other.pipe(socket);
  socket.pipe(other);
}

/** Converts a reply of Node's http client to a `Response`. */
async function received(incoming) {
  const chunks = [];
  let length = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_REFUSAL) break;
  }
  const type = incoming.headers["content-type"];
  const headers = Object.entries(incoming.headers).filter(([, value]) => typeof value === "string");
  return new Response(new Blob(chunks, { type }), { status: incoming.statusCode, headers });
}

async function sendRefusal(response, socket) {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = [...response.headers, ["content-length", body.length]];
  socket.write(headOf(response.status, headers, "close"));
  socket.end(body);
}

const headOf = (status, headers, connection) =>
  `HTTP/1.1 ${[status, ...[...headers, ["connection", connection]].map(([name, value]) => `${name}: ${value}`)].join("\r\n")}\r\n\r\n`;

/**
 * The host is always taken from the header: with a path like `//other.example/ai`, or an absolute URL, a page
 * of that site would appear as same-origin.
 */
function addressOf(target, origin) {
  if (target.startsWith("/")) return new URL(origin + target);
  const { pathname, search } = new URL(target);
  return new URL(origin + pathname + search);
}

function bodyOf(incoming) {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    },
    cancel: () => {
      incoming.resume();
    },
  });
}

async function send(response, outgoing) {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) return void outgoing.end();
  // Sent at once: a page waits for the headers of a stream whose first token is slow.
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  const closed = new Promise((resolve) => outgoing.on("close", resolve));
  closed.then(() => reader.cancel().catch(() => {}));
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    // Backpressure: waits until the client has read.
    if (!outgoing.write(value))
      await Promise.race([closed, new Promise((resolve) => outgoing.once("drain", resolve))]);
    if (outgoing.destroyed) return undefined;
  }
  return void outgoing.end();
}
