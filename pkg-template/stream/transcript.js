// What a stream has said so far. Kept in JavaScript, since wasm memory never shrinks.

import { madeUpId } from "../client/values.js";
import { usageOf } from "../workers_ai_wasm.js";
import { decoder } from "./engine.js";
import { streamError } from "./errors.js";
import { REASONING, SLOT_SHIFT, TEXT } from "./records.js";

/** Strings are joined now and then: a million short ones would weigh more than their text. */
const JOIN_AT = 8192;
/** So few bytes are copied faster by hand. */
const FEW = 32;

/** A text that comes as bytes of whole characters, now and then as a string. It is decoded when somebody asks: most are only passed on. */
class Text {
  #strings = [];
  /** What came behind those, and how much of it. */
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
  /** Blocks of thinking that their model wants to have back as they are. */
  thoughts = [];
  /** How much of the thinking is in them. */
  #signed = 0;
  usageJSON = null;
  finishReason = undefined;
  /** The service's own word for it. */
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

  /** The complete call in a slot, its arguments parsed; throws when they are not JSON, or may still have been to come. */
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

  /** Has the answer ended before its end? A call of it without arguments may have been to get some. */
  get #isCut() {
    return this.finishReason !== undefined && !ENDS.includes(this.finishReason);
  }

  /** The thinking since the last signature is signed. */
  addSignature(signature) {
    const reasoning = this.#reasoning.toString();
    this.thoughts.push({ type: "thinking", thinking: reasoning.slice(this.#signed), signature });
    this.#signed = reasoning.length;
  }

  addRedacted(data) {
    this.thoughts.push({ type: "redacted_thinking", data });
  }

  /** The last usage counts; where it is `more`, with what it lacks from the one before. */
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

  /** What `.final()` gives. */
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
   * The model's turn as the next request's history takes it. Thinking goes back beside calls alone, where the service's own models go on with it;
   * behind an answer they have no use for it, and other services refuse it.
   */
  #message({ text, reasoning, toolCalls }, model) {
    const message = { role: "assistant", content: text };
    if (toolCalls.length === 0) return message;
    if (reasoning !== undefined && /^@cf\//.test(model)) {
      message.reasoning_content = reasoning;
    } else if (this.thoughts.length > 0) {
      // Without them the next request is refused.
      message.content = [...this.thoughts, ...(text === "" ? [] : [{ type: "text", text }])];
    }
    message.tool_calls = this.#slots().map((slot, at) => {
      const { id, name, extraContent } = toolCalls[at];
      const json = this.#calls[slot].arguments.toString();
      const call = { id, type: "function", function: { name, arguments: json.trim() === "" ? "{}" : json } };
      // What the model wants to have back, such as Gemini's signature of a thought: without it the next request is refused.
      if (extraContent !== undefined) call.extra_content = extraContent;
      return call;
    });
    return message;
  }

  /** What an error carries: arguments that are not whole JSON stay text. */
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

/** The reasons of answers that are whole. */
const ENDS = ["stop", "tool-calls"];

/** The kind of failure of tool arguments that are not JSON: found here, where the text is put together. */
const TOOL_ARGUMENTS = 8;

function parsed(json, isCut) {
  if (json.trim() === "" && !isCut) return {};
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
