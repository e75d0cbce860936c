//! The records that the engine leaves for JavaScript to read in place.

/// Words in one record.
pub const WORDS: usize = 6;

/// Feeding pauses when this many records wait to be read.
pub const PAUSE_AT: usize = 4096;

/// The kind of a record. The numbers are shared with `pkg-template/stream/records.js` as well.
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
    /// The end of the part of a tool call that is in one chunk.
    ToolDelta = 6,
    /// A usage object's JSON text; slot 1 where it only has what is new, and the rest is in the one before.
    Usage = 7,
    /// A tool call is complete; `id` is the [`super::dialect::FinishReason`] of the reply.
    ToolCall = 8,
    /// The reply is over; `id` is the [`super::dialect::FinishReason`].
    Finish = 9,
    /// The reply failed; `id` is a [`super::failure_kind::FailureKind`], the span may describe it.
    Failure = 10,
    /// Text that waits in the text area: `at` and `len` count from its start, `id` is the [`Kind`] of its pieces.
    Pending = 11,
    /// One chunk of the service's own, as JSON text (the event's data); `id` is 1 when it becomes the sample of chunks like it, `len`
    /// the number of holes that follow.
    Chunk = 12,
    /// A chunk that differs from the sample in its holes only: `len` of them follow, `at` is the one with the text, `id` the [`Kind`] of
    /// that text.
    ChunkLike = 13,
    /// A hole: `id` is its number in the table of tokens, or -1; the flags hold its [`super::template::Place`].
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
    /// What the model wants to have back with a tool call, as JSON text.
    ToolExtra = 20,
    /// The service's own word for why the reply ended.
    FinishWord = 21,
    /// The signature of the thinking before it.
    Signature = 22,
    /// Thinking that nobody else can read.
    Redacted = 23,
}

/// The bytes are text as they stand: no escapes to resolve.
pub const PLAIN: u32 = 1 << 8;
/// The event's data has been joined from several lines: it lies nowhere in the chunk as it is.
pub const JOINED: u32 = 1 << 9;
/// The piece is not in the text area.
pub const ALONE: u32 = 1 << 10;
/// The piece is in the text area and nowhere else: `at` counts from its start.
pub const APART: u32 = 1 << 11;
/// The slot of a tool call, or the place of a hole, stands above this bit.
pub const SLOT_SHIFT: u32 = 16;

/// One record. Offsets count from the start of the engine's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// [`Kind`], flags, slot.
    pub head: u32,
    /// A token's number or -1, or as the kind describes.
    pub id: i32,
    /// Where the piece begins.
    pub at: u32,
    /// How many bytes it has.
    pub len: u32,
    /// Where the data of the event that it came in begins.
    pub data_at: u32,
    /// How many bytes that data has.
    pub data_len: u32,
}

const _: () = assert!(size_of::<Record>() == WORDS * 4);
