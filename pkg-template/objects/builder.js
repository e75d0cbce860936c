// A value that grows by records. What is given out of it never changes again: a snapshot has copies of the objects and arrays that are open, and shares
// what is complete in them, so that it costs as much as the open ones are wide, and not as much as all is large.

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
  /** What a snapshot costs, in members that are copied: the sum of the widths. */
  cost = 0;
  /** What is open, from the root on: the objects and arrays, which are in no snapshot, the name or place in each, and its width. */
  #open = [];
  #steps = [];
  #widths = [];
  #depth = 0;
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

  /** The value so far; no later change of it shows in what this gives. */
  snapshot() {
    if (this.#text !== undefined) this.#put(this.#text);
    this.grown = false;
    if (this.#depth === 0) return this.value;
    // Copies are made of objects that are none themselves: an engine makes those fast, and copies of copies slowly.
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
        // It is a member already: even `__proto__` is one like others.
        copy[this.#steps[at]] = inner;
      }
    }
    return this.#wrapped ? copy.value : copy;
  }

  /** The value itself, out of the object around it. What is open in it is not to be given away. */
  get value() {
    return this.#wrapped ? this.root?.value : this.root;
  }

  /** The whole value, come about in another way. */
  replace(value) {
    const { resets, begun } = this;
    this.reset();
    this.resets = begun ? resets + 1 : resets;
    this.root = this.#wrapped ? { value } : value;
    this.begun = true;
    this.completed = Array.isArray(value) ? value.length : 0;
  }

  /** The value begins anew. */
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
  }

  /** The innermost of what is open is complete: from now on it is shared. */
  #close() {
    this.#depth--;
    this.#open.pop();
    this.#steps.pop();
    this.cost -= this.#widths.pop();
    this.#ended();
  }

  /** A value comes: in an array it is the next item. */
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

  /** The innermost of what is open grows. */
  #widen(by) {
    this.#widths[this.#depth - 1] += by;
    this.cost += by;
  }

  /** Puts a value in its place, again if it has grown. */
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
  // Each kind of step has an assignment of its own: one for both would be slow.
  if (typeof step === "number") inner[step] = value;
  // By assignment it would become the prototype.
  else if (step === "__proto__")
    Object.defineProperty(inner, step, { value, writable: true, enumerable: true, configurable: true });
  else inner[step] = value;
}

const stringOf = (head, raw) => ((head & record.ESCAPED) !== 0 ? JSON.parse(`"${raw}"`) : raw);
