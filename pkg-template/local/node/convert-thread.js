// Converts documents in threads, so that calls are answered meanwhile. A conversion that takes too long, or
// too much memory, is stopped.

import { once } from "node:events";
import { Worker } from "node:worker_threads";

const MOST_MS = 15_000;
const MOST_AT_ONCE = 2;
const MEMORY = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64 };

let running = 0;
const waiting = [];

/** The result of `convert`, or a message why there is none. */
export async function convertInThread(file, options) {
  if (running >= MOST_AT_ONCE) await new Promise((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await converted(file, options);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function converted(file, options) {
  const worker = new Worker(new URL("./convert-worker.js", import.meta.url), {
    workerData: { file, options },
    resourceLimits: MEMORY,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    worker.terminate();
  }, MOST_MS);
  const exited = once(worker, "exit").then(() => ({
    failed: late ? "it takes too long" : "it needs too much memory",
  }));
  try {
    const [result] = await Promise.race([once(worker, "message"), exited.then((outcome) => [outcome])]);
    return result;
  } catch (error) {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return { failed: "it needs too much memory" };
    throw error;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
