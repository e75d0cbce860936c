/** Anthropic's messages through the genuine `@anthropic-ai/sdk`. */
import Anthropic from "@anthropic-ai/sdk";
import { deepEqual, equal, ok, rejects } from "../suite/assert.mjs";
import { MODELS, THINKING_MODEL } from "../suite/doors.mjs";
import { testEachDoor } from "../suite/harness.mjs";

const say = (content) => [{ role: "user", content }];
const WEATHER = {
  name: "weather",
  description: "The weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

for (const [dialect, model] of Object.entries({ ...MODELS, thinking: THINKING_MODEL })) {
  testEachDoor(`anthropic, ${dialect}: a whole message`, async ({ door, serveOpenAI }) => {
    const client = new Anthropic(serveOpenAI(door.client()));
    const message = await client.messages.create({
      model,
      max_tokens: 200,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: say([{ type: "text", text: "echo: Hello 🌍" }]),
      metadata: { user_id: "someone" },
    });
    deepEqual([message.type, message.role, message.model], ["message", "assistant", model]);
    deepEqual([message.content[0].type, message.content[0].text], ["text", "Hello 🌍"]);
    equal(message.stop_reason, "end_turn");
    ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
  });

  testEachDoor(`anthropic, ${dialect}: a stream`, async ({ door, serveOpenAI }) => {
    const client = new Anthropic(serveOpenAI(door.client()));
    const stream = client.messages.stream({ model, max_tokens: 200, messages: say("count: 5") });
    let text = "";
    stream.on("text", (piece) => {
      text += piece;
    });
    const message = await stream.finalMessage();
    equal(text, "1 2 3 4 5");
    deepEqual([message.content.at(-1).text, message.stop_reason], ["1 2 3 4 5", "end_turn"]);
    ok(message.usage.output_tokens > 0);
  });

  testEachDoor(`anthropic, ${dialect}: tools and their results`, async ({ door, serveOpenAI }) => {
    const client = new Anthropic(serveOpenAI(door.client()));
    const messages = say('call: weather {"city":"Paris"}');
    const request = { model, max_tokens: 200, messages, tools: [WEATHER] };
    const first = await client.messages.create(request);
    equal(first.stop_reason, "tool_use");
    const call = first.content.find(({ type }) => type === "tool_use");
    deepEqual([call.name, call.input], ["weather", { city: "Paris" }]);
    const streamed = await client.messages.stream(request).finalMessage();
    deepEqual(streamed.content.find(({ type }) => type === "tool_use").input, { city: "Paris" });
    const result = { type: "tool_result", tool_use_id: call.id, content: [{ type: "text", text: "sunny" }] };
    const turns = [
      ...messages,
      { role: "assistant", content: first.content },
      { role: "user", content: [result] },
    ];
    const second = await client.messages.create({ ...request, messages: turns });
    ok(second.content.some(({ type }) => type === "text"));
  });
}

testEachDoor("anthropic: thinking is told to who asks for it", async ({ door, serveOpenAI }) => {
  const client = new Anthropic(serveOpenAI(door.client()));
  const request = {
    model: THINKING_MODEL,
    max_tokens: 2000,
    thinking: { type: "enabled", budget_tokens: 1024 },
    messages: say("echo: Hello"),
  };
  const whole = await client.messages.create(request);
  const streamed = await client.messages.stream(request).finalMessage();
  for (const { content } of [whole, streamed]) {
    deepEqual(
      content.map(({ type }) => type),
      ["thinking", "text"],
    );
    ok(content[0].thinking.length > 0);
  }
});

testEachDoor("anthropic: models, and what is refused", async ({ door, serveOpenAI }) => {
  const client = new Anthropic(serveOpenAI(door.client()));
  const ids = [];
  for await (const { id } of client.models.list()) ids.push(id);
  ok(ids.includes("@cf/meta/llama-3.3-70b-instruct-fp8-fast"));
  const { model, messages } = { model: MODELS.legacy, messages: say("a") };
  ok((await rejects(client.messages.countTokens({ model, messages }))) instanceof Anthropic.NotFoundError);
  const document = [{ type: "document", source: { type: "url", url: "https://example.com/a.pdf" } }];
  const refused = await rejects(client.messages.create({ model, max_tokens: 5, messages: say(document) }), {
    status: 400,
  });
  ok(refused instanceof Anthropic.BadRequestError);
  equal(refused.error.error.type, "invalid_request_error");
});
