/**
 * Many concurrent requests to one Worker, which share its clients; and many whose callers disconnect during
 * the call.
 */
import { once } from "node:events";
import http from "node:http";
import { json } from "node:stream/consumers";
import { withWorker } from "./stages/workerd.mjs";

const CROWD = 200;
const WORDS = 3;

/** @returns {Promise<import("./tally.mjs").Tally>} */
export async function runCrowd(environment) {
  const service = await startService();
  const upstream = `127.0.0.1:${service.port}`;
  const tally = { passed: 0, failed: 0, failures: [] };
  try {
    await withWorker(
      environment,
      { name: "crowd", entry: "tests/workerd/crowd.mjs", upstream },
      async (worker) => {
        for (const door of ["binding", "rest"]) {
          for (const kind of ["whole", "streamed"]) {
            const crowd = new Crowd(worker.url, { door, kind, rest: `http://${upstream}` }, service);
            for (const [name, step] of crowd.steps()) {
              const problem = await step();
              if (problem === undefined) tally.passed++;
              else
                tally.failures.push(
                  `workerd crowd: ${door}, ${kind}: ${name}: ${problem}\n${worker.output()}`,
                );
            }
          }
        }
      },
    );
  } finally {
    await service.close();
  }
  tally.failed = tally.failures.length;
  return tally;
}

class Crowd {
  #url;
  #parameters;
  #service;

  constructor(url, parameters, service) {
    this.#url = url;
    this.#parameters = parameters;
    this.#service = service;
  }

  steps() {
    return [
      ["all at once", () => this.#served()],
      ["all go away before the answer", () => this.#gone(0)],
      ["all at once, after that", () => this.#served()],
      ["all go away in the middle of the answer", () => this.#gone(1)],
      ["all at once, after that too", () => this.#served()],
    ];
  }

  async #served() {
    const { calls, prompts } = await this.#begin();
    // In reverse order, word by word: each call waits while all others continue.
    for (let word = 0; word < WORDS; word++) this.#service.say(word);
    const replies = await Promise.all(calls.map(async (call) => (await call).text()));
    const wrong = replies.findIndex((reply, at) => reply !== textOf(prompts[at]));
    return wrong < 0 ? undefined : `request ${wrong} of ${CROWD} got ${replies[wrong]}`;
  }

  /** @param {number} words number of words of each answer that are sent before */
  async #gone(words) {
    const caller = new AbortController();
    const { calls } = await this.#begin(caller.signal);
    for (let word = 0; word < words; word++) this.#service.say(word);
    caller.abort();
    const settled = await Promise.allSettled(calls);
    // The calls that are still active receive the rest.
    for (let word = words; word < WORDS; word++) this.#service.say(word);
    const served = settled.filter(({ status }) => status === "fulfilled").length;
    return served === 0 ? undefined : `${served} calls were answered`;
  }

  async #begin(signal) {
    const prompts = Array.from({ length: CROWD }, (_, at) => `call ${at}`);
    const arrived = this.#service.gather(CROWD);
    const calls = prompts.map((prompt) =>
      fetch(`${this.#url}?${new URLSearchParams({ ...this.#parameters, prompt })}`, { signal }),
    );
    // A failed call would never arrive.
    await Promise.race([arrived, Promise.all(calls).then(() => {})]);
    return { calls, prompts };
  }
}

const wordOf = (prompt, word) => `${prompt}.${word} `;
const textOf = (prompt) => Array.from({ length: WORDS }, (_, word) => wordOf(prompt, word)).join("");

/** A service whose answers the test triggers. */
async function startService() {
  let waiting = [];
  let onArrival = () => {};
  const server = http.createServer(async (request, response) => {
    const body = await json(request);
    // The binding wraps the inputs.
    const { prompt, stream } = body.inputs ?? body;
    waiting.push({ prompt, stream, response });
    onArrival();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    /** Resolves when this many requests have arrived. */
    gather(count) {
      waiting = [];
      return new Promise((resolve) => {
        onArrival = () => {
          if (waiting.length === count) resolve();
        };
      });
    },
    /** Sends the next word to each, in reverse order. */
    say(word) {
      const isLast = word === WORDS - 1;
      for (const { prompt, stream, response } of waiting.toReversed()) {
        if (stream) sayStreamed(response, wordOf(prompt, word), word === 0, isLast);
        else if (isLast) sayWhole(response, textOf(prompt));
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function sayWhole(response, text) {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ success: true, result: { response: text }, response: text }));
}

function sayStreamed(response, text, isFirst, isLast) {
  if (isFirst) response.setHeader("content-type", "text/event-stream");
  response.write(`data: ${JSON.stringify({ response: text })}\n\n`);
  if (isLast) response.end("data: [DONE]\n\n");
}
