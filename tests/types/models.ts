/** Compiled, never run: results that depend on the model, the input and the options; which model fits which method. */
import {
  type AIStream,
  type BatchItem,
  type BatchReply,
  type ChatChunk,
  type GuardVerdict,
  isWorkersAIError,
  type JsonValue,
  type KnownModelId,
  type LegacyChunk,
  type Media,
  type MediaInput,
  type ModelId,
  type ModelIdFor,
  type ModelInput,
  type ModelOutput,
  WorkersAI,
} from "workers-ai-wasm";
import { type CatalogModel, estimateCost, models } from "workers-ai-wasm/catalog";

/** Holds if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

const ai = new WorkersAI();
declare const bytes: Uint8Array<ArrayBuffer>;
declare const name: string;
declare const flag: boolean;

const LEGACY = "@cf/meta/llama-3.2-3b-instruct";
const CHAT = "@cf/zai-org/glm-4.7-flash";

export async function textGeneration(): Promise<void> {
  const plain = await ai.run(LEGACY, { prompt: "x" });
  holds<Same<typeof plain.response, string | null>>();
  // JSON mode: parsed already, or a number, or null.
  const json = await ai.run(LEGACY, { prompt: "x", response_format: { type: "json_object" } });
  holds<Same<typeof json.response, JsonValue>>();
  const guided = await ai.run("@cf/mistralai/mistral-small-3.1-24b-instruct", {
    prompt: "x",
    guided_json: {},
  });
  holds<Same<typeof guided.response, JsonValue>>();
  const guard = await ai.run("@cf/meta/llama-guard-3-8b", {
    messages: [{ role: "user", content: "x" }],
    response_format: { type: "json_object" },
  });
  holds<Same<typeof guard.response, GuardVerdict | string>>();

  const chat = await ai.run(CHAT, { messages: [{ role: "user", content: "x" }] });
  holds<Same<(typeof chat.choices)[0]["message"]["content"], string | null>>();
  const completion = await ai.run("@cf/qwen/qwen3-30b-a3b-fp8", { prompt: "x" });
  holds<Same<(typeof completion.choices)[0]["text"], string>>();
  const messages = await ai.run("@cf/qwen/qwen3-30b-a3b-fp8", { messages: [{ role: "user", content: "x" }] });
  holds<Same<typeof messages.object, "chat.completion">>();
  const responses = await ai.run("@cf/openai/gpt-oss-120b", { input: "x" });
  holds<Same<typeof responses.output_text, string | undefined>>();
  const oss = await ai.run("@cf/openai/gpt-oss-120b", { messages: [{ role: "user", content: "x" }] });
  holds<Same<typeof oss.object, "chat.completion">>();

  const stream = await ai.run(LEGACY, { prompt: "x", stream: true });
  holds<Same<typeof stream, AIStream<LegacyChunk>>>();
  const chunks = await ai.run(CHAT, { prompt: "x", stream: true });
  holds<Same<typeof chunks, AIStream<ChatChunk | LegacyChunk>>>();
  const either = await ai.run(LEGACY, { prompt: "x", stream: flag });
  if ("textStream" in either) holds<Same<typeof either, AIStream<LegacyChunk>>>();
  else holds<Same<typeof either.response, string | null>>();
  const input: ModelInput<typeof LEGACY> = { prompt: "x" };
  const unknown = await ai.run(LEGACY, input);
  if (!("textStream" in unknown)) void unknown.response;

  // Parts of a message: images in any form.
  await ai.run(CHAT, {
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "x" },
          { type: "image_url", image_url: { url: bytes } },
          { type: "image_url", image_url: { url: "https://example.com/x.png", detail: "low" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", content: "1", tool_call_id: "1" },
    ],
    tools: [{ type: "function", function: { name: "f", description: "d", parameters: { type: "object" } } }],
    tool_choice: { type: "function", function: { name: "f" } },
  });
  // @ts-expect-error a part has its text in `text`
  await ai.run(CHAT, { messages: [{ role: "user", content: [{ type: "text", txt: "x" }] }] });
  // @ts-expect-error newer models refuse flat tools
  await ai.run(CHAT, { prompt: "x", tools: [{ name: "f", description: "d", parameters: {} }] });
  // @ts-expect-error "any" is no choice
  await ai.run(CHAT, { prompt: "x", tool_choice: "any" });
  // @ts-expect-error one or the other
  await ai.run(LEGACY, { prompt: "x", messages: [{ role: "user", content: "x" }] });
  // @ts-expect-error the result has no such field
  void plain.text;
}

export async function otherTasks(): Promise<void> {
  const rows = await ai.run("@cf/baai/bge-m3", { text: ["x"] });
  holds<Same<typeof rows.data, number[][]>>();
  const scores = await ai.run("@cf/baai/bge-m3", { query: "x", contexts: [{ text: "x" }] });
  holds<Same<(typeof scores.response)[0], { id: number; score: number }>>();
  const nested = await ai.run("@cf/baai/bge-m3", { contexts: [{ text: "x" }] });
  holds<Same<typeof nested.response, number[][]>>();
  const labels = await ai.run("@cf/huggingface/distilbert-sst-2-int8", { text: "x" });
  holds<Same<(typeof labels)[0], { label: string; score: number }>>();
  const objects = await ai.run("@cf/facebook/detr-resnet-50", bytes);
  holds<Same<(typeof objects)[0]["box"], { xmin: number; ymin: number; xmax: number; ymax: number }>>();
  const speech = await ai.run("@cf/deepgram/aura-1", { text: "x" });
  holds<Same<typeof speech, ReadableStream<Uint8Array>>>();
  const melo = await ai.run("@cf/myshell-ai/melotts", { prompt: "x" });
  if ("audio" in melo) holds<Same<typeof melo.audio, string>>();
  const picture = await ai.run("@cf/bytedance/stable-diffusion-xl-lightning", { prompt: "x", image: bytes });
  holds<Same<typeof picture, ReadableStream<Uint8Array>>>();
  const flux = await ai.run("@cf/black-forest-labs/flux-1-schnell", { prompt: "x", steps: 8 });
  holds<Same<typeof flux.image, string>>();
  await ai.run("@cf/black-forest-labs/flux-2-dev", { prompt: "x", input_image_0: bytes });
  await ai.run("@cf/black-forest-labs/flux-2-dev", new FormData());
  const text = await ai.run("@cf/openai/whisper", bytes);
  holds<Same<typeof text.text, string>>();
  await ai.run("@cf/deepgram/nova-3", {
    audio: { body: new ReadableStream<Uint8Array>(), contentType: "audio/wav" },
    punctuate: true,
  });
  const answer = await ai.run("@cf/moondream/moondream3.1-9B-A2B", { image: bytes, stream: false });
  holds<Same<typeof answer.answer, string | null | undefined>>();
  const unasked = await ai.run("@cf/moondream/moondream3.1-9B-A2B", { image: bytes });
  holds<Same<typeof unasked, ReadableStream<Uint8Array>>>();
  const points = await ai.run("@cf/moondream/moondream3.1-9B-A2B", { task: "point", image: bytes });
  holds<Same<typeof points.points, { x: number; y: number }[] | null | undefined>>();
  const media: MediaInput[] = [
    bytes,
    bytes.buffer,
    new Blob([bytes]),
    new ReadableStream<Uint8Array>(),
    new Response(),
    "data:,",
    [1, 2],
  ];
  void media;
  const translated: ModelOutput<"@cf/meta/m2m100-1.2b"> = { translated_text: "x" };
  void translated;
}

export async function options(): Promise<void> {
  const raw = await ai.run(LEGACY, { prompt: "x", stream: true }, { returnRawResponse: true });
  holds<Same<typeof raw, Response>>();
  const maybe = await ai.run(LEGACY, { prompt: "x" }, { returnRawResponse: flag });
  if (!(maybe instanceof Response)) holds<Same<typeof maybe.response, string | null>>();
  const queued = await ai.run(
    "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    { requests: [{ prompt: "x", external_reference: "a" }] },
    { queueRequest: true },
  );
  const reply: BatchReply = queued;
  const polled = await ai.run("@cf/baai/bge-base-en-v1.5", { request_id: "x" });
  if (polled.responses) void polled.responses[0]?.result?.data;
  else holds<Same<typeof polled.request_id, string>>();
  const socket = await ai.run(
    "@cf/deepgram/flux",
    { encoding: "linear16", sample_rate: "16000" },
    { websocket: true },
  );
  holds<Same<typeof socket, Response>>();
  void reply;
  // @ts-expect-error the queue takes requests
  await ai.run("@cf/meta/llama-3.3-70b-instruct-fp8-fast", { prompt: "x" }, { queueRequest: true });
  // @ts-expect-error this one has no queue
  await ai.run("@cf/zai-org/glm-4.7-flash", { requests: [] }, { queueRequest: true });
  // @ts-expect-error a misspelt option is found
  await ai.run(LEGACY, { prompt: "x" }, { returnRaw: true });
}

/** A model that this version does not know takes anything; a known one never does. */
export async function unknownModels(): Promise<void> {
  const result = await ai.run("@cf/somebody/new", { anything: 1 });
  holds<Same<typeof result, any>>();
  const open = await ai.run(name, { anything: 1 });
  holds<Same<typeof open, any>>();
  await ai.run("@cf/somebody/new", bytes);
  const stream: AIStream<unknown> = await ai.run("@cf/somebody/new", { anything: 1, stream: true });
  await ai.generateText("@cf/somebody/new", "x");
  await ai.generateText(name, "x");
  const id: ModelId = name;
  void [stream, id];
  // @ts-expect-error an input of another model
  await ai.run(LEGACY, { text: "x" });
  // @ts-expect-error an input of another kind
  await ai.run(LEGACY, { prompt: 5 });
  // @ts-expect-error nothing
  await ai.run(LEGACY, {});
}

