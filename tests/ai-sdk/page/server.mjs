/** Serves the page, bundled, and its chat: the SDK over this package's provider, in front of the local service. */
import http from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { serveLocalAI } from "workers-ai-local";
import { createWorkersAI } from "workers-ai-wasm/ai-sdk";
import { z } from "zod";
import { ai } from "../clients.mjs";

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Chat</title><div id="root"></div><script src="/app.js"></script>';

const weather = ai.tool({
  description: "The weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: 21 }),
});

/** What a question asks the local service to do: each kind of answer that the page has to show. */
const faultOf = (question) => /^fault: (.+)$/.exec(question)?.[1];

/**
 * @returns {Promise<{ url: string, nextAbort: () => Promise<void>, close: () => Promise<void> }>} `nextAbort`: settles when a request to the service is broken off
 */
export async function servePage() {
  const service = await serveLocalAI({ port: 0, engine: "stand-in", env: {} });
  let onAbort = () => {};
  const workersai = createWorkersAI({
    baseURL: service.baseURL,
    apiToken: service.apiToken,
    fetch(url, init) {
      init.signal.addEventListener("abort", () => onAbort());
      return fetch(url, init);
    },
  });
  const { outputFiles } = await build({
    entryPoints: [path.join(FOLDER, "app.mjs")],
    bundle: true,
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });

  async function chat({ messages }, signal) {
    const question = messages.at(-1).parts.findLast(({ type }) => type === "text").text;
    const fault = faultOf(question);
    const result = ai.streamText({
      model: workersai(MODEL),
      messages: await ai.convertToModelMessages(messages),
      tools: { weather },
      stopWhen: ai.isStepCount(3),
      maxRetries: 0,
      abortSignal: signal,
      headers: fault === undefined ? {} : { "x-local-fault": fault },
      onError() {},
    });
    return result.toUIMessageStreamResponse({ onError: (error) => error.message });
  }

  const server = http.createServer(async (request, response) => {
    if (request.url === "/app.js") {
      response.setHeader("content-type", "text/javascript");
      return response.end(outputFiles[0].contents);
    }
    if (request.url !== "/api/chat") {
      response.setHeader("content-type", "text/html");
      return response.end(PAGE);
    }
    const controller = new AbortController();
    response.on("close", () => controller.abort());
    const body = await new Response(Readable.toWeb(request)).json();
    const answer = await chat(body, controller.signal);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    Readable.fromWeb(answer.body)
      .on("error", () => response.destroy())
      .pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    nextAbort: () =>
      new Promise((resolve) => {
        onAbort = resolve;
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
    },
  };
}
