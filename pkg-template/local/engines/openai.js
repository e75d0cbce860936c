// Calls an OpenAI-compatible server (Ollama, llama.cpp, vLLM, …) and passes its answer on in pieces, which
// the dialects encode like the requested Workers AI model.

import { ServiceError } from "../errors.js";
import { chunksOf } from "../streams/readable.js";
import { dataLines } from "../streams/sse.js";
import { fitted } from "./vectors.js";

export class OpenAICompatible {
  name = "openai";
  #options;
  #model;

  /** @param {{ baseURL: string, apiKey?: string, model?: string, embeddingModel?: string, fetch?: typeof fetch }} options */
  constructor(options) {
    this.#options = {
      fetch: (...args) => fetch(...args),
      ...options,
      baseURL: options.baseURL.replace(/\/+$/, ""),
    };
    this.description = `the OpenAI-compatible server at ${new URL(this.#options.baseURL).host}`;
  }

  async *generate(request) {
    const response = await this.#post("/chat/completions", await this.#chatBody(request), request.signal);
    const calls = [];
    let finishReason = "stop";
    let usage = { promptTokens: 0, completionTokens: 0 };
    for await (const line of dataLines(chunksOf(response.body))) {
      if (line === "[DONE]") break;
      const chunk = JSON.parse(line);
      if (chunk.error) throw new ServiceError(500, "The upstream server failed while it was answering");
      if (chunk.usage) usage = readUsage(chunk.usage);
      const choice = chunk.choices?.[0];
      if (!choice) continue;
      const thought = choice.delta?.reasoning_content ?? choice.delta?.reasoning;
      if (thought) yield { type: "reasoning", text: thought };
      if (choice.delta?.content) yield { type: "text", text: choice.delta.content };
      for (const delta of choice.delta?.tool_calls ?? []) merge(calls, delta);
      finishReason = choice.finish_reason ?? finishReason;
    }
    for (const { id, name, text } of calls.filter(Boolean))
      yield { type: "tool-call", id, name, arguments: JSON.parse(text || "{}") };
    yield { type: "finish", finishReason, usage };
  }

  async embed({ texts, dimensions, signal }) {
    const model = this.#options.embeddingModel ?? (await this.#defaultModel(signal));
    const response = await this.#post("/embeddings", { model, input: texts }, signal);
    const { data, usage } = await response.json();
    const rows = [...data]
      .sort((a, b) => a.index - b.index)
      .map(({ embedding }) => fitted(embedding, dimensions));
    return { rows, tokens: usage?.prompt_tokens ?? 0 };
  }

  async #chatBody(request) {
    const { inputs } = request;
    return {
      model: this.#options.model ?? (await this.#defaultModel(request.signal)),
      // The caller's messages contain what normalised ones lack: images, tool calls, ids.
      messages:
        Array.isArray(inputs.messages) && request.operation !== "messages"
          ? inputs.messages
          : request.messages.map(({ role, content }) => ({ role, content })),
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: Number.isFinite(request.maxTokens) ? request.maxTokens : undefined,
      temperature: request.temperature,
      top_p: request.topP,
      seed: request.seed,
      stop: request.stop.length > 0 ? request.stop : undefined,
      tools:
        request.tools.length > 0
          ? request.tools.map((definition) => ({ type: "function", function: definition }))
          : undefined,
      tool_choice: request.tools.length > 0 ? toolChoice(request.toolChoice) : undefined,
      response_format: responseFormat(request.format),
    };
  }

  async #defaultModel(signal) {
    if (!this.#model) {
      const response = await this.#send("/models", { method: "GET", signal });
      const { data } = await response.json();
      if (!data?.[0]?.id) throw new ServiceError(500, "The upstream server lists no model; name one");
      this.#model = data[0].id;
    }
    return this.#model;
  }

  #post(path, body, signal) {
    return this.#send(path, { method: "POST", body: JSON.stringify(body), signal });
  }

  async #send(path, init) {
    const { fetch: send, baseURL, apiKey } = this.#options;
    const headers = {
      "content-type": "application/json",
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    };
    let response;
    try {
      response = await send(baseURL + path, { ...init, headers });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ServiceError(500, "The upstream server can't be reached");
    }
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 429) throw new ServiceError(3040);
    throw new ServiceError(500, `The upstream server answered ${response.status}`);
  }
}

const toolChoice = (choice) => (typeof choice === "string" ? choice : { type: "function", function: choice });

function responseFormat(format) {
  if (!format) return undefined;
  if (!format.schema) return { type: "json_object" };
  return { type: "json_schema", json_schema: { name: "answer", schema: format.schema } };
}

const readUsage = (usage) => ({
  promptTokens: usage.prompt_tokens ?? 0,
  completionTokens: usage.completion_tokens ?? 0,
  cachedTokens: usage.prompt_tokens_details?.cached_tokens,
});

function merge(calls, { index = 0, id, function: part }) {
  calls[index] ??= { id: undefined, name: "", text: "" };
  const call = calls[index];
  call.id ??= id;
  call.name ||= part?.name ?? "";
  call.text += part?.arguments ?? "";
}
