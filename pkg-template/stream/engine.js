// The JavaScript half of the streaming boundary: one copy and one number-only call per network chunk; records
// are read in place.
//
// All streams share the engine's window and tables. A channel that feeds becomes their owner; the previous
// owner first decodes its unread records ("spill"). With one stream at a time there is no spill.

import { notLoaded } from "../client/failure.js";
import { cancel } from "../client/promises.js";
import * as record from "./records.js";

/** Largest piece in bytes; the engine guarantees room for it. */
export const PIECE = 65536;

export const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Up to this many bytes are decoded by hand: a TextDecoder call costs as much. */
const BY_HAND = 24;

let wasm = null;
/**
 * Views of wasm memory. Growth detaches them: reads then return undefined and writes have no effect. The
 * client shares the memory and may grow it in any call, so every reader calls `fresh` first.
 */
export let bytes = new Uint8Array(0);
export let ints = new Int32Array(0);
/** Index of the header in `ints`. */
let header = 0;
/** Index of the first record in `ints`, updated by each feed. */
export let records = 0;
/** Offset of the engine's buffer in `bytes`, updated by each feed. */
export let buffer = 0;
/** Token strings by id. */
let tokens = [];
let epoch = 0;
/** The channel that owns the window and the tables. */
let owner = null;

/**
 * Connects the readers to the wasm instance.
 * @param exports the instance's exports
 * @param error if it replaces another instance, whose contents are lost: the cause
 */
export function setup(exports, error) {
  // The owner has unread records in the lost instance.
  owner?.stop(error);
  owner = null;
  wasm = exports;
  tokens = new Array(record.TOKENS);
  refresh();
  header = wasm.engine_header() >>> 2;
  refresh();
  epoch = ints[header + record.EPOCH];
}

function refresh() {
  bytes = new Uint8Array(wasm.memory.buffer);
  ints = new Int32Array(wasm.memory.buffer);
}

/** Creates new views if the memory has grown. */
export function fresh() {
  if (bytes.length === 0) look();
}

/** Reads the offsets in the header after a call. */
function look() {
  if (bytes.length === 0) refresh();
  records = ints[header + record.RECORDS] >>> 2;
  buffer = ints[header + record.BUFFER];
}

/** The largest limit that the engine accepts, in bytes. */
const MOST = 2 ** 32 - 1;

/** Opens a stream in one of the modes of records.js. */
export function open(mode, { maxEventBytes, maxTokens, reasoningIsText, thinking }) {
  if (wasm === null) throw notLoaded();
  const handle = {
    wasm,
    id: wasm.engine_open(mode, Math.min(maxEventBytes, MOST), maxTokens, reasoningIsText, thinking),
  };
  if (bytes.length === 0) refresh();
  return handle;
}

/** Closes a stream. */
export function close(channel, handle) {
  if (owner === channel) owner = null;
  handle.wasm.engine_close(handle.id);
  if (bytes.length === 0) refresh();
}

/** Cancels the request of a stream that was garbage-collected before its end, and frees its engine state. */
export const abandoned =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry(({ guard, body, handle, wait }) => {
        guard?.abort();
        cancel(body);
        wait?.deref()?.stop();
        if (handle !== undefined) close(undefined, handle);
      })
    : // Workers with a compatibility date before 2025-05-05 have no FinalizationRegistry.
      { register() {}, unregister() {} };

function own(channel) {
  if (owner !== null) owner.spill();
  owner = channel;
  const { wasm, id } = channel.handle;
  wasm.engine_select(id);
  look();
  channel.flags |= ints[header + record.FLAGS];
}

/** True if the channel owns the window and the tables. */
export const owns = (channel) => owner === channel;

/** Writes one piece of a chunk and parses it. Sets `channel.base`, the piece's offset in the buffer. */
export function feed(channel, piece) {
  if (owner !== channel) own(channel);
  if (bytes.length === 0) refresh();
  if ((channel.flags & record.COMPACT) !== 0) compact(0);
  const write = ints[header + record.WRITE];
  bytes.set(piece, write);
  channel.base = write - buffer;
  settle(channel, wasm.engine_feed(piece.length));
}

/** Parses bytes that were fed while the table of records was full. */
export function feedOn(channel) {
  if (owner !== channel) {
    own(channel);
    // The bytes have moved, so an offset in the buffer no longer gives one in the chunk.
    channel.chunk = null;
  }
  settle(channel, wasm.engine_feed(0));
}

/** Marks the end of input. */
export function finish(channel) {
  if (owner !== channel) own(channel);
  channel.chunk = null;
  settle(channel, wasm.engine_finish());
}

/** Parses a complete JSON answer. */
export function feedWhole(channel, answer) {
  if (owner !== channel) own(channel);
  compact(answer.length);
  bytes.set(answer, ints[header + record.WRITE]);
  channel.chunk = null;
  settle(channel, wasm.engine_whole(answer.length));
}

function compact(room) {
  wasm.engine_compact(room);
  look();
}

/** Stores the result of a call: the number of new records, and the flags. */
function settle(channel, result) {
  channel.at = 0;
  channel.count = result & record.COUNT;
  channel.flags = result >>> record.FLAGS_SHIFT;
  if (bytes.length === 0 || channel.flags >= record.MOVED) moved(channel);
}

function moved(channel) {
  channel.flags &= ~record.MOVED;
  look();
  if (ints[header + record.EPOCH] !== epoch) {
    epoch = ints[header + record.EPOCH];
    tokens = new Array(record.TOKENS);
  }
}

/** The string of the record at `r`. */
export function stringOf(r) {
  const id = ints[r + 1];
  if (id < 0) return decodePiece(r);
  const known = tokens[id];
  if (known !== undefined) return known;
  const string = decodePiece(r);
  tokens[id] = string;
  return string;
}

function decodePiece(r) {
  const area = (ints[r] & record.APART) === 0 ? buffer : ints[header + record.TEXT_AREA];
  const from = area + ints[r + 2];
  const string = decode(from, from + ints[r + 3]);
  if ((ints[r] & record.PLAIN) !== 0 || string.indexOf("\\") === -1) return string;
  return JSON.parse(`"${string}"`);
}

function decode(from, to) {
  if (to - from <= BY_HAND) {
    let string = "";
    let at = from;
    for (; at < to; at++) {
      const byte = bytes[at];
      if (byte > 127) break;
      string += String.fromCharCode(byte);
    }
    if (at === to) return string;
  }
  return decoder.decode(bytes.subarray(from, to));
}

/** The bytes of the record's piece as text, escapes unresolved. */
export function plainOf(r) {
  const from = buffer + ints[r + 2];
  return decode(from, from + ints[r + 3]);
}

/** The data of the record's event, as text. */
export function dataOf(r) {
  const from = buffer + ints[r + 4];
  return decode(from, from + ints[r + 5]);
}

/** A copy of that data. */
export function copyData(r) {
  const from = buffer + ints[r + 4];
  return bytes.slice(from, from + ints[r + 5]);
}

/** Length of the text area in bytes. */
export function textLength() {
  return ints[header + record.TEXT_LEN];
}

/** Head of the records whose text comes last in the text area. */
export function textHead() {
  return ints[header + record.TEXT_HEAD];
}

/** Copies the text area's bytes from `from` to `to` into a text. */
export function copyText(text, from, to) {
  const area = ints[header + record.TEXT_AREA];
  text.copy(bytes, area + from, area + to);
}

/** Empties the text area. */
export function textRead() {
  ints[header + record.TEXT_READ] = 1;
  ints[header + record.TEXT_LEN] = 0;
}
