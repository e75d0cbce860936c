// Every page of the demo, driven once in Chromium: the demo Worker in real workerd, on the genuine env.AI, on the stand-in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { ensure } from "../../tools/setup.mjs";
import { PAGES, pathOf } from "../../www/pages.js";
import { startDemoWorker } from "./demo-worker.mjs";

/** A text that the service never answers. */
const ENDLESS = "Take your time.";
let demo;
let browser;
let context;
let answered = 0;

before(async () => {
  const { chromium: executablePath } = await ensure(["chromium"]);
  demo = await startDemoWorker({
    faults: ({ inputs }) => (inputs?.input_text === ENDLESS ? { hang: true } : {}),
  });
  browser = await chromium.launch({ executablePath, args: CHROMIUM });
  context = await browser.newContext({ viewport: { width: 360, height: 740 } });
});

after(async () => {
  await browser?.close();
  await demo?.close();
});

const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
];
const RUN = "form button.primary";

/** What a page is asked, and what must be seen then. */
const DRIVES = {
  async chat(page) {
    await page.fill("#prompt", "Hello");
    await page.click("#send");
    await page.waitForSelector("text=/\\d+ \\+ \\d+ tokens/");
    assert.match(await page.innerText(".turn.assistant .text"), /stand-in/);
    await codeOf(page, /ai\.streamText\(model, \{ messages \}, \{ signal \}\)/);
    // A model that sees is sent the picture.
    await page.selectOption("#model", "@cf/meta/llama-4-scout-17b-16e-instruct");
    await page.setInputFiles("#picture", pngFile());
    await page.fill("#prompt", "What is this?");
    await page.click("#send");
    await page.waitForSelector(".turn.user img");
    await page.waitForSelector(".turn.assistant:last-of-type .figures");
  },

  async embeddings(page) {
    await page.click(RUN);
    await page.waitForSelector("canvas.map");
    await codeOf(page, /ai\.embedMany\(model, documents/);
    await page.click("form[role=search] button.primary");
    await page.waitForSelector(".bars");
    assert.equal(await page.locator(".bars tbody tr").count(), 5);
    const drawn = await page.$eval("canvas.map", (canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value !== 0);
    });
    assert.ok(drawn, "nothing on the map");
    await page.click("text=Answer from the best three");
    await page.waitForSelector("blockquote:not([hidden]):has-text('stand-in')");
  },

  async rerank(page) {
    await page.click(RUN);
    await page.waitForSelector(".bars");
    const scores = (await page.locator(".bars .figure").allInnerTexts()).map(Number);
    assert.equal(scores.length, 5);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
    assert.match(await page.innerText(".meta"), /@cf\/baai\/bge-reranker-base/);
    await codeOf(page, /ai\.rerank\(model, input, \{ signal \}\)/);
  },

  async classify(page) {
    await page.click(RUN);
    await page.waitForSelector(".bars");
    assert.equal(await page.locator(".bars tbody tr").count(), 2);
    // Nothing entered: the field is marked, and the reason is said.
    await page.fill("textarea[name=text]", "");
    await page.click(RUN);
    await page.waitForSelector(".problem");
    assert.match(await page.innerText(".problem"), /text.*\n*.*INVALID_INPUT/s);
    assert.equal(await page.getAttribute("textarea[name=text]", "aria-invalid"), "true");
  },

  async summarize(page) {
    await page.click(RUN);
    await page.waitForSelector("blockquote");
    assert.notEqual(await page.innerText("blockquote"), "");
    // One that never answers can be stopped, and another one asked.
    await page.fill("textarea[name=input_text]", ENDLESS);
    await page.click(RUN);
    await page.click("form button:text-is('Stop')");
    await page.waitForSelector(".stopped");
    await page.fill("textarea[name=input_text]", "A lighthouse was built.");
    await page.click(RUN);
    await page.waitForSelector("blockquote");
  },

  async translate(page) {
    await page.selectOption("select[name=target_lang]", "de");
    await page.click(RUN);
    await page.waitForSelector("blockquote[lang=de]");
    assert.notEqual(await page.innerText("blockquote"), "");
    await page.selectOption("select[name=model]", "@cf/ai4bharat/indictrans2-en-indic-1B");
    await page.selectOption("select[name=target_lang]", "tam_Taml");
    await page.click(RUN);
    await page.waitForSelector("blockquote[lang=tam-Taml]");
  },

  async decide(page) {
    await page.click(RUN);
    await page.waitForSelector(".bars");
    assert.equal(await page.locator(".bars").count(), 3);
  },

  async transcribe(page) {
    await page.click("text=Let a model say a sentence");
    await page.waitForSelector(".preview audio");
    await page.click(RUN);
    await page.waitForSelector(".result blockquote");
    assert.ok((await durationOf(page, ".result audio")) > 0);
    await page.locator(".word").nth(1).click();
    await page.waitForFunction(() => document.querySelector(".result audio").currentTime > 0);
    assert.match(await page.textContent(".result pre"), /^WEBVTT/);
  },

  async speech(page) {
    await page.click(RUN);
    await page.waitForSelector(".result audio");
    assert.ok((await durationOf(page, ".result audio")) > 0);
    assert.match(await page.getAttribute(".result a[download]", "download"), /^speech\.\w+$/);
  },

  async turn(page) {
    await page.setInputFiles("input[name=audio]", wavFile());
    await page.click(RUN);
    await page.waitForSelector(".output");
    assert.match(await page.innerText(".output"), /speaker/);
  },

  async realtime(page) {
    await page.click(RUN);
    await page.waitForSelector(".result audio");
    assert.ok((await durationOf(page, ".result audio")) > 0);
    // A recording is heard to its end; the microphone until one hangs up.
    await page.selectOption("select[name=model]", "@cf/deepgram/flux");
    await page.setInputFiles("input[name=audio]", wavFile());
    await page.click(RUN);
    await page.waitForSelector(".turns .final");
    await page.waitForSelector(RUN);
    await page.reload();
    await page.selectOption("select[name=model]", "@cf/deepgram/flux");
    await page.click(RUN);
    await page.waitForSelector(".turns li");
    await page.click("form button:text-is('Stop')");
    await page.waitForSelector("text=You hung up.");
  },

  async image(page) {
    await page.click(RUN);
    assert.ok((await widthOf(page, ".result img")) > 0);
    await page.selectOption("select[name=model]", "@cf/runwayml/stable-diffusion-v1-5-inpainting");
    for (const button of await page.locator("text=Use a sample").all()) await button.click();
    await page.waitForFunction(() => document.querySelectorAll(".preview img").length === 2);
    await page.click(RUN);
    assert.ok((await widthOf(page, ".result img")) > 0);
    await page.selectOption("select[name=model]", "@cf/black-forest-labs/flux-2-klein-4b");
    await page.click(RUN);
    assert.ok((await widthOf(page, ".result img")) > 0);
  },

  async describe(page) {
    await page.setInputFiles("input[name=image]", pngFile());
    await page.click(RUN);
    await page.waitForSelector(".result blockquote");
    assert.notEqual(await page.innerText(".result blockquote"), "");
  },

  async "classify-image"(page) {
    await page.click("text=Use a sample");
    await page.waitForSelector(".preview img");
    await page.click(RUN);
    await page.waitForSelector(".bars");
    assert.equal(await page.locator(".bars tbody tr").count(), 5);
    // What is no picture is refused, and the field marked.
    await page.setInputFiles("input[name=image]", {
      name: "x.png",
      mimeType: "image/png",
      buffer: Buffer.from("no"),
    });
    await page.click(RUN);
    await page.waitForSelector(".problem");
  },

  async detect(page) {
    await page.click("text=Use a sample");
    await page.waitForSelector(".preview img");
    await page.click(RUN);
    await page.waitForSelector(".boxes svg rect");
    const found = await page.locator(".bars tbody tr").count();
    assert.ok(found > 0);
    assert.equal(await page.locator(".boxes svg text").count(), found);
  },

  async markdown(page) {
    await page.click("text=Use samples");
    await page.waitForSelector(".preview img");
    await page.click(RUN);
    await page.waitForSelector(".document table");
    assert.equal(await page.locator(".document").count(), 3);
    assert.match(await page.innerText(".document table"), /Meridian/);
    assert.equal(await page.locator(".document li").count(), 2);
  },

  async batch(page) {
    await page.click(RUN);
    await page.waitForSelector(".result .table");
    assert.equal(await page.locator(".result .table tbody tr").count(), 3);
    assert.ok((await page.locator(".looks li").count()) > 1);
    assert.match(await page.innerText(".result .table"), /line-3/);
  },

  async models(page) {
    await page.waitForSelector(".table tbody tr");
    const all = await page.locator(".table tbody tr").count();
    assert.ok(all > 50, `${all} models`);
    await page.selectOption("#task", "Text Embeddings");
    await page.fill("#search", "BGE-");
    const names = await page.locator(".table tbody th").allInnerTexts();
    assert.ok(
      names.length > 0 && names.length < all && names.every((name) => /bge-/.test(name)),
      names.join(),
    );
  },
};

