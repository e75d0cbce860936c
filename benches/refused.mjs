/**
 * The additional cost of a rejected call with a long conversation, which the error message must not repeat.
 * `npm run bench -- refused`.
 */
import path from "node:path";
import { capture, root } from "../tools/setup/process.mjs";
import { save } from "./results.mjs";

const ROUNDS = 25;
const CHARACTERS = 4_200_000;
/** Limit of the additional time in milliseconds. */
const GOAL = 5;

/** @param {string} node the path of Node @param {{ rounds?: number }} settings */
export async function runRefused(node, { rounds = ROUNDS } = {}) {
  const file = path.join(root, "benches", "refused", "program.mjs");
  const settings = JSON.stringify({ rounds, characters: CHARACTERS });
  const { status, stdout, output } = await capture(node, [file, settings]);
  if (status !== 0) throw new Error(`refused calls failed:\n${output}`);
  const result = JSON.parse(stdout.trim().split("\n").at(-1));
  console.log(
    `\na refused call with ${CHARACTERS / 1e6} million characters, milliseconds of the processor over a good one`,
  );
  for (const [name, { good, refused }] of Object.entries(result.times)) {
    const more = refused - good;
    console.log(
      `  ${name.padEnd(32)} ${more.toFixed(1).padStart(6)}  goal ${GOAL} ${more < GOAL ? "met" : "MISSED"}`,
    );
  }
  console.log(`\nwritten to ${await save("refused", result)}`);
}
