/** Models of other authors, routes and the router. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient, streamResponse } from "./stubs.mjs";

const GPT = "openai/gpt-5.2";
const CLAUDE = "anthropic/claude-sonnet-5";
const GEMINI = "google/gemini-3-pro";

testEachDoor("whole and streamed, whatever dialect comes back", async ({ door }) => {
  const ai = door.client();
  for (const model of [GPT, CLAUDE, GEMINI, "dynamic/mine", "cloudflare/auto"]) {
    const whole = await ai.generateText(model, { prompt: "echo: hi", max_tokens: 50 });
    deepEqual(
      [whole.text, whole.finishReason, whole.usage.completionTokens > 0],
      ["hi", "stop", true],
      model,
    );
    const stream = await ai.streamText(model, { prompt: "echo: one two", max_tokens: 50 });
    const texts = [];
    for await (const event of stream) if (event.type === "text") texts.push(event.text);
    equal(texts.join(""), "one two", model);
    equal((await (await ai.streamText(model, "echo: x")).final()).text, "x", model);
  }
  const responses = await ai.generateText(GPT, { input: "echo: there", max_tokens: 50 });
  equal(responses.text, "there");
  const ran = await ai.run(GPT, { messages: [{ role: "user", content: "echo: hi" }] });
  equal(ran.choices[0].message.content, "hi");
});

testEachDoor("meta says whose model has answered", async ({ door }) => {
  const ai = door.client();
  const { meta } = await ai.generateText("cloudflare/auto", "echo: hi");
  deepEqual([meta.provider, meta.routedModel, meta.model, meta.step], ["openai", GPT, GPT, 0]);
  const stream = await ai.streamText(CLAUDE, "echo: hi");
  equal(stream.meta.provider, "anthropic");
  equal(await stream.text(), "hi");
  // A page gets no ids of the gateway's.
  const { traceId } = (await ai.generateText(GPT, "echo: hi")).meta;
  equal(typeof traceId, door.name === "proxy" ? "undefined" : "string");
});

testEachDoor("a signature of a thought goes back with its call", async ({ door }) => {
  const ai = door.client();
  const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
  const messages = [{ role: "user", content: "call f" }];
  for (const streamed of [false, true]) {
    const input = { messages, tools, tool_choice: { type: "function", function: { name: "f" } } };
    const result = streamed
      ? await (await ai.streamText(GEMINI, input)).final()
      : await ai.generateText(GEMINI, input);
    const [call] = result.toolCalls;
    ok(call.extraContent.google.thought_signature);
    deepEqual(result.message.tool_calls[0].extra_content, call.extraContent);
    const turn = { role: "tool", tool_call_id: call.id, content: "done" };
    const next = await ai.generateText(GEMINI, { messages: [...messages, result.message, turn], tools });
    equal(next.finishReason, "stop");
    const { extra_content: _, ...unsigned } = result.message.tool_calls[0];
    const message = { ...result.message, tool_calls: [unsigned] };
    await rejects(ai.generateText(GEMINI, { messages: [...messages, message, turn], tools }), {
      code: "INVALID_INPUT",
    });
  }
  for (const stream of [false, true]) {
    let ran = 0;
    const run = await ai.runTools(GEMINI, {
      prompt: "call f",
      tools: { f: { description: "f", execute: () => ++ran } },
      toolChoice: { name: "f" },
      maxSteps: 2,
      stream,
    });
    const result = stream ? await run.final() : run;
    ok(ran > 0 && result.steps.length > 1, JSON.stringify(result.steps));
  }
});

const answer = { choices: [{ message: { role: "assistant", content: "yes" }, finish_reason: "stop" }] };

test("over REST: one address, the model in the body, the gateway's settings as headers", async ({ lib }) => {
  const { fetch, requests } = recorder(() =>
    jsonResponse(
      { state: "Completed", result: answer },
      { headers: { "cf-aig-run-id": "r", "cf-aig-step": "1" } },
    ),
  );
  const ai = restClient(lib, { fetch });
  const gateway = {
    id: "mine",
    byokAlias: "other",
    zdr: true,
    sessionId: "s",
    turnId: "t",
    noSessionAffinity: false,
    allowedModels: [GPT, CLAUDE],
    allowedProviders: ["openai"],
  };
  const { text, meta } = await ai.generateText(GPT, { prompt: "x", max_tokens: 7 }, { gateway });
  equal(text, "yes");
  deepEqual([meta.runId, meta.step, meta.model], ["r", 1, GPT]);
  const [{ url, body, headers }] = requests;
  ok(url.endsWith("/ai/run"), url);
  deepEqual(body, {
    model: GPT,
    input: { messages: [{ role: "user", content: "x" }], max_completion_tokens: 7 },
  });
  const sent = Object.entries(headers).filter(([name]) => name.startsWith("cf-aig-"));
  deepEqual(Object.fromEntries(sent), {
    "cf-aig-gateway-id": "mine",
    "cf-aig-byok-alias": "other",
    "cf-aig-zdr": "true",
    "cf-aig-session-id": "s",
    "cf-aig-turn-id": "t",
    "cf-aig-no-session-affinity": "false",
    "cf-aig-allowed-models": `${GPT},${CLAUDE}`,
    "cf-aig-allowed-providers": "openai",
  });
  const input = { messages: [], max_tokens: 5 };
  await ai.run(GPT, input);
  deepEqual(requests[1].body, { model: GPT, input });
  await rejects(ai.run(GPT, new Uint8Array(3)), { code: "INVALID_INPUT", field: "input" });
  await rejects(ai.generateText(GPT, "x", { gateway: { id: "mine", allowedModels: "a/b" } }), {
    code: "INVALID_INPUT",
    field: "gateway.allowedModels",
  });
  equal(requests.length, 2);
});

const THINKING = { type: "thinking", thinking: "Let me see.", signature: "sig=" };
const REDACTED = { type: "redacted_thinking", data: "xyz" };
const CALL = { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } };
const TEXT = { type: "text", text: "I look." };

/** Anthropic's events of a message with thinking, a text and a call. */
const signedEvents = () => {
  const delta = (index, delta) => ({ type: "content_block_delta", index, delta });
  return [
    { type: "message_start", message: { content: [], usage: { input_tokens: 9, output_tokens: 1 } } },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "thinking", thinking: "", signature: "" },
    },
    delta(0, { type: "thinking_delta", thinking: "Let me " }),
    delta(0, { type: "thinking_delta", thinking: "see." }),
    delta(0, { type: "signature_delta", signature: "sig=" }),
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: REDACTED },
    { type: "content_block_start", index: 2, content_block: { type: "text", text: "" } },
    delta(2, { type: "text_delta", text: "I look." }),
    { type: "content_block_start", index: 3, content_block: { ...CALL, input: {} } },
    delta(3, { type: "input_json_delta", partial_json: '{"a":1}' }),
    { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 15 } },
    { type: "message_stop" },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
};
const signedMessage = () =>
  jsonResponse({
    result: {
      type: "message",
      role: "assistant",
      content: [THINKING, REDACTED, TEXT, CALL],
      stop_reason: "tool_use",
      usage: { input_tokens: 9, output_tokens: 15 },
    },
    success: true,
  });

