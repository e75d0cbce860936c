// The methods of tasks: each takes the client and what the caller gave. The names are known to pkg-template/client/index.js.

export { embed } from "./embed.js";
export { embedMany } from "./embed-many.js";
export { classifyImage, describeImage, detectObjects, generateImage } from "./images.js";
export { prepareCall } from "./prepare-call.js";
export { rerank } from "./rerank.js";
export { detectTurn, generateSpeech, transcribe } from "./sound.js";
export { classifyText, decide, summarize } from "./texts.js";
export { translate } from "./translate.js";
