/** Runs the driver in a page of Chromium, bundled. */
import http from "node:http";
import path from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { root } from "../../tools/setup/process.mjs";

/** @param {{ programs: Record<string, string>, settings: object, onLine: (line: string) => void }} environment */
export async function runChromium({ programs, settings, onLine }) {
  const server = await servePage(await bundle());
  const browser = await chromium.launch({
    executablePath: programs.chromium,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    const ended = new Promise((resolve, reject) => {
      page.exposeFunction("benchEnd", (problem) =>
        problem === null ? resolve() : reject(new Error(problem)),
      );
      page.on("pageerror", reject);
      browser.on("disconnected", () => reject(new Error("the browser was closed")));
      page.on("crash", () => reject(new Error("the page crashed")));
    });
    // If something else fails first, that error is reported.
    ended.catch(() => {});
    await page.exposeFunction("benchLine", onLine);
    await page.addInitScript(`globalThis.benchSettings = ${JSON.stringify(settings)};`);
    // Does not wait for the load event: the benchmark runs while the page loads.
    await page.goto(`http://127.0.0.1:${server.address().port}/`, { waitUntil: "commit" });
    await ended;
  } finally {
    await browser.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "benches", "runtimes", "page.mjs")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  return outputFiles[0].contents;
}

async function servePage(script) {
  const html =
    '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/bench.js"></script>';
  const server = http.createServer((request, response) => {
    // Isolated pages have a clock resolution of 5 instead of 100 microseconds.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    if (request.url === "/") response.setHeader("content-type", "text/html").end(html);
    else if (request.url === "/bench.js") response.setHeader("content-type", "text/javascript").end(script);
    else response.writeHead(404).end();
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}
