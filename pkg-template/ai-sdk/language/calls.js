// Calls of tools while they come in. The SDK wants a call's id and name at its beginning, and its arguments as the JSON text that the model wrote.

import { madeUpId } from "../../core.js";

/**
 * A complete call. What its model wants to have back with it, such as Gemini's signature of a thought, the SDK keeps in the history as an option of the
 * provider.
 */
export function callPart(toolCallId, toolName, input, extraContent) {
  const part = { type: "tool-call", toolCallId, toolName, input };
  if (extraContent !== undefined) part.providerMetadata = { workersai: { extra_content: extraContent } };
  return part;
}

export class Calls {
  #parts;
  #blocks;
  #answerTool;
  /** By their index in the reply. */
  #calls = new Map();
  /** Ids that are taken: a model may give two calls the same. */
  #ids = new Set();
  /** Complete calls so far. */
  #done = 0;
  #hasAnswered = false;

  /** @param {string} [answerTool] the tool whose arguments are the answer's JSON: they are text */
  constructor(parts, blocks, answerTool) {
    this.#parts = parts;
    this.#blocks = blocks;
    this.#answerTool = answerTool;
  }

  delta({ index, id, name, argumentsDelta }) {
    let call = this.#calls.get(index);
    if (call === undefined) {
      call = { id: undefined, name: undefined, json: "", isOpen: false };
      this.#calls.set(index, call);
    }
    call.id ??= id;
    if (name !== undefined) call.name = (call.name ?? "") + name;
    call.json += argumentsDelta;
    if (call.isOpen) this.#more(call, argumentsDelta);
    // A name may come in pieces, of which the last one is known by the arguments behind it.
    else if (call.name !== undefined && call.json !== "") this.#open(call, call.json);
  }

  /** The next complete call, in the order of their indexes. */
  call({ id, name, arguments: input, extraContent }) {
    const indexes = [...this.#calls.keys()].sort((a, b) => a - b);
    const call = this.#calls.get(indexes[this.#done++]) ?? { id, name, json: "", isOpen: false };
    if (call.json.trim() === "") call.json = typeof input === "string" ? input : JSON.stringify(input ?? {});
    call.name ??= name;
    call.id ??= id;
    if (!call.isOpen) this.#open(call, call.json);
    if (this.#isAnswer(call)) return;
    this.#parts.push({ type: "tool-input-end", id: call.id });
    this.#parts.push(callPart(call.id, call.name, call.json, extraContent));
  }

  /** That the answer came as a call is not why the model stopped. */
  finishReason(reason) {
    const others = this.#done > (this.#hasAnswered ? 1 : 0);
    return reason === "tool-calls" && this.#hasAnswered && !others ? "stop" : reason;
  }

  #isAnswer({ name }) {
    return name === this.#answerTool;
  }

  #open(call, json) {
    call.isOpen = true;
    if (this.#isAnswer(call)) {
      this.#hasAnswered = true;
    } else {
      this.#blocks.end();
      if (call.id === undefined || this.#ids.has(call.id)) call.id = madeUpId();
      this.#ids.add(call.id);
      this.#parts.push({ type: "tool-input-start", id: call.id, toolName: call.name });
    }
    if (json !== "") this.#more(call, json);
  }

  #more(call, delta) {
    if (this.#isAnswer(call)) this.#blocks.text(delta);
    else if (delta !== "") this.#parts.push({ type: "tool-input-delta", id: call.id, delta });
  }
}
