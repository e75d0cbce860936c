// The typed events of a stream. Each keeps a reference to its network chunk (never to wasm memory), so `raw`
// costs nothing until it is read.

import { named } from "../names.js";
import { decoder } from "./engine.js";

/** `source` is the chunk, or the two chunks, that contain the event. */
function parse(source, at, len) {
  // Text that was withheld until the end of the reply has no chunk.
  if (len === 0) return undefined;
  if (!Array.isArray(source)) return JSON.parse(decoder.decode(source.subarray(at, at + len)));
  const bytes = new Uint8Array(len);
  const head = source[0].subarray(at, at + len);
  bytes.set(head);
  bytes.set(source[1].subarray(0, len - head.length), head.length);
  return parse(bytes, 0, len);
}

/** A fragment of text or reasoning. */
export class TextEvent {
  #source;
  #at;
  #len;
  constructor(type, text, source, at, len) {
    this.type = type;
    this.text = text;
    this.#source = source;
    this.#at = at;
    this.#len = len;
  }
  get raw() {
    return parse(this.#source, this.#at, this.#len);
  }
}

export class ToolCallDeltaEvent {
  #source;
  #at;
  #len;
  constructor(index, id, name, argumentsDelta, source, at, len) {
    this.type = "tool-call-delta";
    this.index = index;
    if (id !== undefined) this.id = id;
    if (name !== undefined) this.name = name;
    this.argumentsDelta = argumentsDelta;
    this.#source = source;
    this.#at = at;
    this.#len = len;
  }
  get raw() {
    return parse(this.#source, this.#at, this.#len);
  }
}

export class ToolCallEvent {
  constructor(call) {
    this.type = "tool-call";
    this.id = call.id;
    this.name = call.name;
    this.arguments = call.arguments;
    if (call.extraContent !== undefined) this.extraContent = call.extraContent;
  }
  /** A call is assembled from many chunks, so there is no single one. */
  get raw() {
    return undefined;
  }
}

export class UsageEvent {
  #json;
  constructor(usage, json) {
    this.type = "usage";
    this.usage = usage;
    this.#json = json;
  }
  /** The usage object as the service sent it. */
  get raw() {
    return JSON.parse(this.#json);
  }
}

export class FinishEvent {
  constructor(finishReason, rawFinishReason) {
    this.type = "finish";
    this.finishReason = finishReason;
    if (rawFinishReason !== undefined) this.rawFinishReason = rawFinishReason;
  }
  /** The end has no chunk. */
  get raw() {
    return undefined;
  }
}

named({ TextEvent, ToolCallDeltaEvent, ToolCallEvent, UsageEvent, FinishEvent });