test("Anthropic's signed thinking goes back beside the calls that follow, to such models alone", async ({
  lib,
}) => {
  const events = signedEvents();
  const all = events.join("");
  const replies = {
    whole: signedMessage,
    "an event at a time": () => streamResponse(events),
    "in one piece": () => streamResponse([all]),
    "byte by byte": () =>
      streamResponse([...new TextEncoder().encode(all)].map((byte) => Uint8Array.of(byte))),
  };
  for (const [how, reply] of Object.entries(replies)) {
    const { fetch, requests } = recorder(reply);
    const ai = restClient(lib, { fetch });
    const result =
      how === "whole" ? await ai.generateText(CLAUDE, "x") : await (await ai.streamText(CLAUDE, "x")).final();
    deepEqual([result.text, result.reasoning], ["I look.", "Let me see."], how);
    deepEqual([result.finishReason, result.rawFinishReason], ["tool-calls", "tool_use"], how);
    deepEqual(result.message.content, [THINKING, REDACTED, TEXT], how);
    equal(result.message.tool_calls[0].function.name, "f");
    // As it was, whichever way the stream is read.
    if (how !== "whole") {
      const stream = await ai.streamText(CLAUDE, "x");
      let last;
      for await (const event of stream) last = event;
      deepEqual([last.type, last.rawFinishReason], ["finish", "tool_use"], how);
      deepEqual((await stream.final()).message.content, [THINKING, REDACTED, TEXT], how);
    }
    const turn = { role: "tool", tool_call_id: CALL.id, content: "done" };
    const messages = [{ role: "user", content: "x" }, result.message, turn];
    await ai.generateText(CLAUDE, { messages });
    deepEqual(requests.at(-1).body.input.messages[1].content, [THINKING, REDACTED, TEXT], how);
    await ai.generateText("@cf/moonshotai/kimi-k2.6", { messages });
    const [, own] = requests.at(-1).body.messages;
    deepEqual([own.content, own.reasoning_content], ["I look.", "Let me see."], how);
  }
});

