// What `npm start` starts, without its set-up: the demo Worker in real workerd on the genuine env.AI, driven through its page in Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { serveLocalAI } from "workers-ai-local";
import { ensure } from "../../tools/setup.mjs";
import { demo } from "../../www/demo.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct-fp8";

test("the page streams an answer, and Stop reaches the server", { timeout: 60_000 }, async () => {
  const { chromium: executablePath } = await ensure(["chromium"]);
  // Somebody else answers, so that no model is fetched: the stand-in of another local service.
  const upstream = await serveLocalAI({ engine: "stand-in", pace: 20 });
  const env = {
    WORKERS_AI_LOCAL_OPENAI_URL: `${upstream.url}/client/v4/accounts/${upstream.accountId}/ai/v1`,
    WORKERS_AI_LOCAL_OPENAI_KEY: upstream.apiToken,
    WORKERS_AI_LOCAL_OPENAI_MODEL: MODEL,
  };
  const stop = new AbortController();
  const out = new Output(/Press Ctrl-C to stop/);
  const err = new Output(/stopped by the page/);
  const running = demo({ stop: stop.signal, env, out, err });
  let browser;
  try {
    await Promise.race([out.seen, running]);
    const address = /^http:\/\/127\.0\.0\.1:\d+\/$/m.exec(out.text)?.[0];
    assert.ok(address, out.text);
    assert.match(out.text, /first token after \d+ ms; \d+ tokens/);

    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    const page = await browser.newPage();
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(address);

    await page.fill("#prompt", "Tell me something short.");
    await page.click("#send");
    await page.waitForSelector("text=/\\d+ \\+ \\d+ tokens/");
    assert.match(await page.innerText("#log"), /first token after \d+ ms/);

    await page.fill("#prompt", "And now something long, so that there is time to stop it.");
    await page.click("#send");
    await page.waitForSelector("#stop:visible");
    await page.click("#stop");
    await err.seen;
    await page.waitForSelector("#send:visible");
    assert.deepEqual(problems, []);
  } finally {
    await browser?.close();
    stop.abort();
    assert.equal(await running, 0);
    await upstream.close();
  }
});

/** Remembers what is written, and tells when it matches. */
class Output {
  text = "";
  constructor(wanted) {
    this.wanted = wanted;
    this.seen = new Promise((resolve) => {
      this.tell = resolve;
    });
  }
  write(text) {
    this.text += text;
    if (this.wanted.test(this.text)) this.tell();
    return true;
  }
}
