// What callers call their rows. As long as nobody gives an id and nothing is removed, ids are the rows' numbers and take no memory.

import { kindOf, refusal } from "../core.js";

export class Ids {
  /** The id of each row; null while they are the rows' numbers. */
  #ids = null;
  /** The rows of the ids; made when they are needed. */
  #rows = null;
  #size = 0;
  /** The number of the next row: how many have been added in all. */
  #next = 0;

  /** The id of a row. */
  of(row) {
    return this.#ids === null ? row : this.#ids[row];
  }

  /** The ids of rows that are to be added. */
  check(ids, count) {
    if (ids === undefined || ids === null) {
      // A number may have been given to another row as its id.
      if (this.#ids === null) return { count };
      return { count, ids: this.#fresh(Array.from({ length: count }, (_, at) => this.#next + at)) };
    }
    if (!Array.isArray(ids)) throw refusal("ids", `ids must be an array, not ${kindOf(ids)}.`);
    if (ids.length !== count) throw refusal("ids", `There are ${count} rows, but ${ids.length} ids.`);
    return { count, ids: this.#fresh(ids) };
  }

  /** @param {{ count: number, ids?: (number | string)[] }} added what `check` gave */
  add({ count, ids }) {
    if (ids !== undefined) {
      const rows = this.#map();
      this.#explicit();
      for (let at = 0; at < count; at++) {
        this.#ids.push(ids[at]);
        rows.set(ids[at], this.#size + at);
      }
    } else {
      this.#rows = null;
    }
    this.#size += count;
    this.#next += count;
  }

  /** Takes ids out; their rows. All of them or, with a refusal, none. */
  remove(ids) {
    if (!Array.isArray(ids)) throw refusal("ids", `ids must be an array, not ${kindOf(ids)}.`);
    const rows = new Set();
    const known = this.#ids === null ? null : this.#map();
    for (const [at, id] of ids.entries()) {
      const row = known === null ? this.#numbered(id) : known.get(id);
      if (row === undefined) throw refusal("ids", `ids has one at ${at} that the index does not have.`);
      if (rows.has(row)) throw refusal("ids", `ids has the same one twice, at ${at}.`);
      rows.add(row);
    }
    if (rows.size > 0) {
      this.#explicit();
      this.#ids = this.#ids.filter((_, row) => !rows.has(row));
      this.#rows = null;
      this.#size = this.#ids.length;
    }
    return rows;
  }

  toJSON() {
    return { next: this.#next, ids: this.#ids };
  }

  /** @throws when it is not what `toJSON` gave for so many rows */
  static fromJSON(json, size) {
    const { next, ids } = json ?? {};
    const made = new Ids();
    if (!Number.isSafeInteger(next) || next < size)
      throw refusal("bytes", "The bytes are no serialised index.");
    if (ids === null) {
      made.#size = size;
    } else {
      const { count } = made.check(ids, size);
      made.add({ count, ids });
    }
    made.#next = next;
    return made;
  }

  #numbered(id) {
    return Number.isInteger(id) && id >= 0 && id < this.#size ? id : undefined;
  }

  #explicit() {
    this.#ids ??= Array.from({ length: this.#size }, (_, row) => row);
  }

  #map() {
    if (this.#rows === null) {
      this.#rows = new Map();
      for (let row = 0; row < this.#size; row++) this.#rows.set(this.of(row), row);
    }
    return this.#rows;
  }

  /** Checks that ids can be told from each other and from all that there are. */
  #fresh(ids) {
    const known = this.#map();
    const seen = new Set();
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at];
      if (typeof id !== "string" && !Number.isFinite(id)) {
        throw refusal("ids", `ids has ${kindOf(id)} at ${at}: an id is a string or a finite number.`);
      }
      if (known.has(id)) throw refusal("ids", `ids has one at ${at} that the index has already.`);
      if (seen.has(id)) throw refusal("ids", `ids has the same one twice, at ${at}.`);
      seen.add(id);
    }
    // The caller's own array may change later.
    return Array.from(ids);
  }
}
