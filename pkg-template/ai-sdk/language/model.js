// Language models.

import { later } from "../../core.js";
import { failureOf } from "../failure.js";
import { isOwn } from "../family.js";
import { headersOf, responseOf } from "../metadata.js";
import { brokenCalls } from "./broken.js";
import { contentOf, resultOf } from "./content.js";
import { inputOf } from "./input.js";
import { partStream, wholeAnswer } from "./stream.js";

/**
 * The service's own models accept images as data only; other providers decide themselves which URLs they
 * fetch.
 */
const NO_URLS = {};
const IMAGES = { "image/*": [/^https?:\/\/.*$/] };

export class LanguageModel {
  specificationVersion = "v4";
  provider = "workersai.chat";
  #client;
  #settings;

  /**
   * @param {() => object} client
   * @param {string} modelId
   * @param {object} [settings] in the form of the provider options, for every call
   */
  constructor(client, modelId, settings) {
    this.#client = client;
    this.modelId = modelId;
    this.#settings = settings;
  }

  get supportedUrls() {
    return isOwn(this.modelId) ? NO_URLS : IMAGES;
  }

  async doGenerate(call) {
    const request = await this.#request(call, false);
    return this.#settled(request, this.#whole(request));
  }

  async doStream(call) {
    const request = await this.#request(call, true);
    return this.#settled(request, this.#stream(request, call));
  }

  /** The input and options for the client. */
  async #request(call, streamed) {
    try {
      return await inputOf(this.modelId, this.#settings, call, streamed);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #whole({ input, options, warnings, plan }) {
    const result = await this.#result(input, options);
    const content = contentOf(result, plan?.tool);
    if (plan !== undefined) await this.#findObject(content, plan);
    const { meta, raw } = result;
    const isAnswered = plan?.tool !== undefined && !content.some(({ type }) => type === "tool-call");
    const unified = isAnswered && result.finishReason === "tool-calls" ? "stop" : result.finishReason;
    const finishReason = { unified, raw: result.rawFinishReason };
    return {
      ...resultOf(result, content, { finishReason, warnings, input }),
      response: { ...responseOf(meta), headers: headersOf(meta), body: raw },
    };
  }

  /** The client's result. Calls with malformed arguments are left to the SDK to repair. */
  async #result(input, options) {
    try {
      return await this.#client().generateText(this.modelId, input, options);
    } catch (error) {
      const partial = brokenCalls(error);
      if (partial === undefined) throw error;
      const { requestId, attempts } = error;
      return { ...partial, meta: { model: this.modelId, requestId, attempts } };
    }
  }

  /** Extracts the JSON from a text, which may be fenced or follow reasoning. */
  async #findObject(content, plan) {
    for (const part of content) {
      if (part.type === "text") part.text = await later("objects", "findObject", [part.text, plan]);
    }
  }

  async #stream({ input, options, warnings, plan }, call) {
    if (plan?.streams === false) {
      const answer = await this.#whole({ input, options, warnings, plan });
      const { request, response } = answer;
      return { stream: wholeAnswer(answer), request, response: { headers: response.headers } };
    }
    const startedAt = performance.now();
    const stream = await this.#client().streamText(this.modelId, input, options);
    const parts = await partStream(stream, {
      warnings,
      answerTool: plan?.tool,
      startedAt,
      includeRawChunks: call.includeRawChunks,
      failure: (error) => this.#failure(error, input),
    });
    return { stream: parts, request: { body: input }, response: { headers: headersOf(stream.meta) } };
  }

  async #settled({ input }, promise) {
    try {
      return await promise;
    } catch (error) {
      throw this.#failure(error, input);
    }
  }

  #failure(error, input) {
    return failureOf(error, { modelId: this.modelId, modelType: "languageModel", input });
  }
}
