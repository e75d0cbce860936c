/** Programs for the AI SDK, unchanged but for the line with the provider: through each door, with the genuine SDK. */
import {
  createProviderRegistry,
  customProvider,
  embed,
  embedMany,
  generateImage,
  generateObject,
  generateSpeech,
  generateText,
  isStepCount,
  Output,
  rerank,
  streamObject,
  streamText,
  ToolLoopAgent,
  tool,
  transcribe,
  z,
} from "./ai.mjs";
import { deepEqual, equal, match, ok, throws } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";

/** Models of each way to structured output: JSON mode, OpenAI's, a tool, guided. */
const OBJECT_MODELS = [
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  "@cf/meta/llama-3.1-8b-instruct-fast",
  "@cf/swiss-ai/apertus-v1.5-8b",
  "@cf/moonshotai/kimi-k2.6",
  "@cf/mistralai/mistral-small-3.1-24b-instruct",
  "@cf/google/gemma-3-12b-it",
];
const TOOL_MODELS = [
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  "@cf/moonshotai/kimi-k2.6",
  "@cf/mistralai/mistral-small-3.1-24b-instruct",
  "@cf/zai-org/glm-4.7-flash",
];
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

/** The provider over a door's client. */
const providerOf = ({ aiSdk, door }) => aiSdk.createWorkersAI(door.client());

testEachDoor("ai: generateText", async (t) => {
  for (const id of Object.values(MODELS)) {
    const { text, finishReason, usage, providerMetadata, response, warnings } = await generateText({
      model: providerOf(t)(id),
      system: "You are brief.",
      prompt: "Why is the sky blue?",
      temperature: 0.5,
      maxOutputTokens: 64,
    });
    match(text, /stand-in/);
    equal(finishReason, "stop");
    ok(usage.inputTokens > 0 && usage.totalTokens === usage.inputTokens + usage.outputTokens, "usage");
    deepEqual(warnings, []);
    const { model, attempts, door, requestId } = providerMetadata.workersai;
    deepEqual({ model, attempts, door }, { model: id, attempts: 1, door: t.door.name });
    deepEqual([response.modelId, response.id], [id, requestId]);
  }
});

testEachDoor("ai: streamText", async (t) => {
  for (const id of Object.values(MODELS)) {
    const result = streamText({ model: providerOf(t)(id), prompt: "Why is the sky blue?" });
    const pieces = [];
    for await (const piece of result.textStream) pieces.push(piece);
    ok(pieces.length > 5, "it comes in pieces");
    equal(await result.text, pieces.join(""));
    match(pieces.join(""), /stand-in/);
    equal(await result.finishReason, "stop");
    const usage = await result.usage;
    ok(usage.inputTokens > 0 && usage.outputTokens > 0, "usage");
    equal((await result.providerMetadata).workersai.door, t.door.name);
  }
});

const weather = tool({
  description: "The weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: 21 }),
});

testEachDoor("ai: tools, over several steps", async (t) => {
  for (const id of TOOL_MODELS) {
    const call = {
      model: providerOf(t)(id),
      tools: { weather },
      stopWhen: isStepCount(3),
      prompt: 'call: weather {"city": "Lisbon"}',
    };
    const { text, steps } = await generateText(call);
    deepEqual(
      steps[0].toolCalls.map(({ toolName, input }) => [toolName, input]),
      [["weather", { city: "Lisbon" }]],
      id,
    );
    deepEqual(steps[0].toolResults[0].output, { city: "Lisbon", degrees: 21 });
    equal(steps[0].finishReason, "tool-calls");
    match(text, /21/);

    const streamed = streamText(call);
    const seen = new Set();
    for await (const { type } of streamed.fullStream) seen.add(type);
    for (const type of ["tool-input-start", "tool-input-end", "tool-call", "tool-result", "text-delta"])
      ok(seen.has(type), `${id}: ${type}`);
    match(await streamed.text, /21/);
  }
});

