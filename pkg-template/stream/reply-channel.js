// A text-generation reply being read: keeps the transcript, and turns records into typed events or strings.

import { Channel } from "./channel.js";
import * as engine from "./engine.js";
import { streamError } from "./errors.js";
import { FinishEvent, TextEvent, ToolCallDeltaEvent, ToolCallEvent, UsageEvent } from "./event-types.js";
import {
  FAILURE,
  FINISH,
  FINISH_REASONS,
  JOINED,
  MODE_EVENTS,
  REASONING,
  SLOT_SHIFT,
  TEXT,
  TOOL_ARGUMENTS,
  TOOL_CALL,
  TOOL_DELTA,
  TOOL_ID,
  TOOL_NAME,
  USAGE,
  USAGE_TOTAL,
  WORDS,
} from "./records.js";
import { Transcript } from "./transcript.js";

export class ReplyChannel extends Channel {
  constructor(source, mode) {
    super(source, mode);
    this.transcript = new Transcript(source.guard);
    /** Id and name of a tool call whose delta is not complete yet. */
    this.toolId = undefined;
    this.toolName = undefined;
  }

  /**
   * Takes down what a record says; returns its kind. Every reply needs this, whatever is made of it.
   * Records of text are the caller's: they are too many to come by here.
   */
  note(r) {
    const head = engine.ints[r];
    const kind = head & 0xff;
    switch (kind) {
      case TEXT:
        this.transcript.text(engine.stringOf(r));
        break;
      case REASONING:
        this.transcript.reasoning(engine.stringOf(r));
        break;
      case TOOL_ID:
        this.toolId = engine.stringOf(r);
        break;
      case TOOL_NAME:
        this.toolName = engine.stringOf(r);
        break;
      case TOOL_ARGUMENTS:
        this.transcript.toolDelta(head >>> SLOT_SHIFT, this.toolId, this.toolName, engine.stringOf(r));
        break;
      case TOOL_DELTA:
        this.transcript.toolDelta(head >>> SLOT_SHIFT, this.toolId, this.toolName, "");
        break;
      case USAGE:
        this.transcript.usageJSON = engine.plainOf(r);
        break;
      case FINISH:
        this.transcript.finishReason = FINISH_REASONS[engine.ints[r + 1]];
        break;
      case FAILURE:
        this.fail(
          streamError(this.source.guard, engine.ints[r + 1], engine.plainOf(r), this.source.maxEventBytes),
        );
    }
    return kind;
  }

  /** A tool call's delta has been taken: the next one starts anew. */
  toolTaken() {
    this.toolId = undefined;
    this.toolName = undefined;
  }

  decorate(error) {
    if (error !== null && typeof error === "object" && error.partial === undefined) {
      error.partial = this.transcript.partial();
    }
  }
}

/** Typed events. */
export class EventChannel extends ReplyChannel {
  constructor(source) {
    super(source, MODE_EVENTS);
  }

  /** As every channel does. Pieces that are here already come first, since they are nearly all that a loop asks for. */
  next() {
    if (this.at < this.count && this.waiting === 0) {
      const value = this.#piece(engine.records + WORDS * this.at);
      if (value !== undefined) {
        this.at++;
        return Promise.resolve({ value, done: false });
      }
    }
    return super.next();
  }

  scan() {
    while (this.at < this.count) {
      const r = engine.records + WORDS * this.at++;
      const event = this.#piece(r) ?? this.#event(r);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /** The event of a record that is a piece of something; undefined for other records. */
  #piece(r) {
    const head = engine.ints[r];
    const kind = head & 0xff;
    if (kind !== TEXT && kind !== TOOL_ARGUMENTS && kind !== REASONING && kind !== TOOL_DELTA)
      return undefined;
    const piece = kind === TOOL_DELTA ? "" : engine.stringOf(r);
    let source = this.chunk;
    let at = engine.ints[r + 4] - this.base;
    const len = engine.ints[r + 5];
    if (source !== null && at >= 0 && (head & JOINED) === 0) {
      at += this.offset;
    } else {
      // An event that began in an earlier chunk, or was joined from several lines, has its data in no one chunk.
      source = engine.copyData(r);
      at = 0;
    }
    if (kind === TEXT) {
      this.transcript.text(piece);
      return new TextEvent("text", piece, source, at, len);
    }
    if (kind === REASONING) {
      this.transcript.reasoning(piece);
      return new TextEvent("reasoning", piece, source, at, len);
    }
    const slot = head >>> SLOT_SHIFT;
    const { toolId, toolName } = this;
    this.toolTaken();
    this.transcript.toolDelta(slot, toolId, toolName, piece);
    return new ToolCallDeltaEvent(slot, toolId, toolName, piece, source, at, len);
  }

  #event(r) {
    switch (this.note(r)) {
      case TOOL_CALL:
        this.transcript.finishReason = FINISH_REASONS[engine.ints[r + 1]];
        return new ToolCallEvent(this.#call(engine.ints[r] >>> SLOT_SHIFT));
      case USAGE_TOTAL:
        return new UsageEvent(this.transcript.usage, this.transcript.usageJSON);
      case FINISH:
        return new FinishEvent(this.transcript.finishReason);
    }
    return undefined;
  }

  #call(slot) {
    try {
      return this.transcript.toolCall(slot);
    } catch (error) {
      return this.fail(error);
    }
  }
}

/** The text's pieces as plain strings. */
export class StringChannel extends ReplyChannel {
  constructor(source) {
    super(source, MODE_EVENTS);
  }

  scan() {
    while (this.at < this.count) {
      const r = engine.records + WORDS * this.at++;
      const kind = engine.ints[r] & 0xff;
      if (kind === TEXT) {
        const text = engine.stringOf(r);
        this.transcript.text(text);
        return text;
      }
      this.note(r);
      if (kind === TOOL_ARGUMENTS || kind === TOOL_DELTA) this.toolTaken();
    }
    return undefined;
  }
}
