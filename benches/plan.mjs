/** The cells of the benchmark, in order. */
import { CHUNKINGS } from "./chunking.mjs";
import { PAYLOADS } from "./payloads/index.mjs";

/**
 * Tokens per reply: enough that the cost of starting a call is negligible, for the fastest contender too. In
 * large chunks they take less time.
 */
const TOKENS = 5000;
const TOKENS_IN_LARGE_CHUNKS = 20_000;
const ROUNDS = 15;

/** @returns {{ kind: "stream" | "call", payload: string, chunking: string, tokens: number, rounds: number }[]} */
export function planOf({ tokens, rounds = ROUNDS } = {}) {
  const cells = [];
  for (const payload of Object.keys(PAYLOADS)) {
    for (const [chunking, bytes] of Object.entries(CHUNKINGS)) {
      const count = bytes < 16_384 ? TOKENS : TOKENS_IN_LARGE_CHUNKS;
      cells.push({ kind: "stream", payload, chunking, tokens: tokens ?? count, rounds });
    }
  }
  // The cost of a call by itself, whatever its payload.
  cells.push({ kind: "call", payload: "chat", chunking: "1 event", tokens: 1, rounds });
  return cells;
}
