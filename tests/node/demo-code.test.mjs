// "The code that made it" on the demo's pages: made of the function that has run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { snippet } from "../../www/lib/code.js";

const HEAD =
  'import { WorkersAI } from "workers-ai-wasm";\n\nconst ai = new WorkersAI({ baseURL: "/ai" });\n';

test("an expression, with the values that it names and no others", () => {
  const run = ({ ai, model, input }) => ai.rerank(model, input);
  const text = snippet(run, {
    model: "@cf/a/b",
    input: { query: "q", contexts: ["a", "b"], "odd name": 1 },
    other: 1,
  });
  assert.equal(
    text,
    `${HEAD}const model = "@cf/a/b";
const input = { query: "q", contexts: ["a", "b"], "odd name": 1 };

const result = await ai.rerank(model, input);`,
  );
});

test("statements, without their indentation; what is returned gets a name", () => {
  async function run({ ai, signal }) {
    for (const name of ["a"]) {
      await ai.run(name, {}, { signal });
    }
    return ai.models.list();
  }
  assert.equal(
    snippet(run, {}),
    `${HEAD}const { signal } = new AbortController();

for (const name of ["a"]) {
  await ai.run(name, {}, { signal });
}
const result = await ai.models.list();`,
  );
});

test("files are what the page has them from, long texts are cut", () => {
  const run = ({ ai, model, input }) => ai.transcribe(model, input);
  const audio = new File(["abc"], "a.wav", { type: "audio/wav" });
  const text = snippet(run, { model: "m", input: { audio, prompt: "x".repeat(500) } });
  assert.match(
    text,
    /audio: document\.querySelector\("input\[type=file\]"\)\.files\[0\] \/\* a\.wav, audio\/wav, 3 bytes \*\//,
  );
  assert.match(text, /"x{160}…"/);
});
