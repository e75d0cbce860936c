/** The suites inside workerd, with its genuine `env.AI` in front of the local service. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { runCrowd } from "../crowd.mjs";
import { writeDoctored } from "../doctored.mjs";
import { fromLines, sum } from "../tally.mjs";

export async function workerdSuite(environment) {
  await writeDoctored(environment.consumer);
  return sum([
    await runWorker(environment, "workerd", "worker"),
    await runWorker(environment, "workerd slim", "slim"),
    await runWorker(environment, "workerd traps", "traps"),
    await runCrowd(environment),
  ]);
}

export async function runWorker(environment, label, name) {
  const { restOrigin, accountId, apiToken, proxyURL, ends } = environment.servers;
  const settings = { runtime: "workerd", restOrigin, accountId, apiToken, proxyURL, ends };
  const worker = { name, entry: `tests/workerd/${name}.mjs`, upstream: new URL(restOrigin).host };
  return fromLines(label, await postToWorker(environment, worker, settings));
}

/**
 * Starts a Worker and posts its settings; its response has the lines of its suite.
 *
 * @param {import("../stages.mjs").Environment} environment
 * @param {{ name: string, entry: string, upstream: string }} worker `upstream`: the host that its `env.AI`
 *   calls
 * @param {object} settings
 */
export function postToWorker(environment, worker, settings) {
  return withWorker(environment, worker, async ({ url, output }) => {
    let [status, stdout] = [1, ""];
    try {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(settings) });
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) stdout += piece;
      if (response.ok) status = 0;
    } catch (error) {
      // workerd has died: reports the lines so far and its output.
      stdout += `${error}\n`;
    }
    return { status, stdout, output: stdout + output() };
  });
}

/** Calls `use` with a running Worker: `{ url, output }`. */
export async function withWorker({ programs, consumer }, { name, entry, upstream }, use) {
  const folder = path.join(consumer.folder, "workerd", name);
  await bundle(consumer, entry, folder, name);
  const config = path.join(folder, "config.capnp");
  await writeFile(config, capnp(name, await readdir(folder), upstream));
  const workerd = await start(programs.workerd, config);
  try {
    return await use(workerd);
  } finally {
    await workerd.stop();
  }
}

/** Like `wrangler deploy`: one script, with the .wasm file beside it. */
async function bundle(consumer, entry, outdir, name) {
  await build({
    absWorkingDir: consumer.folder,
    entryPoints: [{ in: entry, out: name }],
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    external: ["cloudflare:*", "node:*"],
    logLevel: "warning",
  });
}

function capnp(name, files, upstream) {
  const modules = files
    .filter((file) => file.endsWith(".wasm"))
    .map((file) => `(name = "./${file}", wasm = embed "${file}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "app", worker = .app),
    (name = "upstream", external = (address = "${upstream}", http = ())),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "app")],
);
const app :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [(name = "${name}.js", esModule = embed "${name}.js"), ${modules.join(", ")}],
  globalOutbound = "loopback",
  bindings = [(name = "AI", wrapped = (
    moduleName = "cloudflare-internal:ai-api",
    innerBindings = [(name = "fetcher", service = "upstream")],
  ))],
);
`;
}

async function start(program, config) {
  const child = spawn(program, ["serve", "--control-fd=3", config], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  // workerd would outlive its parent.
  const killIt = () => child.kill("SIGKILL");
  process.once("exit", killIt);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const port = await Promise.race([
    listeningPort(child.stdio[3]),
    exited.then(() => Promise.reject(new Error(`workerd did not start:\n${output}`))),
  ]);
  return {
    url: `http://127.0.0.1:${port}/`,
    output: () => output,
    async stop() {
      process.off("exit", killIt);
      killIt();
      await exited;
    },
  };
}

async function listeningPort(control) {
  for await (const line of createInterface({ input: control })) {
    const message = JSON.parse(line);
    if (message.event === "listen") return message.port;
  }
  throw new Error("workerd closed its control channel before it listened");
}
