// The command line, as a person at a terminal meets it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serveLocalAI } from "../../../pkg-template/local/index.js";

// The built one: its commands are the client's, which is found where it is linked.
const CLI = fileURLToPath(new URL("../../../pkg-local/dist/bin.js", import.meta.url));
const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/** Ended whatever a test says. */
const children = [];
let folder;
let server;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cli-"));
  server = await serveLocalAI({ engine: "stand-in", env: {} });
});
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** An environment that names no service, or this one. */
const bare = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, WORKERS_AI_LOCAL_MODELS: folder });
const named = () => ({ ...bare(), WORKERS_AI_BASE_URL: server.baseURL, WORKERS_AI_TOKEN: server.apiToken });

function start(args, { env = bare(), input } = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  child.stdin.end(input ?? "");
  return { child, exit: once(child, "exit") };
}

/** Runs a command to its end. */
async function command(args, options) {
  const { child, exit } = start(args, options);
  const read = async (stream) => Buffer.concat(await stream.toArray());
  const [stdout, stderr, [code]] = await Promise.all([read(child.stdout), read(child.stderr), exit]);
  return { code, stdout: stdout.toString(), stderr: stderr.toString(), bytes: stdout };
}

/** Starts the server; gives what it says of itself. */
async function startServer(...args) {
  const { child, exit } = start(["local", "--port", "0", "--token", "my-token", ...args]);
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes("the rest")) break;
  }
  child.stderr.resume();
  return { child, exit, text, base: /REST\s+(\S+)/.exec(text)[1] };
}

test("local starts a server, says what to paste, answers, and ends on SIGTERM", async () => {
  const { child, exit, text, base } = await startServer("--engine", "stand-in");
  assert.match(text, /the deterministic stand-in \(not a model\)/);
  assert.match(text, new RegExp(`^export WORKERS_AI_BASE_URL=${base}$`, "m"));
  assert.match(text, /^export WORKERS_AI_TOKEN=my-token$/m);
  const response = await fetch(`${base}/run/@cf/meta/llama-3.1-8b-instruct`, {
    method: "POST",
    headers: { authorization: "Bearer my-token" },
    body: JSON.stringify({ prompt: "echo: hi" }),
  });
  assert.equal((await response.json()).result.response, "hi");
  const page = await fetch(new URL("/", base));
  assert.match(page.headers.get("content-type"), /^text\/html/);
  const html = await page.text();
  assert.match(html, /Workers AI, locally/);
  assert.doesNotMatch(html, /my-token/);
  child.kill("SIGTERM");
  assert.deepEqual(await exit, [0, null]);
});

test("help and version", async () => {
  for (const args of [["--help"], ["help"], ["local", "--help"]]) {
    const { code, stdout } = await command(args);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: workers-ai-local/);
  }
  const { version } = JSON.parse(
    await readFile(new URL("../../../pkg-template/package.json", import.meta.url)),
  );
  assert.equal((await command(["--version"])).stdout, `${version}\n`);
});

