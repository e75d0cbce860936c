// What the local service knows about each model: which dialect it speaks and what it costs. One row per model:
// [id, context window, neurons per million input tokens, neurons per million output tokens, extras]. A 0 means "not published".
// Unknown ids are refused as the service refuses them; `options.models` adds more.

import { OTHERS } from "./others.js";

/** Text generation, older schema: `{ response, tool_calls?, usage }`. */
const legacy = [
  ["@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", 80000, 45170, 443756],
  ["@cf/google/gemma-2b-it-lora", 8192, 0, 0],
  ["@cf/google/gemma-3-12b-it", 80000, 31371, 50560, { jsonMode: true }],
  ["@cf/google/gemma-7b-it-lora", 3500, 0, 0],
  ["@cf/ibm-granite/granite-4.0-h-micro", 131000, 1542, 10158],
  ["@cf/meta-llama/llama-2-7b-chat-hf-lora", 8192, 0, 0],
  ["@cf/meta/llama-2-7b-chat-fp16", 4096, 50505, 606061],
  ["@cf/meta/llama-2-7b-chat-int8", 8192, 0, 0],
  ["@cf/meta/llama-3-8b-instruct", 7968, 25608, 75147],
  ["@cf/meta/llama-3-8b-instruct-awq", 8192, 11161, 24215],
  ["@cf/meta/llama-3.1-70b-instruct", 24000, 0, 0],
  ["@cf/meta/llama-3.1-70b-instruct-fp8-fast", 24000, 26668, 204805],
  ["@cf/meta/llama-3.1-8b-instruct", 7968, 25608, 75147],
  ["@cf/meta/llama-3.1-8b-instruct-awq", 8192, 11161, 24215],
  ["@cf/meta/llama-3.1-8b-instruct-fast", 60000, 4119, 34868],
  ["@cf/meta/llama-3.1-8b-instruct-fp8", 32000, 13778, 26128],
  ["@cf/meta/llama-3.1-8b-instruct-fp8-fast", 32000, 4119, 34868],
  ["@cf/meta/llama-3.2-11b-vision-instruct", 128000, 4410, 61493],
  ["@cf/meta/llama-3.2-1b-instruct", 60000, 2457, 18252],
  ["@cf/meta/llama-3.2-3b-instruct", 80000, 4625, 30475],
  ["@cf/meta/llama-3.3-70b-instruct-fp8-fast", 24000, 26668, 204805],
  ["@cf/meta/llama-4-scout-17b-16e-instruct", 131000, 24545, 77273, { nestedTools: true }],
  ["@cf/microsoft/phi-2", 2048, 0, 0],
  ["@cf/mistral/mistral-7b-instruct-v0.1", 2824, 10000, 17300],
  ["@cf/mistral/mistral-7b-instruct-v0.2-lora", 15000, 0, 0],
  ["@cf/mistralai/mistral-small-3.1-24b-instruct", 128000, 31876, 50488],
  ["@cf/qwen/qwen2.5-coder-32b-instruct", 32768, 60000, 90909],
  ["@cf/qwen/qwq-32b", 24000, 60000, 90909],
  ["@cf/tinyllama/tinyllama-1.1b-chat-v1.0", 2048, 0, 0],
  ["@hf/google/gemma-7b-it", 8192, 0, 0],
  ["@hf/meta-llama/meta-llama-3-8b-instruct", 8192, 0, 0],
  ["@hf/mistral/mistral-7b-instruct-v0.2", 3072, 0, 0],
  ["@hf/nousresearch/hermes-2-pro-mistral-7b", 24000, 0, 0],
];

