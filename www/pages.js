// Every page of the demo: its path is its name, and its module is pages/<name>.js. The Worker and the browser both read this list.

export const PAGES = [
  { name: "chat", title: "Chat", group: "Text", task: "text-generation" },
  { name: "embeddings", title: "Embeddings", group: "Text", task: "text-embeddings" },
  { name: "rerank", title: "Rerank", group: "Text", task: "reranking" },
  { name: "classify", title: "Classify text", group: "Text", task: "text-classification" },
  { name: "summarize", title: "Summarize", group: "Text", task: "summarization" },
  { name: "translate", title: "Translate", group: "Text", task: "translation" },
  { name: "decide", title: "Decide", group: "Text", task: "decision" },
  { name: "transcribe", title: "Transcribe", group: "Sound", task: "speech-recognition" },
  { name: "speech", title: "Speech", group: "Sound", task: "text-to-speech" },
  { name: "turn", title: "Turn detection", group: "Sound", task: "voice-activity-detection" },
  { name: "realtime", title: "Realtime", group: "Sound", task: "speech-recognition" },
  { name: "image", title: "Generate image", group: "Images", task: "text-to-image" },
  { name: "describe", title: "Describe image", group: "Images", task: "image-to-text" },
  { name: "classify-image", title: "Classify image", group: "Images", task: "image-classification" },
  { name: "detect", title: "Detect objects", group: "Images", task: "object-detection" },
  { name: "markdown", title: "To Markdown", group: "Service" },
  { name: "batch", title: "Batch", group: "Service", task: "text-embeddings" },
  { name: "models", title: "Models", group: "Service" },
];

export const FIRST = PAGES[0];

/** The page at a path, or undefined. `/` is the first one. */
export const pageAt = (path) =>
  PAGES.find(({ name }) => path === `/${name}`) ?? (path === "/" ? FIRST : undefined);

export const pathOf = (page) => (page === FIRST ? "/" : `/${page.name}`);
