// A value that grows by records. What is given out of it never changes again: objects and arrays that are open are copied before they grow, and
// what is complete in them is shared, so that a snapshot costs as much as the open ones are wide, and not as much as all is large.

import * as record from "./records.js";

/** Members of an object up to this many are copied fast; above it the engine keeps them in a table. */
const FAST_MEMBERS = 64;
const SLOW_MEMBER = 8;
/** Items of an array are copied so many at the price of one member; of a long one, for which the engine needs fresh memory, so many. */
const ITEMS = 8;
const LONG = 1024;
const ITEMS_OF_LONG = 2;

export class Builder {
  /** The value so far. */
  root = undefined;
  /** Has it begun? */
  begun = false;
  /** Has it grown since the last snapshot? */
  grown = false;
  /** Items of the array at the root that are complete. */
  completed = 0;
  /** How often the value began anew. */
  resets = 0;
  /** Is the value a member of the object at the root? */
  #wrapped;
  /** What is open, from the root on: the objects and arrays, the name or place in each, and its width. */
  #open = [];
  #steps = [];
  #widths = [];
  #depth = 0;
  /** So many of them, from the root on, are in no snapshot. */
  #own = 0;
  /** The string that is open; undefined if there is none. */
  #text = undefined;

  constructor(wrapped) {
    this.#wrapped = wrapped;
  }

  /**
   * @param {Int32Array} ints
   * @param {number} from where the first record is
   * @param {number} count
   * @param {(at: number, length: number) => string} stringAt gives their strings
   */
  apply(ints, from, count, stringAt) {
    for (let r = from; r < from + count * record.WORDS; r += record.WORDS) {
      const head = ints[r];
      switch (head & record.KIND) {
        case record.TEXT:
          this.addText(stringOf(head, stringAt(ints[r + 1], ints[r + 2])), (head & record.END) !== 0);
          break;
        case record.KEY:
          this.#steps[this.#depth - 1] = stringOf(head, stringAt(ints[r + 1], ints[r + 2]));
          this.#widths[this.#depth - 1] += this.#widths[this.#depth - 1] < FAST_MEMBERS ? 1 : SLOW_MEMBER;
          break;
        case record.NUMBER:
          this.#add(Number(stringAt(ints[r + 1], ints[r + 2])));
          break;
        case record.TRUE:
          this.#add(true);
          break;
        case record.FALSE:
          this.#add(false);
          break;
        case record.NULL:
          this.#add(null);
          break;
        case record.OPEN_OBJECT:
          this.#enter({});
          break;
        case record.OPEN_ARRAY:
          this.#enter([]);
          break;
        case record.CLOSE:
          this.#depth--;
          this.#open.length = this.#steps.length = this.#widths.length = this.#depth;
          if (this.#own > this.#depth) this.#own = this.#depth;
          this.#ended();
          break;
        case record.RESET:
          this.reset();
      }
    }
  }

  /** What a snapshot costs, in members that are copied. */
  get cost() {
    let cost = 0;
    for (const width of this.#widths) cost += width;
    return cost;
  }

  /** The value so far; no later change of it shows in what this gives. */
  snapshot() {
    if (this.#text !== undefined) this.#put(this.#text);
    this.grown = false;
    this.#own = 0;
    return this.value;
  }

  /** The value itself, out of the object around it. */
  get value() {
    return this.#wrapped ? this.root?.value : this.root;
  }

  /** The whole value, come about in another way. */
  replace(value) {
    if (this.begun) this.resets++;
    this.root = this.#wrapped ? { value } : value;
    this.begun = true;
    this.grown = true;
    this.completed = Array.isArray(value) ? value.length : 0;
    this.#text = undefined;
  }

  /** The value begins anew. */
  reset() {
    this.resets++;
    this.root = undefined;
    this.begun = false;
    this.grown = true;
    this.completed = 0;
    this.#depth = this.#own = 0;
    this.#open.length = this.#steps.length = this.#widths.length = 0;
    this.#text = undefined;
  }

  /** A piece of the string that is open, or of one that begins. */
  addText(piece, ends) {
    if (this.#text === undefined || piece !== "") this.grown = true;
    if (this.#text === undefined) {
      this.#next();
      this.#text = piece;
    } else {
      this.#text += piece;
    }
    if (!ends) return;
    this.#put(this.#text);
    this.#text = undefined;
    this.#ended();
  }

  #add(value) {
    this.grown = true;
    this.#next();
    this.#put(value);
    this.#ended();
  }

  #enter(value) {
    this.grown = true;
    this.#next();
    this.#put(value);
    this.#open.push(value);
    this.#steps.push(undefined);
    this.#widths.push(0);
    this.#depth++;
    this.#own = this.#depth;
  }

  /** A value comes: in an array it is the next item. */
  #next() {
    this.begun = true;
    if (this.#depth === 0) return;
    const inner = this.#open[this.#depth - 1];
    if (Array.isArray(inner)) {
      this.#steps[this.#depth - 1] = inner.length;
      this.#widths[this.#depth - 1] = inner.length / (inner.length < LONG ? ITEMS : ITEMS_OF_LONG);
    }
  }

  /** Puts a value in its place, again if it has grown. */
  #put(value) {
    if (this.#depth === 0) {
      this.root = value;
      return;
    }
    if (this.#own < this.#depth) this.#copy();
    link(this.#open[this.#depth - 1], this.#steps[this.#depth - 1], value);
  }

  /** Copies what is open and in a snapshot. */
  #copy() {
    for (let at = this.#own; at < this.#depth; at++) {
      const old = this.#open[at];
      const copy = Array.isArray(old) ? old.slice() : { ...old };
      this.#open[at] = copy;
      if (at === 0) this.root = copy;
      else link(this.#open[at - 1], this.#steps[at - 1], copy);
    }
    this.#own = this.#depth;
  }

  /** A value is complete. */
  #ended() {
    const list = this.#wrapped ? 1 : 0;
    if (this.#depth !== list + 1 || !Array.isArray(this.#open[list])) return;
    if (!this.#wrapped || this.#steps[0] === "value") this.completed = this.#open[list].length;
  }
}

function link(inner, step, value) {
  // By assignment it would become the prototype.
  if (step === "__proto__")
    Object.defineProperty(inner, step, { value, writable: true, enumerable: true, configurable: true });
  else inner[step] = value;
}

const stringOf = (head, raw) => ((head & record.ESCAPED) !== 0 ? JSON.parse(`"${raw}"`) : raw);
