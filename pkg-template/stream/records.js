// The meaning of the numbers in the engine's header and records. src/wire/engine.rs, src/wire/record.rs and
// src/wire/template.rs define the same numbers; tests/node/records.test.mjs compares them.

/** Indexes of the words in the header. */
export const WRITE = 0;
export const RECORDS = 1;
export const BUFFER = 2;
export const TEXT_AREA = 3;
export const TEXT_LEN = 4;
export const TEXT_READ = 5;
export const FLAGS = 6;
export const EPOCH = 7;
export const TEXT_HEAD = 8;

/** Bits of the flags. */
export const COMPACT = 1;
export const MORE = 2;
export const ENDED = 4;
export const FULL = 8;
export const MOVED = 32;
/** Used by JavaScript only: no bytes have been received yet. */
export const NEW = 16;

/** Result of a call that parses: the number of records in these bits, the flags above them. */
export const COUNT = 0xffffff;
export const FLAGS_SHIFT = 24;

/** Words of a record: head, id, at, len, dataAt, dataLen. */
export const WORDS = 6;

/** Kinds of record: the low byte of the head. */
export const TEXT = 1;
export const REASONING = 2;
export const TOOL_ID = 3;
export const TOOL_NAME = 4;
export const TOOL_ARGUMENTS = 5;
export const TOOL_DELTA = 6;
export const USAGE = 7;
export const TOOL_CALL = 8;
export const FINISH = 9;
export const FAILURE = 10;
export const PENDING = 11;
export const CHUNK = 12;
export const CHUNK_LIKE = 13;
export const HOLE = 14;
export const EVENT_NAME = 15;
export const EVENT_ID = 16;
export const EVENT_RETRY = 17;
export const EVENT_DATA = 18;
export const USAGE_TOTAL = 19;
export const TOOL_EXTRA = 20;
export const FINISH_WORD = 21;
export const SIGNATURE = 22;
export const REDACTED = 23;

/** Flag in the head: the piece has no escapes to resolve. */
export const PLAIN = 256;
/**
 * Flag in the head: the event's data was joined from several lines, so the chunk does not contain it
 * contiguously.
 */
export const JOINED = 512;
/** Flag in the head: the piece is not in the text area. */
export const ALONE = 1024;
/** Flag in the head: the piece is only in the text area. */
export const APART = 2048;
/** The bits of the head above this one are the slot of a tool call, or the place of a hole. */
export const SLOT_SHIFT = 16;

/**
 * Number of token ids. An array that is allocated for all of them stays dense in V8; one that grows in jumps
 * becomes a dictionary.
 */
export const TOKENS = 8192;

/** Modes of a stream. */
export const MODE_EVENTS = 0;
export const MODE_TEXT = 1;
export const MODE_CHUNKS = 2;
export const MODE_PLAIN = 3;

/** Places of holes in a chunk. */
export const PLACE_RESPONSE = 1;
export const PLACE_PADDING = 2;
export const PLACE_CONTENT = 3;
export const PLACE_REASONING_CONTENT = 4;
export const PLACE_REASONING = 5;
export const PLACE_TEXT = 6;
export const PLACE_TOOL_ARGUMENTS = 7;
export const PLACE_DELTA = 8;
export const PLACE_SEQUENCE_NUMBER = 9;
export const PLACE_OBFUSCATION = 10;

/** The finish reasons by number. */
export const FINISH_REASONS = ["stop", "length", "tool-calls", "content-filter", "other"];
