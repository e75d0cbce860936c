// Many at once: short chats one after the other on some connections, beside a server of Node's that does nothing; and 500 streams.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const MIB = 2 ** 20;
const CHATS = 2000;
const STREAMS = 500;

let child;
let server;
before(async () => {
  child = fork(fileURLToPath(new URL("hostile-server.mjs", import.meta.url)), { stdio: "inherit" });
  [server] = await once(child, "message");
});
after(() => child.kill());

async function memory() {
  child.send("");
  const [message] = await once(child, "message");
  return message.memory;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: STREAMS });
after(() => agent.destroy());

/** One request; what comes back as text, or piece by piece. */
function post(url, body, onData = () => {}) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${server.apiToken}`, "content-type": "application/json" };
    const outgoing = http.request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (data) => {
        text += data;
        onData(response);
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Calls per second, so many at a time. */
async function rate(call, calls = CHATS, atOnce = 16) {
  const begun = performance.now();
  let left = calls;
  const work = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return Math.round((1000 * calls) / (performance.now() - begun));
}

test(`${CHATS} short chats, each answered`, async () => {
  const url = `${server.baseURL}/run/${MODEL}`;
  let wrong = 0;
  const chat = async () => {
    const { result } = JSON.parse(await post(url, '{"prompt":"echo: pong"}'));
    if (result?.response !== "pong") wrong += 1;
  };
  await rate(chat, 200);
  const chats = await rate(chat);
  const bare = http.createServer((request, response) => {
    request.resume().on("end", () => response.end('{"result":{"response":"pong"}}'));
  });
  bare.listen(0, "127.0.0.1");
  await once(bare, "listening");
  const nothing = await rate(() =>
    post(`http://127.0.0.1:${bare.address().port}`, '{"prompt":"echo: pong"}'),
  );
  bare.close();
  console.log(`${chats} short chats a second, ${nothing} of a bare server`);
  assert.equal(wrong, 0);
});

test(`${STREAMS} streams at a time, each whole, and the memory stays`, async () => {
  const before = await memory();
  const words = 200;
  const body = JSON.stringify({ prompt: `count: ${words}`, max_tokens: 1000, stream: true });
  const texts = await Promise.all(
    Array.from({ length: STREAMS }, () => post(`${server.baseURL}/run/${MODEL}`, body)),
  );
  for (const text of texts) {
    assert.ok(text.endsWith("data: [DONE]\n\n"));
    assert.ok(text.includes(`" ${words}"`));
  }
  const risen = ((await memory()) - before) / MIB;
  console.log(`${STREAMS} streams: the memory rose by ${Math.round(risen)} MiB`);
  assert.ok(risen < 400, `${Math.round(risen)} MiB`);
});
