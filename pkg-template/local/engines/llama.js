// A small real language model on this machine's processor, by node-llama-cpp.

import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

import { ServiceError } from "../errors.js";
import { linkedController, orAborted } from "../streams/abort.js";
import { Queue } from "../streams/queue.js";

const CONTEXT_TOKENS = 2048;
/** Requests that are answered concurrently; others wait. */
const SEQUENCES = 2;
const MOST_THREADS = 8;
/** The defaults of the model card. */
const TEMPERATURE = 0.2;
const TOP_P = 0.9;
/** Determined by trial: lower values cause loops, higher ones incoherent text. */
const REPEAT_PENALTY = { lastTokens: 256, penalty: 1.1, frequencyPenalty: 0.4, presencePenalty: 0.2 };

export class Llama {
  name = "small-model";
  #options;
  #loaded;
  #waiting = [];

  /** @param {{ module: string, weights: string }} options paths of node-llama-cpp's entry and of a GGUF file */
  constructor(options) {
    this.#options = options;
    this.description = `${basename(options.weights).replace(/\.gguf$/, "")}, a small real model on this machine`;
  }

  /** A model of this size cannot use tools, and raw prompts are in the templates of other models. */
  accepts({ tools, inputs }) {
    return tools.length === 0 && !inputs.raw;
  }

  async *generate(request) {
    const loaded = await orAborted(this.load(), request.signal);
    const sequence = await this.#takeSequence(loaded, request.signal);
    const controller = linkedController(request.signal);
    const queue = new Queue();
    const running = this.#run(loaded, sequence, request, controller.signal, queue).then(
      () => queue.end(),
      (error) => queue.fail(error),
    );
    try {
      yield* queue;
    } finally {
      controller.abort();
      controller.unlink();
      await running;
      this.#giveSequence(loaded, sequence);
    }
  }

  async close() {
    if (!this.#loaded) return;
    const { llama } = await this.#loaded;
    await llama.dispose();
  }

  /** Loads the model, once. */
  load() {
    this.#loaded ??= this.#open();
    return this.#loaded;
  }

  async #open() {
    const library = await import(pathToFileURL(this.#options.module).href);
    const llama = await library.getLlama({
      gpu: false,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: library.LlamaLogLevel.error,
    });
    const model = await llama.loadModel({ modelPath: this.#options.weights });
    // Its threads spin while they wait for each other. If another process needs a core, one thread too many
    // slows it down tenfold, so one core is left free.
    const threads = Math.min(Math.max(1, availableParallelism() - 1), MOST_THREADS);
    const context = await model.createContext({ contextSize: CONTEXT_TOKENS, sequences: SEQUENCES, threads });
    const free = Array.from({ length: SEQUENCES }, () => context.getSequence());
    return { library, llama, model, free };
  }

  #takeSequence({ free }, signal) {
    if (free.length > 0) return free.pop();
    const turn = {};
    const waited = new Promise((resolve) => {
      turn.resolve = resolve;
    });
    this.#waiting.push(turn);
    return orAborted(waited, signal).catch((error) => {
      this.#waiting = this.#waiting.filter((other) => other !== turn);
      throw error;
    });
  }

  #giveSequence({ free }, sequence) {
    const next = this.#waiting.shift();
    if (next) next.resolve(sequence);
    else free.push(sequence);
  }

  async #run({ library, llama, model }, sequence, request, signal, queue) {
    await sequence.clearHistory();
    const chat = new library.LlamaChat({ contextSequence: sequence, autoDisposeSequence: false });
    const history = historyOf(request.messages);
    const { contextText } = chat.chatWrapper.generateContextState({ chatHistory: history });
    const promptTokens = contextText.tokenize(model.tokenizer).length;
    if (promptTokens >= CONTEXT_TOKENS) {
      throw new ServiceError(
        5021,
        `The estimated number of input and maximum output tokens (${promptTokens}) exceeds this model's context window limit (${CONTEXT_TOKENS}).`,
      );
    }
    let completionTokens = 0;
    try {
      const { metadata } = await chat.generateResponse(history, {
        signal,
        stopOnAbortSignal: true,
        maxTokens: Math.min(request.maxTokens, CONTEXT_TOKENS - promptTokens),
        temperature: request.temperature ?? TEMPERATURE,
        topP: request.topP ?? TOP_P,
        topK: request.topK,
        seed: request.seed,
        customStopTriggers: request.stop,
        grammar: await grammarFor(llama, request.format),
        // A model of this size repeats itself endlessly without a penalty. JSON legitimately repeats its
        // keys.
        repeatPenalty: request.format ? false : REPEAT_PENALTY,
        onToken: (tokens) => {
          completionTokens += tokens.length;
        },
        onTextChunk: (text) => queue.push({ type: "text", text }),
      });
      const finishReason = metadata.stopReason === "maxTokens" ? "length" : "stop";
      queue.push({ type: "finish", finishReason, usage: { promptTokens, completionTokens } });
    } finally {
      chat.dispose({ disposeSequence: false });
    }
  }
}

function historyOf(messages) {
  const history = messages.map(({ role, content }) => {
    if (role === "system" || role === "developer") return { type: "system", text: content };
    return role === "assistant" ? { type: "model", response: [content] } : { type: "user", text: content };
  });
  return [...history, { type: "model", response: [] }];
}

function grammarFor(llama, format) {
  if (!format) return undefined;
  return format.schema ? llama.createGrammarForJsonSchema(format.schema) : llama.getGrammarFor("json");
}
