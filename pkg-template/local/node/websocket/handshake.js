// The opening handshake of RFC 6455, and plain answers on a socket that asked for one.

import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION = "13";
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** Why a request can't become a WebSocket: a response to send instead, or null. */
export function handshakeRefusal({ method, headers }) {
  if (method !== "GET" || headers.upgrade?.toLowerCase() !== "websocket") return { status: 400 };
  if (headers["sec-websocket-version"] !== VERSION)
    return { status: 426, headers: { "sec-websocket-version": VERSION, upgrade: "websocket" } };
  return KEY.test(headers["sec-websocket-key"] ?? "") ? null : { status: 400 };
}

const head = (status, headers) =>
  [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ].join("\r\n");

/** Agrees to the connection. */
export function acceptUpgrade(socket, key, { headers, protocol }) {
  const accept = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  socket.write(
    head(101, [
      ["Upgrade", "websocket"],
      ["Connection", "Upgrade"],
      ["Sec-WebSocket-Accept", accept],
      ...(protocol ? [["Sec-WebSocket-Protocol", protocol]] : []),
      ...headers,
    ]),
  );
}

/** Answers with an ordinary response and ends the connection. */
export function refuseUpgrade(socket, { status, headers = [], body = "" }) {
  const length = Buffer.byteLength(body);
  const all = [...headers, ["Content-Length", length], ["Connection", "close"]];
  socket.end(head(status, all) + body);
}