test("Anthropic's signed thinking through the AI SDK", async ({ lib, aiSdk }) => {
  const prompt = [{ role: "user", content: [{ type: "text", text: "x" }] }];
  for (const reply of [
    signedMessage,
    () => streamResponse(signedEvents()),
    () => streamResponse([signedEvents().join("")]),
  ]) {
    const { fetch, requests } = recorder(reply);
    const model = aiSdk.createWorkersAI(restClient(lib, { fetch }))(CLAUDE);
    let content;
    if (reply === signedMessage) {
      ({ content } = await model.doGenerate({ prompt }));
    } else {
      const parts = [];
      const reader = (await model.doStream({ prompt })).stream.getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) parts.push(read.value);
      const end = parts.find(({ type }) => type === "reasoning-end");
      const { finishReason } = parts.at(-1);
      deepEqual(finishReason, { unified: "tool-calls", raw: "tool_use" });
      content = [
        { type: "reasoning", text: "Let me see.", providerMetadata: end.providerMetadata },
        { type: "text", text: "I look." },
        parts.find(({ type }) => type === "tool-call"),
      ];
    }
    deepEqual(content[0].providerMetadata, { workersai: { thoughts: [THINKING, REDACTED] } });
    // As the SDK puts it into the next prompt.
    const kept = content.map(({ providerMetadata: providerOptions, ...part }) => ({
      ...part,
      providerOptions,
    }));
    const output = { type: "text", value: "done" };
    const result = { type: "tool-result", toolCallId: CALL.id, toolName: "f", output };
    const turns = [...prompt, { role: "assistant", content: kept }, { role: "tool", content: [result] }];
    await (await model.doStream({ prompt: turns })).stream.cancel();
    deepEqual(requests.at(-1).body.input.messages[1].content, [THINKING, REDACTED, TEXT]);
  }
});

test("on the binding: the format of the input", async ({ lib }) => {
  const requested = [];
  const binding = {
    run(model, inputs, { returnRawResponse: _, signal: _signal, ...options }) {
      requested.push({ model, inputs, options });
      return { state: "Completed", result: answer };
    },
  };
  const ai = new lib.WorkersAI({ binding, gateway: { id: "mine", zdr: true, sessionId: "s" } });
  equal((await ai.generateText(GPT, { prompt: "x", max_tokens: 7 })).text, "yes");
  await ai.streamText(GPT, { input: "x", max_tokens: 7 });
  await ai.generateText("@cf/a/b", { prompt: "x", max_tokens: 7 });
  await ai.run(CLAUDE, { messages: [], max_tokens: 7 }, { openaiEndpoint: "/v1/messages" });
  await ai.run(CLAUDE, { messages: [], max_tokens: 7 });
  const shared = { gateway: { id: "mine", zdr: true }, extraHeaders: { "cf-aig-session-id": "s" } };
  deepEqual(
    requested.map(({ inputs, options }) => [inputs, options]),
    [
      [
        { messages: [{ role: "user", content: "x" }], max_completion_tokens: 7 },
        { ...shared, openaiEndpoint: "/v1/chat/completions" },
      ],
      [
        { input: "x", max_output_tokens: 7, stream: true },
        { ...shared, openaiEndpoint: "/v1/responses" },
      ],
      [{ prompt: "x", max_tokens: 7 }, shared],
      [
        { messages: [], max_tokens: 7 },
        { ...shared, openaiEndpoint: "/v1/messages" },
      ],
      [{ messages: [], max_tokens: 7 }, shared],
    ],
  );
});

test("what a gateway refuses has its own code", async ({ lib }) => {
  const spent = {
    success: false,
    error: [{ code: 2041, message: "Spend limit exceeded" }],
    internalCode: 2041,
  };
  for (const [body, status, code, says] of [
    [spent, 429, "SPEND_LIMIT", /spend limit/],
    [{ error: { message: "enforced_spend_limit_reached", type: "x" } }, 429, "SPEND_LIMIT", /window/],
    [{ success: false, error: [{ code: 2009, message: "Unauthorized" }] }, 401, "AUTH", /provider key/],
    [{ success: false, error: [{ code: 2009, message: "Unauthorized" }] }, 503, "AUTH", /provider key/],
    [{ success: false, error: [{ code: 400, message: "byok_only: no key" }] }, 400, "AUTH", /provider key/],
    [{ success: false, error: [{ code: 2005, message: "no route" }] }, 400, "MODEL_NOT_FOUND", /providers/],
  ]) {
    const { fetch, requests } = recorder(() => jsonResponse(body, { status }));
    const ai = restClient(lib, { fetch });
    const error = await ai.generateText(GPT, "x").catch((error) => error);
    deepEqual([error.code, error.retryable, requests.length], [code, false, 1], JSON.stringify(body));
    ok(says.test(error.message), error.message);
  }
});
