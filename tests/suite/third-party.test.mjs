/** Models of other authors, routes and the router. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

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

test("on the binding: the format of the input", async ({ lib }) => {
  const asked = [];
  const binding = {
    run(model, inputs, { returnRawResponse: _, signal: _signal, ...options }) {
      asked.push({ model, inputs, options });
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
    asked.map(({ inputs, options }) => [inputs, options]),
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
