// Models of all tasks but plain text generation and embeddings: id, then what the local service knows. `family` names the shape of
// the input; neurons are per million tokens or images, per minute of audio, per thousand characters, per tile and per step.

const row = (task, family, rows) =>
  rows.map(([id, extras]) => [id, { id, task, family, inputNeurons: 0, outputNeurons: 0, ...extras }]);

export const OTHERS = new Map([
  ...row("text-generation", "tg.guard", [
    ["@cf/meta/llama-guard-3-8b", { contextWindow: 131072, inputNeurons: 44003, outputNeurons: 2730 }],
  ]),
  ...row("text-generation", "decision.clef", [
    ["@cf/cloudflare/clef", { inner: "clef", contextWindow: 65536, inputNeurons: 21818, newServer: true }],
  ]),
  ...row("text-generation", "decision.clef-flash", [
    [
      "@cf/cloudflare/clef-flash",
      { inner: "clef-flash", contextWindow: 24000, inputNeurons: 3455, newServer: true },
    ],
  ]),
  ...row("text-generation", "decision.clef-omni", [
    [
      "@cf/cloudflare/clef-omni",
      { inner: "clef-omni", contextWindow: 64000, inputNeurons: 13636, newServer: true },
    ],
  ]),
  ...row("text-generation", "extraction.clairic", [
    [
      "@cf/cloudflare/clairic",
      { inner: "clairic", contextWindow: 65536, inputNeurons: 9091, newServer: true },
    ],
  ]),
  ...row("text-classification", "cls.text", [
    ["@cf/huggingface/distilbert-sst-2-int8", { inputNeurons: 2394 }],
  ]),
  ...row("text-classification", "cls.rerank", [["@cf/baai/bge-reranker-base", { inputNeurons: 283 }]]),
  ...row("summarization", "sum.bart", [["@cf/facebook/bart-large-cnn", {}]]),
  ...row("translation", "tr.m2m100", [
    ["@cf/meta/m2m100-1.2b", { inputNeurons: 31050, outputNeurons: 31050, batch: true }],
  ]),
  ...row("translation", "tr.indictrans2", [
    ["@cf/ai4bharat/indictrans2-en-indic-1B", { inputNeurons: 31050, outputNeurons: 31050 }],
  ]),
  ...row("speech-recognition", "asr.whisper", [
    ["@cf/openai/whisper", { minuteNeurons: 41.14 }],
    ["@cf/openai/whisper-tiny-en", {}],
  ]),
  ...row("speech-recognition", "asr.whisper-turbo", [
    ["@cf/openai/whisper-large-v3-turbo", { minuteNeurons: 46.63, batch: true }],
  ]),
  ...row("speech-recognition", "asr.nova3", [
    ["@cf/deepgram/nova-3", { minuteNeurons: 472.73, batch: true, realtime: true }],
  ]),
  ...row("speech-recognition", "asr.flux", [["@cf/deepgram/flux", { minuteNeurons: 700, realtime: true }]]),
  ...row("speech-recognition", "asr.nemotron", [
    ["@cf/nvidia/nemotron-speech-streaming-en-0.6b", { realtime: true }],
  ]),
  ...row("text-to-speech", "tts.melotts", [["@cf/myshell-ai/melotts", { minuteNeurons: 18.63 }]]),
  ...row("text-to-speech", "tts.aura1", [
    ["@cf/deepgram/aura-1", { characterNeurons: 1363.64, batch: true, realtime: true }],
  ]),
  ...row("text-to-speech", "tts.aura2-en", [
    ["@cf/deepgram/aura-2-en", { characterNeurons: 2727.27, batch: true, realtime: true }],
  ]),
  ...row("text-to-speech", "tts.aura2-es", [
    ["@cf/deepgram/aura-2-es", { characterNeurons: 2727.27, batch: true, realtime: true }],
  ]),
  ...row("voice-activity-detection", "vad.smart-turn", [
    ["@cf/pipecat-ai/smart-turn-v2", { minuteNeurons: 0.51, batch: true, realtime: true }],
    ["@cf/pipecat-ai/smart-turn-v3", { realtime: true }],
  ]),
  ...row("text-to-image", "t2i.sd", [
    ["@cf/stabilityai/stable-diffusion-xl-base-1.0", { side: 1024 }],
    ["@cf/bytedance/stable-diffusion-xl-lightning", { side: 1024 }],
    ["@cf/lykon/dreamshaper-8-lcm", { side: 512 }],
    ["@cf/runwayml/stable-diffusion-v1-5-img2img", { side: 512, needsImage: true }],
    ["@cf/runwayml/stable-diffusion-v1-5-inpainting", { side: 512, needsImage: true, needsMask: true }],
  ]),
  ...row("text-to-image", "t2i.phoenix", [
    ["@cf/leonardo/phoenix-1.0", { tileNeurons: 530, stepNeurons: 10 }],
  ]),
  ...row("text-to-image", "t2i.lucid", [
    ["@cf/leonardo/lucid-origin", { tileNeurons: 636, stepNeurons: 12 }],
  ]),
  ...row("text-to-image", "t2i.flux1", [
    ["@cf/black-forest-labs/flux-1-schnell", { tileNeurons: 4.8, stepNeurons: 9.6 }],
  ]),
  ...row("text-to-image", "t2i.flux2", [["@cf/black-forest-labs/flux-2-dev", { tileNeurons: 37.5 }]]),
  ...row("text-to-image", "t2i.flux2.klein", [
    ["@cf/black-forest-labs/flux-2-klein-4b", { tileNeurons: 26.05 }],
    ["@cf/black-forest-labs/flux-2-klein-9b", { tileNeurons: 1363.64 }],
  ]),
  ...row("image-classification", "img.classify", [["@cf/microsoft/resnet-50", { imageNeurons: 228055 }]]),
  ...row("object-detection", "img.detect", [["@cf/facebook/detr-resnet-50", {}]]),
  ...row("image-to-text", "i2t.llava", [["@cf/llava-hf/llava-1.5-7b-hf", {}]]),
  ...row("image-to-text", "i2t.uform", [["@cf/unum/uform-gen2-qwen-500m", {}]]),
  ...row("image-to-text", "i2t.moondream", [
    [
      "@cf/moondream/moondream3.1-9B-A2B",
      { contextWindow: 32768, inputNeurons: 27273, outputNeurons: 90909 },
    ],
  ]),
]);
