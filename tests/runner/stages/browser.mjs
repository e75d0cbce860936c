/** The suites in Chromium. */
import path from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";
import { writeDoctored } from "../doctored.mjs";
import { fromLines, sum } from "../tally.mjs";

/** `<script type="module">` and an import map, without a bundler. */
export async function plainPage({ programs, servers, consumer }) {
  await writeDoctored(consumer);
  const pages = `${servers.pages}/files/tests/browser`;
  return sum([
    await runPage("chromium", programs.chromium, `${pages}/plain.html`),
    await runPage("chromium slim", programs.chromium, `${pages}/plain-slim.html`),
    await runPage("chromium traps", programs.chromium, `${pages}/plain-traps.html`),
  ]);
}

/** The same drivers bundled by Vite, under a Content-Security-Policy. */
export async function bundledPage(environment) {
  const { programs, servers } = environment;
  const prefix = await buildPages(environment, "vite", ["index.html", "slim.html"]);
  return sum([
    await runPage("vite", programs.chromium, `${servers.pages}${prefix}index.html`),
    await runPage("vite slim", programs.chromium, `${servers.pages}${prefix}slim.html`),
  ]);
}

/** Builds pages of tests/browser and serves them; returns the prefix of their URLs. */
export async function buildPages({ consumer, servers }, name, pages) {
  const prefix = `/${name}/`;
  const root = path.join(consumer.folder, "tests", "browser");
  const outDir = path.join(consumer.folder, `${name}-output`);
  await build({
    root,
    base: prefix,
    configFile: false,
    logLevel: "error",
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      rolldownOptions: { input: pages.map((page) => path.join(root, page)) },
    },
  });
  servers.serve(prefix, outDir);
  return prefix;
}

export async function runPage(label, executablePath, url) {
  return fromLines(label, await linesOfPage(executablePath, url));
}

/** Opens a page and collects the lines that it reports, up to the final one. */
export async function linesOfPage(executablePath, url) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    const lines = [];
    const complaints = [];
    const { promise: ended, resolve: end } = withResolvers();
    await page.exposeFunction("reportLine", (line) => {
      lines.push(line);
      if (JSON.parse(line).done !== undefined) end();
    });
    // A page that fails while loading never reports anything.
    page.on("pageerror", (error) => {
      complaints.push(`page error: ${error.stack ?? error}`);
      end();
    });
    page.on("crash", () => {
      complaints.push("the page crashed");
      end();
    });
    page.on("console", (message) => complaints.push(`console: ${message.text()}`));
    await page.goto(url);
    await ended;
    const stdout = lines.join("\n");
    return { status: 0, stdout, output: [stdout, ...complaints].join("\n") };
  } finally {
    await browser.close();
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
