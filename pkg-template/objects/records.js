// What the numbers in the records of the machine for JSON mean. The same stand in src/wire/partial_json/record.rs and in
// src/js/objects/machine.rs; tests/node/records.test.mjs compares them.

/** Words of a record: head, at, len. */
export const WORDS = 3;
/** The kind is the low byte of the head. */
export const KIND = 0xff;

export const OPEN_OBJECT = 1;
export const OPEN_ARRAY = 2;
export const CLOSE = 3;
export const KEY = 4;
export const TEXT = 5;
export const NUMBER = 6;
export const TRUE = 7;
export const FALSE = 8;
export const NULL = 9;
export const RESET = 10;

/** Flag in the head: the bytes have escapes. */
export const ESCAPED = 0x100;
/** Flag in the head of a text: the string ends with it. */
export const END = 0x200;

/** What a call gives back: the number of records, and above this bit how far the value is. */
export const COUNT = 0xffffff;
export const PHASE_SHIFT = 24;
/** The value is complete. */
export const DONE = 2;
/** In a string, see `Phase` in src/wire/partial_json/mod.rs. */
export const WITHIN_TEXT = 4;

/** Where in the window a piece begins: before it is what an earlier one has left. */
export const CARRIED = 8192;
/** Most bytes of a piece. */
export const PIECE = 8192;
