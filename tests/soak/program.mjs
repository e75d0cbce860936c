/** The client's process of the soak: makes the calls, then the streams, and prints the figures. Ends with 1 if one is not as it must be. */
import process from "node:process";
import { closeConnections, inUse, openHandles } from "./measure.mjs";

// After the module that watches over WebAssembly's instances.
const { WorkersAI } = await import("workers-ai-wasm");
const { createLocalAI } = await import("workers-ai-wasm/local");
const { CALLS, MIX } = await import("./calls.mjs");
const { readTogether } = await import("./streams.mjs");

/** Calls that go on at the same time. */
const WORKERS = 48;
/** Memory is measured after each of so many equal parts of the calls; the first one is the beginning that the end is compared with. */
const SLICES = 20;
/** Rounds of the streams; the first one makes room for all of them, the others must do with that. */
const ROUNDS = 4;
/** What may have come to stay in the heap since the first measurement: compiled code, and what the engine has learned of it. */
const WARMING = 2 * 1024 * 1024;
/** The same since the middle, when that is over. */
const WARM = 512 * 1024;
/**
 * Limit of the growth of the wasm memory since the first measurement, in bytes. Pages are added when more calls than
 * ever before need memory at the same time, which happens rarely after the first thousands.
 */
const WASM_PEAKS = 512 * 1024;
/** And for each call, less than the smallest object has, which is 16 bytes. */
const PER_CALL = 8;

const { calls, streams, leak, origin, accountId, apiToken } = JSON.parse(process.argv[2]);
const complaints = [];
const handlesBefore = process.getActiveResourcesInfo();
/** With `--leak`: what should have gone. */
const kept = [];

const HOST = "https://api.cloudflare.com";
const rest = new WorkersAI({
  accountId,
  apiToken,
  // Cloudflare's host is the local service; the rest of the address stays genuine.
  fetch: (url, init) => fetch(origin + String(url).slice(HOST.length), init),
});
const binding = new WorkersAI({ binding: createLocalAI({ engine: "stand-in", env: {}, onError: () => {} }) });

// Once each, so that all modules are there.
for (const [number, { run }] of CALLS.entries()) await run(rest, -1 - number);

await soak("over HTTP", rest, calls);
await soak("through a binding", binding, Math.ceil(calls / 10));
await together("over HTTP", rest);
await together("through a binding", binding);

await closeConnections();
await inUse();
const handles = openHandles(handlesBefore);
line("open handles", handles.length === 0 ? "0" : handles.join(", "));
if (handles.length > 0) complaints.push(`handles are open at the end: ${handles.join(", ")}`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
// Ends by itself now, since nothing is open.
process.disconnect();

async function soak(where, ai, count) {
  heading(`${count} calls ${where}`);
  const tally = { wanted: new Map(), strange: [] };
  const slice = Math.ceil(count / SLICES);
  const startedAt = performance.now();
  const measured = [];
  for (let from = 0; from < count; from += slice) {
    await make(ai, from, Math.min(from + slice, count), tally);
    measured.push(await inUse());
  }
  const seconds = (performance.now() - startedAt) / 1000;

  const failed = [...tally.wanted.values()].reduce((sum, number) => sum + number, 0);
  line("calls", `${count} of ${CALLS.length} kinds, ${Math.round(count / seconds)} a second`);
  line("errors, wanted", `${failed} (${listed(tally.wanted)})`);
  line("errors, not wanted", String(tally.strange.length));
  grown(measured, count - slice);
  for (const strange of tally.strange.slice(0, 5)) complaints.push(`${where}: ${strange}`);
  if (tally.strange.length > 5) complaints.push(`and ${tally.strange.length - 5} more`);
}

/** Does to the figures what must never happen. */
function faulty(number) {
  kept.push(new Array(2000).fill(number));
  if (number === 7) {
    setTimeout(() => {}, 60_000);
    throw new Error("strange");
  }
}

/** The calls of these numbers, some at a time. */
async function make(ai, from, to, { wanted, strange }) {
  let next = from;
  const work = async () => {
    while (next < to) {
      const number = next++;
      const { name, run } = MIX[number % MIX.length];
      try {
        const code = await run(ai, number);
        if (leak) faulty(number);
        if (code !== undefined) wanted.set(code, (wanted.get(code) ?? 0) + 1);
      } catch (error) {
        strange.push(`call ${number} (${name}): ${error.stack ?? error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
}

async function together(where, ai) {
  heading(`${streams} streams at once ${where}, ${ROUNDS} times`);
  const measured = [];
  let most = 0;
  let turns = 0;
  let events = 0;
  const texts = [];
  for (let round = 0; round < ROUNDS; round++) {
    try {
      const read = await readTogether(ai, streams, texts);
      most = Math.max(most, read.open);
      turns += read.turns;
      events += read.events;
    } catch (error) {
      complaints.push(`${where}, round ${round + 1}: ${error.stack ?? error}`);
    }
    // What a thousand connections of fetch's hold is not the package's.
    await closeConnections();
    measured.push(await inUse());
  }
  line("open at the same time", String(most));
  line("events", `${events}, of which ${turns} after one of another stream`);
  if (most !== streams) complaints.push(`${where}: ${most} streams were open at once, not ${streams}`);
  grown(measured, streams * (ROUNDS - 1));
}

/** Bytes of all memories together. @param {number[]} memories */
function sum(memories) {
  return memories.reduce((all, bytes) => all + bytes, 0);
}

/** Compares the last measurement with the first one, and with the one in the middle; so many calls were between first and last. */
function grown(measured, count) {
  const first = measured[0];
  const middle = measured[Math.floor((measured.length - 1) / 2)];
  const last = measured.at(-1);
  line("heap, all along", `${measured.map((one) => kilo(one.heap)).join(" ")} KiB`);
  bounded("heap, first to last", last.heap - first.heap, WARMING, count);
  bounded("heap, second half", last.heap - middle.heap, WARM, count / 2);
  bounded("buffers", last.buffers - first.buffers, WARM, count);
  const wasm = ({ wasm }) => `${wasm.map(kilo).join(" + ")} KiB`;
  line("wasm memory", [first, middle, last].map(wasm).join(" → "));
  if (sum(last.wasm) - sum(first.wasm) > WASM_PEAKS) complaints.push("wasm memory has grown");
  if (sum(last.wasm) !== sum(middle.wasm)) complaints.push("wasm memory has grown in the second half");
}

function bounded(name, growth, slack, count) {
  const allowed = slack + PER_CALL * count;
  line(
    name,
    `${kilo(growth)} KiB more, ${(growth / count).toFixed(1)} bytes a call; ${kilo(allowed)} KiB may be`,
  );
  if (growth > allowed)
    complaints.push(`${name}: ${kilo(growth)} KiB more, over the bound of ${kilo(allowed)} KiB`);
}

function heading(text) {
  console.log(`\n${text}`);
}

function line(name, value) {
  console.log(`  ${name.padEnd(22)} ${value}`);
}

function listed(numbers) {
  return [...numbers].map(([code, number]) => `${code} ${number}`).join(", ");
}

function kilo(bytes) {
  return (bytes / 1024).toFixed(0);
}
