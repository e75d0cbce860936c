import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../../pkg-template/local/cli.js", import.meta.url));

function start(...args) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  return { child, exit };
}

test("local starts a server, answers, and ends on SIGTERM", async () => {
  const { child, exit } = start("local", "--port", "0", "--engine", "stand-in", "--token", "my-token");
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes("embeddings")) break;
  }
  const base = /REST\s+(\S+)/.exec(text)[1];
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
