/** The tasks of text that are neither generation nor vectors. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder } from "./stubs.mjs";

const RERANKER = "@cf/baai/bge-reranker-base";
const SENTIMENT = "@cf/huggingface/distilbert-sst-2-int8";
const SUMMARIZER = "@cf/facebook/bart-large-cnn";
const M2M = "@cf/meta/m2m100-1.2b";
const INDIC = "@cf/ai4bharat/indictrans2-en-indic-1B";
const CLEF = "@cf/cloudflare/clef-flash";
const OMNI = "@cf/cloudflare/clef-omni";

/** A client of a service that answers everything with this. */
function answering(lib, result) {
  const { fetch, requests } = recorder(() => jsonResponse({ result, success: true }));
  return { client: new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch }), requests };
}

testEachDoor("rerank: the best first, with the texts", async ({ door }) => {
  const contexts = ["a cat", "a lizard", "nothing at all"];
  const ai = door.client();
  const { results, raw, meta } = await ai.rerank(RERANKER, { query: "a lizard", contexts });
  deepEqual(results.map(({ index }) => index).sort(), [0, 1, 2]);
  equal(results[0].text, "a lizard");
  ok(results.every(({ index, text, score }) => text === contexts[index] && score >= 0 && score <= 1));
  ok(results.every(({ score }, at) => at === 0 || score <= results[at - 1].score));
  ok(Array.isArray(raw.response) && meta.door === door.name && meta.durationMs > 0);
  const objects = contexts.map((text) => ({ text }));
  const best = await ai.rerank(RERANKER, { query: "a lizard", contexts: objects, top_k: 1 });
  deepEqual(best.results, results.slice(0, 1));
});

test("rerank: a hundred contexts, and an index of none is no answer", async ({ lib }) => {
  const contexts = Array.from({ length: 100 }, (_, at) => `context ${at}`);
  const { client, requests } = answering(lib, { response: [{ id: 99, score: 0.5 }] });
  const { results } = await client.rerank(RERANKER, { query: "q", contexts, top_k: 1 });
  deepEqual(results, [{ index: 99, score: 0.5, text: "context 99" }]);
  deepEqual(requests[0].body.contexts[42], { text: "context 42" });
  const wrong = answering(lib, { response: [{ id: 2, score: 0.5 }] });
  await rejects(wrong.client.rerank(RERANKER, { query: "q", contexts: ["a", "b"] }), {
    code: "MALFORMED_RESPONSE",
    attempts: 1,
  });
});

testEachDoor("classifyText: labels, the likeliest first", async ({ door }) => {
  const ai = door.client();
  const { labels } = await ai.classifyText(SENTIMENT, "I love it, it is wonderful");
  equal(labels.length, 2);
  ok(labels[0].score >= labels[1].score);
  deepEqual(labels.map(({ label }) => label).sort(), ["NEGATIVE", "POSITIVE"]);
  deepEqual((await ai.classifyText(SENTIMENT, { text: "I love it, it is wonderful" })).labels, labels);
});

testEachDoor("summarize: a deprecated model works", async ({ door }) => {
  const ai = door.client();
  const { summary, meta } = await ai.summarize(SUMMARIZER, "One sentence. Another sentence.");
  ok(summary.length > 0 && meta.model === SUMMARIZER);
  const short = await ai.summarize(SUMMARIZER, { input_text: "One sentence. Another one.", max_length: 2 });
  ok(short.summary.length > 0);
});

testEachDoor("translate: one name for the languages of both models", async ({ door }) => {
  const ai = door.client();
  const { text, raw } = await ai.translate(M2M, { text: "Good morning", target_lang: "es" });
  ok(text.length > 0 && raw.translated_text === text);
  const named = await ai.translate(M2M, {
    text: "Good morning",
    source_lang: "English",
    target_lang: "Spanish",
  });
  equal(named.text, text);
  for (const target_lang of ["hin_Deva", "hi", "Hindi"]) {
    const hindi = await ai.translate(INDIC, { text: "Good morning", source_lang: "en", target_lang });
    ok(hindi.text.length > 0 && hindi.raw.translations.length === 1);
  }
});