/** Editors offer what is typed as literal: a model only where its task fits. */
export function offered(): void {
  holds<Same<Extract<ModelIdFor<"embed">, "@cf/openai/whisper">, never>>();
  holds<Same<Extract<ModelIdFor<"embed">, "@cf/baai/bge-m3">, "@cf/baai/bge-m3">>();
  holds<Same<Extract<ModelIdFor<"streamText">, "@cf/meta/llama-guard-3-8b">, never>>();
  holds<Same<ModelIdFor<"rerank">, "@cf/baai/bge-reranker-base">>();
  holds<Same<Extract<ModelIdFor<"batch">, "@cf/zai-org/glm-4.7-flash">, never>>();
  const known: KnownModelId = "@cf/moonshotai/kimi-k2.5";
  // @ts-expect-error not known
  const unknown: KnownModelId = "@cf/somebody/new";
  void [known, unknown];
}

export async function results(): Promise<void> {
  const { data, shape, rows } = await ai.embed("@cf/baai/bge-base-en-v1.5", ["x"]);
  holds<Same<typeof data, Float32Array<ArrayBuffer>>>();
  const [count, dimensions] = shape;
  const first: Float32Array | undefined = rows[0];
  const { scores } = await ai.embed("@cf/baai/bge-m3", { query: "x", contexts: ["x"] });
  holds<Same<typeof scores, number[]>>();
  const many = await ai.embedMany("@cf/baai/bge-base-en-v1.5", new Set(["x"]), {
    onProgress: ({ done }) => done,
  });
  for await (const { offset, rows } of ai.embedMany("@cf/baai/bge-base-en-v1.5", texts()))
    void [offset, rows];
  const { results } = await ai.rerank("@cf/baai/bge-reranker-base", {
    query: "x",
    contexts: ["x"],
    top_k: 1,
  });
  holds<Same<(typeof results)[0]["index"], number>>();
  const { text } = await ai.translate("@cf/meta/m2m100-1.2b", { text: "x", target_lang: "es" });
  const { texts: all } = await ai.translate("@cf/ai4bharat/indictrans2-en-indic-1B", {
    text: ["x"],
    target_lang: "hin_Deva",
  });
  const { answers } = await ai.decide("@cf/cloudflare/clef", {
    state: { any: 1 },
    questions: {
      angry: { type: "noul", instructions: "x" },
      topic: { type: "choice", instructions: "x", criteria: { a: null, b: "b" } },
      score: { type: "score", instructions: "x", criteria: ["low", "high"] },
    },
  });
  holds<Same<typeof answers.angry.noul, number>>();
  holds<Same<typeof answers.topic.choice, string>>();
  holds<Same<typeof answers.score.score, number>>();
  // @ts-expect-error nobody has asked that
  void answers.other;
  const image: Media = await ai.generateImage("@cf/black-forest-labs/flux-2-dev", {
    prompt: "x",
    image: [bytes, "data:,"],
  });
  void new Blob([image.bytes], { type: image.mediaType });
  const sound = await ai.generateSpeech("@cf/deepgram/aura-2-en", {
    text: "x",
    speaker: "luna",
    encoding: "mp3",
  });
  const response: Response = sound.response();
  const { words = [] } = await ai.transcribe("@cf/openai/whisper-large-v3-turbo", {
    audio: bytes,
    language: "en",
  });
  for (const { word, start, end } of words) void [word, start, end];
  const { objects } = await ai.detectObjects("@cf/facebook/detr-resnet-50", new Response());
  holds<Same<NonNullable<(typeof objects)[0]>["box"]["xmin"], number>>();
  void [count, dimensions, first, many, text, all, response];
  // @ts-expect-error steps are a number
  await ai.generateImage("@cf/black-forest-labs/flux-1-schnell", { prompt: "x", steps: "4" });
  // @ts-expect-error what is to be compared is missing
  await ai.rerank("@cf/baai/bge-reranker-base", { query: "x" });
  // @ts-expect-error the language is missing
  await ai.translate("@cf/meta/m2m100-1.2b", { text: "x" });
}

