// What a page makes of each reply when it comes through the proxy, over either upstream: the same as a server that asks by itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { createProxy } from "workers-ai-wasm/proxy";
import { responseOf } from "../../suite/reply.mjs";
import { ACCOUNT, ORIGIN, TOKEN } from "./helpers.mjs";

const FILE = new URL("../../fixtures/text_generation/replies.json", import.meta.url);
const replies = JSON.parse(readFileSync(FILE, "utf8"));
const MODEL = "@cf/meta/llama-3.1-8b-instruct";

const UPSTREAMS = {
  http: (answer) => ({ accountId: ACCOUNT, apiToken: TOKEN, fetch: async () => answer() }),
  binding: (answer) => ({ binding: { run: async () => answer() } }),
};

/** A page's client, whose proxy has a service that gives this answer. */
function page(upstream, model, answer) {
  const proxy = createProxy({ models: [model], endpoints: ["run", "v1"], ...UPSTREAMS[upstream](answer) });
  const fetch = (url, init) => {
    const headers = new Headers(init.headers);
    headers.set("origin", ORIGIN);
    return proxy(new Request(new URL(url, ORIGIN), { ...init, headers }));
  };
  return new WorkersAI({ baseURL: `${ORIGIN}/ai`, fetch, maxRetries: 0 });
}

const METHODS = {
  generateText: (ai, model) => ai.generateText(model, "hi"),
  streamText: async (ai, model) => (await ai.streamText(model, "hi")).final(),
};

/** What the proxy answers in OpenAI's shape: the client's text of it. */
const MESSAGES = [{ role: "user", content: "hi" }];
const COMPLETIONS = {
  "chat.completions": async (ai, model) =>
    (await ai.chat.completions.create({ model, messages: MESSAGES })).choices[0].message.content ?? "",
  "chat.completions, streamed": async (ai, model) =>
    (await (await ai.chat.completions.create({ model, messages: MESSAGES, stream: true })).final()).text,
};

/** Has each method meet the reply, in one piece and byte by byte: it fails with `code` as the reply says, or gives what `checkResult` looks at. */
async function checkEach(methods, upstream, reply, code, checkResult) {
  const { expect, model = MODEL } = reply;
  for (const [method, call] of Object.entries(methods)) {
    for (const isCut of [false, true]) {
      const where = `${method}${isCut ? ", byte by byte" : ""}`;
      const ai = page(upstream, model, () => responseOf(reply, isCut));
      const outcome = await call(ai, model).catch((error) => error);
      if (outcome instanceof Error) {
        assert.equal(outcome.code, code, `${where}: ${outcome.message}`);
        assert.equal(outcome.internalCode, expect.internalCode, where);
        if (expect.says) assert.ok(outcome.message.includes(expect.says), `${where}: ${outcome.message}`);
        if (expect.hides) assert.ok(!outcome.message.includes(expect.hides), `${where}: ${outcome.message}`);
        if (expect.retryable !== undefined) assert.equal(outcome.retryable, expect.retryable, where);
      } else {
        assert.equal(undefined, expect.code, `${where}: ${JSON.stringify(outcome)}`);
        checkResult(outcome, where);
      }
    }
  }
}

for (const upstream of Object.keys(UPSTREAMS)) {
  for (const reply of replies) {
    const { name, expect } = reply;
    test(`${name} [${upstream}]`, () =>
      checkEach(METHODS, upstream, reply, expect.code, (result, where) => {
        for (const member of ["text", "reasoning", "finishReason"])
          assert.equal(result[member], expect[member], `${where}: ${member}`);
      }));
    // What has a choice is a chat completion already, and stays as it came.
    if (expect.cc === false) continue;
    // Half a JSON text in the place of events is no JSON to the interface, streamed or not.
    const code = expect.whole ?? expect.code;
    test(`${name} [${upstream}, OpenAI's shape]`, () =>
      checkEach(COMPLETIONS, upstream, reply, code, (text, where) => assert.equal(text, expect.text, where)));
  }
}
