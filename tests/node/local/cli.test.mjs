import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../../pkg-template/local/bin.js", import.meta.url));

function start(...args) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  return { child, exit };
}

/** Starts the server; gives what it says of itself. */
async function startServer(...args) {
  const { child, exit } = start("local", "--port", "0", "--token", "my-token", ...args);
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes("the rest")) break;
  }
  return { child, exit, text, base: /REST\s+(\S+)/.exec(text)[1] };
}

test("local starts a server, answers, and ends on SIGTERM", async () => {
  const { child, exit, text, base } = await startServer("--engine", "stand-in");
  assert.match(text, /the deterministic stand-in \(not a model\)/);
  const response = await fetch(`${base}/run/@cf/meta/llama-3.1-8b-instruct`, {
    method: "POST",
    headers: { authorization: "Bearer my-token" },
    body: JSON.stringify({ prompt: "echo: hi" }),
  });
  assert.equal((await response.json()).result.response, "hi");
  child.kill("SIGTERM");
  assert.deepEqual(await exit, [0, null]);
});

test("an unknown command says how to use it", async () => {
  const { child, exit } = start("remote");
  child.stdout.resume();
  const errors = (async () => Buffer.concat(await child.stderr.toArray()).toString())();
  assert.deepEqual(await exit, [2, null]);
  assert.match(await errors, /^Usage: workers-ai-wasm local/);
});

test("what --record writes, --replay answers", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "recordings-"));
  const ask = async (base) => {
    const response = await fetch(`${base}/run/@cf/meta/m2m100-1.2b`, {
      method: "POST",
      headers: { authorization: "Bearer my-token" },
      body: JSON.stringify({ text: "Hello", target_lang: "es" }),
    });
    return { engine: response.headers.get("x-local-engine"), ...(await response.json()) };
  };
  try {
    const recording = await startServer("--engine", "stand-in", "--record", folder);
    const recorded = await ask(recording.base);
    recording.child.kill("SIGTERM");
    await recording.exit;

    const replaying = await startServer("--engine", "recorded", "--replay", folder);
    const replayed = await ask(replaying.base);
    replaying.child.kill("SIGTERM");
    await replaying.exit;
    assert.match(replaying.text, /the rest {4}recorded answers/);
    assert.deepEqual([recorded.engine, replayed.engine], ["stand-in", "recorded"]);
    assert.deepEqual(replayed.result, recorded.result);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