/** Text generation, newer schema: `chat.completion`. `reasoning` names the member that carries the model's thinking. */
const chat = [
  ["@cf/aisingapore/gemma-sea-lion-v4-27b-it", 128000, 31876, 50488, { completions: true }],
  ["@cf/deepseek-ai/deepseek-v4-flash-0731", 1048576, 40000, 120000, { reasoning: "reasoning_content" }],
  ["@cf/deepseek-ai/deepseek-v4-pro-0813", 1048576, 120000, 360000, { reasoning: "reasoning_content" }],
  ["@cf/deepseek-ai/deepseek-v4.1-flash-1017", 1048576, 0, 0, { reasoning: "reasoning_content" }],
  ["@cf/google/gemma-4-26b-a4b-it", 256000, 9091, 27273, { reasoning: "reasoning" }],
  ["@cf/moonshotai/kimi-k2.5", 256000, 54545, 272727, { reasoning: "reasoning_content" }],
  ["@cf/moonshotai/kimi-k2.6", 262144, 86364, 363636, { reasoning: "reasoning" }],
  ["@cf/moonshotai/kimi-k2.7-code", 262144, 86364, 363636, { reasoning: "reasoning" }],
  ["@cf/nvidia/nemotron-3-120b-a12b", 256000, 45455, 136364, { reasoning: "reasoning" }],
  ["@cf/openai/gpt-oss-120b", 128000, 31818, 68182, { reasoning: "reasoning_content", responses: true }],
  ["@cf/openai/gpt-oss-20b", 128000, 18182, 27273, { reasoning: "reasoning_content", responses: true }],
  ["@cf/qwen/qwen3-30b-a3b-fp8", 32768, 4625, 30475, { reasoning: "reasoning_content", completions: true }],
  ["@cf/qwen/qwen3.8-27b", 262144, 40909, 290909, { reasoning: "reasoning" }],
  ["@cf/swiss-ai/apertus-v1.5-8b", 262144, 0, 0],
  ["@cf/utter-project/eurollm-9b-it", 32000, 0, 0],
  [
    "@cf/zai-org/glm-4.7-flash",
    131072,
    5500,
    36400,
    { reasoning: "reasoning_content", emptyChunkUsage: true },
  ],
  ["@cf/zai-org/glm-5.2", 262144, 127273, 400000, { reasoning: "reasoning_content", emptyChunkUsage: true }],
  ["@cf/zai-org/glm-5.3", 1048576, 127273, 400000, { reasoning: "reasoning_content", emptyChunkUsage: true }],
  [
    "@cf/zai-org/glm-5.3-flash",
    1048576,
    13636,
    45455,
    { reasoning: "reasoning_content", emptyChunkUsage: true },
  ],
];

/** Text embeddings: extras say the number of dimensions and the input family. */
const embeddings = [
  ["@cf/baai/bge-base-en-v1.5", 512, 6058, 0, { dimensions: 768, input: "bge" }],
  ["@cf/baai/bge-large-en-v1.5", 512, 18582, 0, { dimensions: 1024, input: "bge" }],
  ["@cf/baai/bge-small-en-v1.5", 512, 1841, 0, { dimensions: 384, input: "bge" }],
  ["@cf/baai/bge-m3", 60000, 1075, 0, { dimensions: 1024, input: "bge-m3" }],
  ["@cf/google/embeddinggemma-300m", 2048, 0, 0, { dimensions: 768, input: "text" }],
  ["@cf/pfnet/plamo-embedding-1b", 4096, 1689, 0, { dimensions: 2048, input: "text" }],
  ["@cf/qwen/qwen3-embedding-0.6b", 8192, 1075, 0, { dimensions: 1024, input: "qwen3" }],
];

const entry =
  (task, dialect) =>
  ([id, contextWindow, inputNeurons, outputNeurons, extras]) => [
    id,
    { id, task, dialect, contextWindow, inputNeurons, outputNeurons, ...extras },
  ];

/** Every known model by id. */
export const MODELS = new Map([
  ...OTHERS,
  ...legacy.map(entry("text-generation", "legacy")),
  ...chat.map(entry("text-generation", "chat")),
  ...embeddings.map(entry("text-embeddings", "embeddings")),
]);
