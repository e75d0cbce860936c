// Reads a text-generation reply: keeps the transcript, and converts records to typed events or strings.

import { Channel } from "./channel.js";
import * as engine from "./engine.js";
import { streamError } from "./errors.js";
import { FinishEvent, TextEvent, ToolCallDeltaEvent, ToolCallEvent, UsageEvent } from "./event-types.js";
import * as record from "./records.js";
import { Transcript } from "./transcript.js";

export class ReplyChannel extends Channel {
  constructor(source, mode = record.MODE_EVENTS) {
    super(source, mode);
    this.transcript = new Transcript(source.guard);
    /** Number of bytes of the text area that have been copied to the transcript. */
    this.taken = 0;
    /** Id and name of a tool call whose delta is incomplete. */
    this.toolId = undefined;
    this.toolName = undefined;
  }

  /** Pieces of text accumulate in the engine's text area and are copied to the transcript together. */
  refill() {
    if ((this.flags & record.FULL) !== 0) {
      this.flags -= record.FULL;
      this.forget();
    }
    return super.refill();
  }

  /** Behind a finish reason come counts of tokens at most. */
  isComplete() {
    return super.isComplete() || this.transcript.rawFinishReason !== undefined;
  }

  /** Unread records are added to the transcript as well. */
  forget() {
    if (engine.owns(this)) {
      engine.fresh();
      for (; this.at < this.count; this.at++) {
        const r = engine.records + record.WORDS * this.at;
        const kind = engine.ints[r] & 0xff;
        // Except for the end of the reply, which a consumer that stops early has not reached.
        if (kind < record.TOOL_CALL || kind >= record.PENDING) this.note(r);
      }
      this.#gathered(engine.textHead(), engine.textLength());
      engine.textRead();
    }
    this.taken = 0;
    super.forget();
  }

  /** Copies the text area up to `to` into the transcript; all of it is text of one kind. */
  #gathered(head, to) {
    if (to > this.taken) {
      engine.copyText(this.transcript.textOf(head), this.taken, to);
      this.taken = to;
    }
  }

  /** Adds a piece that is not in the text area to the transcript: the string at `r`. */
  #alone(head, r) {
    if ((head & record.ALONE) !== 0) this.transcript.textOf(head).add(engine.stringOf(r));
  }

  /**
   * Adds a record to the transcript and returns its kind. Needed for every reply, whatever its values are.
   */
  note(r) {
    const head = engine.ints[r];
    const kind = head & 0xff;
    switch (kind) {
      case record.PENDING:
        this.#gathered(head - record.PENDING + engine.ints[r + 1], engine.ints[r + 2] + engine.ints[r + 3]);
        break;
      case record.TEXT:
      case record.REASONING:
        this.#alone(head, r);
        break;
      case record.CHUNK_LIKE:
        // The records of the holes follow; one of them has the text.
        this.#alone(
          head - record.CHUNK_LIKE + engine.ints[r + 1],
          r + record.WORDS * (1 + engine.ints[r + 2]),
        );
        break;
      case record.TOOL_ID:
        this.toolId = engine.stringOf(r);
        break;
      case record.TOOL_NAME:
        this.toolName = engine.stringOf(r);
        break;
      case record.TOOL_EXTRA:
        this.transcript.call(head >>> record.SLOT_SHIFT).extra = JSON.parse(engine.plainOf(r));
        break;
      case record.TOOL_ARGUMENTS:
        this.#alone(head, r);
        this.toolTaken(head >>> record.SLOT_SHIFT);
        break;
      case record.TOOL_DELTA:
        this.toolTaken(head >>> record.SLOT_SHIFT);
        break;
      case record.USAGE:
        this.transcript.addUsage(engine.plainOf(r), head >>> record.SLOT_SHIFT);
        break;
      case record.FINISH_WORD:
        this.transcript.rawFinishReason = engine.stringOf(r);
        break;
      case record.SIGNATURE:
        this.transcript.addSignature(engine.stringOf(r));
        break;
      case record.REDACTED:
        this.transcript.addRedacted(engine.stringOf(r));
        break;
      case record.FINISH:
        this.transcript.finishReason = record.FINISH_REASONS[engine.ints[r + 1]];
        break;
      case record.FAILURE:
        this.fail(
          streamError(this.source.guard, engine.ints[r + 1], engine.plainOf(r), this.source.maxEventBytes),
        );
    }
    return kind;
  }

  /**
   * Reads all available records: calls `owner.take(-1, text)` for each piece of text, and `owner.take(slot,
   * json)` for each piece of a call's arguments.
   */
  hand(owner) {
    while (this.at < this.count) {
      engine.fresh();
      const r = engine.records + record.WORDS * this.at++;
      // The usual case is a piece that the text area has as well.
      const kind = engine.ints[r] === record.TEXT ? record.TEXT : this.note(r);
      if (kind === record.TEXT) owner.take(-1, engine.stringOf(r));
      else if (kind === record.TOOL_ARGUMENTS)
        owner.take(engine.ints[r] >>> record.SLOT_SHIFT, engine.stringOf(r));
      else if (kind === record.TOOL_DELTA) owner.take(engine.ints[r] >>> record.SLOT_SHIFT, "");
    }
  }

  /** A tool call's delta is complete: resets the id and name for the next one. */
  toolTaken(slot) {
    const call = this.transcript.call(slot);
    call.id = this.toolId ?? call.id;
    // Some services send a name in several pieces.
    if (this.toolName !== undefined) call.name = (call.name ?? "") + this.toolName;
    this.toolId = undefined;
    this.toolName = undefined;
  }

  decorate(error) {
    if (error !== null && typeof error === "object" && error.partial === undefined) {
      error.partial = this.transcript.partial();
    }
  }
}

