// The methods of tasks: each takes the client and what the caller gave. The names are known to pkg-template/client/index.js.

export { rerank } from "./rerank.js";
export { classifyText, summarize } from "./texts.js";
