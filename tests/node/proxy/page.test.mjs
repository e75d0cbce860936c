/** A real page in Chromium on the proxy: its chat streams and is stopped; pages of other sites get nothing, unless they are named. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createLocalAI, serveLocalAI } from "workers-ai-wasm/local";
import { createProxy, toNodeListener, toNodeUpgradeListener } from "workers-ai-wasm/proxy";
import { ensure } from "../../../tools/setup.mjs";
import { CHAT, deferred } from "./helpers.mjs";

const VOICE = "@cf/deepgram/aura-1";
const DIST = new URL(".", import.meta.resolve("workers-ai-wasm"));
const PAGE = `<!doctype html><title>Chat</title>
<button id="send">Send</button> <button id="stop">Stop</button> <output></output>
<script type="module">
  import { WorkersAI } from "/package/index.js";
  const ai = new WorkersAI({ baseURL: "/ai" });
  let page;
  document.querySelector("#send").onclick = async () => {
    const out = document.querySelector("output");
    page = new AbortController();
    try {
      out.textContent = "";
      const stream = await ai.streamText("${CHAT}", "Tell me everything.", { signal: page.signal });
      for await (const text of stream.textStream) out.append(text);
      out.dataset.state = "done";
    } catch (error) {
      out.dataset.state = error.code;
    }
  };
  document.querySelector("#stop").onclick = () => page.abort();
</script>`;

let browser;

before(async () => {
  const { chromium: executablePath } = await ensure(["chromium"]);
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});

after(() => browser?.close());

/** The upstreams, each with the calls that it was asked and what closes it. */
const UPSTREAMS = {
  async http(options) {
    const service = await serveLocalAI({ engine: "stand-in", env: {}, ...options });
    const { baseURL, apiToken, close } = service;
    return { upstream: { baseURL, apiToken }, close: () => close.call(service) };
  },
  async binding(options) {
    return {
      upstream: { binding: createLocalAI({ engine: "stand-in", env: {}, ...options }) },
      close: async () => {},
    };
  },
};

/** A site with the page, the package's files, and the proxy where there is one. */
async function site(proxy) {
  const answer = proxy && toNodeListener(proxy);
  const server = http.createServer(async (request, response) => {
    if (request.url.startsWith("/ai/") && answer) return answer(request, response);
    const [, file] = /^\/package\/([\w-]+\.js)$/.exec(request.url) ?? [];
    if (file === undefined) return response.setHeader("content-type", "text/html").end(PAGE);
    const content = await readFile(fileURLToPath(new URL(file, DIST))).catch(() => undefined);
    response.writeHead(content ? 200 : 404, { "content-type": "text/javascript" }).end(content);
  });
  if (proxy) server.on("upgrade", toNodeUpgradeListener(proxy));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

for (const [name, start] of Object.entries(UPSTREAMS)) {
  test(`a chat streams through the proxy, and Stop reaches the service [${name}]`, {
    timeout: 60_000,
  }, async () => {
    const ended = [deferred(), deferred()];
    let calls = 0;
    const service = await start({
      pace: 5,
      onCall: (call) => ended[calls++].resolve(call),
      // The second answer never comes to its end by itself.
      faults: () => (calls === 1 ? "stall=600" : {}),
    });
    const own = await site(createProxy({ models: [CHAT], ...service.upstream }));
    const page = await browser.newPage();
    try {
      await page.goto(own.origin);
      await page.click("#send");
      await page.waitForSelector("output[data-state=done]");
      assert.match(await page.innerText("output"), /Request [0-9a-f]{12}\.$/);
      assert.equal((await ended[0].promise).outcome, "complete");

      await page.click("#send");
      await page.waitForFunction(() => document.querySelector("output").textContent.includes("stand-in"));
      await page.click("#stop");
      await page.waitForSelector("output[data-state=ABORTED]");
      assert.equal((await ended[1].promise).outcome, "cancelled");
    } finally {
      await page.close();
      own.close();
      await service.close();
    }
  });

  test(`a page of another site gets nothing, and the service never hears of it [${name}]`, {
    timeout: 60_000,
  }, async () => {
    const calls = [];
    const service = await start({ onCall: (call) => calls.push(call) });
    const own = await site(createProxy({ models: [CHAT, VOICE], ...service.upstream }));
    const other = await site();
    const page = await browser.newPage();
    try {
      await page.goto(other.origin);
      const got = await page.evaluate(hostile, { target: own.origin, chat: CHAT, voice: VOICE });
      assert.deepEqual(got, {
        json: "TypeError",
        text: "TypeError",
        blind: "opaque",
        form: "opaque",
        token: "TypeError",
        socket: "error",
      });
      assert.deepEqual(calls, []);
    } finally {
      await page.close();
      own.close();
      other.close();
      await service.close();
    }
  });

  test(`a page of a site that is named may ask [${name}]`, { timeout: 60_000 }, async () => {
    const service = await start({});
    const other = await site();
    const own = await site(createProxy({ models: [CHAT], origins: [other.origin], ...service.upstream }));
    const page = await browser.newPage();
    try {
      await page.goto(other.origin);
      const { text, requestId } = await page.evaluate(
        async ({ target, chat }) => {
          const { WorkersAI } = await import("/package/index.js");
          const stream = await new WorkersAI({ baseURL: `${target}/ai` }).streamText(chat, "Hi");
          return { text: await stream.text(), requestId: stream.meta.requestId };
        },
        { target: own.origin, chat: CHAT },
      );
      assert.match(text, /stand-in/);
      assert.ok(requestId, "the header that tells it is exposed");
    } finally {
      await page.close();
      own.close();
      other.close();
      await service.close();
    }
  });
}

/** What a hostile page tries; runs in it. Gives what it could see of each answer. */
async function hostile({ target, chat, voice }) {
  const url = `${target}/ai/run/${chat}`;
  const body = JSON.stringify({ prompt: "Hi" });
  const seen = async (init) => {
    try {
      const response = await fetch(url, { method: "POST", body, ...init });
      return response.type === "opaque" ? "opaque" : response.status;
    } catch (error) {
      return error.name;
    }
  };
  const socket = new WebSocket(`${target.replace("http", "ws")}/ai/run/${voice}`);
  const settled = new Promise((resolve) => {
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("error");
  });
  return {
    json: await seen({ headers: { "content-type": "application/json" } }),
    // Without a preflight: the request goes out, and only its answer is withheld.
    text: await seen({ headers: { "content-type": "text/plain" } }),
    blind: await seen({ mode: "no-cors" }),
    form: await seen({ mode: "no-cors", body: new FormData() }),
    token: await seen({ credentials: "include", headers: { authorization: "Bearer x" } }),
    socket: await settled,
  };
}