for (const entry of PAGES) {
  test(`the page "${entry.title}"`, { timeout: 60_000 }, async () => {
    const page = await context.newPage();
    const problems = [];
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      // The browser itself reports every refused request.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
        problems.push(message.text());
    });
    try {
      await page.goto(demo.url + pathOf(entry));
      assert.match(await page.title(), new RegExp(`^${entry.title}`));
      await DRIVES[entry.name](page);
      // Beside each answer, as long as it is to be seen.
      if (entry.task && (await page.locator(".meta, .figures").count()) > 0) {
        answered += 1;
        assert.ok((await page.locator(".stand-in").count()) > 0, "nothing says that no model has answered");
        assert.doesNotMatch(await page.innerText("main"), /\$\d|dollar/);
      }
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        "wider than 360 pixels",
      );
      assert.deepEqual(await page.evaluate(unlabelled), []);
      assert.deepEqual(problems, []);
    } finally {
      await page.close();
    }
  });
}

test("answers of most pages were seen, and said that no model gave them", () =>
  assert.ok(answered > 8, String(answered)));

/** Controls without a name for who doesn't see them. Runs in the page. */
function unlabelled() {
  return [...document.querySelectorAll("input, select, textarea, button")]
    .filter((control) => !control.labels?.length && !control.textContent.trim() && !control.ariaLabel)
    .map((control) => control.outerHTML);
}

