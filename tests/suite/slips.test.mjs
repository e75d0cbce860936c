/** Misspelt options and parameters are refused before anything is sent, through every door; what is no slip is sent. */
import { equal, match, ok, rejects, throws } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";

test("an unknown option of a client is refused with the one that was meant", ({ lib }) => {
  for (const [options, meant] of [
    [{ baseUrl: "https://example.com/ai" }, "baseURL"],
    [{ baseURL: "https://example.com/ai", apiKey: "x" }, "apiToken"],
    [{ baseURL: "https://example.com/ai", timeout: { idel: 5 } }, "timeout.idle"],
  ]) {
    const error = throws(() => new lib.WorkersAI(options), { code: "CONFIG" });
    ok(error.message.endsWith(`did you mean ${meant}?`), error.message);
  }
});

testEachDoor(
  "slips of options, parameters and messages are refused, and nothing is sent",
  async ({ door }) => {
    let requests = 0;
    const ai = door.client({
      hooks: {
        onRequest: () => {
          requests += 1;
        },
      },
    });
    const { legacy, chat } = MODELS;
    for (const [method, model, input, options, field, words] of [
      ["generateText", legacy, "hi", { abortSignal: 1 }, "abortSignal", /did you mean signal\?/],
      ["run", legacy, { prompt: "hi" }, { Timeout: 1 }, "Timeout", /did you mean timeout\?/],
      ["embed", "@cf/baai/bge-m3", "hi", { retries: 1 }, "retries", /did you mean maxRetries\?/],
      ["generateText", legacy, { prompt: "hi", maxTokens: 3 }, undefined, "maxTokens", /max_tokens\?/],
      ["streamText", chat, { prompt: "hi", temprature: 1 }, undefined, "temprature", /temperature\?/],
      ["run", legacy, { prompt: "hi", temperature: 99 }, undefined, "temperature", /from 0 to 5/],
      ["generateText", chat, [{ role: "user" }], undefined, "messages.0.content", /is missing/],
      ["streamText", chat, [{ role: "usr", content: "hi" }], undefined, "messages.0.role", /"user"/],
      ["generateText", "@cf/baai/bge-m3", "hi", undefined, "model", /use embed/],
      [
        "rerank",
        "@cf/baai/bge-reranker-base",
        { query: "a", contexts: ["b"], topK: 1 },
        undefined,
        "topK",
        /top_k\?/,
      ],
    ]) {
      const error = await rejects(ai[method](model, input, options), { code: "INVALID_INPUT", field });
      match(error.message, words);
    }
    equal(requests, 0);
    const { text } = await ai.generateText(legacy, { prompt: "echo: hi", extra: { something_new: 1 } });
    equal(text, "hi");
    equal(requests, 1);
  },
);
