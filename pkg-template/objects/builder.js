// Builds a value from records. A snapshot never changes: it copies the objects and arrays that are still open
// and shares the complete values in them, so its cost is the width of the open ones, not the size of the
// whole value.

import * as record from "./records.js";

/**
 * Objects with up to this many members are copied fast; the JavaScript engine keeps larger ones in a hash
 * table.
 */
const FAST_MEMBERS = 64;
const SLOW_MEMBER = 8;
/**
 * Number of array items that are copied at the cost of one member: in short arrays, and in long ones, for
 * which the engine allocates memory.
 */
const ITEMS = 8;
const LONG = 1024;
const ITEMS_OF_LONG = 2;

export class Builder {
  /** The value so far. */
  root = undefined;
  /** True once the value has begun. */
  begun = false;
  /** True if the value has grown since the last snapshot. */
  grown = false;
  /** Number of complete items of the array at the root. */
  completed = 0;
  /** Number of times that the value was restarted. */
  resets = 0;
  /** True if the value is a member of the object at the root. */
  #wrapped;
  /** Cost of a snapshot in copied members: the sum of the widths. */
  cost = 0;
  /**
   * The open objects and arrays from the root on, which no snapshot contains; the name or index in each; and
   * the width of each.
   */
  #open = [];
  #steps = [];
  #widths = [];
  #depth = 0;
  /** The open string, or undefined. */
  #text = undefined;

  constructor(wrapped) {
    this.#wrapped = wrapped;
  }

  /**
   * @param {Int32Array} ints
   * @param {number} from index of the first record
   * @param {number} count
   * @param {(at: number, length: number) => string} stringAt returns the strings of the records
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
          this.#widen(this.#widths[this.#depth - 1] < FAST_MEMBERS ? 1 : SLOW_MEMBER);
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
          this.#close();
          break;
        case record.RESET:
          this.reset();
      }
    }
  }

  /** The value so far; later changes do not affect it. */
  snapshot() {
    if (this.#text !== undefined) this.#put(this.#text);
    this.grown = false;
    if (this.#depth === 0) return this.value;
    // Copies are made from the originals: V8 copies those fast, and copies of copies slowly.
    const leaf = this.#open[this.#depth - 1];
    let copy = Array.isArray(leaf) ? leaf.slice() : { ...leaf };
    for (let at = this.#depth - 2; at >= 0; at--) {
      const inner = copy;
      const outer = this.#open[at];
      if (Array.isArray(outer)) {
        copy = outer.slice();
        copy[copy.length - 1] = inner;
      } else {
        copy = { ...outer };
        // It is a member already, so assignment is safe even for `__proto__`.
        copy[this.#steps[at]] = inner;
      }
    }
    return this.#wrapped ? copy.value : copy;
  }

  /** The live value, without the object around it. Open parts of it must not be returned to a caller. */
  get value() {
    return this.#wrapped ? this.root?.value : this.root;
  }

  /** Replaces the complete value with one that was obtained otherwise. */
  replace(value) {
    const { resets, begun } = this;
    this.reset();
    this.resets = begun ? resets + 1 : resets;
    this.root = this.#wrapped ? { value } : value;
    this.begun = true;
    this.completed = Array.isArray(value) ? value.length : 0;
  }

  /** Restarts the value. */
  reset() {
    this.resets++;
    this.root = undefined;
    this.begun = false;
    this.grown = true;
    this.completed = 0;
    this.#depth = this.cost = 0;
    this.#open.length = this.#steps.length = this.#widths.length = 0;
    this.#text = undefined;
  }

  /** Adds to the open string, or begins one. */
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
  }

  /** The innermost open object or array is complete: from now on snapshots share it. */
  #close() {
    this.#depth--;
    this.#open.pop();
    this.#steps.pop();
    this.cost -= this.#widths.pop();
    this.#ended();
  }

  /** Moves to the next item if the innermost open value is an array. */
  #next() {
    this.begun = true;
    if (this.#depth === 0) return;
    const inner = this.#open[this.#depth - 1];
    if (Array.isArray(inner)) {
      this.#steps[this.#depth - 1] = inner.length;
      this.#widen(
        inner.length / (inner.length < LONG ? ITEMS : ITEMS_OF_LONG) - this.#widths[this.#depth - 1],
      );
    }
  }

  /** Adds to the width of the innermost open value. */
  #widen(by) {
    this.#widths[this.#depth - 1] += by;
    this.cost += by;
  }

  /** Stores a value at its place, also when it has grown. */
  #put(value) {
    if (this.#depth === 0) this.root = value;
    else link(this.#open[this.#depth - 1], this.#steps[this.#depth - 1], value);
  }

  /** A value is complete. */
  #ended() {
    const list = this.#wrapped ? 1 : 0;
    if (this.#depth !== list + 1 || !Array.isArray(this.#open[list])) return;
    if (!this.#wrapped || this.#steps[0] === "value") this.completed = this.#open[list].length;
  }
}

function link(inner, step, value) {
  // Separate assignments for strings and numbers: a common one would be slow.
  if (typeof step === "number") inner[step] = value;
  // By assignment it would become the prototype.
  else if (step === "__proto__")
    Object.defineProperty(inner, step, { value, writable: true, enumerable: true, configurable: true });
  else inner[step] = value;
}

const stringOf = (head, raw) => ((head & record.ESCAPED) !== 0 ? JSON.parse(`"${raw}"`) : raw);
