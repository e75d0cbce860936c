/** Reads a wasm file's sections, and writes them. https://webassembly.github.io/spec/core/binary/modules.html */

/** The sections by their numbers. */
export const IMPORT = 2;
export const CODE = 10;
export const DATA = 11;

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
 * @param {Uint8Array} wasm
 * @returns {Uint8Array[]} the code of each function, in the order of the file
 */
export function functionsOf(wasm) {
  const reader = readerOf(wasm, CODE);
  return Array.from({ length: reader.number() }, () => reader.bytes());
}

/**
 * @param {Uint8Array} wasm whose data has fixed places, as the linker writes it
 * @returns {{ address: number, bytes: Uint8Array }[]} what is in memory from the start
 */
export function dataOf(wasm) {
  const reader = readerOf(wasm, DATA);
  return Array.from({ length: reader.number() }, () => {
    const [kind, instruction] = [reader.byte(), reader.byte()];
    const address = reader.number();
    if (kind !== 0 || instruction !== I32_CONST || reader.byte() !== END) {
      throw new Error("the module has data without a fixed place");
    }
    return { address, bytes: reader.bytes() };
  });
}

const I32_CONST = 0x41;
const END = 0x0b;

function readerOf(wasm, id) {
  const section = sectionsOf(wasm).find((section) => section.id === id);
  if (section === undefined) throw new Error(`the module has no section ${id}`);
  return new Reader(section.content);
}

/** Reads one thing after another. */
export class Reader {
  #source;
  /** The place of the next byte. */
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

  /** What was read since a place. */
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
