// The methods of tasks: each takes the client and what the caller gave. The names are known to pkg-template/client/index.js.

export { embed } from "./embed.js";
export { embedMany } from "./embed-many.js";
export { tryModels } from "./fallback.js";
export { classifyImage, describeImage, detectObjects, generateImage } from "./images.js";
export { takeTurn } from "./limiter.js";
export { prepareCall } from "./prepare-call.js";
export { connect } from "./realtime/connect.js";
export { rerank } from "./rerank.js";
export { detectTurn, generateSpeech, transcribe } from "./sound.js";
export { classifyText, decide, summarize } from "./texts.js";
export { translate } from "./translate.js";
