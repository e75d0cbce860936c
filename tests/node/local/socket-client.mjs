// A WebSocket client that can break the rules: raw frames over a raw connection.

import { randomBytes } from "node:crypto";
import { request } from "node:http";

/** A frame as clients send them; `mask: false` and other flags make it wrong on purpose. */
export function frame(opcode, payload = "", { final = true, reserved = 0, mask = true, length } = {}) {
  const body = Buffer.from(payload);
  const size = length ?? body.length;
  const extended = size < 126 ? Buffer.alloc(0) : size < 65536 ? Buffer.alloc(2) : Buffer.alloc(8);
  if (extended.length === 2) extended.writeUInt16BE(size);
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(size));
  const short = size < 126 ? size : extended.length === 2 ? 126 : 127;
  const head = Buffer.from([(final ? 0x80 : 0) | reserved | opcode, (mask ? 0x80 : 0) | short]);
  if (!mask) return Buffer.concat([head, extended, body]);
  const key = randomBytes(4);
  return Buffer.concat([head, extended, key, body.map((byte, at) => byte ^ key[at & 3])]);
}

export const closeFrame = (code, reason = "") =>
  frame(8, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));

/**
 * Opens a connection.
 *
 * @returns {Promise<{ response?, body?, socket?, headers?, next(): Promise<{ opcode: number, payload: Buffer } | null> }>} a refusal's
 *   `response` and `body`; else `next` gives the next frame, or null at the end
 */
export function open(url, { headers = {}, key = randomBytes(16).toString("base64"), version = "13" } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": key,
        "sec-websocket-version": version,
        ...headers,
      },
    });
    outgoing.on("error", reject);
    outgoing.on("response", async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ response, body: Buffer.concat(chunks).toString() });
    });
    outgoing.on("upgrade", (response, socket, head) =>
      resolve({ headers: response.headers, socket, next: reader(socket, head) }),
    );
    outgoing.end();
  });
}

function reader(socket, head) {
  let pending = Buffer.from(head);
  let ended = false;
  let wake = () => {};
  socket.on("data", (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    wake();
  });
  const end = () => {
    ended = true;
    wake();
  };
  socket.on("close", end);
  socket.on("end", end);
  socket.on("error", end);
  return async () => {
    while (true) {
      const taken = take(pending);
      if (taken) {
        pending = pending.subarray(taken.size);
        return { opcode: taken.opcode, payload: taken.payload };
      }
      if (ended) return null;
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
  };
}

function take(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 0x7f;
  const start = 2 + (short < 126 ? 0 : short === 126 ? 2 : 8);
  if (bytes.length < start) return null;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return null;
  return { opcode: bytes[0] & 0x0f, payload: bytes.subarray(start, start + length), size: start + length };
}
