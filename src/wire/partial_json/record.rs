//! What a machine says of the text that it has read: one record for each step in building the value. `pkg-template/objects/records.js` has the
//! same numbers; `tests/node/records.test.mjs` compares them.

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// A kind of [`kind`], with flags above it.
    pub head: u32,
    /// Where the bytes begin that belong to it.
    pub at: u32,
    /// How many there are.
    pub len: u32,
}

/// Kinds of record.
pub mod kind {
    /// An object begins.
    pub const OPEN_OBJECT: u32 = 1;
    /// An array begins.
    pub const OPEN_ARRAY: u32 = 2;
    /// The innermost object or array ends.
    pub const CLOSE: u32 = 3;
    /// The name of the next member, still escaped.
    pub const KEY: u32 = 4;
    /// More of a string, still escaped; no character is divided. The first one begins it, and may be empty.
    pub const TEXT: u32 = 5;
    /// A number, as it is written.
    pub const NUMBER: u32 = 6;
    /// `true`
    pub const TRUE: u32 = 7;
    /// `false`
    pub const FALSE: u32 = 8;
    /// `null`
    pub const NULL: u32 = 9;
    /// All before was thinking: the value begins anew.
    pub const RESET: u32 = 10;
}

/// The kind of a head.
pub const KIND: u32 = 255;
/// Flag: its bytes have escapes.
pub const ESCAPED: u32 = 1 << 8;
/// Flag of a [`kind::TEXT`]: the string ends with it.
pub const END: u32 = 1 << 9;

impl Record {
    /// Of a kind without bytes.
    pub fn plain(kind: u32) -> Self {
        Self { head: kind, at: 0, len: 0 }
    }
}
