/** `useChat` in a real page: what is streamed, a tool, Stop, and an error that the page shows. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { servePage } from "./page/server.mjs";

let server;
let browser;
let page;

before(async () => {
  server = await servePage();
  const executablePath = process.env.CHROMIUM;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A new page, in which a question was asked. */
async function ask(question) {
  page = await browser.newPage();
  await page.goto(server.url);
  await page.fill("input", question);
  await page.click("text=Send");
}

const isOver = () => page.waitForFunction(() => document.querySelector("output").textContent === "ready");

test("an answer comes in pieces", async () => {
  await ask("fault: pace=20");
  const lengths = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const seen = new Set();
        new MutationObserver(() => {
          const text = document.querySelector(".assistant p")?.textContent ?? "";
          if (text !== "") seen.add(text.length);
          if (document.querySelector("output").textContent === "ready" && text !== "") resolve([...seen]);
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
  assert.ok(lengths.length > 3, `seen at ${lengths}`);
  assert.match(await page.textContent(".assistant p"), /stand-in/);
  await page.fill("input", "And then?");
  await page.click("text=Send");
  await page.waitForFunction(() => document.querySelectorAll(".assistant").length === 2);
  await isOver();
});

test("a tool is called, and its result is in the answer", async () => {
  await ask('call: weather {"city": "Lisbon"}');
  await page.waitForSelector("pre.output-available");
  const shown = JSON.parse(await page.textContent("pre"));
  assert.deepEqual(shown, { input: { city: "Lisbon" }, output: { city: "Lisbon", degrees: 21 } });
  await page.waitForSelector(".assistant p:has-text('21')");
  await isOver();
});

test("Stop ends the answer, in the page and at the service", async () => {
  const broken = server.nextAbort();
  await ask("fault: stall=600");
  await page.waitForSelector(".assistant p");
  await page.click("text=Stop");
  await isOver();
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await broken;
});

test("an error before the answer is shown, and one within it beside what had come", async () => {
  await ask("fault: quota");
  await page.waitForSelector("[role=alert]");
  assert.match(await page.textContent("[role=alert]"), /allocation|quota|00:00 UTC/i);
  await ask("fault: error-event=3040, after=4");
  await page.waitForSelector("[role=alert]");
  assert.notEqual(await page.textContent(".assistant p"), "");
});
