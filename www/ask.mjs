// One question over the REST door, in the terminal: the smallest program that streams.

import { isWorkersAIError, WorkersAI } from "../pkg/dist/index.js";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const QUESTION = "What is the capital of France, and what is it known for? Answer in two sentences.";
const API = "https://api.cloudflare.com";

/** Asks, streams the answer to `out`, and adds the figures. */
export async function askOnce({ url, accountId, apiToken }, { out, signal }) {
  const ai = new WorkersAI({
    accountId,
    apiToken,
    // The REST API's own addresses, on the local service.
    fetch: (address, init) => fetch(String(address).replace(API, url), init),
  });
  out.write(`> ${QUESTION}\n\n`);
  try {
    await streamAnswer(ai, out, signal);
  } catch (error) {
    // Whoever runs this wants to read why, and still have the page.
    if (!isWorkersAIError(error) || signal.aborted) throw error;
    out.write(`\n${error.code}: ${error.message}\n`);
  }
}

async function streamAnswer(ai, out, signal) {
  const startedAt = performance.now();
  let firstAt;
  let usage;
  for await (const event of await ai.streamText(
    MODEL,
    { messages: [{ role: "user", content: QUESTION }] },
    { signal },
  )) {
    if (event.type === "text") {
      firstAt ??= performance.now();
      out.write(event.text);
    } else if (event.type === "usage") usage = event.usage;
  }
  const seconds = (performance.now() - firstAt) / 1000;
  const figures = [`first token after ${Math.round(firstAt - startedAt)} ms`];
  if (usage)
    figures.push(
      `${usage.completionTokens} tokens, ${(usage.completionTokens / seconds).toFixed(0)} per second`,
    );
  out.write(`\n\n(${figures.join("; ")})\n`);
}
