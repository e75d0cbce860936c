// Writes workerd's config for the demo: a Worker whose env.AI is workerd's own implementation of the binding, on top of the local
// service. Written at each start, because which files the Worker is made of is a listing of folders.

import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = path.join(root, "build", "demo");
const dist = path.join(root, "pkg", "dist");

/** The folders that the Worker serves files from, by the names of its bindings. */
export const FOLDERS = {
  SITE: path.join(root, "www"),
  PACKAGE: dist,
  CATALOG: path.join(root, "src", "catalog"),
};

/** The package's entries, by the names of its exports. */
const ENTRIES = { "workerd.js": "workers-ai-wasm", "catalog.js": "workers-ai-wasm/catalog" };
/** Below this name lie the proxy's files beside its entry, and what they import of the package's files above them. */
const PROXY = "worker/workers-ai-wasm";
/** Where the wasm comes along as text, or not at all. */
const NOT_FOR_WORKERS = /^(index|inflate|slim|local|bin)\.js$|-inlined\.js$/;

/** @returns {Promise<string>} where the config lies */
export async function writeConfig() {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "config.capnp");
  const next = `${file}.${process.pid}`;
  await writeFile(next, config(await modules()));
  await rename(next, file);
  return file;
}

/** The Worker's modules, its entry first: its own, and the package as its workerd condition has it. */
async function modules() {
  const own = (await readdir(path.join(root, "www", "worker"))).filter((name) => name !== "index.js").sort();
  const built = (await readdir(dist)).filter(
    (name) => /\.(js|wasm)$/.test(name) && !NOT_FOR_WORKERS.test(name),
  );
  const proxy = (await readdir(path.join(dist, "proxy"))).filter((name) => name.endsWith(".js"));
  return [
    ["worker/index.js", "www/worker/index.js"],
    ...own.map((name) => [`worker/${name}`, `www/worker/${name}`]),
    ["pages.js", "www/pages.js"],
    ...built.sort().map((name) => [moduleName(name), `pkg/dist/${name}`]),
    ...proxy
      .sort()
      .map((name) => [`${PROXY}/${name === "index.js" ? "proxy" : name}`, `pkg/dist/proxy/${name}`]),
    // By the name that the proxy's files call it by.
    ["worker/catalog.js", "pkg/dist/catalog.js"],
  ];
}

/** What an import calls a file of the package. workerd looks for bare names in the importer's folder. */
const moduleName = (name) => `worker/${ENTRIES[name] ?? name}`;

const config = (files) => `# Written by www/config.mjs.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "demo", worker = .demo),
    # The local service; its address is given at start-up.
    (name = "upstream", external = (address = "127.0.0.1:1", http = ())),
${Object.entries(FOLDERS).map(disk).join("\n")}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "demo")],
);

const demo :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ["enable_request_signal"],
  modules = [
${files.map(module).join("\n")}
  ],
  bindings = [
    (name = "ANSWERED_BY", fromEnvironment = "ANSWERED_BY"),
${Object.keys(FOLDERS).map(binding).join("\n")}
    (
      name = "AI",
      wrapped = (
        moduleName = "cloudflare-internal:ai-api",
        innerBindings = [(name = "fetcher", service = "upstream")],
      ),
    ),
  ],
);
`;

const disk = ([name, place]) => `    (name = "${name}", disk = (path = ${JSON.stringify(place)})),`;
const binding = (name) => `    (name = "${name}", service = "${name}"),`;

function module([name, file]) {
  const kind = file.endsWith(".wasm") ? "wasm" : "esModule";
  return `    (name = "${name}", ${kind} = embed ${JSON.stringify(path.relative(folder, path.join(root, file)))}),`;
}
