/** What Node prints of an error that nobody catches, and where the source maps lead. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

const { TEST_INSTALLED: installed } = process.env;
const dist = path.join(installed, "dist");

/** Runs a program of a user's; what it prints. */
function printed(source, { file = "first.mjs", flags = [] } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "uncaught-"));
  try {
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(installed, path.join(folder, "node_modules", "workers-ai-wasm"), "junction");
    writeFileSync(path.join(folder, file), source);
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (/^(?:CLOUDFLARE|WORKERS_AI|NODE_)/.test(name)) delete env[name];
    const { stderr, status } = spawnSync(process.execPath, [...flags, file], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    assert.notEqual(status, 0);
    return stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const IMPORT = 'import { WorkersAI } from "workers-ai-wasm";\n';
const REQUIRE = 'const { WorkersAI } = require("workers-ai-wasm");\n';
const REFUSED =
  "new WorkersAI({ accountId: '0'.repeat(32), apiToken: 't', maxRetries: 0, fetch: async () => new Response('no', { status: 401 }) })";
const CUT =
  "new WorkersAI({ accountId: '0'.repeat(32), apiToken: 't', fetch: async () => new Response('data: {\"response\":\"x\"}\\n\\n', { headers: { 'content-type': 'text/event-stream' } }) })";

const PROGRAMS = {
  "no credentials": [`${IMPORT}new WorkersAI();\n`],
  "no credentials, in CommonJS": [
    `${REQUIRE}function setUp() { return new WorkersAI(); }\nsetUp();\n`,
    { file: "first.cjs" },
  ],
  "an unknown option": [
    `${IMPORT}function setUp() { return new WorkersAI({ baseUrl: "/ai" }); }\nsetUp();\n`,
  ],
  "a call that is refused": [
    `${IMPORT}async function ask() { return await ${REFUSED}.generateText("@cf/a/b", "hi"); }\nawait ask();\n`,
  ],
  "a promise that nobody waits for": [`${IMPORT}${REFUSED}.generateText("@cf/a/b", "hi");\n`],
  "a stream that breaks off": [
    `${IMPORT}async function read() { for await (const _ of await ${CUT}.streamText("@cf/a/b", "hi")); }\nawait read();\n`,
  ],
  "an input that the tasks refuse": [
    `${IMPORT}async function embed() { return await ${REFUSED}.embed("@cf/baai/bge-m3", { txt: "a" }); }\nawait embed();\n`,
  ],
  "a cost of nothing": [
    'import { estimateCost } from "workers-ai-wasm/catalog";\nestimateCost("@cf/baai/bge-m3", {});\n',
  ],
};

for (const [name, [source, options]] of Object.entries(PROGRAMS)) {
  test(`an uncaught error prints less than 2 KB, with its name, code and place: ${name}`, () => {
    const text = printed(source, options);
    assert.ok(text.length < 2048, `${text.length} bytes:\n${text.slice(0, 3000)}`);
    assert.match(text, /WorkersAIError: /);
    assert.match(text, /code: '[A-Z_]+'/);
    // Who called is not known any more where nobody waits.
    if (!name.endsWith("waits for")) assert.match(text, /first\.(?:mjs|cjs):\d+/, text);
    assert.doesNotMatch(text, /wasm-function|wasm:\/\//, text);
    for (const line of text.split("\n")) assert.ok(line.length < 500, `a line of ${line.length}`);
  });
}

test("the frames that are the caller's have their names", () => {
  assert.match(printed(PROGRAMS["an unknown option"][0]), /at setUp \(/);
  assert.match(printed(PROGRAMS["a call that is refused"][0]), /at async ask \(/);
});

test("every source map leads to files that are there, and every part has one", () => {
  const maps = readdirSync(dist).filter((file) => file.endsWith(".map"));
  assert.ok(maps.length > 15);
  for (const file of maps) {
    const map = JSON.parse(readFileSync(path.join(dist, file), "utf8"));
    assert.ok(map.sources.length > 0, file);
    for (const source of map.sources) {
      const place = path.join(dist, map.sourceRoot ?? "", source);
      assert.ok(existsSync(place), `${file}: ${source}`);
    }
  }
  for (const file of readdirSync(dist).filter((file) =>
    /^(?:core|index|tasks|objects|openai|ai-sdk|vectors|slim)\.c?js$/.test(file),
  )) {
    assert.match(
      readFileSync(path.join(dist, file), "utf8"),
      new RegExp(`//# sourceMappingURL=${file}\\.map\\s*$`),
    );
  }
});

test("with --enable-source-maps a frame of ours is a line of its source", () => {
  const source = `${IMPORT}
const stream = await ${CUT}.streamText("@cf/a/b", "hi");
for await (const _ of stream);
`;
  const text = printed(source, { flags: ["--enable-source-maps"] });
  const frames = [...text.matchAll(/dist\/(src\/[\w./-]+\.js):(\d+):\d+/g)];
  assert.ok(frames.length > 0, text);
  for (const [, file, line] of frames) {
    const lines = readFileSync(path.join(dist, file), "utf8").split("\n");
    assert.ok(Number(line) <= lines.length, `${file}:${line}`);
  }
});
