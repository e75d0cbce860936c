// `demo`: pages for every task, answered by a local service in this process.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "../node/server.js";
import { portOption, serviceOf, serviceOptions } from "./local.js";
import { aborted, stopSignal } from "./stop-signals.js";
import { UsageError } from "./usage.js";

const DEFAULT_PORT = 8798;
/**
 * Milliseconds between the stand-in's words. Without a delay the answer ends before a user can press Stop.
 */
const PACE = 30;
/** The pages and their catalogue data, which the build adds to the package. */
const SITE = new URL("../www/", import.meta.url);
const CATALOG = new URL("../www/catalog/", import.meta.url);

export const demoOptions = (command) => serviceOptions(command).option(...portOption(DEFAULT_PORT));

export async function demo(_args, values, context) {
  const { stdout } = context;
  if (values.host !== "127.0.0.1" && values.host !== "localhost")
    throw new UsageError("The demo answers on this machine only.");
  const options = { ...(await serviceOf(values, context)), pace: PACE };
  const stop = stopSignal();
  const server = await serveDemo({ ...options, port: values.port });
  stdout.write(
    `\nOpen the chat page:\n\n${server.url}/\n\nAnswers come from ${server.engines["text-generation"]}.\n\nPress Ctrl-C to stop.\n`,
  );
  await aborted(stop);
  await server.close();
  return 0;
}

/** Starts the pages' server: a Worker's code on Node, and the service behind it. */
export async function serveDemo(options) {
  const client = path.dirname(createRequire(import.meta.url).resolve("workers-ai-wasm/package.json"));
  const { toNodeListener, toNodeUpgradeListener } = await import("workers-ai-wasm/proxy");
  const { answer } = await import(new URL("worker/proxy.js", SITE));
  const { default: worker } = await import(new URL("worker/index.js", SITE));
  const service = await serve({ ...options, host: "127.0.0.1", port: 0 });
  const { accountId, apiToken, baseURL, engines } = service;
  const env = {
    UPSTREAM: { accountId, apiToken, baseURL },
    ANSWERED_BY: JSON.stringify(engines),
    SITE: disk(SITE),
    PACKAGE: disk(pathToFileURL(path.join(client, "dist", path.sep))),
    CATALOG: disk(CATALOG),
  };
  const server = createServer(toNodeListener((request) => worker.fetch(request, env)));
  server.on("upgrade", toNodeUpgradeListener({ connect: (request) => answer.connect(request, env) }));
  try {
    await listening(server, options.port);
  } catch (error) {
    await service.close();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    engines,
    async close() {
      server.close();
      server.closeAllConnections();
      await service.close();
    },
  };
}

const listening = (server, port) =>
  new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UsageError(`Port ${port} is taken: choose another with --port, or 0 for a free one.`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });

/** Serves a folder like the disk services of a Worker. */
const disk = (folder) => ({
  async fetch(url) {
    const content = await readFile(new URL(`.${new URL(url).pathname}`, folder)).catch(() => null);
    return content ? new Response(content) : new Response(null, { status: 404 });
  },
});
