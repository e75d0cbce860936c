// The rows in wasm memory. No view of it is kept over a call, for growing detaches it, and none leaves this file. Addresses come as signed
// numbers: beyond 2 GiB they are negative.

import { failure, refusal } from "../core.js";

const WELL = -1;
const FULL = -2;
/** Bytes of the wasm's buffer. */
const BUFFER = 65536;
/** Bytes of what is told of a row that was found: score, row, nothing. */
const HIT = 16;

export class Rows {
  #wasm;
  #handle;
  #dimensions;
  #stride;
  length = 0;

  constructor(wasm, metric, dimensions) {
    this.#wasm = wasm;
    this.#dimensions = dimensions;
    this.#handle = wasm.vectors_open(metric, dimensions);
    this.#stride = wasm.vectors_stride(this.#handle);
  }

  get isClosed() {
    return this.#handle < 0;
  }

  close() {
    if (this.#handle >= 0) this.#wasm.vectors_close(this.#handle);
    this.#handle = -1;
    this.length = 0;
  }

  /** Adds rows; a refusal leaves none of them. */
  add(rows, count) {
    this.#addBytes(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), count);
  }

  addBytes(bytes) {
    this.#addBytes(bytes, bytes.length / 4 / this.#dimensions);
  }

  #addBytes(bytes, count) {
    const wasm = this.#wasm;
    const row = this.#dimensions * 4;
    const stride = this.#stride * 4;
    wasm.vectors_expect(this.#handle, count);
    for (let done = 0; done < count; ) {
      const address = wasm.vectors_room(this.#handle) >>> 0;
      if (address === 0) throw this.#undone(noMemory());
      const some = Math.min(count - done, wasm.vectors_room_rows(this.#handle));
      const memory = new Uint8Array(wasm.memory.buffer);
      if (row === stride) memory.set(bytes.subarray(done * row, (done + some) * row), address);
      else {
        for (let at = 0; at < some; at++) {
          memory.set(bytes.subarray((done + at) * row, (done + at + 1) * row), address + at * stride);
        }
      }
      const told = wasm.vectors_written(this.#handle, some);
      if (told === FULL) throw this.#undone(noMemory());
      if (told !== WELL) {
        const place = done * this.#dimensions + told;
        throw this.#undone(refusal("rows", `rows has no finite number at ${place}.`));
      }
      done += some;
    }
    this.length += count;
  }

  #undone(error) {
    this.#wasm.vectors_truncate(this.#handle, this.length);
    return error;
  }

  /** The best rows, as `make(row, score)` makes them. */
  search(query, k, make) {
    const wasm = this.#wasm;
    const address = wasm.vectors_buffer() >>> 0;
    new Float32Array(wasm.memory.buffer, address, query.length).set(query);
    const count = wasm.vectors_search(this.#handle, k);
    const view = new DataView(wasm.memory.buffer, wasm.vectors_hits() >>> 0, count * HIT);
    const found = new Array(count);
    for (let at = 0; at < count; at++) {
      found[at] = make(view.getUint32(at * HIT + 8, true), view.getFloat64(at * HIT, true));
    }
    wasm.vectors_hits_taken();
    return found;
  }

  /** @param {Iterable<number>} rows */
  remove(rows) {
    let count = 0;
    for (const row of rows) {
      this.#wasm.vectors_mark(this.#handle, row);
      count++;
    }
    if (count > 0) this.#wasm.vectors_sweep(this.#handle);
    this.length -= count;
  }

  /** Copies all rows, without padding. */
  copyTo(target, at) {
    const wasm = this.#wasm;
    const row = this.#dimensions * 4;
    const stride = this.#stride * 4;
    const block = wasm.vectors_block_rows(this.#handle);
    for (let first = 0; first < this.length; first += block) {
      const address = wasm.vectors_row(this.#handle, first) >>> 0;
      const some = Math.min(block, this.length - first);
      const memory = new Uint8Array(wasm.memory.buffer);
      for (let done = 0; done < some; ) {
        const together = row === stride ? some : 1;
        const from = address + done * stride;
        target.set(memory.subarray(from, from + together * row), at + (first + done) * row);
        done += together;
      }
    }
  }

  /** XXH64 of bytes, one array after the other; all but the last have a multiple of 32 bytes. */
  checksum(...parts) {
    const wasm = this.#wasm;
    const buffer = new Uint8Array(wasm.memory.buffer, wasm.vectors_buffer() >>> 0, BUFFER);
    for (const part of parts) {
      for (let at = 0; at < part.length; at += BUFFER) {
        const piece = part.subarray(at, at + BUFFER);
        buffer.set(piece);
        const isLast = part === parts.at(-1) && at + BUFFER >= part.length;
        const sum = wasm.vectors_checksum(piece.length, isLast ? 1 : 0);
        if (isLast) return BigInt.asUintN(64, sum);
      }
    }
  }
}

const noMemory = () =>
  failure("TOO_LARGE", "The rows don't fit into memory: WebAssembly has 4 GB at most, and a Worker 128 MB.", {
    field: "rows",
  });
