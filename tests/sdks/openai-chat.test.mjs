/** Chat completions through the genuine `openai`. */
import OpenAI from "openai";
import { deepEqual, equal, ok, rejects } from "../suite/assert.mjs";
import { MODELS, THINKING_MODEL } from "../suite/doors.mjs";
import { testEachDoor } from "../suite/harness.mjs";

const say = (content) => [{ role: "user", content }];
const WEATHER = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

for (const [dialect, model] of Object.entries({
  ...MODELS,
  thinking: THINKING_MODEL,
  oss: "@cf/openai/gpt-oss-120b",
})) {
  testEachDoor(`openai, chat, ${dialect}: a whole answer`, async ({ door, serveOpenAI }) => {
    const client = new OpenAI(serveOpenAI(door.client()));
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: "system", content: "Be brief." }, ...say("echo: Hello 🌍")],
      temperature: 0,
      max_completion_tokens: 200,
      user: "someone",
      store: false,
    });
    equal(completion.object, "chat.completion");
    equal(completion.choices[0].message.content, "Hello 🌍");
    equal(completion.choices[0].finish_reason, "stop");
    ok(completion.usage.total_tokens > 0);
  });

  testEachDoor(`openai, chat, ${dialect}: a stream`, async ({ door, serveOpenAI }) => {
    const client = new OpenAI(serveOpenAI(door.client()));
    const stream = await client.chat.completions.create({
      model,
      messages: say("count: 5"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    const reasons = [];
    let usage;
    for await (const chunk of stream) {
      equal(chunk.object, "chat.completion.chunk");
      text += chunk.choices[0]?.delta.content ?? "";
      if (chunk.choices[0]?.finish_reason) reasons.push(chunk.choices[0].finish_reason);
      usage = chunk.usage ?? usage;
    }
    equal(text, "1 2 3 4 5");
    deepEqual(reasons, ["stop"]);
    ok(usage.total_tokens > 0);
  });

  testEachDoor(`openai, chat, ${dialect}: tools`, async ({ door, serveOpenAI }) => {
    const client = new OpenAI(serveOpenAI(door.client()));
    const request = { model, messages: say('call: weather {"city":"Paris"}'), tools: [WEATHER] };
    const { choices } = await client.chat.completions.create(request);
    equal(choices[0].finish_reason, "tool_calls");
    const [call] = choices[0].message.tool_calls;
    equal(call.function.name, "weather");
    deepEqual(JSON.parse(call.function.arguments), { city: "Paris" });
    const final = await client.chat.completions.stream(request).finalChatCompletion();
    equal(final.choices[0].finish_reason, "tool_calls");
    deepEqual(JSON.parse(final.choices[0].message.tool_calls[0].function.arguments), { city: "Paris" });
  });
}

testEachDoor("openai, chat: a stream is left", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  const stream = await client.chat.completions.create({
    model: MODELS.legacy,
    messages: say("count: 500"),
    stream: true,
  });
  let chunks = 0;
  for await (const chunk of stream) {
    chunks += chunk.choices.length;
    break;
  }
  equal(chunks, 1);
  ok(stream.controller.signal.aborted);
});

testEachDoor("openai, chat: what is refused is refused plainly", async ({ door, serveOpenAI }) => {
  const client = new OpenAI(serveOpenAI(door.client()));
  const create = (more) =>
    client.chat.completions.create({ model: MODELS.legacy, messages: say("a"), ...more });
  const refused = async (more, Class, fields) => {
    const error = await rejects(create(more), fields);
    ok(error instanceof Class, error.constructor.name);
  };
  await refused({ n: 2 }, OpenAI.BadRequestError, { status: 400, param: "n" });
  await refused({ temperature: 99 }, OpenAI.BadRequestError, { param: "temperature" });
  await refused({ messages: "a" }, OpenAI.BadRequestError, { param: "messages" });
  await refused({ model: undefined }, OpenAI.BadRequestError, { param: "model" });
  await refused({ model: "@cf/no/model" }, OpenAI.NotFoundError, { status: 404, code: "model_not_found" });
});
