/** Many streams at the same time: all are open before the first one goes on, and each must come out as its own. */
import assert from "node:assert/strict";
import { CHAT } from "./calls.mjs";

/** Small pieces with pauses, so that the streams' bytes come in turn. */
const OPTIONS = { headers: { "x-local-fault": "chunk=70, pace=2" } };

/** The stand-in's answers differ by a digest of the request, and are the same for the same one. */
const WHOLE = /^I am .* Request [0-9a-f]{12}\.$/;

/**
 * @param {object} ai the client
 * @param {number} count
 * @param {string[]} texts what the streams gave in an earlier round; filled in the first one
 * @returns {Promise<{ open: number, events: number, turns: number }>} the most that were open at once; the events of all; and how often
 *   the next event was another stream's than the one before
 */
export async function readTogether(ai, count, texts) {
  let open = 0;
  let most = 0;
  let events = 0;
  let turns = 0;
  let last;
  let release;
  const allOpen = new Promise((resolve) => {
    release = resolve;
  });

  const read = async (number) => {
    // Each has its own length, so that they end one after the other.
    const prompt = `stream ${number} ${"on ".repeat(number % 7)}`;
    let text = "";
    const stream = await ai.streamText(CHAT, prompt, OPTIONS);
    let begun = false;
    for await (const event of stream) {
      events++;
      if (last !== number) turns++;
      last = number;
      if (event.type === "text") text += event.text;
      if (begun) continue;
      begun = true;
      open++;
      most = Math.max(most, open);
      if (open === count) release();
      await allOpen;
    }
    open--;
    assert.match(text, WHOLE);
    texts[number] ??= text;
    assert.equal(text, texts[number], `stream ${number}`);
  };

  const readOrRelease = (number) =>
    read(number).catch((error) => {
      // The others would wait for this one.
      release();
      throw error;
    });
  const numbers = Array.from({ length: count }, (_, number) => number);
  const results = await Promise.allSettled(numbers.map(readOrRelease));
  const failed = results.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  assert.equal(new Set(texts).size, count, "no two streams gave the same text");
  return { open: most, events, turns };
}
