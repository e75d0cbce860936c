//! The records that the engine writes for JavaScript to read in place.

/// Words per record.
pub const WORDS: usize = 6;

/// Feeding pauses when this many records are unread.
pub const PAUSE_AT: usize = 4096;

/// The kind of a record. `pkg-template/stream/records.js` uses the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// More text.
    Text = 1,
    /// More reasoning.
    Reasoning = 2,
    /// A tool call's id.
    ToolId = 3,
    /// A tool call's name.
    ToolName = 4,
    /// More of a tool call's arguments.
    ToolArguments = 5,
    /// The end of a tool call's part in one chunk.
    ToolDelta = 6,
    /// The JSON text of a usage object; slot 1 if it has only new counts and the others are in the one
    /// before.
    Usage = 7,
    /// A tool call is complete; `id` is the [`super::dialect::FinishReason`] of the reply.
    ToolCall = 8,
    /// The reply is over; `id` is the [`super::dialect::FinishReason`].
    Finish = 9,
    /// The reply failed; `id` is a [`super::failure_kind::FailureKind`], the span may describe it.
    Failure = 10,
    /// Text in the text area: `at` and `len` refer to the area, `id` is the [`Kind`] of its pieces.
    Pending = 11,
    /// One chunk of the service as JSON text (the event's data); `id` is 1 if it becomes the sample of the
    /// following chunks, `len` is the number of holes that follow.
    Chunk = 12,
    /// A chunk that differs from the sample only in its holes: `len` of them follow, `at` is the one with
    /// the text, `id` is the [`Kind`] of that text.
    ChunkLike = 13,
    /// A hole: `id` is its token number or -1; the flags contain its [`super::template::Place`].
    Hole = 14,
    /// The next event's name.
    EventName = 15,
    /// The last event id from now on.
    EventId = 16,
    /// The next event's retry time.
    EventRetry = 17,
    /// An event's data.
    EventData = 18,
    /// The last usage counts.
    UsageTotal = 19,
    /// Data that the model requires back with a tool call, as JSON text.
    ToolExtra = 20,
    /// The service's own finish reason.
    FinishWord = 21,
    /// The signature of the preceding reasoning.
    Signature = 22,
    /// Encrypted reasoning.
    Redacted = 23,
}

/// The bytes are text without escapes.
pub const PLAIN: u32 = 1 << 8;
/// The event's data was joined from several lines, so it is not contiguous in the chunk.
pub const JOINED: u32 = 1 << 9;
/// The piece is not in the text area.
pub const ALONE: u32 = 1 << 10;
/// The piece is only in the text area: `at` refers to its start.
pub const APART: u32 = 1 << 11;
/// The bits from here on contain the slot of a tool call, or the place of a hole.
pub const SLOT_SHIFT: u32 = 16;

/// One record. Offsets count from the start of the engine's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// [`Kind`], flags and slot.
    pub head: u32,
    /// The token number or -1; other kinds define it differently.
    pub id: i32,
    /// The offset of the piece.
    pub at: u32,
    /// The length of the piece, in bytes.
    pub len: u32,
    /// The offset of the data of its event.
    pub data_at: u32,
    /// The length of that data, in bytes.
    pub data_len: u32,
}

const _: () = assert!(size_of::<Record>() == WORDS * 4);
