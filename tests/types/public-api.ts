/** Compiled, never run: what a TypeScript user may write, and what must be an error. */
import {
  type AIStream,
  type CallOptions,
  type ClientOptions,
  events,
  isWorkersAIError,
  type Message,
  WorkersAI,
  WorkersAIError,
} from "workers-ai-wasm";

/** Holds if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

const MODEL = "@cf/meta/llama-3.1-8b-instruct";

// The constructor.
const options: ClientOptions = {
  accountId: "0123456789abcdef0123456789abcdef",
  apiToken: async () => "token",
  gateway: { id: "mine", cacheTtl: 60, metadata: { team: "search" } },
  headers: { "x-team": "search" },
  timeout: { total: 60_000, firstByte: 10_000, idle: 5_000 },
  maxRetries: 0,
  hooks: { onRequest: () => {}, onResponse: () => {}, onRetry: () => {} },
  maxEventBytes: 1 << 20,
  maxResponseBytes: 1 << 20,
};
const ai = new WorkersAI(options);
{
  using own = new WorkersAI(options);
  holds<Same<ReturnType<typeof own.free>, void>>();
}
new WorkersAI();
new WorkersAI({ baseURL: "/ai", timeout: 1000, gateway: "mine" });
new WorkersAI({
  binding: { run: async (_model: string, _inputs: object, _options?: object): Promise<unknown> => ({}) },
});
new WorkersAI({ limiter: true });
new WorkersAI({
  limiter: {
    requestsPerMinute: { "Text Generation": 60, [MODEL]: 10 },
    tokensPerMinute: Number.POSITIVE_INFINITY,
    maxQueue: 5,
  },
});
// @ts-expect-error there is no such task
new WorkersAI({ limiter: { requestsPerMinute: { "Text Generations": 60 } } });
// @ts-expect-error an account id is a string
new WorkersAI({ accountId: 1 });
// @ts-expect-error a misspelt option is found
new WorkersAI({ acountId: "0123456789abcdef0123456789abcdef" });
// @ts-expect-error a binding has run
new WorkersAI({ binding: {} });

const call: CallOptions = {
  signal: new AbortController().signal,
  timeout: 1000,
  maxRetries: 1,
  gateway: "mine",
  headers: { "x-team": "search" },
  sessionAffinity: "session",
  tags: ["a"],
  rejectIfBusy: true,
};

export async function text(): Promise<void> {
  const result = await ai.generateText(MODEL, "hi", call);
  holds<Same<typeof result.text, string>>();
  const reasoning: string | undefined = result.reasoning;
  const reason: "stop" | "length" | "tool-calls" | "content-filter" | "other" = result.finishReason;
  for (const { id, name } of result.toolCalls) {
    holds<Same<typeof id, string>>();
    holds<Same<typeof name, string>>();
  }
  const tokens: number | undefined = result.usage?.totalTokens;
  const door: "binding" | "rest" | "proxy" | undefined = result.meta.door;
  void [reasoning, reason, tokens, door];

  // The service's own parameters keep their names; what this version does not know goes into `extra`.
  await ai.generateText(MODEL, { prompt: "hi", max_tokens: 5, temperature: 0 });
  await ai.generateText(MODEL, {
    messages: [{ role: "user", content: "hi" }],
    extra: { something_new: true },
  });
  // @ts-expect-error an unknown parameter of a known model is found
  await ai.generateText(MODEL, { messages: [{ role: "user", content: "hi" }], something_new: true });
  await ai.generateText("@cf/somebody/new", { prompt: "hi", something_new: true });
  const history: readonly Message[] = [{ role: "user", content: "hi" }] as const;
  await ai.generateText(MODEL, history);
  await ai.run(MODEL, { messages: history });
  await ai.chat.completions.create({ model: MODEL, messages: history });
  await ai.embed("@cf/baai/bge-m3", ["a", "b"] as const);
  const { signal } = new AbortController();
  await ai.generateText(MODEL, "hi", { signal, timeout: undefined, tags: ["a"] as const });

  // @ts-expect-error there is no such field
  void result.txt;
  // @ts-expect-error the input is missing
  await ai.generateText(MODEL);
  // @ts-expect-error a model id is a string
  await ai.generateText(1, "hi");
  // @ts-expect-error a misspelt call option is found
  await ai.generateText(MODEL, "hi", { maxRetry: 1 });
  const [prompt, id] = ["hi", MODEL as string];
  await ai.generateText(id, { prompt, response_format: { type: "json_object" } });
  await ai.generateText(id, { prompt, response_format: { type: "json_schema", json_schema: {} } });
  // @ts-expect-error there is no such format
  await ai.generateText(MODEL, { prompt, response_format: { type: "json" } });
  // @ts-expect-error nor for a model that is not known
  await ai.generateText(id, { prompt, response_format: { type: "json" } });
  // @ts-expect-error a part says its type
  await ai.generateText(MODEL, [{ role: "user", content: [{ text: "hi" }] }]);
  // @ts-expect-error the model is the argument before
  await ai.generateText(MODEL, { prompt, model: id });
  await ai.embedMany("@cf/baai/bge-m3", new Set(["a"]));
  await ai.embedMany("@cf/baai/bge-m3", ["a"] as const);
  // @ts-expect-error several texts are no text
  await ai.embedMany("@cf/baai/bge-m3", "hi");
  // @ts-expect-error strategies have names
  new WorkersAI({ gateway: { id: "g", retries: { backoff: "expo" } } });
}

export async function stream(): Promise<string> {
  const answer = await ai.streamText(MODEL, { messages: [{ role: "user", content: "hi" }] }, call);
  for await (const event of answer) {
    switch (event.type) {
      case "text":
      case "reasoning":
        holds<Same<typeof event.text, string>>();
        break;
      case "tool-call-delta": {
        const index: number = event.index;
        const delta: string = event.argumentsDelta;
        void [index, delta];
        break;
      }
      case "tool-call":
        holds<Same<typeof event.name, string>>();
        break;
      case "usage": {
        const total: number | undefined = event.usage.totalTokens;
        void total;
        break;
      }
      case "finish": {
        const reason: string = event.finishReason;
        void reason;
        break;
      }
      default:
        // All types are handled above.
        holds<Same<typeof event, never>>();
    }
  }
  for await (const piece of answer.textStream) holds<Same<typeof piece, string>>();
  for await (const batch of answer.batches()) void batch[0]?.type;
  const [left, right] = answer.tee();
  void left.abort();
  void right.toResponse({ headers: { "x-own": "1" } });
  const bytes: ReadableStream<Uint8Array> = answer.toReadableStream();
  void bytes;
  const final = await answer.final();
  holds<Same<typeof final.text, string>>();
  // @ts-expect-error a stream is not its text
  const wrong: string = answer;
  void wrong;
  return answer.text();
}

export async function run(): Promise<void> {
  const answer: AIStream<unknown> = await ai.run(MODEL, { prompt: "hi", stream: true });
  const response: Response = await ai.run(MODEL, { prompt: "hi" }, { returnRawResponse: true });
  const whole = await ai.run(MODEL, { prompt: "hi" });
  void [answer, response, whole];
  // @ts-expect-error the model is missing
  await ai.run({ prompt: "hi" });
}

export async function sse(body: ReadableStream<Uint8Array>): Promise<void> {
  for await (const { event, data, id, retry } of events(body, { maxEventBytes: 1000 })) {
    holds<Same<typeof event, string>>();
    holds<Same<typeof data, string>>();
    holds<Same<typeof id, string>>();
    const wait: number | undefined = retry;
    void wait;
  }
  // @ts-expect-error not a stream of bytes
  events("data: a\n\n");
}

export function errors(value: unknown): string | undefined {
  if (!isWorkersAIError(value)) return undefined;
  const error: WorkersAIError = value;
  const asError: Error = error;
  const fields: (string | number | boolean | undefined)[] = [
    error.status,
    error.internalCode,
    error.retryable,
    error.retryAfterMs,
    error.requestId,
    error.attempts,
    error.field,
    error.partial?.text,
  ];
  void [asError, fields];
  if (error.code === "RATE_LIMITED" || error.code === "CONFIG") return error.message;
  // @ts-expect-error there is no such code
  if (error.code === "RATELIMITED") return undefined;
  return value instanceof WorkersAIError ? error.code : undefined;
}

// OpenAI's shape.
export async function openAI() {
  const completion = await ai.chat.completions.create({
    model: "@cf/meta/llama-3.1-8b-instruct-fast",
    messages: [{ role: "user", content: "Hi" }],
  });
  completion.choices[0]?.message.content satisfies string | null | undefined;
  for await (const chunk of await ai.chat.completions.create({
    model: "@cf/a/b",
    messages: [],
    stream: true,
  })) {
    chunk.choices[0]?.delta.content satisfies string | null | undefined;
  }
  const list = await ai.embeddings.create({ model: "@cf/baai/bge-m3", input: "Hi" });
  list.data[0]?.embedding satisfies number[] | undefined;
  const encoded = await ai.embeddings.create({
    model: "@cf/baai/bge-m3",
    input: "Hi",
    encoding_format: "base64",
  });
  encoded.data[0]?.embedding satisfies string | undefined;
  const answered = await ai.responses.create({ model: "@cf/openai/gpt-oss-120b", input: "Hi" });
  answered.output_text satisfies string;
  // @ts-expect-error: a chat needs messages
  await ai.chat.completions.create({ model: "@cf/openai/gpt-oss-120b", input: "Hi" });
}

// Models of other authors.
export async function thirdParties() {
  const options = {
    resume: true,
    fallback: ["@cf/zai-org/glm-4.7-flash"],
    gateway: { id: "g", byokAlias: "a", zdr: true, sessionId: "s", turnId: "t", allowedModels: ["a/b"] },
  };
  const { meta, toolCalls } = await ai.generateText(
    "openai/gpt-5.2",
    { prompt: "Hi", max_tokens: 5 },
    options,
  );
  meta.provider satisfies string | undefined;
  meta.step satisfies number | undefined;
  meta.tried?.[0]?.code satisfies string | undefined;
  toolCalls[0]?.extraContent satisfies Record<string, unknown> | undefined;
  // @ts-expect-error: a list
  await ai.generateText("openai/gpt-5.2", "Hi", { gateway: { id: "g", allowedModels: "a/b" } });
  const { results } = await ai.webSearch("llamas", { limit: 3, provider: "exa" });
  results[0]?.url satisfies string | undefined;
  // @ts-expect-error: no such provider
  await ai.webSearch("llamas", { provider: "nobody" });
  await ai.runTools("@cf/zai-org/glm-4.7-flash", {
    prompt: "?",
    tools: { web: ai.webSearchTool({ limit: 2 }) },
  });
  const batch = await ai.batch.fromEvent({ body: {} });
  if (batch.status === "completed") batch.items satisfies { success: boolean }[];
}
