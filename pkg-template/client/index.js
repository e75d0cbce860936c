// The class that callers hold. It converts, asks the core, and does what it says.

import { named } from "../names.js";
import { checkClient } from "./core.js";
import { later, laterEach } from "./later.js";
import { describeClient } from "./options.js";
import { run } from "./run.js";
import { generateText, streamText } from "./text.js";

/** Methods whose code is loaded at their first call. */
const METHODS = [
  "embed",
  "rerank",
  "classifyText",
  "summarize",
  "translate",
  "decide",
  "transcribe",
  "generateSpeech",
  "detectTurn",
  "generateImage",
  "describeImage",
  "classifyImage",
  "detectObjects",
  "connect",
];
/** Groups of such methods, and of those (`*`) that give one thing after another. */
const GROUPS = {
  batch: ["submit", "poll", "wait", "*results"],
  models: ["*list", "get", "schema"],
  finetunes: ["list", "create", "upload"],
  embeddings: ["create"],
  responses: ["create"],
};
const GATEWAY = ["getLog", "patchLog", "url"];

export class WorkersAI {
  // Nothing of it shows in a log: the outline holds the token.
  #client;

  constructor(options) {
    const outline = describeClient(options);
    const { door } = checkClient(outline);
    const { binding, fetch, apiToken, hooks, limiter } = options ?? {};
    this.#client = { outline, door, binding, fetch, apiToken, hooks, limiter: limiter && { given: limiter } };
  }

  run(...given) {
    return ask(run, this.#client, ...given);
  }

  generateText(...given) {
    return ask(generateText, this.#client, ...given);
  }

  streamText(...given) {
    return ask(streamText, this.#client, ...given);
  }

  embedMany(model, texts, options) {
    return laterEach("embedMany", this.#client, model, texts, options);
  }

  get toMarkdown() {
    const client = this.#client;
    const convert = async (...given) => later("toMarkdown", client, ...given);
    convert.supported = async (...given) => later("toMarkdownSupported", client, ...given);
    return convert;
  }

  get chat() {
    return { completions: group(["create"], "chat", this.#client) };
  }

  gateway(id) {
    return group(GATEWAY, "gateway", this.#client, id);
  }

  static {
    for (const name of METHODS) {
      const value = {
        async [name](...given) {
          return ask((...all) => later(name, ...all), this.#client, ...given);
        },
      }[name];
      Object.defineProperty(WorkersAI.prototype, name, { value, configurable: true, writable: true });
    }
    for (const name of Object.keys(GROUPS)) {
      Object.defineProperty(WorkersAI.prototype, name, {
        get() {
          return group(GROUPS[name], name, this.#client);
        },
        configurable: true,
      });
    }
  }
}

/** Asks a model; and others, where the option for it is given. */
const ask = (method, ...given) =>
  given[3]?.fallback === undefined ? method(...given) : later("tryModels", method, ...given);

/** An object of methods, each `<group>_<method>` of the part with the tasks. */
function group(methods, prefix, ...first) {
  return Object.fromEntries(
    methods.map((method) => {
      const name = method.replace("*", "");
      const call = method === name ? async (...given) => later(...given) : laterEach;
      return [name, (...given) => call(`${prefix}_${name}`, ...first, ...given)];
    }),
  );
}

named({ WorkersAI });
