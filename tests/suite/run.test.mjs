/** `run` is `env.AI.run` at every door: same input, same result. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";

const EMBEDDINGS = "@cf/baai/bge-base-en-v1.5";

testEachDoor("legacy: the service's own object", async ({ door }) => {
  const answer = await door.client().run(MODELS.legacy, { prompt: "echo: as it is" });
  equal(answer.response, "as it is");
  equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

testEachDoor("chat: the service's own object", async ({ door }) => {
  const answer = await door
    .client()
    .run(MODELS.chat, { messages: [{ role: "user", content: "echo: as it is" }] });
  equal(answer.object, "chat.completion");
  equal(answer.choices[0].message.content, "as it is");
});

testEachDoor("embeddings: rows of numbers", async ({ door }) => {
  const answer = await door.client().run(EMBEDDINGS, { text: ["one", "two", "one"] });
  deepEqual(answer.shape, [3, 768]);
  equal(answer.data.length, 3);
  equal(answer.data[0].length, 768);
  deepEqual(answer.data[0], answer.data[2]);
  ok(answer.data[0].some((value, index) => value !== answer.data[1][index]));
});

testEachDoor("a stream's items are the service's own chunks", async ({ door }) => {
  const chunks = [];
  for await (const chunk of await door.client().run(MODELS.legacy, { prompt: "echo: one two", stream: true }))
    chunks.push(chunk);
  equal(chunks.map(({ response }) => response ?? "").join(""), "one two");
  ok(chunks.some(({ usage }) => usage?.total_tokens > 0));
});

testEachDoor("a stream's .toReadableStream() is an event stream", async ({ door, lib }) => {
  const stream = await door.client().run(MODELS.chat, { prompt: "echo: one two", stream: true });
  const data = [];
  for await (const event of lib.events(stream.toReadableStream())) data.push(event.data);
  equal(data.at(-1), "[DONE]");
  const text = data.slice(0, -1).map((item) => JSON.parse(item).choices?.[0]?.delta?.content ?? "");
  equal(text.join(""), "one two");
});

testEachDoor("returnRawResponse gives the Response, and does not throw", async ({ door }) => {
  const ai = door.client();
  const good = await ai.run(MODELS.legacy, { prompt: "echo: raw" }, { returnRawResponse: true });
  ok(good instanceof Response);
  equal(good.status, 200);
  const body = await good.json();
  equal((body.result ?? body).response, "raw");
  const bad = await ai.run("@cf/nobody/nothing", { prompt: "hi" }, { returnRawResponse: true });
  ok(bad instanceof Response);
  equal(bad.status, 400);
});

testEachDoor("an error is a WorkersAIError with the service's code", async ({ door, lib }) => {
  const error = await rejects(door.client().run("@cf/nobody/nothing", { prompt: "hi" }), {
    code: "MODEL_NOT_FOUND",
    internalCode: 5007,
  });
  ok(error instanceof lib.WorkersAIError);
});

testEachDoor(
  "a page of HTML from the network's edge is an error that does not quote it",
  async ({ door }) => {
    const options = { maxRetries: 0, headers: { "x-local-fault": "edge" } };
    const error = await rejects(door.client().run(MODELS.legacy, { prompt: "hi" }, options), {
      code: "SERVER",
      status: 520,
    });
    ok(!/<html/i.test(error.message));
  },
);

testEachDoor("a gateway is named on the wire, per client and per call", async ({ door }) => {
  const ai = door.client({ gateway: "of-the-client" });
  for (const options of [undefined, { gateway: { id: "of-the-call", skipCache: true } }]) {
    const answer = await ai.run(MODELS.legacy, { prompt: "echo: through" }, options);
    equal(answer.response, "through");
  }
});

test(
  "concurrent calls on one binding never read each other's fields",
  async ({ lib, binding }) => {
    const ai = new lib.WorkersAI({ binding });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ai.generateText(MODELS.legacy, `echo: ${index}`)),
    );
    equal(new Set(results.map(({ meta }) => meta.requestId)).size, 20);
    for (const [index, { text }] of results.entries()) equal(text, String(index));
    match(binding.constructor.name, /^Ai$/, "the genuine binding");
  },
  { when: ({ binding }) => binding !== undefined },
);
