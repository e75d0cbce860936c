/** One cell of the table: one payload with one kind of chunks, read by all contenders. */
import { checksumOf } from "./checksum.mjs";
import { CHUNKINGS, cut } from "./chunking.mjs";
import { CONTENDERS } from "./contenders/index.mjs";
import { PAYLOADS } from "./payloads/index.mjs";
import { measure } from "./rounds.mjs";

/**
 * @param {{ payload: string, chunking: string, tokens: number, rounds: number }} cell
 * @returns {Promise<Record<string, (number | null)[]>>} milliseconds for one whole reply, by contender and round
 */
export async function measureCell({ payload, chunking, tokens, rounds }) {
  const reply = PAYLOADS[payload](tokens);
  const chunks = cut(reply.events, CHUNKINGS[chunking]);
  const expected = { pieces: checksumOf(reply.tokens), text: reply.text };
  const entrants = CONTENDERS
    // A tool call has no text.
    .filter(({ reads }) => reads === "pieces" || reply.text !== "")
    .map(({ name, reads, read }) => ({
      name,
      async run() {
        const got = await read(chunks);
        if (got !== expected[reads]) throw new Error(`${name} read something else (${payload}, ${chunking})`);
      },
    }));
  return measure(entrants, rounds);
}