async function* texts(): AsyncGenerator<string, void, void> {
  yield "x";
}

export async function service(): Promise<void> {
  const page = await ai.toMarkdown({ name: "x.pdf", blob: new Blob([bytes]) });
  if (page.format === "error") holds<Same<typeof page.error, string>>();
  else holds<Same<typeof page.data, string>>();
  const pages = await ai.toMarkdown([{ name: "x.pdf", blob: new Blob([bytes]) }]);
  holds<Same<(typeof pages)[0]["name"], string>>();
  const [format] = await ai.toMarkdown.supported();
  void format?.extension;

  const model = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
  const { requestId } = await ai.batch.submit(model, [{ prompt: "x", external_reference: "a" }]);
  const { items } = await ai.batch.wait(model, requestId, { onProgress: ({ status }) => status });
  for (const item of items) {
    if (item.success) holds<Same<typeof item.result.text, string>>();
    else if (isWorkersAIError(item.error)) void item.error.code;
  }
  for await (const item of ai.batch.results(name, requestId)) {
    const one: BatchItem = item;
    void one.index;
  }
  // @ts-expect-error this one has no queue
  await ai.batch.submit("@cf/zai-org/glm-4.7-flash", [{ prompt: "x" }]);
  // @ts-expect-error not what this model takes
  await ai.batch.submit("@cf/baai/bge-base-en-v1.5", [{ prompt: "x" }]);

  for await (const info of ai.models.list({ task: "Text Embeddings", perPage: 50 })) {
    if (info.capabilities.includes("batch")) void info.contextWindow;
    const price = info.properties.find((property) => property.property_id === "price")?.value;
    if (Array.isArray(price)) void price[0];
  }
  const all = await ai.models.list();
  void all[0]?.name;
  void (await ai.models.schema(model)).input;
  await ai.finetunes.upload("x", { name: "adapter_config.json", blob: bytes });
  // @ts-expect-error a finetune has two files, and this is neither
  await ai.finetunes.upload("x", { name: "adapter.bin", blob: bytes });
  await ai.gateway("x").patchLog("y", { feedback: -1 });
  // @ts-expect-error good or bad
  await ai.gateway("x").patchLog("y", { feedback: 2 });

  const connection = await ai.connect("@cf/deepgram/flux", { encoding: "linear16", sample_rate: "16000" });
  connection.send(bytes);
  for await (const { event, transcript } of connection) {
    holds<Same<typeof transcript, string>>();
    if (event === "EndOfTurn") connection.close();
  }
  // @ts-expect-error the sample rate is missing
  await ai.connect("@cf/deepgram/flux", { encoding: "linear16" });
  // @ts-expect-error no realtime model
  await ai.connect("@cf/openai/whisper", {});
}

export function catalog(): void {
  const cheap: CatalogModel | undefined = models.find(
    ({ task, price }) => task === "Text Generation" && (price?.inputTokens?.usd ?? 1) < 0.1,
  );
  const cost = estimateCost("@cf/meta/llama-3.2-3b-instruct", { promptTokens: 5 });
  const usd: number | undefined = cost?.usd;
  void [cheap, usd];
  // @ts-expect-error it may be unknown
  void cost.usd;
  // @ts-expect-error the table is read only
  models.push(models[0]);
  // @ts-expect-error no task
  void models.filter(({ task }) => task === "Mind Reading");
  // @ts-expect-error a misspelt usage is found
  estimateCost("@cf/meta/llama-3.2-3b-instruct", { promptToken: 5 });
}
