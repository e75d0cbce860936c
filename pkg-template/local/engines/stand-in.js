// The engine that is always available. It is not a model, and its answers say so. They depend only on the
// request and contain its digest, so that a test can match an answer to its request.

import { MOST_WORDS } from "../inputs/bounds.js";
import { pause } from "../streams/abort.js";
import { turn } from "../streams/turns.js";
import { exampleOf } from "./schema-example.js";
import { decisions, extracted } from "./stand-in/decisions.js";
import { endOfTurn, speech, transcript } from "./stand-in/speech.js";
import { moderation, relevance, sentiment, summary, untranslated } from "./stand-in/text.js";
import { classes, description, drawing, things } from "./stand-in/vision.js";
import { countedWords, countWords, imageSentence, introduction, wordsOf } from "./stand-in/words.js";
import { standInVector, unitsOfVector } from "./stand-in-vectors.js";

/**
 * Directives of the stand-in, in a user's message:
 * - `echo: text` answers the text, verbatim;
 * - `count: n` answers the numbers from 1 to n;
 * - `call: name {"json": "arguments"}`, one per line, answers exactly these tool calls.
 */
const DIRECTIVE = /^(echo|count): ?(.*)$/s;
const CALL_LINE = /^call:\s*([\w.-]+)\s*(\{.*\})?$/;
const MOST_COUNTED = 10_000_000;
/** Limits of the search for names and calls of tools in a message, in characters and lines. */
const MOST_SEARCHED = 100_000;
const MOST_LINES = 1000;
/** Cost of a word that passes through dialect and stream, in units of work. */
const UNITS_OF_WORD = 500;

export class StandIn {
  name = "stand-in";
  description = "the deterministic stand-in (not a model)";
  #pace;

  /** @param {{ pace?: number }} [options] `pace`: milliseconds between two pieces of a streamed answer */
  constructor({ pace = 0 } = {}) {
    this.#pace = pace;
  }

