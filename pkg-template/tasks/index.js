// The methods of tasks: each takes the client and what the caller gave. The names are known to pkg-template/client/index.js.

export { classifyImage, describeImage, detectObjects, generateImage } from "./images.js";
export { prepareMedia as prepare } from "./media/prepare.js";
export { rerank } from "./rerank.js";
export { detectTurn, generateSpeech, transcribe } from "./sound.js";
export { classifyText, summarize } from "./texts.js";