for (const [what, args, says] of [
  ["nothing", [], /^Usage: workers-ai-local/],
  ["an unknown command", ["lokal"], /unknown command 'lokal'[\s\S]*Did you mean local/],
  ["an unknown option", ["local", "--prot", "1"], /unknown option '--prot'[\s\S]*--port/],
  ...["", "http", "70000", "1e3", "0x50", " 80", "80 ", "-1", "+80", "8.5", "٨٠"].map((port) => [
    `the port "${port}"`,
    ["local", "--port", port],
    new RegExp(`^--port: "${port.replace("+", "\\+")}" is not a whole number from 0 to 65535\\.$`, "m"),
  ]),
  ["a demo's port", ["demo", "--port", "0x50"], /^--port: "0x50" is not a whole number/m],
  ["a record's port", ["record", "--port", "1e3", "tape"], /^--port: "1e3" is not a whole number/m],
  ["an empty host", ["local", "--host", "", "--token", "t"], /^--host: an address of this machine/m],
  ["an empty folder of recordings", ["local", "--record", ""], /^--record: the name of a folder/m],
  ["an empty folder to replay", ["local", "--replay", ""], /^--replay: the name of a folder/m],
  ["an empty folder to record into", ["record", "", "node"], /^--record: the name of a folder/m],
  [
    "a folder in a file",
    ["local", "--record", path.join(CLI, "x", "y")],
    /^--record: ".*bin\.js" is a file/m,
  ],
  ["recordings in a file", ["local", "--replay", path.join(CLI, "x")], /^--replay: .* is not there/m],
  ["tokens that are no number", ["cost", CHAT, "--in", "0x50"], /^--in: "0x50" is not a number from 0/m],
  ["a longest answer of none", ["ask", "hi", "--max-tokens", "1e3"], /^--max-tokens: "1e3" is not a whole/m],
  [
    "an address without a scheme",
    ["local", "--openai", "localhost:11434"],
    /^--openai: "localhost:11434" is not/m,
  ],
  ["an API that is no address", ["doctor", "--api", "cloudflare"], /^--api: "cloudflare" is not a URL/m],
  ["an account that is none", ["local", "--account", "../x"], /32 hexadecimal characters/],
  ["an engine that is none", ["local", "--engine", "gpt"], /one of auto, cloudflare/],
  ["a server's address that is none", ["local", "--openai", "ollama"], /"ollama" is not a URL/],
  ["recordings that aren't there", ["local", "--replay", "nowhere"], /"nowhere" is not there/],
  ["recordings into a file", ["local", "--record", CLI], /is a file, not a folder\.$/m],
  ["recorded answers without recordings", ["local", "--engine", "recorded"], /needs --replay/],
  [
    "an address of somebody else",
    ["local", "--host", "192.0.2.1", "--token", "t", "--port", "0"],
    /no address of this machine/,
  ],
  [
    "an option behind the folder",
    ["record", "tape", "--engine", "stand-in", "node"],
    /--engine comes before the folder/,
  ],
  ["another program than wrangler", ["dev", "--", "npm", "test"], /dev -- npx wrangler dev/],
  [
    "a wrangler that isn't there",
    ["dev", "--", "wrangler", "dev", "-c", "/nowhere/w.toml"],
    /npm install --save-dev wrangler/,
  ],
  ["no question", ["ask"], /Ask something/],
  ["a cost without its tokens", ["cost", CHAT], /^--in is needed: the price of .* depends on it\.$/m],
  ["a cost without its characters", ["cost", "@cf/deepgram/aura-1"], /^--characters is needed/],
  [
    "a fault that is none",
    ["local", "--faults", "zzz"],
    /^--faults: Unknown fault "zzz"\. There are after, /,
  ],
  [
    "a fault without its number",
    ["local", "--faults", "delay"],
    /^--faults: The fault "delay" needs a number/,
  ],
  ["a model that is none", ["cost", "@cf/no/model"], /has no model @cf\/no\/model/],
  ["no service", ["ask", "hi"], /The environment names no service[\s\S]*doctor/],
  [
    "a file that isn't there",
    ["run", CHAT, "-f", "image=nowhere.png"],
    /nowhere\.png can't be read: there is no such file/,
    named,
  ],
  ["a file without its field", ["run", CHAT, "-f", "a.png"], /^--file: "a\.png" is not field=path\.$/m],
  ["a file for no field", ["run", CHAT, "-f", "=a.png"], /^--file: "=a\.png" is not field=path\.$/m],
  ["an input file that isn't there", ["run", CHAT, "@nowhere.json"], /^The environment names no service/m],
  [
    "an empty path for media",
    ["run", CHAT, "hi", "--out", ""],
    /^--out: a path, or - for standard output\.$/m,
  ],
  ["a token with a blank", ["local", "--token", "a b"], /^--token: a text without blanks\.$/m],
  ["an empty token", ["local", "--token", ""], /^--token: a text without blanks\.$/m],
  ["an upper-case account", ["local", "--account", "A".repeat(32)], /^--account: "A+" is not an account id/m],
  ["no calls", ["cost", CHAT, "--in", "1", "--calls", "0"], /^--calls: "0" is not a number from 1 to/m],
  [
    "a command's option that is none",
    ["ask", "hi", "--modle", "x"],
    /unknown option '--modle'[\s\S]*--model/,
  ],
  ["no model", ["run"], /missing required argument 'model'/],
  ["JSON that is none", ["run", CHAT, "{"], /looks like JSON and is none/, named],
]) {
  test(`${what} is refused in a sentence`, async () => {
    const env = what.startsWith("a file") || what.startsWith("JSON") ? named() : bare();
    const { code, stdout, stderr } = await command(args, { env });
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
}

test("nobody at the address: what went wrong, and what looks for the reason", async () => {
  const env = { ...named(), WORKERS_AI_BASE_URL: "http://127.0.0.1:1/ai" };
  const { code, stderr } = await command(["ask", "hi"], { env });
  assert.equal(code, 1);
  assert.match(stderr, /^NETWORK: .*\nnpx workers-ai-wasm doctor looks for the reason\.\n$/);
  assert.doesNotMatch(stderr, /`cause`/);
});

test("a list of numbers is one line", async () => {
  const text = "[\n1, 2\n]";
  const env = named();
  const { stdout } = await command(["run", "@cf/baai/bge-small-en-v1.5", JSON.stringify({ text })], { env });
  const lines = stdout.split("\n");
  assert.ok(lines.length < 30, `${lines.length} lines`);
  assert.equal(JSON.parse(stdout).data[0].length, 384);
});

test("another interface needs a token", async () => {
  const { code, stderr } = await command([
    "local",
    "--host",
    "0.0.0.0",
    "--port",
    "0",
    "--engine",
    "stand-in",
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /--token/);
});

test("a taken port is said in a sentence", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  for (const name of ["local", "demo"]) {
    const { code, stderr } = await command([
      name,
      "--port",
      String(taken.address().port),
      "--engine",
      "stand-in",
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /is taken.*--port/);
  }
  taken.close();
});

test("ask streams an answer, of standard input too, or gives the result as JSON", async () => {
  assert.equal((await command(["ask", "echo:", "hi", "there"], { env: named() })).stdout, "hi there\n");
  const { stdout } = await command(["ask"], { env: named(), input: "echo: from a pipe\n" });
  assert.equal(stdout, "from a pipe\n");
  const json = JSON.parse((await command(["ask", "echo: a", "--json"], { env: named() })).stdout);
  assert.deepEqual([json.text, json.finishReason], ["a", "stop"]);
});

test("run: text streams, media go to files, the rest is JSON", async () => {
  const env = named();
  assert.equal((await command(["run", CHAT, "echo: x"], { env })).stdout, "x\n");
  const drawn = await command(["run", "@cf/black-forest-labs/flux-1-schnell", "a lighthouse"], { env });
  assert.equal(drawn.code, 0, drawn.stderr);
  assert.match(drawn.stderr, /^flux-1-schnell\.jpg: image\/jpeg, \d+ bytes\n/);
  const image = await readFile(path.join(folder, "flux-1-schnell.jpg"));
  assert.deepEqual([...image.subarray(0, 2)], [0xff, 0xd8]);
  const spoken = await command(["run", "@cf/deepgram/aura-1", "Hello out there", "-o", "-"], { env });
  await writeFile(path.join(folder, "talk.mp3"), spoken.bytes);
  const transcribed = await command(["run", "@cf/openai/whisper", "-f", "audio=talk.mp3"], { env });
  assert.equal(transcribed.stdout, "Hello out there\n", transcribed.stderr);
  const { data } = JSON.parse(
    (await command(["run", "@cf/baai/bge-m3", '{"text":["a","b"]}'], { env })).stdout,
  );
  assert.equal(data.length, 2);
  const failed = await command(["run", "@cf/no/model", "{}"], { env });
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^MODEL_NOT_FOUND: /);
});

test("cost: neurons and dollars", async () => {
  const { code, stdout } = await command([
    "cost",
    CHAT,
    "-i",
    "1000",
    "-o",
    "100",
    "--calls",
    "10",
    "--json",
  ]);
  assert.equal(code, 0);
  const { neurons, usd, calls } = JSON.parse(stdout);
  assert.equal(calls, 10);
  assert.ok(neurons > 100 && usd > 0.001);
});

test("what --record writes, only its owner may read, and --replay answers", async () => {
  const recordings = path.join(folder, "recordings");
  const ask = async (base) => {
    const response = await fetch(`${base}/run/@cf/meta/m2m100-1.2b`, {
      method: "POST",
      headers: { authorization: "Bearer my-token" },
      body: JSON.stringify({ text: "Hello", target_lang: "es" }),
    });
    return { engine: response.headers.get("x-local-engine"), ...(await response.json()) };
  };
  const recording = await startServer("--engine", "stand-in", "--record", recordings);
  const recorded = await ask(recording.base);
  recording.child.kill("SIGTERM");
  await recording.exit;
  const [name] = await readdir(recordings);
  assert.equal((await stat(path.join(recordings, name))).mode & 0o077, 0);
  assert.equal((await stat(recordings)).mode & 0o077, 0);

  const replaying = await startServer("--engine", "recorded", "--replay", recordings);
  const replayed = await ask(replaying.base);
  replaying.child.kill("SIGTERM");
  await replaying.exit;
  assert.match(replaying.text, /the rest {4}recorded answers/);
  assert.deepEqual([recorded.engine, replayed.engine], ["stand-in", "recorded"]);
  assert.deepEqual(replayed.result, recorded.result);
});

test("record writes down what a command asks, and ends with its code", async () => {
  const program = `const base = process.env.WORKERS_AI_BASE_URL;
    await fetch(base + "/run/${CHAT}", { method: "POST", headers: { authorization: "Bearer " + process.env.WORKERS_AI_TOKEN }, body: '{"prompt":"a"}' }).then((r) => r.text());
    process.exit(3);`;
  const args = [
    "record",
    "--engine",
    "stand-in",
    "taped",
    process.execPath,
    "--input-type=module",
    "-e",
    program,
  ];
  const { code, stderr } = await command(args);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /1 call, written to taped/);
  assert.equal((await readdir(path.join(folder, "taped"))).length, 1);
});

test("demo serves the pages on a service of its own", async () => {
  const { child, exit } = start(["demo", "--port", "0", "--engine", "stand-in"]);
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes("Ctrl-C")) break;
  }
  child.stderr.resume();
  const url = /^http:\/\/127\.0\.0\.1:\d+\/$/m.exec(text)[0];
  for (const [file, type] of [
    ["", "text/html"],
    ["embeddings", "text/html"],
    ["lib/start.js", "text/javascript"],
    ["catalog/shapes.json", "application/json"],
    ["workers-ai-wasm/index.js", "text/javascript"],
  ]) {
    const response = await fetch(url + file);
    assert.equal(response.status, 200, file);
    assert.ok(response.headers.get("content-type").startsWith(type), file);
  }
  assert.equal((await fetch(`${url}../package.json`)).status, 404);
  const answer = await fetch(`${url}ai/run/${CHAT}`, {
    method: "POST",
    headers: { origin: url.slice(0, -1), "content-type": "application/json" },
    body: JSON.stringify({ prompt: "echo: from the demo" }),
  });
  assert.equal((await answer.json()).result.response, "from the demo");
  child.kill("SIGTERM");
  assert.deepEqual(await exit, [0, null]);
});
