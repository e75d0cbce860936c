/** Compiled, never run: the provider is what the AI SDK takes. */
import type {
  EmbeddingModelV4,
  ImageModelV4,
  LanguageModelV4,
  ProviderV4,
  RerankingModelV4,
  SpeechModelV4,
  TranscriptionModelV4,
} from "@ai-sdk/provider";
import {
  createProviderRegistry,
  customProvider,
  embed,
  generateImage,
  generateSpeech,
  generateText,
  Output,
  rerank,
  streamText,
  tool,
  transcribe,
} from "ai";
import { WorkersAI } from "workers-ai-wasm";
import { createWorkersAI, type WorkersAIProvider, workersai } from "workers-ai-wasm/ai-sdk";
import { z } from "zod";

declare function accepts<T>(value: T): void;

accepts<ProviderV4>(workersai);
accepts<LanguageModelV4>(workersai("@cf/openai/gpt-oss-120b"));
accepts<EmbeddingModelV4>(workersai.embeddingModel("@cf/baai/bge-m3"));
accepts<ImageModelV4>(workersai.imageModel("@cf/black-forest-labs/flux-1-schnell"));
accepts<TranscriptionModelV4>(workersai.transcriptionModel("@cf/openai/whisper-large-v3-turbo"));
accepts<SpeechModelV4>(workersai.speechModel("@cf/deepgram/aura-2-en"));
accepts<RerankingModelV4>(workersai.rerankingModel("@cf/baai/bge-reranker-base"));

const own: WorkersAIProvider = createWorkersAI({ baseURL: "/ai" });
accepts<ProviderV4>(own);
accepts<ProviderV4>(createWorkersAI(new WorkersAI({ baseURL: "/ai" })));
const registry = createProviderRegistry({ workersai, own });
accepts<ProviderV4>(customProvider({ languageModels: { fast: workersai("@cf/openai/gpt-oss-20b") } }));

export async function programs() {
  const model = own("@cf/openai/gpt-oss-120b", { reasoning_effort: "low", gateway: { id: "mine" } });
  const { text } = await generateText({
    model,
    prompt: "x",
    providerOptions: { workersai: { tags: ["a"] } },
  });
  accepts<string>(text);
  const { output } = await generateText({
    model: registry.languageModel("workersai:@cf/openai/gpt-oss-120b"),
    output: Output.object({ schema: z.object({ city: z.string() }) }),
    prompt: "x",
  });
  accepts<string>(output.city);
  const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => city });
  for await (const piece of streamText({ model, prompt: "x", tools: { weather } }).textStream)
    accepts<string>(piece);
  accepts<number[]>((await embed({ model: own.embedding("@cf/baai/bge-m3"), value: "x" })).embedding);
  await generateImage({ model: own.image("@cf/leonardo/lucid-origin"), prompt: "x" });
  await transcribe({ model: own.transcription("@cf/openai/whisper"), audio: new Uint8Array() });
  await generateSpeech({ model: own.speech("@cf/deepgram/aura-2-en"), text: "x" });
  await rerank({ model: own.reranking("@cf/baai/bge-reranker-base"), query: "x", documents: ["y"] });
}

// @ts-expect-error an account that is none
createWorkersAI({ accountId: 5 });
// @ts-expect-error no id
workersai();
// @ts-expect-error tags are texts
workersai("@cf/openai/gpt-oss-120b", { tags: 5 });
