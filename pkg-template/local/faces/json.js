// Parses JSON texts with limited nesting, in pieces, so that a large text does not delay other calls.

import { ServiceError } from "../errors.js";
import { DEEPEST_JSON, MOST_JSON_BYTES, MOST_JSON_VALUES } from "../inputs/bounds.js";
import { turn } from "../streams/turns.js";

const decoder = new TextDecoder();
/** Bytes that are parsed at once. A string is parsed whole, which is fast. */
const PIECE = 64 * 1024;
/** Length below which a text cannot be nested too deeply. */
const SMALL = 2 * DEEPEST_JSON;
/** Costs in units of work: of an object or array, and the bytes of a string per unit. */
const UNITS_OF_VALUE = 10;
const STRING_BYTES = 16;

const badInput = (message) => new ServiceError(5006, `Bad input: Error: ${message}`);
const notJson = () => badInput("the body is not valid JSON");

/** The value of a JSON text. */
export async function parseJson(bytes) {
  if (bytes.length > MOST_JSON_BYTES) throw new ServiceError(3006);
  try {
    return bytes.length <= SMALL ? JSON.parse(decoder.decode(bytes)) : await new Pieces(bytes).parse();
  } catch (error) {
    throw error instanceof SyntaxError ? notJson() : error;
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Scans the bytes once. When a piece is full, its open containers are created; their complete items are
 * parsed as a container of their own and added to them. Everything else is parsed by `JSON.parse`.
 */
class Pieces {
  #bytes;
  /**
   * The open containers. `item` is the start of the incomplete item. If the container was created, `from`
   * is the end of what was added to it, and `hasItems` is true after the first item, so that a comma
   * precedes the next one.
   */
  #open = [];
  #root;
  /**
   * The number of objects and arrays, in total and since the last accounting of work, and the bytes of
   * strings.
   */
  #all = 0;
  #values = 0;
  #stringBytes = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  async parse() {
    const bytes = this.#bytes;
    let begun = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) at = this.#endOfString(at);
      else if (byte === OPEN || byte === OPEN_LIST) this.#push(at, byte === OPEN_LIST);
      else if (byte === CLOSE || byte === CLOSE_LIST) this.#pop(at, byte === CLOSE_LIST);
      else if (byte === COMMA && this.#open.length > 0) this.#open.at(-1).item = at + 1;
      if (at - begun < PIECE) continue;
      await turn(this.#unitsOf(at - begun));
      this.#make();
      begun = at;
    }
    await turn(this.#unitsOf(bytes.length - begun));
    if (this.#open[0]?.value !== undefined) throw notJson();
    if (!this.#root) return JSON.parse(decoder.decode(bytes));
    if (this.#text(this.#root.end, bytes.length) !== "") throw notJson();
    return this.#root.value;
  }

  #unitsOf(length) {
    const units =
      length - this.#stringBytes + this.#stringBytes / STRING_BYTES + UNITS_OF_VALUE * this.#values;
    [this.#stringBytes, this.#values] = [0, 0];
    return units;
  }

  #text(from, to) {
    return decoder.decode(this.#bytes.subarray(from, to)).trim();
  }

  #endOfString(at) {
    const bytes = this.#bytes;
    let end = at;
    let slashes;
    do {
      end = bytes.indexOf(QUOTE, end + 1);
      if (end < 0) throw notJson();
      for (slashes = 0; bytes[end - 1 - slashes] === BACKSLASH; ) slashes += 1;
    } while (slashes % 2 === 1);
    this.#stringBytes += end - at;
    return end;
  }

  #push(at, isList) {
    this.#values += 1;
    this.#all += 1;
    if (this.#all > MOST_JSON_VALUES) throw badInput("the body has too many objects and arrays");
    if (this.#open.length >= DEEPEST_JSON) throw badInput("the body is nested too deeply");
    this.#open.push({ at, isList, item: at + 1, from: at + 1, hasItems: false, value: undefined });
  }

  #pop(at, isList) {
    const last = this.#open.pop();
    if (last?.isList !== isList) throw notJson();
    if (last.value === undefined) return;
    this.#fill(last, at);
    const parent = this.#open.at(-1);
    if (parent) Object.assign(parent, { from: at + 1, hasItems: true });
    else this.#root = Object.assign(last, { end: at + 1 });
  }

  #make() {
    for (const [index, container] of this.#open.entries()) {
      container.value ??= this.#made(container, this.#open[index - 1]);
      // Everything before the comma that precedes the incomplete item.
      if (container.item - 1 > container.from) this.#fill(container, container.item - 1);
    }
  }

  /** Creates a container and adds it to its parent. */
  #made({ at, isList }, parent) {
    const value = isList ? [] : {};
    const before = parent ? this.#behindComma(parent, at) : this.#text(0, at);
    if (parent && !parent.isList) {
      if (!before.endsWith(":")) throw notJson();
      const key = JSON.parse(before.slice(0, -1));
      if (typeof key !== "string") throw notJson();
      put(parent.value, key, value);
    } else if (before !== "") throw notJson();
    else if (parent) parent.value.push(value);
    return value;
  }

  /** The text between what was added to a container and a position, without the leading comma. */
  #behindComma({ from, hasItems }, to) {
    const text = this.#text(from, to);
    if (!hasItems) return text;
    if (!text.startsWith(",")) throw notJson();
    return text.slice(1).trim();
  }

  /** Parses the complete items up to a position. */
  #fill(container, to) {
    const { isList, value, from } = container;
    if (this.#text(from, to) === "") return;
    const items = this.#behindComma(container, to);
    if (items === "") throw notJson();
    if (isList) for (const item of JSON.parse(`[${items}]`)) value.push(item);
    else for (const [key, item] of Object.entries(JSON.parse(`{${items}}`))) put(value, key, item);
    Object.assign(container, { from: to, hasItems: true });
  }
}

/** Defines a member like `JSON.parse`, so that `__proto__` is an ordinary key. */
function put(object, key, value) {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
