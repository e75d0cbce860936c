// What a stream has said so far. Kept in JavaScript, since wasm memory never shrinks.

import { usageOf } from "../client/core.js";
import { madeUpId } from "../client/values.js";
import { decoder } from "./engine.js";
import { streamError } from "./errors.js";
import { REASONING, TEXT } from "./records.js";

/** Pieces are joined now and then: a million short strings would weigh more than their text. */
const JOIN_AT = 8192;

/** A text in pieces, strings or whole characters' bytes: those are decoded when somebody asks, for most texts are only passed on. */
class Text {
  pieces = [];
  add(piece) {
    if (this.pieces.push(piece) === JOIN_AT) this.pieces = [this.toString()];
  }
  toString() {
    return this.pieces.map((piece) => (typeof piece === "string" ? piece : decoder.decode(piece))).join("");
  }
}

export class Transcript {
  #text = new Text();
  #reasoning = new Text();
  #calls = [];
  #toolCalls = null;
  #guard;
  usageJSON = null;
  finishReason = undefined;

  /** @param guard of the call behind the stream */
  constructor(guard) {
    this.#guard = guard;
  }

  /** Adds text of a kind of record, of one tool call if it is of that kind. */
  add(kind, slot, text) {
    if (kind === TEXT) this.#text.add(text);
    else if (kind === REASONING) this.#reasoning.add(text);
    else this.call(slot).arguments.add(text);
  }

  /** The call in a slot. */
  call(slot) {
    return (this.#calls[slot] ??= { id: undefined, name: undefined, arguments: new Text() });
  }

  /** The complete call in a slot, its arguments parsed; throws when they are not JSON. */
  toolCall(slot) {
    const call = this.call(slot);
    call.id ??= madeUpId();
    const json = call.arguments.toString();
    try {
      return { id: call.id, name: call.name ?? "", arguments: json.trim() === "" ? {} : JSON.parse(json) };
    } catch {
      const error = streamError(this.#guard, TOOL_ARGUMENTS, "", 0);
      error.partial = this.partial();
      throw error;
    }
  }

  get usage() {
    return this.usageJSON === null ? undefined : usageOf(this.usageJSON);
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
    const usage = this.usage;
    if (usage !== undefined) {
      result.usage = usage;
      if (usage.neurons !== undefined) meta.neurons ??= usage.neurons;
    }
    if (raw !== undefined) result.raw = raw;
    result.meta = meta;
    return result;
  }

  /** What an error carries: arguments that are not whole JSON stay text. */
  partial() {
    const partial = { text: this.wholeText };
    const reasoning = this.#reasoning.toString();
    if (reasoning !== "") partial.reasoning = reasoning;
    partial.toolCalls = this.#slots().map((slot) => {
      const call = this.#calls[slot];
      const part = { name: call.name ?? "", arguments: parsed(call.arguments.toString()) };
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

/** The trouble of tool arguments that are not JSON: found here, where the text is put together. */
const TOOL_ARGUMENTS = 8;

function parsed(json) {
  if (json.trim() === "") return {};
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