testEachDoor("translate: several texts at once, whatever the model takes", async ({ door }) => {
  const texts = ["one", "two", "three", "four", "five", "six"];
  for (const [model, target_lang, attempts] of [
    [M2M, "de", 6],
    [INDIC, "tam_Taml", 1],
  ]) {
    let requests = 0;
    const ai = door.client({ hooks: { onRequest: () => requests++ } });
    const many = await ai.translate(model, { text: texts, target_lang });
    equal(many.texts.length, 6);
    equal(many.meta.attempts, attempts);
    equal(requests, attempts);
    const one = await ai.translate(model, { text: "five", target_lang });
    equal(many.texts[4], one.text);
  }
});

test("translate: the model's own names and codes go out", async ({ lib }) => {
  const m2m = answering(lib, { translated_text: "x" });
  await m2m.client.translate(M2M, { text: "a", source_lang: "German", target_lang: "pt-BR", more: 1 });
  deepEqual(m2m.requests[0].body, { text: "a", source_lang: "de", target_lang: "pt", more: 1 });
  const indic = answering(lib, { translations: ["x"] });
  await indic.client.translate(INDIC, { text: "a", source_lang: "en", target_lang: "hi" });
  deepEqual(indic.requests[0].body, { text: "a", target_language: "hin_Deva" });
  const other = answering(lib, { translated_text: "x" });
  await other.client.translate("@cf/new/model", { text: ["a", "b"], target_lang: "Klingon" });
  deepEqual(
    other.requests.map(({ body }) => body),
    [
      { text: "a", target_lang: "Klingon" },
      { text: "b", target_lang: "Klingon" },
    ],
  );
});

