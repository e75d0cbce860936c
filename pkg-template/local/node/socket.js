// One WebSocket of `ws` with the interface that sessions know: `send`, `close`, `terminate`, `onMessage`,
// `onClose`.

import { createRequire } from "node:module";
import { Answer } from "../streams/answer.js";

// Loaded by require, because bundlers for Workers and browsers would substitute an empty module for the
// import.
const { WebSocketServer } = createRequire(import.meta.url)("ws");

const LARGEST_MESSAGE = 16 * 2 ** 20;
/** Bytes that a client may leave unread before it is disconnected. */
const MOST_UNREAD = 64 * 2 ** 20;
/** Milliseconds that a client has to answer a close frame. */
const CLOSE_MS = 2000;

/** Headers and subprotocol of the handshake's answer, by request. */
const agreements = new WeakMap();

const server = new WebSocketServer({
  noServer: true,
  maxPayload: LARGEST_MESSAGE,
  perMessageDeflate: false,
  handleProtocols: (_offered, request) => agreements.get(request).protocol ?? false,
});
server.on("headers", (lines, request) => {
  for (const [name, value] of Object.entries(agreements.get(request).headers))
    lines.push(`${name}: ${value}`);
});

const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** The reply to an invalid handshake; null if it is valid. Checked before anything is allocated. */
export function handshakeRefusal({ method, headers }) {
  if (headers.upgrade?.toLowerCase() === "websocket" && headers["sec-websocket-version"] !== "13")
    return new Answer(null, { status: 426, headers: { "sec-websocket-version": "13" } });
  const isRight =
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    KEY.test(headers["sec-websocket-key"] ?? "");
  return isRight ? null : new Answer(null, { status: 400 });
}

/** Completes a handshake; `onOpen` gets the connection. */
export function agree(incoming, socket, head, { headers, protocol }, onOpen) {
  agreements.set(incoming, { headers, protocol });
  server.handleUpgrade(incoming, socket, head, (connected) => onOpen(new NodeConnection(connected)));
}

export class NodeConnection {
  onMessage = () => {};
  onClose = () => {};
  #socket;
  #sent;

  /** @param {import("ws").WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      const working = this.onMessage(isBinary ? new Uint8Array(data) : data.toString());
      // Messages that arrive faster than they are processed are held back at the sender.
      if (!working) return;
      socket.pause();
      working.finally(() => socket.resume());
    });
    // Violations of the protocol are closed by `ws` itself, with their code.
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.onClose(this.#sent ?? { code, reason: reason.toString() }));
  }

  /** Sends a text or bytes. After the close nothing is sent. */
  send(data) {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_UNREAD) return this.terminate();
    this.#socket.send(data);
  }

  close(code = 1000, reason = "") {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#sent = { code, reason };
    this.#socket.close(code, shortened(reason));
    setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
  }

  /** Breaks the connection without a close frame. */
  terminate() {
    this.#socket.terminate();
  }
}

/** As much of a reason as a control frame holds, cut between characters. */
function shortened(reason) {
  let text = reason;
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  return text;
}
