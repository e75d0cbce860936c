// Emits tool calls while they are received. The SDK requires a call's id and name at its start, and its
// arguments as the model's JSON text.

import { madeUpId } from "../../core.js";

/**
 * A complete call. Data that the model requires back, such as Gemini's signature of a thought, is stored in
 * the history as provider metadata.
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
  /** The ids in use: a model may send the same id twice. */
  #ids = new Set();
  /** Number of complete calls. */
  #done = 0;
  #hasAnswered = false;

  /** @param {string} [answerTool] the tool whose arguments are the answer's JSON: they are emitted as text */
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
    // A name may arrive in pieces; it is complete when arguments follow.
    else if (call.name !== undefined && call.json !== "") this.#open(call, call.json);
  }

  /** Completes the next call, in the order of their indexes. */
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

  /** If the only call was the answer tool's, the model stopped normally. */
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
