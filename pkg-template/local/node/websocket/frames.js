// The frames of RFC 6455, as a server reads and writes them. No extensions.

/** What a frame is. */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const KNOWN = new Set(Object.values(OPCODES));
const FIN = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const LONGEST_CONTROL = 125;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** The peer broke the rules; `code` is what the connection is closed with. */
export class ProtocolError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The text of bytes; bytes that are no text are the protocol's 1007. */
export function decodeText(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProtocolError(1007, "The text is not valid UTF-8");
  }
}

/** A whole frame, unmasked as servers send them. */
export function encodeFrame(opcode, payload) {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + length);
  const view = new DataView(frame.buffer);
  frame[0] = FIN | opcode;
  frame[1] = extended === 0 ? length : extended === 2 ? 126 : 127;
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  frame.set(payload, 2 + extended);
  return frame;
}

/** A close frame; a code that says "none was given" has no payload. */
export function encodeClose(code, reason = "") {
  if (code === undefined || code === 1005) return encodeFrame(OPCODES.close, new Uint8Array(0));
  const text = shortened(reason);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return encodeFrame(OPCODES.close, payload);
}

/** As much of a reason as a control frame holds, cut between characters. */
function shortened(reason) {
  let text = reason;
  let bytes = encoder.encode(text);
  while (bytes.length > LONGEST_CONTROL - 2) {
    text = text.slice(0, -1);
    bytes = encoder.encode(text);
  }
  return bytes;
}

/** What a close frame says. */
export function decodeClose(payload) {
  if (payload.length === 0) return { code: 1005, reason: "" };
  if (payload.length === 1) throw new ProtocolError(1002, "A close frame of one byte");
  const code = (payload[0] << 8) | payload[1];
  const valid =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  if (!valid) throw new ProtocolError(1002, "A close frame with a code that must not be sent");
  return { code, reason: decodeText(payload.subarray(2)) };
}

/**
 * Takes bytes as they come and gives whole messages and control frames: `{ opcode, payload }`, opcodes other than continuation.
 */
export class FrameReader {
  #limit;
  #pending = new Uint8Array(0);
  /** Fragments of a message that isn't whole yet. */
  #fragments = [];
  #size = 0;
  #opcode = null;

  /** @param {number} limit bytes of the largest message */
  constructor(limit) {
    this.#limit = limit;
  }

  *push(bytes) {
    this.#pending = this.#pending.length === 0 ? bytes : joined([this.#pending, bytes]);
    for (let frame = this.#next(); frame; frame = this.#next()) {
      const message = this.#assemble(frame);
      if (message) yield message;
    }
  }

  /** The next whole frame of the pending bytes, or null. */
  #next() {
    const bytes = this.#pending;
    if (bytes.length < 2) return null;
    const opcode = bytes[0] & 0x0f;
    const final = (bytes[0] & FIN) !== 0;
    if (bytes[0] & RESERVED) throw new ProtocolError(1002, "A reserved bit is set");
    if (!KNOWN.has(opcode)) throw new ProtocolError(1002, "An unknown kind of frame");
    if (!(bytes[1] & MASKED)) throw new ProtocolError(1002, "A client's frame must be masked");
    const short = bytes[1] & 0x7f;
    if (opcode >= OPCODES.close && (!final || short > LONGEST_CONTROL))
      throw new ProtocolError(1002, "A control frame that is too long or in parts");

    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = 2 + (short < 126 ? 0 : short === 126 ? 2 : 8) + 4;
    if (bytes.length < start) return null;
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (length + this.#size > this.#limit) throw new ProtocolError(1009, "The message is too large");
    if (bytes.length < start + length) return null;

    const mask = bytes.subarray(start - 4, start);
    const payload = bytes.slice(start, start + length);
    for (let at = 0; at < length; at++) payload[at] ^= mask[at & 3];
    this.#pending = bytes.subarray(start + length);
    return { opcode, final, payload };
  }

  #assemble({ opcode, final, payload }) {
    if (opcode >= OPCODES.close) return { opcode, payload };
    const continues = opcode === OPCODES.continuation;
    if (continues !== (this.#opcode !== null))
      throw new ProtocolError(1002, continues ? "A continuation of nothing" : "A message inside a message");
    if (!continues) this.#opcode = opcode;
    this.#fragments.push(payload);
    this.#size += payload.length;
    if (!final) return null;
    const message = { opcode: this.#opcode, payload: joined(this.#fragments) };
    this.#fragments = [];
    this.#size = 0;
    this.#opcode = null;
    return message;
  }
}

function joined(parts) {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