testEachDoor("ai: a model of another author has its signatures back", async (t) => {
  const call = {
    model: providerOf(t)("google/gemini-3-pro", { gateway: "default" }),
    tools: { weather },
    stopWhen: isStepCount(3),
    maxOutputTokens: 100,
    prompt: 'call: weather {"city": "Lisbon"}',
  };
  match((await generateText(call)).text, /21/);
  match(await streamText(call).text, /21/);
});

testEachDoor("ai: toolChoice, and an agent", async (t) => {
  const model = providerOf(t)(TOOL_MODELS[0]);
  const chosen = await generateText({
    model,
    tools: { weather, other: tool({ inputSchema: z.object({}) }) },
    toolChoice: { type: "tool", toolName: "weather" },
    prompt: "Lisbon?",
  });
  equal(chosen.toolCalls[0].toolName, "weather");
  const none = await generateText({ model, tools: { weather }, toolChoice: "none", prompt: "weather?" });
  deepEqual(none.toolCalls, []);
  const agent = new ToolLoopAgent({ model, tools: { weather }, stopWhen: isStepCount(3) });
  match((await agent.generate({ prompt: 'call: weather {"city": "Porto"}' })).text, /21/);
});

const recipe = z.object({ title: z.string(), steps: z.array(z.string()) });

testEachDoor("ai: structured output, in each family's way", async (t) => {
  for (const id of OBJECT_MODELS) {
    const model = providerOf(t)(id);
    const { output } = await generateText({
      model,
      output: Output.object({ schema: recipe }),
      prompt: "A recipe.",
    });
    ok(recipe.safeParse(output).success, id);
    const { object, finishReason } = await generateObject({ model, schema: recipe, prompt: "A recipe." });
    ok(recipe.safeParse(object).success, id);
    equal(finishReason, "stop", id);

    const streamed = streamText({ model, output: Output.object({ schema: recipe }), prompt: "A recipe." });
    let partial;
    for await (partial of streamed.partialOutputStream);
    ok(recipe.safeParse(partial).success, `${id}, streamed: ${JSON.stringify(partial)}`);
    deepEqual(await streamed.output, partial);
    const stream = streamObject({ model, schema: recipe, prompt: "A recipe." });
    for await (partial of stream.partialObjectStream);
    deepEqual(await stream.object, partial, id);
    equal(await stream.finishReason, "stop", id);
  }
});

testEachDoor("ai: arrays, choices and JSON without a schema", async (t) => {
  for (const id of [OBJECT_MODELS[0], OBJECT_MODELS[3], OBJECT_MODELS[4]]) {
    const model = providerOf(t)(id);
    const list = await generateText({
      model,
      output: Output.array({ element: z.object({ name: z.string() }) }),
      prompt: "Names.",
    });
    ok(Array.isArray(list.output), id);
    const choice = await generateText({
      model,
      output: Output.choice({ options: ["sunny", "rainy"] }),
      prompt: "Weather?",
    });
    ok(["sunny", "rainy"].includes(choice.output), id);
    const json = await generateText({ model, output: Output.json(), prompt: "Any JSON object." });
    equal(typeof json.output, "object", id);
  }
});

