/** The smallest programs, here and with others: README's tables have the lines of programs that compile, and ours run. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serveLocalAI } from "../../pkg-template/local/index.js";

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "../..");
const PROGRAMS = ["workers-ai-wasm", "ai", "openai"];
/** What the programs do: the heading in README, and what ours says. */
const TOPICS = {
  tools: { heading: "## Tools", says: /The tool said: It rains in / },
  objects: { heading: "## Structured output", says: /^\S.* \S+\n$/ },
};
const source = (topic, name) => readFile(path.join(here, "lines", topic, `${name}.mjs`), "utf8");

/** A project with the packages of this one, and the built one. */
let folder;

before(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "workers-ai-wasm-lines-")));
  const modules = path.join(folder, "node_modules");
  await mkdir(path.join(modules, "@types"), { recursive: true });
  for (const name of ["ai", "openai", "workers-ai-provider", "zod", "@types/node"]) {
    await symlink(path.join(root, "node_modules", name), path.join(modules, name), "junction");
  }
  await symlink(path.join(root, "pkg"), path.join(modules, "workers-ai-wasm"), "junction");
  for (const topic of Object.keys(TOPICS))
    await cp(path.join(here, "lines", topic), path.join(folder, topic), { recursive: true });
});

after(() => rm(folder, { recursive: true, force: true }));

test("the programs compile", async () => {
  const compilerOptions = {
    strict: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
    target: "es2022",
    lib: ["es2024"],
    module: "nodenext",
    types: ["node"],
  };
  const files = Object.keys(TOPICS).flatMap((topic) => PROGRAMS.map((name) => `${topic}/${name}.mjs`));
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const { stdout } = await run(path.join(root, "node_modules/.bin/tsc"), ["--project", folder]).catch(
    (error) => error,
  );
  assert.equal(stdout, "");
});

for (const [topic, { heading, says }] of Object.entries(TOPICS)) {
  test(`${topic}: README has our program, and the lines of all of them`, async () => {
    const readme = await readFile(path.join(root, "README.md"), "utf8");
    const [, section] = readme.split(`\n${heading}\n`);
    assert.ok(section.includes(`\`\`\`js\n${await source(topic, "workers-ai-wasm")}\`\`\``), "the program");
    const lines = async (name) =>
      (await source(topic, name)).split("\n").filter((line) => line.trim() !== "").length;
    const rows = await Promise.all(PROGRAMS.map(async (name) => [name, await lines(name)]));
    for (const [name, count] of rows) {
      const row = section
        .split("\n")
        .find((line) => line.startsWith(`| \`${name}\``) && /\| \d+ \|/.test(line));
      assert.ok(row?.includes(`| ${count} |`), `${name} has ${count} lines, README says: ${row}`);
    }
    assert.ok(
      rows.every(([name, count]) => name === "workers-ai-wasm" || count > rows[0][1]),
      "ours is the shortest",
    );
  });

  test(`${topic}: our program runs`, async () => {
    const service = await serveLocalAI({ port: 0, engine: "stand-in", env: {} });
    try {
      const env = {
        ...process.env,
        WORKERS_AI_BASE_URL: service.baseURL,
        WORKERS_AI_TOKEN: service.apiToken,
      };
      for (const name of ["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"]) delete env[name];
      const program = path.join(folder, topic, "workers-ai-wasm.mjs");
      const { stdout } = await run(process.execPath, ["--preserve-symlinks", program], { env, cwd: folder });
      assert.match(stdout, says);
    } finally {
      await service.close();
    }
  });
}
