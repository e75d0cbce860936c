/** Memory: what a body of 4 MiB costs that comes in chunks of one byte, wherever the package reads one, in a program of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serveLocalAI } from "workers-ai-wasm/local";
import { startWorkerd } from "../../www/workerd.mjs";
import { bundleProxyWorker } from "./proxy/bundle.mjs";

const MIB = 1024 * 1024;
/** MiB above what the program holds before; kept as objects the chunks would take more than a thousand. */
const BOUND = 100;
const SIZE = 4 * MIB - 64;

/** Runs in the child: says what came of it and how far the heap and what hangs on it rose. */
const PROGRAM = `
import http from "node:http";
import net from "node:net";
import { once } from "node:events";
import { WorkersAI } from "workers-ai-wasm";
import { createLocalHandler } from "workers-ai-wasm/local";
import { createProxy, toNodeListener } from "workers-ai-wasm/proxy";
const [where, size] = [process.argv[1], Number(process.argv[2])];
const CHAT = "@cf/meta/llama-3.1-8b-instruct-fast";
const held = () => { const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
let peak = 0;
const note = () => { peak = Math.max(peak, held()); };
/** A text in chunks of a byte each. */
function bytewise(text) {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at % 65536 === 0) note();
      if (at === bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, ++at));
    },
  }, { highWaterMark: 0 });
}
const text = (rest) => rest + "x".repeat(size - 40) + '"';
const fetch = async (_, { body }) => { note(); return Response.json({ result: { response: String(body.length) }, success: true, errors: [], messages: [] }); };
const proxy = createProxy({ models: [CHAT], accountId: "0".repeat(32), apiToken: "t", fetch });
const headers = { "content-type": "application/json", origin: "https://a.example" };
const post = () => new Request("https://a.example/ai/run/" + CHAT, { method: "POST", headers, duplex: "half", body: bytewise(text('{"prompt":"') + "}") });
const PLACES = {
  async proxy() { return (await proxy(post())).status; },
  async local() {
    const service = createLocalHandler({ engine: "stand-in", env: {} });
    const headers = { "content-type": "application/json", authorization: "Bearer t" };
    const url = "https://api.cloudflare.com/client/v4/accounts/" + "0".repeat(32) + "/ai/run/@cf/facebook/bart-large-cnn";
    return (await service(new Request(url, { method: "POST", headers, duplex: "half", body: bytewise(text('{"input_text":"') + "}") }))).status;
  },
  async client() {
    const reply = () => new Response(bytewise(text('{"success":true,"result":{"response":"') + "}}"), { headers: { "content-type": "application/json" } });
    const ai = new WorkersAI({ accountId: "0".repeat(32), apiToken: "t", fetch: async () => reply() });
    const { response } = await ai.run(CHAT, { prompt: "a" });
    const whole = await ai.generateText(CHAT, "a");
    return response.length === whole.text.length && response.length > size / 2 ? 200 : 500;
  },
  async media() {
    const ai = new WorkersAI({ binding: { run: async (_, { audio }) => (note(), { text: String(audio.length) }) } });
    const { text: length } = await ai.transcribe("@cf/openai/whisper", { audio: bytewise(text("")) });
    return Number(length) > size / 2 ? 200 : 500;
  },
  async node() {
    const server = http.createServer(toNodeListener(createProxy({ models: [CHAT], accountId: "0".repeat(32), apiToken: "t", fetch, authorize: () => true })));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const watch = setInterval(note, 5);
    const { port } = server.address();
    console.log(port);
    const [, response] = await once(server, "request");
    await once(response, "finish");
    clearInterval(watch);
    server.close();
    server.closeAllConnections();
    return response.statusCode;
  },
};
gc();
const before = held();
const status = await PLACES[where]();
note();
console.log(JSON.stringify({ status, risen: (peak - before) / ${MIB} }));
`;

function start(where) {
  const args = ["--expose-gc", "--max-old-space-size=256", "--input-type=module", "-e", PROGRAM, where, SIZE];
  return promisify(execFile)(process.execPath, args.map(String), {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
}

function check(output) {
  const { status, risen } = JSON.parse(output.trim().split("\n").at(-1));
  assert.equal(status, 200);
  assert.ok(risen < BOUND, `${risen} MiB`);
}

/** Sends a request over a socket whose body is chunks of a byte each; gives the first line of the answer. */
async function sendBytewise(port, path, size = SIZE) {
  const host = `127.0.0.1:${port}`;
  const socket = net.connect(port, "127.0.0.1");
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    `origin: http://${host}`,
    "content-type: application/json",
    "transfer-encoding: chunked",
    "connection: close",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const body = `{"prompt":"${"x".repeat(size - 40)}"}`;
  const PIECE = 16 * 1024;
  for (let at = 0; at < body.length; at += PIECE) {
    const piece = body.slice(at, at + PIECE).replace(/./g, "1\r\n$&\r\n");
    if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  socket.write("0\r\n\r\n");
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  return answer.split("\r\n", 1)[0];
}

const bounded = { timeout: 120_000 };

for (const where of ["proxy", "local", "client", "media"]) {
  test(`a body in chunks of one byte [${where}]`, bounded, async () => check((await start(where)).stdout));
}

test("a body in chunks of one byte, over a connection [node]", bounded, async () => {
  const running = start("node");
  const port = await new Promise((resolve) =>
    running.child.stdout.once("data", (text) => resolve(Number.parseInt(text, 10))),
  );
  assert.match(await sendBytewise(port, "/ai/run/@cf/meta/llama-3.1-8b-instruct-fast"), / 200 /);
  check((await running).stdout);
});

/** The most memory that a process has had, in MiB. */
async function mostOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)[1]) / 1024;
}

test("a body in chunks of one byte, over a connection [workerd]", {
  ...bounded,
  skip: process.platform !== "linux",
}, async () => {
  const service = await serveLocalAI({ engine: "stand-in", env: {} });
  const workerd = await startWorkerd(await bundleProxyWorker(), {
    external: { upstream: new URL(service.url).host },
    env: { BASE_URL: service.baseURL, TOKEN: service.apiToken },
  });
  try {
    // What is loaded on the way is no part of the question.
    const origin = `http://127.0.0.1:${workerd.port}`;
    const headers = { origin, "content-type": "application/json" };
    const refused = await fetch(`${origin}/ai/run/@cf/nobody/nothing`, {
      method: "POST",
      headers,
      body: "{}",
    });
    assert.equal(refused.status, 403);
    const before = await mostOf(workerd.pid);
    const CHAT = "@cf/meta/llama-3.1-8b-instruct-fast";
    // A quarter: workerd takes its time for the chunks themselves.
    assert.match(await sendBytewise(workerd.port, `/ai/run/${CHAT}`, SIZE / 4), / 200 /);
    const risen = (await mostOf(workerd.pid)) - before;
    assert.ok(risen < BOUND / 2, `${risen} MiB`);
  } finally {
    await workerd.close();
    await service.close();
  }
});