  async *generate(request) {
    await turn(request.messages.reduce((sum, { content }) => sum + content.length, 0));
    const promptTokens = request.messages.reduce((sum, { content }) => sum + countWords(content), 0);
    const last = request.messages.at(-1) ?? { role: "user", content: "" };
    const calls = toolCallsFor(request, last);
    let completionTokens = 0;

    if (request.thinking) {
      const thought = "The stand-in does not think.";
      completionTokens += wordsOf(thought).length;
      yield { type: "reasoning", text: thought };
    }
    if (calls.length > 0) {
      for (const [index, call] of calls.entries()) {
        completionTokens += 1 + wordsOf(JSON.stringify(call.arguments)).length;
        yield { type: "tool-call", id: toolCallId(request.digest, index), ...call };
      }
      return yield { type: "finish", finishReason: "tool_calls", usage: { promptTokens, completionTokens } };
    }

    // An endless answer has to be streamed, because it does not fit in memory.
    const most = request.stream ? request.maxTokens : Math.min(request.maxTokens, MOST_WORDS);
    let finishReason = "stop";
    for (const text of answerPieces(request, last)) {
      if (completionTokens >= most) {
        finishReason = "length";
        break;
      }
      if (this.#pace > 0) await pause(this.#pace, request.signal);
      else {
        // A promise per word would cost more than the word.
        const wait = turn(UNITS_OF_WORD);
        if (wait) await wait;
      }
      request.signal?.throwIfAborted();
      completionTokens += 1;
      yield { type: "text", text };
    }
    yield { type: "finish", finishReason, usage: { promptTokens, completionTokens } };
  }

  async embed({ texts, pooling, dimensions, signal }) {
    const rows = [];
    for (const text of texts) {
      await turn(unitsOfVector(text, dimensions));
      signal?.throwIfAborted();
      rows.push(standInVector(text, dimensions, pooling));
    }
    return { rows, tokens: texts.reduce((sum, text) => sum + countWords(text), 0) };
  }

  async classifyText({ text }) {
    return sentiment(text);
  }

  async rerank({ query, contexts, signal }) {
    return relevance(query, contexts, signal);
  }

  async summarize({ text, maxLength }) {
    return summary(text, maxLength);
  }

  async translate({ texts, from, to }) {
    return texts.map((text) => untranslated(text, from, to));
  }

  async moderate({ messages }) {
    return moderation(messages);
  }

  async decide({ state, questions }) {
    await turn(typeof state === "string" ? state.length / 8 : 0);
    return decisions(state, questions);
  }

  async extract({ state, fields }) {
    return extracted(state, fields);
  }

  async transcribe({ model, audio, language }) {
    return transcript(model, audio, language);
  }

  async speak(request) {
    return speech(request);
  }

  async detectTurn({ audio }) {
    return endOfTurn(audio);
  }

  async draw(request) {
    return drawing(request);
  }

  async classifyImage({ image }) {
    return classes(image);
  }

  async detectObjects({ image, target }) {
    return things(image, target);
  }

  async describeImage({ model, image, prompt, maxTokens }) {
    return description(model, image, prompt, maxTokens);
  }
}

function* answerPieces(request, last) {
  const [, directive, operand = ""] = DIRECTIVE.exec(last.content) ?? [];
  if (directive === "count") {
    const many = Math.min(Number.parseInt(operand, 10) || 0, MOST_COUNTED);
    for (let number = 1; number <= many; number++) yield number === 1 ? "1" : ` ${number}`;
  } else if (directive === "echo") {
    yield* untilStop(wordsOf(operand), request.stop);
  } else if (request.format) {
    yield* wordsOf(
      JSON.stringify(
        request.format.schema ? exampleOf(request.format.schema) : { stand_in: true, digest: request.digest },
      ),
    );
  } else {
    yield* untilStop(wordsOf(sentence(request, last)), request.stop);
  }
}

/** Truncates the words where the first stop text begins. */
function untilStop(words, stop) {
  const text = words.join("");
  const ends = stop.map((mark) => text.indexOf(mark)).filter((at) => at >= 0);
  return ends.length > 0 ? wordsOf(text.slice(0, Math.min(...ends))) : words;
}

function sentence({ digest, model, images = [] }, last) {
  const what =
    last.role === "tool"
      ? `The tool said: ${last.content.trim()}.`
      : `Your message has ${countedWords(last.content)}${images.length > 0 ? ` and ${images.map(imageSentence).join(", ")}` : ""}.`;
  return `${introduction(model)} ${what} Request ${digest}.`;
}

function toolCallsFor(request, last) {
  if (request.tools.length > 0 && request.toolChoice !== "none") {
    const spelled = callsIn(last.content);
    if (spelled.length > 0) return spelled;
  }
  // After a tool's result the answer is text. Otherwise a tool loop would never end.
  if (request.tools.length === 0 || request.toolChoice === "none" || last.role === "tool") return [];
  if (DIRECTIVE.test(last.content) && request.toolChoice === "auto") return [];
  const searched = last.content.slice(0, MOST_SEARCHED);
  const chosen = request.toolChoice.name ?? request.tools.find(({ name }) => searched.includes(name))?.name;
  const tool = request.tools.find(({ name }) => name === chosen) ?? request.tools[0];
  return [{ name: tool.name, arguments: exampleOf(tool.parameters) }];
}

/** The calls that a message contains. A line with invalid JSON is ignored. */
function callsIn(content) {
  const calls = [];
  for (const line of content.split("\n", MOST_LINES)) {
    const [, name, text = "{}"] = CALL_LINE.exec(line.trimEnd()) ?? [];
    if (!name) continue;
    try {
      calls.push({ name, arguments: JSON.parse(text) });
    } catch {
      // Quoted, not a directive.
    }
  }
  return calls;
}

/** Nine letters and digits, the most restrictive form that any model requires. */
const toolCallId = (digest, index) => `${digest.slice(0, 7)}${String(index).padStart(2, "0")}`;
