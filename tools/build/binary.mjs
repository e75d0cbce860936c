/**
 * Reads and writes the sections of a wasm file. https://webassembly.github.io/spec/core/binary/modules.html
 */

/** The sections by number. */
export const CUSTOM = 0;
export const IMPORT = 2;
export const CODE = 10;

/** The magic number and the version. */
const HEADER = 8;

/**
 * @param {Uint8Array} wasm
 * @returns {{ id: number, content: Uint8Array }[]} views of the file
 */
export function sectionsOf(wasm) {
  const reader = new Reader(wasm, HEADER);
  const sections = [];
  while (!reader.isAtEnd) sections.push({ id: reader.byte(), content: reader.bytes() });
  return sections;
}

/**
 * @param {{ id: number, content: Uint8Array }[]} sections
 * @returns {Uint8Array} the file
 */
export function moduleOf(sections) {
  const parts = sections.map(({ id, content }) => Buffer.from([id, ...encoded(content.length), ...content]));
  return Buffer.concat([Buffer.from("\0asm\u0001\0\0\0", "latin1"), ...parts]);
}

/**
 * @param {Uint8Array} content of the section of imports
 * @returns {{ module: string, name: string, kind: number, description: Uint8Array }[]} `description` is the
 *   bytes after the names
 */
export function importsOf(content) {
  const reader = new Reader(content);
  return Array.from({ length: reader.number() }, () => {
    const [module, name] = [textOf(reader.bytes()), textOf(reader.bytes())];
    const start = reader.at;
    const kind = skipDescription(reader);
    return { module, name, kind, description: reader.since(start) };
  });
}

/** The kind of import that is a function. */
export const FUNCTION = 0;

function skipDescription(reader) {
  const kind = reader.byte();
  if (kind === FUNCTION) reader.number();
  // A table, a memory, a global.
  else if (kind === 1) {
    reader.byte();
    skipLimits(reader);
  } else if (kind === 2) skipLimits(reader);
  else if (kind === 3) {
    reader.byte();
    reader.byte();
  } else throw new Error(`the module has an import of the unknown kind ${kind}`);
  return kind;
}

function skipLimits(reader) {
  const hasMaximum = (reader.byte() & 1) !== 0;
  reader.number();
  if (hasMaximum) reader.number();
}

const textOf = (bytes) => Buffer.from(bytes).toString("utf8");

/** A sequential reader. */
export class Reader {
  #source;
  /** Offset of the next byte. */
  at;

  /** @param {Uint8Array} source */
  constructor(source, at = 0) {
    this.#source = source;
    this.at = at;
  }

  get isAtEnd() {
    return this.at >= this.#source.length;
  }

  byte() {
    if (this.isAtEnd) throw new Error("the module ends too early");
    return this.#source[this.at++];
  }

  /** An unsigned number of 32 bits, in LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** A vector of bytes. */
  bytes() {
    const length = this.number();
    this.at += length;
    if (this.at > this.#source.length) throw new Error("the module ends too early");
    return this.#source.subarray(this.at - length, this.at);
  }

  /** The bytes since an offset. */
  since(start) {
    return this.#source.subarray(start, this.at);
  }
}

/** @returns {number[]} a number in LEB128 */
export function encoded(number) {
  const bytes = [];
  for (let left = number; ; left >>>= 7) {
    if (left < 0x80) return [...bytes, left];
    bytes.push((left & 0x7f) | 0x80);
  }
}
