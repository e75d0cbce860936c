/** What runs of tools and structured output make of each reply of tests/fixtures/text_generation: the failures and the text of `generateText`. */
import { equal, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import replies from "./replies.mjs";
import { responseOf } from "./reply.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct-fast";

/** A client whose service answers with this reply, in one piece or byte by byte. */
const clientOf = (lib, reply, isCut) =>
  new lib.WorkersAI({ binding: { run: async () => responseOf(reply, isCut) }, maxRetries: 0 });

const runOf = (lib) => {
  const noop = lib.tool({ description: "Does nothing", input: { type: "object" }, execute: () => "" });
  return { prompt: "hi", tools: { noop }, maxSteps: 1 };
};
const object = { prompt: "hi", schema: { type: "object" } };

const TEXTS = {
  runTools: (ai, model, lib) => ai.runTools(model, runOf(lib)),
  "runTools, streamed": async (ai, model, lib) =>
    (await ai.runTools(model, { ...runOf(lib), stream: true })).final(),
};
const OBJECTS = {
  generateObject: (ai, model) => ai.generateObject(model, object),
  streamObject: async (ai, model) => {
    const stream = await ai.streamObject(model, object);
    for await (const _ of stream.partials);
    return { object: await stream.object };
  },
};

const settled = (promise) =>
  promise.then(
    (result) => ({ result }),
    (error) => ({ error }),
  );

for (const reply of replies) {
  const { name, expect, model = MODEL } = reply;
  test(`tools and objects of the reply: ${name}`, async ({ lib }) => {
    for (const [method, call] of Object.entries({ ...TEXTS, ...OBJECTS })) {
      for (const cut of [false, true]) {
        const where = `${method}${cut ? ", byte by byte" : ""}`;
        const { result, error } = await settled(call(clientOf(lib, reply, cut), model, lib));
        if (expect.code !== undefined) {
          equal(error?.code, expect.code, `${where}: ${error?.message ?? JSON.stringify(result)}`);
          equal(error.internalCode, expect.internalCode, where);
        } else if (method in TEXTS) {
          equal(error, undefined, `${where}: ${error?.message}`);
          equal(result.text, expect.text, where);
        } else {
          ok(error === undefined || error.code === "NO_OBJECT", `${where}: ${error?.code}`);
        }
      }
    }
  });
}
