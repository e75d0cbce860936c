// The methods of tasks: each takes the client and what the caller gave. The names are known to pkg-template/client/index.js.

export { finetunes_create, finetunes_list, finetunes_upload } from "./finetunes.js";
export { gateway_getLog, gateway_patchLog, gateway_url } from "./gateway.js";
export { toMarkdown, toMarkdownSupported } from "./markdown.js";
export { models_get, models_list, models_schema } from "./models.js";
export { rerank } from "./rerank.js";
export { classifyText, summarize } from "./texts.js";