testEachDoor("ai: tools and structured output together", async (t) => {
  for (const id of ["@cf/moonshotai/kimi-k2.6", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"]) {
    const call = {
      model: providerOf(t)(id),
      tools: { weather },
      output: Output.object({ schema: z.object({ degrees: z.number() }) }),
      stopWhen: isStepCount(2),
    };
    const { output, steps } = await generateText({ ...call, prompt: 'call: answer {"degrees": 21}' });
    deepEqual(output, { degrees: 21 }, id);
    deepEqual(steps.at(-1).toolCalls, []);
    const first = await generateText({
      ...call,
      stopWhen: isStepCount(1),
      output: undefined,
      prompt: 'call: weather {"city": "Lisbon"}',
    });
    equal(first.toolCalls[0].toolName, "weather");
  }
});

testEachDoor("ai: embed and embedMany", async (t) => {
  const model = providerOf(t).embeddingModel("@cf/baai/bge-base-en-v1.5");
  const { embedding, usage } = await embed({ model, value: "a story" });
  equal(embedding.length, 768);
  ok(Array.isArray(embedding) && embedding.every(Number.isFinite));
  ok(usage.tokens > 0, "usage");
  const values = Array.from({ length: 230 }, (_, at) => `text ${at}`);
  const { embeddings, providerMetadata } = await embedMany({ model, values });
  equal(embeddings.length, 230);
  deepEqual(embeddings[7], (await embed({ model, value: "text 7" })).embedding);
  equal(providerMetadata.workersai.attempts, 3, "as many requests as the model needs");
  const { warnings } = await embed({
    model,
    value: "a",
    providerOptions: { workersai: { pooling: "cls", tags: ["x"] } },
  });
  deepEqual(warnings, []);
});

testEachDoor("ai: generateImage", async (t) => {
  const provider = providerOf(t);
  const { image, warnings, providerMetadata } = await generateImage({
    model: provider.imageModel("@cf/black-forest-labs/flux-1-schnell"),
    prompt: "a lighthouse",
    seed: 5,
  });
  ok(image.uint8Array.length > 100 && image.mediaType.startsWith("image/"), image.mediaType);
  deepEqual(warnings, []);
  equal(providerMetadata.workersai.images.length, 1);
  const sized = await generateImage({
    model: provider.image("@cf/leonardo/lucid-origin"),
    prompt: "a lighthouse",
    size: "512x256",
    n: 2,
    aspectRatio: undefined,
  });
  equal(sized.images.length, 2);
  deepEqual(sized.warnings, []);
  const odd = await generateImage({
    model: provider.image("@cf/black-forest-labs/flux-1-schnell"),
    prompt: "a lighthouse",
    size: "512x256",
  });
  deepEqual(
    odd.warnings.map(({ type, feature }) => [type, feature]),
    [["unsupported", "size"]],
  );
});

/** A second of silence. */
function wav() {
  const samples = 8000;
  const bytes = new Uint8Array(44 + 2 * samples);
  const view = new DataView(bytes.buffer);
  const text = (at, word) => bytes.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples, true);
  return bytes;
}

testEachDoor("ai: transcribe", async (t) => {
  for (const id of ["@cf/openai/whisper", "@cf/openai/whisper-large-v3-turbo", "@cf/deepgram/nova-3"]) {
    const { text, segments, responses, warnings } = await transcribe({
      model: providerOf(t).transcriptionModel(id),
      audio: wav(),
    });
    ok(text.length > 0, id);
    ok(segments.every(({ startSecond, endSecond }) => startSecond <= endSecond));
    deepEqual([responses[0].modelId, warnings], [id, []]);
  }
});

testEachDoor("ai: generateSpeech", async (t) => {
  const { audio, warnings } = await generateSpeech({
    model: providerOf(t).speechModel("@cf/deepgram/aura-2-en"),
    text: "Good morning!",
    voice: "luna",
    speed: 2,
  });
  ok(audio.uint8Array.length > 100 && audio.mediaType.startsWith("audio/"), audio.mediaType);
  deepEqual(
    warnings.map(({ feature }) => feature),
    ["speed"],
  );
});

testEachDoor("ai: rerank", async (t) => {
  const model = providerOf(t).rerankingModel("@cf/baai/bge-reranker-base");
  const documents = ["Dogs bark.", "Cats purr.", "It rains."];
  const { ranking, rerankedDocuments } = await rerank({ model, documents, query: "cats", topN: 2 });
  equal(ranking.length, 2);
  ok(ranking[0].score >= ranking[1].score);
  equal(rerankedDocuments[0], documents[ranking[0].originalIndex]);
  const objects = await rerank({ model, documents: documents.map((text) => ({ text })), query: "cats" });
  equal(objects.ranking.length, 3);
});

testEachDoor("ai: images and texts in messages", async (t) => {
  const model = providerOf(t)("@cf/moonshotai/kimi-k2.6");
  for (const data of [PIXEL, Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0))]) {
    const { text, request } = await generateText({
      model,
      include: { requestBody: true },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "file", data, mediaType: "image/png" },
            { type: "file", data: "data:text/plain;base64,SGk=", mediaType: "text/plain" },
          ],
        },
      ],
    });
    match(text, /stand-in/);
    const [{ content }] = request.body.messages;
    deepEqual(
      content.map(({ type }) => type),
      ["text", "image_url", "text"],
    );
    equal(content[2].text, "Hi");
  }
});

