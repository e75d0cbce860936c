// The demo itself, after the set-up: who answers, the servers, one question, and an orderly end.

import { serveLocalAI } from "workers-ai-local";
import { aborted } from "../pkg-template/local/cli/stop-signals.js";
import { askOnce } from "./ask.mjs";
import { writeConfig } from "./config.mjs";
import { startWorkerd } from "./workerd.mjs";

/** Milliseconds between the stand-in's words: it would be done before anybody could press Stop. */
const STAND_IN_PACE = 40;

/**
 * Runs until it is told to stop.
 *
 * @param {{ stop: AbortSignal, env?: Record<string, string | undefined>, out?: NodeJS.WriteStream, err?: NodeJS.WriteStream }} options
 * @returns {Promise<number>} the exit code
 */
export async function demo({ stop, env = process.env, out = process.stdout, err = process.stderr }) {
  const running = [];
  try {
    const service = await serveLocalAI({
      pace: STAND_IN_PACE,
      env,
      onCall: (call) => report(call, err),
      onError: (error) => err.write(`${error.message}\n`),
    });
    running.push(service);
    const answeredBy = service.engines["text-generation"];
    const workerd = await startWorkerd(await writeConfig(), {
      external: { upstream: new URL(service.url).host },
      env: { ANSWERED_BY: JSON.stringify(service.engines) },
    });
    running.push(workerd);
    stop.throwIfAborted();

    out.write(
      `\nOpen the chat page:\n\nhttp://127.0.0.1:${workerd.port}/\n\nAnswers come from ${answeredBy}.\n\n`,
    );
    await askOnce(service, { out, signal: stop });
    out.write("\nPress Ctrl-C to stop.\n");
    return await Promise.race([
      aborted(stop).then(() => 0),
      workerd.exited.then((signal) => ended(signal, stop, err)),
    ]);
  } catch (error) {
    if (!stop.aborted) throw error;
    return 0;
  } finally {
    for (const part of running.reverse()) await part.close();
  }
}

/** Ctrl-C reaches workerd as well, and may end it first. */
function ended(signal, stop, err) {
  if (stop.aborted || signal === "SIGINT") return 0;
  err.write("workerd has ended by itself.\n");
  return 1;
}

/** One line per call that a page made; the terminal's own question speaks for itself. */
function report({ face, operation, model, outcome, code, durationMs }, err) {
  if (face !== "binding") return;
  const how = code
    ? `refused with ${code}`
    : { complete: "answered", cancelled: "stopped by the page", error: "broken off" }[outcome];
  err.write(`${model || operation} ${how} after ${(durationMs / 1000).toFixed(1)} s\n`);
}
