// Whatever JSON a model is given, it is answered or refused: nothing of it is an error of the service's own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createLocalHandler } from "../../../pkg-template/local/index.js";
import { fieldsOf } from "../../../pkg-template/local/inputs/check.js";
import { catalog } from "../../../pkg-template/local/models/catalog.js";

const ODD = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  "",
  "a",
  "\0\ud800",
  [],
  {},
  [null],
  [[]],
  [{}],
  [1, "a", null],
  { a: null },
  { length: 1e9 },
  { __proto__: null, toString: 1 },
  [{ role: "user" }],
  [{ role: 1, content: [null] }],
  [{ role: "user", content: [{ type: "image_url", image_url: null }] }],
  [{ role: "assistant", content: "", tool_calls: [null] }],
  [{ type: "function", function: null }],
  { type: "json_schema", json_schema: [] },
  {
    type: "json_schema",
    json_schema: { type: ["object", null], properties: 1, required: "a", allOf: [null] },
  },
  { questions: { "": { type: "choice" } } },
];
/** Fields that are read although no schema names them. */
const OTHERS = [
  "options",
  "lora",
  "stop",
  "stream",
  "stream_options",
  "requests",
  "request_id",
  "n",
  "image",
  "constructor",
];
/** One of each family. */
const MODELS = new Map(catalog.models.map(({ id, input }) => [input, id]));
/** An input that would be taken, so that each field is reached in turn. */
const PLAIN = {
  prompt: undefined,
  messages: [{ role: "user", content: "a" }],
  text: "a",
  query: "a",
  contexts: [{ text: "a" }],
  input_text: "a",
  target_lang: "de",
  model: "clef",
  state: "a",
  questions: { q: { type: "noul", instructions: "a" } },
  fields: { f: { type: "text" } },
};

const errors = [];
const handle = createLocalHandler({
  engine: "stand-in",
  env: {},
  onError: (error) => errors.push(error.stack),
});

async function ask(path, body) {
  const response = await handle(
    new Request(`http://local${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }),
  );
  await response.arrayBuffer();
  return response.status;
}

function* bodies(names) {
  for (const odd of ODD) yield JSON.stringify(odd);
  for (const name of names)
    for (const odd of ODD) {
      yield JSON.stringify({ ...PLAIN, [name]: odd });
      yield JSON.stringify({ [name]: odd });
    }
}

for (const [family, id] of MODELS) {
  test(`odd inputs of ${family}`, async () => {
    for (const body of bodies([...Object.keys(fieldsOf(family)), ...OTHERS])) {
      const status = await ask(`/ai/run/${id}`, body);
      assert.ok(status < 500, `${status} to ${body}`);
    }
    assert.deepEqual(errors.splice(0), []);
  });
}

for (const path of ["chat/completions", "embeddings", "responses", "messages"]) {
  test(`odd inputs of /v1/${path}`, async () => {
    const model = path === "embeddings" ? "@cf/baai/bge-m3" : "@cf/openai/gpt-oss-20b";
    const names = [
      "messages",
      "input",
      "tools",
      "tool_choice",
      "system",
      "stop_sequences",
      "instructions",
      "text",
      "max_tokens",
      "response_format",
      "thinking",
    ];
    for (const body of bodies(names)) {
      const status = await ask(
        `/ai/v1/${path}`,
        body.startsWith("{") ? JSON.stringify({ ...JSON.parse(body), model }) : body,
      );
      assert.ok(status < 500, `${status} to ${body}`);
    }
    assert.deepEqual(errors.splice(0), []);
  });
}

test("odd bodies of the other endpoints", async () => {
  for (const path of [
    "/ai/run",
    "/ai/finetunes",
    "/ai-gateway/universal/run/g",
    "/run?version=3",
    "/to-everything/markdown/transformer",
  ])
    for (const body of bodies([
      "inputs",
      "options",
      "model",
      "input",
      "files",
      "name",
      "provider",
      "endpoint",
      "query",
      "headers",
    ])) {
      const status = await ask(path, body);
      assert.ok(status < 500, `${path}: ${status} to ${body}`);
    }
  assert.deepEqual(errors.splice(0), []);
});