testEachDoor("ai: what a model does not know is told, and not sent", async (t) => {
  const call = { prompt: "hi", topK: 5, stopSequences: ["x"], seed: 3, include: { requestBody: true } };
  for (const [id, unsupported, sent] of [
    ["@cf/meta/llama-3.3-70b-instruct-fp8-fast", ["stopSequences"], { top_k: 5, seed: 3 }],
    ["@cf/zai-org/glm-4.7-flash", ["topK"], { stop: ["x"], seed: 3 }],
  ]) {
    const { warnings, request } = await generateText({ ...call, model: providerOf(t)(id) });
    deepEqual(
      warnings.map(({ type, feature }) => [type, feature]),
      unsupported.map((feature) => ["unsupported", feature]),
    );
    const { messages: _messages, ...parameters } = request.body;
    deepEqual(parameters, sent);
  }
});

testEachDoor("ai: how much a model thinks", async (t) => {
  for (const [id, reasoning, sent, warned] of [
    ["@cf/openai/gpt-oss-120b", "low", { reasoning_effort: "low" }, []],
    ["@cf/openai/gpt-oss-120b", "max", { reasoning_effort: "high" }, ["compatibility"]],
    ["@cf/qwen/qwen3.8-27b", "none", { chat_template_kwargs: { enable_thinking: false } }, []],
    ["@cf/meta/llama-3.3-70b-instruct-fp8-fast", "high", {}, ["unsupported"]],
  ]) {
    const model = providerOf(t)(id);
    const include = { requestBody: true };
    const { request, warnings } = await generateText({ model, prompt: "hi", reasoning, include });
    const { messages: _messages, ...parameters } = request.body;
    deepEqual(parameters, sent, id);
    deepEqual(
      warnings.map(({ type }) => type),
      warned,
      id,
    );
  }
});

testEachDoor("ai: the service's own chunks", async (t) => {
  for (const id of Object.values(MODELS)) {
    const parts = [];
    const { fullStream } = streamText({
      model: providerOf(t)(id),
      prompt: "hi",
      include: { rawChunks: true },
    });
    for await (const part of fullStream) parts.push(part);
    const raw = parts.filter(({ type }) => type === "raw").map(({ rawValue }) => rawValue);
    const text = parts.filter(({ type }) => type === "text-delta").map(({ text }) => text);
    const rawTexts = raw.map((chunk) => chunk.response ?? chunk.choices?.[0]?.delta?.content ?? "");
    equal(rawTexts.join(""), text.join(""));
    ok(
      raw.some(({ usage }) => usage !== undefined && usage !== null),
      "what makes no part is there too",
    );
    const first = (kind) => parts.findIndex(({ type }) => type === kind);
    ok(first("raw") < first("text-delta"), "a chunk comes before what is made of it");
  }
});

test("ai: registry, custom provider and the provider of the environment", async (t) => {
  const provider = t.aiSdk.createWorkersAI(t.doors[0].client());
  const registry = createProviderRegistry({ workersai: provider });
  const id = MODELS.legacy;
  match(
    (await generateText({ model: registry.languageModel(`workersai:${id}`), prompt: "hi" })).text,
    /stand-in/,
  );
  equal(registry.embeddingModel("workersai:@cf/baai/bge-m3").modelId, "@cf/baai/bge-m3");
  for (const kind of ["imageModel", "transcriptionModel", "speechModel", "rerankingModel"])
    equal(registry[kind]("workersai:@cf/x/y").specificationVersion, "v4");
  const custom = customProvider({ languageModels: { fast: provider(id) }, fallbackProvider: provider });
  match((await generateText({ model: custom.languageModel("fast"), prompt: "hi" })).text, /stand-in/);
  // Nothing is read before a model is used.
  equal(t.aiSdk.workersai(id).modelId, id);
  equal(t.aiSdk.workersai.specificationVersion, "v4");
  throws(() => t.aiSdk.workersai(""));
});
