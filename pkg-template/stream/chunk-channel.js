// The service's own chunk objects, for `run(…, { stream: true })`.
//
// A chunk that differs from the last parsed one only in its holes (the variable values) is rebuilt from it,
// which is several times faster than parsing. A chunk that has objects outside of the path to its text is
// parsed: rebuilt chunks would share them, and a caller may mutate a chunk.

import * as engine from "./engine.js";
import * as record from "./records.js";
import { ReplyChannel } from "./reply-channel.js";

export class ChunkChannel extends ReplyChannel {
  constructor(source) {
    super(source, record.MODE_CHUNKS);
    /** The template that similar chunks are copied from; never returned to a caller. */
    this.sample = null;
  }

  scan() {
    engine.fresh();
    while (this.at < this.count) {
      const r = engine.records + record.WORDS * this.at++;
      switch (engine.ints[r] & 0xff) {
        case record.CHUNK_LIKE:
          return this.#like(r);
        case record.CHUNK:
          return this.#chunk(r);
        case record.TOOL_CALL:
        case record.USAGE_TOTAL:
          break;
        default:
          this.note(r);
      }
    }
    return undefined;
  }

  #chunk(r) {
    const json = engine.dataOf(r);
    const holes = engine.ints[r + 3];
    if (holes > 0) {
      const places = [];
      for (let hole = 0; hole < holes; hole++) {
        places.push(engine.ints[engine.records + record.WORDS * this.at++] >>> record.SLOT_SHIFT);
      }
      const sample = JSON.parse(json);
      this.sample = isFlatBeside(sample, places) ? sample : null;
    }
    return JSON.parse(json);
  }

  #like(r) {
    const holes = engine.ints[r + 3];
    const first = engine.records + record.WORDS * this.at;
    this.at += holes;
    this.note(r);
    if (this.sample === null) return JSON.parse(engine.dataOf(r));
    let chunk = this.sample;
    for (let hole = 0; hole < holes; hole++) {
      const at = first + record.WORDS * hole;
      chunk = filled(chunk, engine.ints[at] >>> record.SLOT_SHIFT, at);
    }
    return chunk;
  }
}

/** A copy of the chunk with the value of the hole at `r`; all objects on the path to it are new. */
function filled(chunk, place, r) {
  const value = engine.stringOf(r);
  switch (place) {
    case record.PLACE_RESPONSE:
      return { ...chunk, response: value };
    case record.PLACE_PADDING:
      return { ...chunk, p: value };
    case record.PLACE_OBFUSCATION:
      return { ...chunk, obfuscation: value };
    case record.PLACE_DELTA:
      return { ...chunk, delta: value };
    case record.PLACE_SEQUENCE_NUMBER:
      return { ...chunk, sequence_number: Number(value) };
  }
  const choice = chunk.choices[0];
  return { ...chunk, choices: [filledChoice(choice, place, value)] };
}

function filledChoice(choice, place, value) {
  const { delta } = choice;
  switch (place) {
    case record.PLACE_TEXT:
      return { ...choice, text: value };
    case record.PLACE_CONTENT:
      return { ...choice, delta: { ...delta, content: value } };
    case record.PLACE_REASONING_CONTENT:
      return { ...choice, delta: { ...delta, reasoning_content: value } };
    case record.PLACE_REASONING:
      return { ...choice, delta: { ...delta, reasoning: value } };
    case record.PLACE_TOOL_ARGUMENTS: {
      const call = delta.tool_calls[0];
      const filledCall = { ...call, function: { ...call.function, arguments: value } };
      return { ...choice, delta: { ...delta, tool_calls: [filledCall] } };
    }
  }
  throw new RangeError(`no such place: ${place}`);
}

/** True if no value outside of the path to the text is an object. */
function isFlatBeside(chunk, places) {
  const flat = (object, ...way) =>
    Object.keys(object).every(
      (key) => way.includes(key) || object[key] === null || typeof object[key] !== "object",
    );
  if (!places.some((place) => place >= record.PLACE_CONTENT && place <= record.PLACE_TOOL_ARGUMENTS))
    return flat(chunk);
  const choice = chunk.choices[0];
  if (!flat(chunk, "choices")) return false;
  if (places.includes(record.PLACE_TEXT)) return flat(choice);
  if (!flat(choice, "delta")) return false;
  if (!places.includes(record.PLACE_TOOL_ARGUMENTS)) return flat(choice.delta);
  const call = choice.delta.tool_calls[0];
  return flat(choice.delta, "tool_calls") && flat(call, "function") && flat(call.function);
}
