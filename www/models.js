// The models that the page offers and the Worker lets through. Both dialects of the service are among them.

export const MODELS = [
  { id: "@cf/meta/llama-3.1-8b-instruct-fp8", label: "Llama 3.1 8B" },
  { id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast", label: "Llama 3.3 70B" },
  { id: "@cf/mistralai/mistral-small-3.1-24b-instruct", label: "Mistral Small 3.1" },
  { id: "@cf/qwen/qwen3-30b-a3b-fp8", label: "Qwen3 30B" },
  { id: "@cf/openai/gpt-oss-20b", label: "gpt-oss 20B" },
  { id: "@cf/zai-org/glm-4.7-flash", label: "GLM 4.7 Flash" },
];
