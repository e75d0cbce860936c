// The operations that call no model.

import { modelSchema, openAIModels, searchAuthors, searchModels, searchTasks } from "./catalog.js";
import { createFinetune, listFinetunes, listPublicFinetunes, uploadFinetuneAsset } from "./finetunes.js";
import { gatewayLog, gatewayUrl, patchGatewayLog, resumeRun } from "./gateway.js";
import { supportedFormats, toMarkdown } from "./markdown.js";
import { webSearch } from "./websearch.js";

/** By the operation's name: `(call, service) => reply`. */
export const API = {
  "models.search": searchModels,
  "models.schema": modelSchema,
  "tasks.search": searchTasks,
  "authors.search": searchAuthors,
  "finetunes.list": listFinetunes,
  "finetunes.public": listPublicFinetunes,
  "finetunes.create": createFinetune,
  "finetunes.upload": uploadFinetuneAsset,
  tomarkdown: toMarkdown,
  "tomarkdown.supported": supportedFormats,
  "models.openai": openAIModels,
  websearch: webSearch,
  "gateway.log": gatewayLog,
  "gateway.patchLog": patchGatewayLog,
  "gateway.url": gatewayUrl,
  "gateway.resume": resumeRun,
};
