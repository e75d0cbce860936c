// The methods of tasks: each takes the client and what the caller gave. The names are known to pkg-template/client/index.js.

export { batch_poll, batch_results, batch_submit, batch_wait } from "./batch.js";
export { embed } from "./embed.js";
export { embedMany } from "./embed-many.js";
export { tryModels } from "./fallback.js";
export { finetunes_create, finetunes_list, finetunes_upload } from "./finetunes.js";
export { gateway_getLog, gateway_patchLog, gateway_url } from "./gateway.js";
export { classifyImage, describeImage, detectObjects, generateImage } from "./images.js";
export { takeTurn } from "./limiter.js";
export { toMarkdown, toMarkdownSupported } from "./markdown.js";
export { models_get, models_list, models_schema } from "./models.js";
export { chat_create } from "./openai/chat.js";
export { embeddings_create } from "./openai/embeddings.js";
export { responses_create } from "./openai/responses.js";
export { prepareCall } from "./prepare-call.js";
export { connect } from "./realtime/connect.js";
export { rerank } from "./rerank.js";
export { detectTurn, generateSpeech, transcribe } from "./sound.js";
export { classifyText, decide, summarize } from "./texts.js";
export { translate } from "./translate.js";
