// The option `resume` over real sockets: a server whose connections die at every byte, and after every event.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";

const WORDS = ["Es ", "war ", "einmal ", "ein ", "Müller", ", ", "語 ", "🦀."];
const EVENTS = [
  ": ping\n\n",
  ...WORDS.map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`),
  'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
  "data: [DONE]\n\n",
];
const WHOLE = Buffer.from(EVENTS.join(""));

/** How many bytes the next connections send before they die, and how: each is taken once. */
let lives = [];
const requested = [];
let server;
let origin;

before(async () => {
  server = http.createServer((request, response) => {
    const from = Number(new URL(request.url, "http://x").searchParams.get("from") ?? 0);
    requested.push(from);
    const { bytes = WHOLE.length, dies = "destroy" } = lives.shift() ?? { dies: undefined };
    const part = Buffer.from(EVENTS.slice(from).join("")).subarray(0, bytes);
    response.writeHead(200, { "content-type": "text/event-stream", "cf-aig-run-id": "r" });
    const end = () => {
      if (dies === undefined || dies === "end") response.end();
      else if (dies === "reset") request.socket.resetAndDestroy();
      else request.socket.destroy();
    };
    response.flushHeaders();
    // What is still on its way when a connection dies may be lost with it: any cut has to do.
    if (part.length > 0) response.write(part, end);
    else end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const binding = {
  run: (_model, _inputs, { signal }) => fetch(`${origin}/run`, { method: "POST", signal }),
  fetch: (url, init) => fetch(origin + url.slice(new URL(url).origin.length), init),
};

async function words(plan) {
  lives = plan;
  requested.length = 0;
  const ai = new WorkersAI({ binding });
  const stream = await ai.streamText("openai/gpt-5.2", "x", { resume: true });
  const texts = [];
  for await (const event of stream) if (event.type === "text") texts.push(event.text);
  return texts;
}

test("connections that die at every byte", async () => {
  for (let bytes = 0; bytes < WHOLE.length; bytes += 1) {
    const dies = ["destroy", "reset", "end"][bytes % 3];
    assert.deepEqual(await words([{ bytes, dies }]), WORDS, `${dies} at ${bytes}`);
  }
});

test("a server that dies after each event", async () => {
  for (const dies of ["destroy", "reset", "end"]) {
    const plan = EVENTS.map((event) => ({ bytes: Buffer.byteLength(event), dies }));
    assert.deepEqual(await words(plan), WORDS, dies);
    assert.ok(
      requested.length > 1 && requested.every((from, at) => at === 0 || from >= requested[at - 1]),
      `${requested}`,
    );
  }
});