async function codeOf(page, expected) {
  assert.match(await page.locator(".code code").first().textContent(), expected);
}

const durationOf = (page, selector) =>
  page.$eval(
    selector,
    (audio) =>
      new Promise((resolve, reject) => {
        const tell = () => resolve(audio.duration);
        if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) return tell();
        audio.addEventListener("loadedmetadata", tell);
        audio.addEventListener("error", () => reject(audio.error));
      }),
  );

/** The width of the picture once there is one. */
async function widthOf(page, selector) {
  await page.waitForSelector(selector);
  return page.$eval(selector, async (image) => {
    await image.decode();
    return image.naturalWidth;
  });
}

/** The smallest picture: one red pixel. */
function pngFile() {
  const base64 =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
  return { name: "pixel.png", mimeType: "image/png", buffer: Buffer.from(base64, "base64") };
}

/** A second of a tone. */
function wavFile() {
  const rate = 16000;
  const buffer = Buffer.alloc(44 + rate * 2);
  buffer.write("RIFF", 0);
  buffer.writeUInt32LE(36 + rate * 2, 4);
  buffer.write("WAVEfmt ", 8);
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(1, 20);
  buffer.writeUInt16LE(1, 22);
  buffer.writeUInt32LE(rate, 24);
  buffer.writeUInt32LE(rate * 2, 28);
  buffer.writeUInt16LE(2, 32);
  buffer.writeUInt16LE(16, 34);
  buffer.write("data", 36);
  buffer.writeUInt32LE(rate * 2, 40);
  for (let i = 0; i < rate; i++) buffer.writeInt16LE(Math.sin(i / 6) * 12_000, 44 + i * 2);
  return { name: "tone.wav", mimeType: "audio/wav", buffer };
}