test("translate: a failure of one of several requests ends the others", async ({ lib }) => {
  const signals = [];
  const fetch = async (_url, { body, signal }) => {
    signals.push(signal);
    if (JSON.parse(body).text === "b")
      return jsonResponse({ errors: [{ code: 5006, message: "no" }] }, { status: 400 });
    if (JSON.parse(body).text === "a")
      return jsonResponse({ result: { translated_text: "x" }, success: true });
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const text = ["a", "b", "c", "d"];
  const error = await rejects(client.translate(M2M, { text, target_lang: "es" }), { code: "INVALID_INPUT" });
  // What was paid for is not lost.
  deepEqual(error.partial, { texts: ["x"] });
  ok(signals.slice(2).every((signal) => signal.aborted));
});

const QUESTIONS = {
  angry: { type: "noul", instructions: "Is the customer angry?" },
  topic: {
    type: "choice",
    instructions: "What is it about?",
    criteria: { refund: "money back", delivery: null },
  },
  urgency: { type: "score", instructions: "How urgent?", criteria: ["can wait", "today", "now"] },
};

testEachDoor("decide: answers by the names of the questions", async ({ door }) => {
  const ai = door.client();
  const state = { customer: "wants a refund", $: "is no sign of ours" };
  const { answers, usage, raw } = await ai.decide(CLEF, { state, questions: QUESTIONS });
  deepEqual(
    Object.entries(answers).map(([name, { type }]) => [name, type]),
    [
      ["angry", "noul"],
      ["topic", "choice"],
      ["urgency", "score"],
    ],
  );
  equal(raw.model, "clef-flash");
  ok(usage.promptTokens > 0);
});

/** The smallest GIF-like PNG that a decoder takes: one pixel. */
const PIXEL = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

testEachDoor("decide: images in any form", async ({ door }) => {
  const images = [
    PIXEL,
    new Blob([PIXEL], { type: "image/png" }),
    new Response(PIXEL),
    { content_type: "image/png", base64: btoa(String.fromCharCode(...PIXEL)) },
  ];
  const { answers } = await door.client().decide(OMNI, { state: "", questions: QUESTIONS, images });
  equal(Object.keys(answers).length, 3);
});

testEachDoor("decide: fields are extracted", async ({ door }) => {
  const { answers } = await door.client().decide("@cf/cloudflare/clairic", {
    state: "Total: 12.50",
    fields: { total: { type: "number" } },
  });
  equal(answers.total.value, 12.5);
});

testEachDoor("what is no input is refused before any request, by its field", async ({ door }) => {
  const ai = door.client({ hooks: { onRequest: () => ok(false, "a request") } });
  for (const [method, model, input, field] of [
    ["rerank", RERANKER, "a", "input"],
    ["rerank", RERANKER, { contexts: ["a"] }, "query"],
    ["rerank", RERANKER, { query: "a", contexts: [] }, "contexts"],
    ["rerank", RERANKER, { query: "a", contexts: ["a", ""] }, "contexts"],
    ["rerank", RERANKER, { query: "a", contexts: ["a"], top_k: 0 }, "top_k"],
    ["rerank", SENTIMENT, { query: "a", contexts: ["a"] }, "model"],
    ["classifyText", SENTIMENT, "", "text"],
    ["classifyText", SENTIMENT, { text: ["a"] }, "text"],
    ["classifyText", SENTIMENT, null, "input"],
    ["summarize", SUMMARIZER, {}, "input_text"],
    ["summarize", SUMMARIZER, { input_text: "a", max_length: "long" }, "max_length"],
    ["translate", M2M, "a", "input"],
    ["translate", M2M, { text: "a" }, "target_lang"],
    ["translate", M2M, { text: "", target_lang: "es" }, "text"],
    ["translate", M2M, { text: ["a", ""], target_lang: "es" }, "text"],
    ["translate", M2M, { text: "a", target_lang: "tlh" }, "target_lang"],
    ["translate", INDIC, { text: "a", target_lang: "es" }, "target_lang"],
    ["translate", INDIC, { text: "a", target_lang: "hi", source_lang: "fr" }, "source_lang"],
    ["decide", CLEF, { questions: QUESTIONS }, "state"],
    ["decide", CLEF, { state: "a", questions: {} }, "questions"],
    ["decide", CLEF, { state: "a", questions: { x: { type: "noul" } } }, "questions.x.instructions"],
    ["decide", CLEF, { state: "a", questions: QUESTIONS, model: "clef" }, "model"],
    ["decide", CLEF, { state: "a", questions: QUESTIONS, audio: [PIXEL] }, "audio"],
    ["decide", OMNI, { state: "a", questions: QUESTIONS, images: ["https://example.com/a.png"] }, "images.0"],
    ["decide", OMNI, { state: "a", questions: QUESTIONS, images: Array(5).fill(PIXEL) }, "images"],
  ]) {
    await rejects(ai[method](model, input), { code: "INVALID_INPUT", field });
  }
  const unknown = await rejects(ai.translate(M2M, { text: "a", target_lang: "tlh" }));
  match(unknown.message, /one of af, am, .* zu/);
});

test("what a model should have given and has not is named", async ({ lib }) => {
  const { client } = answering(lib, { something: "else" });
  for (const [method, model, input, what] of [
    ["rerank", RERANKER, { query: "q", contexts: ["a"] }, /response/],
    ["classifyText", SENTIMENT, "a", /labels/],
    ["summarize", SUMMARIZER, "a", /summary/],
    ["translate", M2M, { text: "a", target_lang: "es" }, /translated_text/],
    ["decide", CLEF, { state: "a", questions: QUESTIONS }, /answers/],
  ]) {
    await rejects(client[method](model, input), { code: "MALFORMED_RESPONSE", message: what, attempts: 1 });
  }
});

test("a model past its end is warned of once", async ({ lib }) => {
  const { client } = answering(lib, { summary: "s" });
  const warnings = [];
  const { warn } = console;
  console.warn = (...words) => warnings.push(words.join(" "));
  try {
    const model = "@cf/facebook/bart-large-cnn";
    await client.summarize(model, "a");
    await client.summarize(model, "b");
  } finally {
    console.warn = warn;
  }
  // Another test may have been first.
  ok(warnings.length <= 1, warnings.join("\n"));
  for (const line of warnings) match(line, /bart-large-cnn is deprecated since 2026-05-30/);
});

test("models that are not known have the usual shape of their task", async ({ lib }) => {
  const labels = answering(lib, [{ label: "A", score: 0.25 }]);
  deepEqual((await labels.client.classifyText("@cf/new/model", "a")).labels, [{ label: "A", score: 0.25 }]);
  deepEqual(labels.requests[0].body, { text: "a" });
  const summary = answering(lib, { summary: "s" });
  equal((await summary.client.summarize("@cf/new/model", "a")).summary, "s");
  const ranked = answering(lib, { response: [{ id: 0, score: 1 }] });
  const { results } = await ranked.client.rerank("@cf/new/model", { query: "q", contexts: ["a"] });
  deepEqual(results, [{ index: 0, score: 1, text: "a" }]);
});
