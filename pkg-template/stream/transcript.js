// What a stream has received so far. Kept in JavaScript, since wasm memory never shrinks.

import { madeUpId } from "../client/values.js";
import { usageOf } from "../workers_ai_wasm.js";
import { decoder } from "./engine.js";
import { streamError } from "./errors.js";
import { REASONING, SLOT_SHIFT, TEXT } from "./records.js";

/** Strings are joined at this number: a million short ones would take more memory than their text. */
const JOIN_AT = 8192;
/** Up to this many bytes are copied faster by hand. */
const FEW = 32;

/**
 * A text that is received as bytes of complete characters, and sometimes as strings. Decoded on demand, since
 * most texts are only passed on.
 */
class Text {
  #strings = [];
  /** Bytes that follow the strings, and their number. */
  #bytes = new Uint8Array(0);
  #length = 0;

  add(string) {
    this.#decode();
    if (this.#strings.push(string) === JOIN_AT) this.#strings = [this.#strings.join("")];
  }

  copy(source, from, to) {
    let at = this.#length;
    this.#length += to - from;
    if (this.#length > this.#bytes.length) {
      const bytes = new Uint8Array(2 * this.#length + 64);
      bytes.set(this.#bytes.subarray(0, at));
      this.#bytes = bytes;
    }
    if (to - from > FEW) this.#bytes.set(source.subarray(from, to), at);
    else for (let byte = from; byte < to; byte++) this.#bytes[at++] = source[byte];
  }

  toString() {
    this.#decode();
    return this.#strings.join("");
  }

  #decode() {
    if (this.#length > 0) this.#strings.push(decoder.decode(this.#bytes.subarray(0, this.#length)));
    this.#length = 0;
  }
}

export class Transcript {
  #text = new Text();
  #reasoning = new Text();
  #calls = [];
  #toolCalls = null;
  #guard;
  /** Blocks of reasoning that the model requires back unchanged. */
  thoughts = [];
  /** Length of the reasoning that is in them. */
  #signed = 0;
  usageJSON = null;
  finishReason = undefined;
  /** The service's own value. */
  rawFinishReason = undefined;

  /** @param guard of the call behind the stream */
  constructor(guard) {
    this.#guard = guard;
  }

  /** The text that records with this head belong to. */
  textOf(head) {
    const kind = head & 0xff;
    if (kind === TEXT) return this.#text;
    return kind === REASONING ? this.#reasoning : this.call(head >>> SLOT_SHIFT).arguments;
  }

  /** The call in a slot. */
  call(slot) {
    return (this.#calls[slot] ??= { id: undefined, name: undefined, arguments: new Text() });
  }

  /**
   * The complete call in a slot, its arguments parsed; throws when they are not JSON, or may be incomplete.
   */
  toolCall(slot) {
    const call = this.call(slot);
    call.id ??= madeUpId();
    const json = call.arguments.toString();
    try {
      const whole = { id: call.id, name: call.name ?? "" };
      whole.arguments = json.trim() === "" && !this.#isCut ? {} : JSON.parse(json);
      if (call.extra !== undefined) whole.extraContent = call.extra;
      return whole;
    } catch {
      const error = streamError(this.#guard, TOOL_ARGUMENTS, "", 0);
      error.partial = this.partial();
      throw error;
    }
  }

  /** True if the answer was cut off. A call without arguments may have been about to get some. */
  get #isCut() {
    return this.finishReason !== undefined && !ENDS.includes(this.finishReason);
  }

  /** Stores the signature of the reasoning that was received since the last signature. */
  addSignature(signature) {
    const reasoning = this.#reasoning.toString();
    this.thoughts.push({ type: "thinking", thinking: reasoning.slice(this.#signed), signature });
    this.#signed = reasoning.length;
  }

  addRedacted(data) {
    this.thoughts.push({ type: "redacted_thinking", data });
  }

  /** The last usage wins; with `more`, fields that it lacks are taken from the one before. */
  addUsage(json, more) {
    const before = more && this.usageJSON;
    this.usageJSON = before ? JSON.stringify({ ...JSON.parse(before), ...JSON.parse(json) }) : json;
  }

  get usage() {
    return this.usageJSON === null ? undefined : (JSON.parse(usageOf(this.usageJSON)) ?? undefined);
  }

  get wholeText() {
    return this.#text.toString();
  }

  /** The result of `.final()`. */
  result(meta, raw) {
    this.#toolCalls ??= this.#slots().map((slot) => this.toolCall(slot));
    const result = { text: this.wholeText };
    const reasoning = this.#reasoning.toString();
    if (reasoning !== "") result.reasoning = reasoning;
    result.toolCalls = this.#toolCalls;
    result.finishReason = this.finishReason;
    if (this.rawFinishReason !== undefined) result.rawFinishReason = this.rawFinishReason;
    result.message = this.#message(result, meta?.model);
    const usage = this.usage;
    if (usage !== undefined) {
      result.usage = usage;
      if (usage.neurons !== undefined) meta.neurons ??= usage.neurons;
    }
    if (raw !== undefined) result.raw = raw;
    result.meta = meta;
    return result;
  }

  /**
   * The model's message in the form that the history of the next request needs. Reasoning is sent back only
   * with tool calls, where the service's own models continue from it; with a final answer they ignore it, and
   * other services reject it.
   */
  #message({ text, reasoning, toolCalls }, model) {
    const message = { role: "assistant", content: text };
    if (toolCalls.length === 0) return message;
    if (reasoning !== undefined && /^@cf\//.test(model)) {
      message.reasoning_content = reasoning;
    } else if (this.thoughts.length > 0) {
      // The next request is rejected without them.
      message.content = [...this.thoughts, ...(text === "" ? [] : [{ type: "text", text }])];
    }
    message.tool_calls = this.#slots().map((slot, at) => {
      const { id, name, extraContent } = toolCalls[at];
      const json = this.#calls[slot].arguments.toString();
      const call = { id, type: "function", function: { name, arguments: json.trim() === "" ? "{}" : json } };
      // Data that the model requires back, such as Gemini's signature of a thought: without it the next
      // request is rejected.
      if (extraContent !== undefined) call.extra_content = extraContent;
      return call;
    });
    return message;
  }

  /** The `partial` of an error: arguments that are not complete JSON stay text. */
  partial() {
    const partial = { text: this.wholeText };
    const reasoning = this.#reasoning.toString();
    if (reasoning !== "") partial.reasoning = reasoning;
    partial.toolCalls = this.#slots().map((slot) => {
      const call = this.#calls[slot];
      const part = { name: call.name ?? "", arguments: parsed(call.arguments.toString(), this.#isCut) };
      return call.id === undefined ? part : { id: call.id, ...part };
    });
    if (this.finishReason !== undefined) partial.finishReason = this.finishReason;
    const usage = this.usage;
    if (usage !== undefined) partial.usage = usage;
    return partial;
  }

  #slots() {
    // A sparse array: its keys are the slots in use, in order.
    return Object.keys(this.#calls).map(Number);
  }
}

/** The finish reasons of complete answers. */
const ENDS = ["stop", "tool-calls"];

/** The failure kind of tool arguments that are not JSON: detected here, where their text is assembled. */
const TOOL_ARGUMENTS = 8;

function parsed(json, isCut) {
  if (json.trim() === "" && !isCut) return {};
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
