/**
 * The usage examples of the local service in its README, each as a program that runs, with the tools in their
 * own folder.
 */
import { cp, mkdir, readFile, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { capture, root } from "../../../tools/setup/process.mjs";
import { installFolder } from "../folder.mjs";
import { fromStatus, sum } from "../tally.mjs";

const folder = path.join(root, "tests", "recipes");
const modules = path.join(folder, "node_modules");
/** Timeout of a recipe in milliseconds. */
const PATIENCE = 180_000;

/** The recipes by topic: the runtime and its arguments. */
const RECIPES = {
  "plain, Node": ["node24", ["plain.mjs"]],
  "plain, Bun": ["bun", ["plain.mjs"]],
  "plain, Deno": ["deno", ["run", "--allow-all", "--node-modules-dir=manual", "plain.mjs"]],
  "node:test": ["node24", ["--test", "node-test/summarize.mjs"]],
  Vitest: ["node24", ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest/vitest.config.js"]],
  Jest: ["node24", ["node_modules/jest/bin/jest.js", "--config", "jest/jest.config.js"]],
  "Miniflare 5": ["node24", ["--test", "miniflare.mjs"]],
  "Miniflare 4": ["node24", ["--test", "miniflare.mjs"], { MINIFLARE: "miniflare-4" }],
  "@cloudflare/vitest-plugin": [
    "node24",
    ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest-plugin/vitest.config.js"],
  ],
  "@cloudflare/vite-plugin": ["node24", ["vite-plugin/run.mjs"]],
  "wrangler dev": ["node24", ["wrangler/run.mjs"]],
};

export async function recipes({ programs, consumer }) {
  await installFolder(folder);
  await installPackages(consumer);
  const home = path.join(modules, ".home");
  await mkdir(home, { recursive: true });
  const tallies = [];
  for (const [name, [runtime, args, more = {}]] of Object.entries(RECIPES)) {
    const env = {
      ...process.env,
      HOME: home,
      CI: "1",
      WRANGLER_SEND_METRICS: "false",
      PATH: [path.dirname(programs.node24), process.env.PATH].join(path.delimiter),
      ...more,
    };
    delete env.NODE_TEST_CONTEXT;
    delete env.NODE_ENV;
    const result = await capture(programs[runtime], args, { cwd: folder, env, timeout: PATIENCE });
    tallies.push(fromStatus(`recipe: ${name}`, result));
  }
  return sum(tallies);
}

/** Installs copies of both packages: with links, tools would treat their files as the project's own. */
async function installPackages({ installed, local }) {
  for (const [name, from] of [
    ["workers-ai-wasm", installed],
    ["workers-ai-local", local.installed],
  ]) {
    await rm(path.join(modules, name), { recursive: true, force: true });
    await cp(from, path.join(modules, name), { recursive: true });
  }
  const { dependencies } = JSON.parse(await readFile(path.join(local.installed, "package.json"), "utf8"));
  const own = path.join(modules, "workers-ai-local", "node_modules");
  await mkdir(own);
  for (const name of Object.keys(dependencies))
    await symlink(path.join(root, "node_modules", name), path.join(own, name), "junction");
}
