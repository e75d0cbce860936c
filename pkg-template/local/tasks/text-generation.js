import { dialectFor } from "../dialects/index.js";
import { chatUsage } from "../dialects/usage.js";
import { inputsDigestInTurns, randomFrom } from "../digest.js";
import { ServiceError } from "../errors.js";
import { neuronsFor } from "../models/registry.js";
import { encodeText, event } from "../streams/sse.js";

/** What an engine's pieces add up to. */
async function collect(pieces) {
  const answer = {
    text: "",
    reasoning: "",
    toolCalls: [],
    finishReason: "stop",
    usage: { promptTokens: 0, completionTokens: 0 },
  };
  for await (const piece of pieces) {
    if (piece.type === "text") answer.text += piece.text;
    else if (piece.type === "reasoning") answer.reasoning += piece.text;
    else if (piece.type === "tool-call") answer.toolCalls.push(piece);
    else if (piece.type === "finish")
      Object.assign(answer, { finishReason: piece.finishReason, usage: piece.usage });
  }
  return answer;
}

/**
 * Produces the first piece before the headers are sent, so that a failure to start becomes an error reply
 * instead of a broken stream.
 */
async function started(pieces) {
  const iterator = pieces[Symbol.asyncIterator]();
  let first = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const due = first;
        first = undefined;
        return due ? Promise.resolve(due) : iterator.next();
      },
      return: async () => iterator.return?.() ?? { done: true, value: undefined },
    }),
  };
}

/** Stores the tokens in the call when the answer is complete. */
async function* counted(pieces, call, model) {
  for await (const piece of pieces) {
    if (piece.type === "finish") {
      call.usage = chatUsage(piece.usage);
      call.neurons = neuronsFor(model, piece.usage);
    }
    yield piece;
  }
}

/** A failure in a stream becomes its last event; a cancelled call ends silently. */
async function* withErrorEvent(texts, { signal, onError }) {
  try {
    yield* texts;
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof ServiceError)) onError(error);
    const { code, message } = error instanceof ServiceError ? error : new ServiceError(500);
    yield event({ errors: [{ code, message: `AiError: ${message}` }] });
  }
}

const CHARACTERS_PER_TOKEN = 4;
/** Tokens, where none is published: as much as any model of the catalogue takes. */
const LARGEST_WINDOW = 1_310_720;

/** A prompt that alone is longer than the model's window, where that is published. */
function refuseTooLong(messages, model) {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (characters / CHARACTERS_PER_TOKEN > (model.entry?.contextWindow ?? LARGEST_WINDOW))
    throw new ServiceError(5021);
}

/** Answers a text-generation call in the dialect of its model and endpoint. */
export async function answerTextGeneration(call, model, engines) {
  const dialect = dialectFor(call, model);
  const request = {
    ...dialect.read(call.inputs, model, call),
    model,
    operation: call.operation,
    inputs: call.inputs,
    signal: call.signal,
  };
  if (typeof call.inputs.lora === "string") call.service.finetunes.check(call.inputs.lora, model);
  refuseTooLong(request.messages, model);
  request.digest = await inputsDigestInTurns(model.id, call.inputs);
  const engine = engines.find((candidate) => candidate.accepts?.(request) ?? true);
  if (!engine) throw new ServiceError(8001, "No engine of the local service takes this request");
  let random;
  const context = {
    model,
    request,
    operation: call.operation,
    inputs: call.inputs,
    id: call.requestId.replaceAll("-", ""),
    created: Math.floor(Date.now() / 1000),
    neurons: (usage) => neuronsFor(model, usage),
    random: () => (random ??= randomFrom(request.digest))(),
  };

  const pieces = piecesOf(engine, request, model);
  if (!request.stream || call.wholeOnly) {
    const answer = await collect(pieces);
    return {
      kind: "json",
      value: dialect.whole(answer, context),
      neurons: neuronsFor(model, answer.usage),
      engine,
    };
  }
  const texts = withErrorEvent(dialect.stream(counted(await started(pieces), call, model), context), call);
  return { kind: "stream", contentType: "text/event-stream", produce: () => encodeText(texts), engine };
}

/** The model's answer; its thinking stands in the text where the model has no field for it. The template begins it, so only its end is written. */
async function* thinkingInText(pieces) {
  let isThinking = false;
  for await (const piece of pieces) {
    if (isThinking && piece.type !== "reasoning") yield { type: "text", text: "\n</think>\n\n" };
    isThinking = piece.type === "reasoning";
    yield isThinking ? { type: "text", text: piece.text } : piece;
  }
}

function piecesOf(engine, request, model) {
  const thinks = Boolean(model.facts?.has("thinking-in-text")) && !request.format;
  return thinks ? thinkingInText(engine.generate({ ...request, thinking: true })) : engine.generate(request);
}