/** Reads typed events. */
export class EventChannel extends ReplyChannel {
  constructor(source) {
    super(source);
    /**
     * If set, `take` passes text and reasoning to its methods `text` and `reasoning` instead of creating an
     * event for each piece.
     */
    this.sink = null;
  }

  /**
   * Overrides `Channel.next` with a fast path for nearly all calls in a loop. If the memory has grown, the
   * views are empty, `#piece` finds nothing, and the slow path refreshes them.
   */
  next() {
    if (this.waiting === 0) {
      if (this.at < this.count) {
        const value = this.#piece(engine.records + record.WORDS * this.at);
        if (value !== undefined) {
          this.at++;
          return Promise.resolve({ value, done: false });
        }
      } else if (this.flags === 0 && this.rest === null && this.spilled === null) {
        return this.pull();
      }
    }
    return super.next();
  }

  scan() {
    if (this.sink !== null) this.#pour();
    if (this.at < this.count) {
      const event = this.#piece(engine.records + record.WORDS * this.at);
      if (event !== undefined) {
        this.at++;
        return event;
      }
      return this.#scan();
    }
    return undefined;
  }

  /** Passes pieces to the sink, up to the first record of another kind. */
  #pour() {
    engine.fresh();
    for (; this.at < this.count; this.at++) {
      const r = engine.records + record.WORDS * this.at;
      const head = engine.ints[r];
      const kind = head & 0xff;
      if (kind !== record.TEXT && kind !== record.REASONING) return;
      if ((head & record.ALONE) !== 0) this.note(r);
      if (kind === record.TEXT) this.sink.text(engine.stringOf(r));
      else this.sink.reasoning(engine.stringOf(r));
    }
  }

  #scan() {
    while (this.at < this.count) {
      // Creating an event may have grown the memory.
      engine.fresh();
      const r = engine.records + record.WORDS * this.at++;
      const event = this.#piece(r) ?? this.#event(r);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /**
   * The event of a piece of text, reasoning or tool arguments in the current chunk; undefined for other
   * records.
   */
  #piece(r) {
    const head = engine.ints[r];
    const at = engine.ints[r + 4] - this.base;
    // The event may have begun in an earlier chunk.
    if (at >= 0 && this.chunk !== null) {
      if (head === record.TEXT || head === record.REASONING)
        return new TextEvent(
          head === record.TEXT ? "text" : "reasoning",
          engine.stringOf(r),
          this.chunk,
          this.offset + at,
          engine.ints[r + 5],
        );
      if (
        (head & 0xffff) === record.TOOL_ARGUMENTS &&
        this.toolId === undefined &&
        this.toolName === undefined
      )
        return new ToolCallDeltaEvent(
          head >>> record.SLOT_SHIFT,
          undefined,
          undefined,
          engine.stringOf(r),
          this.chunk,
          this.offset + at,
          engine.ints[r + 5],
        );
    }
    return undefined;
  }

  #event(r) {
    const { toolId, toolName } = this;
    const kind = this.note(r);
    switch (kind) {
      case record.TEXT:
      case record.REASONING:
      case record.TOOL_ARGUMENTS:
      case record.TOOL_DELTA: {
        const piece = kind === record.TOOL_DELTA ? "" : engine.stringOf(r);
        const len = engine.ints[r + 5];
        let at = engine.ints[r + 4] - this.base + this.offset;
        let data = this.chunk;
        if (at < 0 && this.before !== null) {
          at += this.before.length;
          data = [this.before, data];
        }
        if (at < 0 || this.chunk === null || (engine.ints[r] & record.JOINED) !== 0) {
          // The event is in more than two chunks, or its bytes are not contiguous.
          data = engine.copyData(r);
          at = 0;
        }
        if (kind === record.TEXT) return new TextEvent("text", piece, data, at, len);
        if (kind === record.REASONING) return new TextEvent("reasoning", piece, data, at, len);
        return new ToolCallDeltaEvent(
          engine.ints[r] >>> record.SLOT_SHIFT,
          toolId,
          toolName,
          piece,
          data,
          at,
          len,
        );
      }
      case record.TOOL_CALL:
        this.transcript.finishReason = record.FINISH_REASONS[engine.ints[r + 1]];
        return new ToolCallEvent(this.#call(engine.ints[r] >>> record.SLOT_SHIFT));
      case record.USAGE_TOTAL: {
        const { usage } = this.transcript;
        // A usage without any of the three basic counts is omitted.
        return usage && new UsageEvent(usage, this.transcript.usageJSON);
      }
      case record.FINISH:
        return new FinishEvent(this.transcript.finishReason, this.transcript.rawFinishReason);
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

/** Reads the pieces of text as strings. */
export class StringChannel extends ReplyChannel {
  scan() {
    engine.fresh();
    while (this.at < this.count) {
      const r = engine.records + record.WORDS * this.at++;
      if (this.note(r) === record.TEXT) return engine.stringOf(r);
    }
    return undefined;
  }
}
