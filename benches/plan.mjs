/** What is measured, in which order. */
import { CHUNKINGS } from "./chunking.mjs";
import { PAYLOADS } from "./payloads/index.mjs";

/** Tokens in a reply: so many that starting a call is lost in them, for the fastest contender too. */
const TOKENS = 5000;
const ROUNDS = 15;

/** @returns {{ kind: "stream" | "call", payload: string, chunking: string, tokens: number, rounds: number }[]} */
export function planOf({ tokens = TOKENS, rounds = ROUNDS } = {}) {
  const cells = [];
  for (const payload of Object.keys(PAYLOADS)) {
    for (const chunking of Object.keys(CHUNKINGS))
      cells.push({ kind: "stream", payload, chunking, tokens, rounds });
  }
  // What a call costs by itself, whatever it brings.
  cells.push({ kind: "call", payload: "chat", chunking: "1 event", tokens: 1, rounds });
  return cells;
}
