/** A reply of tests/fixtures/text_generation/replies.json as a service sends it. */
import { streamResponse } from "./stubs.mjs";

/** All bytes of its body. */
export function bytesOf({ events, body, answer }) {
  const data = (event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
  return new TextEncoder().encode(events ? events.map(data).join("") : (body ?? JSON.stringify(answer)));
}

/** Its content type; empty where it has none. */
export const typeOf = ({ type, answer }) => type ?? (answer ? "application/json" : "text/event-stream");

/** Bytes in one piece, or in pieces of one byte. */
export const piecesOf = (bytes, isCut) =>
  isCut ? Array.from(bytes, (byte) => Uint8Array.of(byte)) : [bytes];

/** The reply itself, in one piece or byte by byte. */
export const responseOf = (reply, isCut) =>
  streamResponse(piecesOf(bytesOf(reply), isCut), { type: typeOf(reply) });
