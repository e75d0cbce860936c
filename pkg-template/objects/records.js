// The meaning of the numbers in the records of the JSON parser. src/wire/partial_json/record.rs and
// src/js/objects/machine.rs define the same numbers; tests/node/records.test.mjs compares them.

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

/** Result of a call: the number of records in these bits, the phase above them. */
export const COUNT = 0xffffff;
export const PHASE_SHIFT = 24;
/** The value is complete. */
export const DONE = 2;
/** In a string, see `Phase` in src/wire/partial_json/mod.rs. */
export const WITHIN_TEXT = 4;

/** Offset of a piece in the window: the bytes before it are left over from an earlier piece. */
export const CARRIED = 8192;
/** Largest piece in bytes. */
export const PIECE = 8192;
