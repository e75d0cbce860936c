/** The kinds of call: each asks a model and gives what came, as text. */
import { EMBEDDER, TEXT, VECTOR } from "./routes.mjs";

/** Nothing of it may come back in an error. */
export const PROMPT = "the heron flies at dawn over the old mill";

/** What a whole answer of any dialect says. */
const textOf = (answer) =>
  answer?.response ?? answer?.choices?.[0]?.message?.content ?? answer?.output?.[0]?.content?.[0]?.text;

/** What a chunk of any dialect says. */
export function pieceOf({ response, delta, choices }) {
  for (const piece of [response, delta, choices?.[0]?.delta?.content])
    if (typeof piece === "string") return piece;
  return "";
}

/**
 * @typedef {object} Kind
 * @property {boolean} streams does it ask for a stream?
 * @property {boolean} [hasPartial] does its error tell what came?
 * @property {string} wanted what it gives when all is well
 * @property {(ai: object, model: string, options: object, got: { text: string }) => Promise<string>} ask
 *   `got.text` is what its reader has seen so far
 */

/** @type {Record<string, Kind>} */
export const CALLS = {
  run: {
    streams: false,
    wanted: TEXT,
    async ask(ai, model, options) {
      const answer = await ai.run(model, { prompt: PROMPT }, options);
      if (typeof answer?.getReader !== "function") return textOf(answer);
      return `${(await new Response(answer).arrayBuffer()).byteLength} bytes`;
    },
  },
  generateText: {
    streams: false,
    wanted: TEXT,
    ask: async (ai, model, options) => (await ai.generateText(model, PROMPT, options)).text,
  },
  embed: {
    streams: false,
    wanted: String(VECTOR),
    model: EMBEDDER,
    ask: async (ai, model, options) => String((await ai.embed(model, PROMPT, options)).data),
  },
  "run stream": {
    streams: true,
    hasPartial: true,
    wanted: TEXT,
    async ask(ai, model, options, got) {
      for await (const chunk of await ai.run(model, { prompt: PROMPT, stream: true }, options))
        got.text += pieceOf(chunk);
      return got.text;
    },
  },
  "streamText events": {
    streams: true,
    hasPartial: true,
    wanted: TEXT,
    async ask(ai, model, options, got) {
      for await (const event of await ai.streamText(model, PROMPT, options))
        if (event.type === "text") got.text += event.text;
      return got.text;
    },
  },
  "streamText strings": {
    streams: true,
    hasPartial: true,
    wanted: TEXT,
    async ask(ai, model, options, got) {
      for await (const text of (await ai.streamText(model, PROMPT, options)).textStream) got.text += text;
      return got.text;
    },
  },
  "streamText text()": {
    streams: true,
    hasPartial: true,
    wanted: TEXT,
    ask: async (ai, model, options) => (await ai.streamText(model, PROMPT, options)).text(),
  },
  "streamText final()": {
    streams: true,
    hasPartial: true,
    wanted: TEXT,
    ask: async (ai, model, options) => (await (await ai.streamText(model, PROMPT, options)).final()).text,
  },
};

export const WHOLE = ["run", "generateText", "embed"];
export const STREAMED = Object.keys(CALLS).filter((name) => CALLS[name].streams);
