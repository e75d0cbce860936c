//! The records of the parser: one for each step in building the value. `pkg-template/objects/records.js`
//! uses the same numbers; `tests/node/records.test.mjs` compares them.

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// A kind of [`kind`], with flags above it.
    pub head: u32,
    /// The offset of its bytes.
    pub at: u32,
    /// The number of its bytes.
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
    /// The name of the next member, with escapes.
    pub const KEY: u32 = 4;
    /// A part of a string, with escapes; characters are not divided. The first part starts the string, and
    /// may be empty.
    pub const TEXT: u32 = 5;
    /// A number, in its original spelling.
    pub const NUMBER: u32 = 6;
    /// `true`
    pub const TRUE: u32 = 7;
    /// `false`
    pub const FALSE: u32 = 8;
    /// `null`
    pub const NULL: u32 = 9;
    /// Everything before was reasoning: the value starts again.
    pub const RESET: u32 = 10;
}

/// The bits of a head that contain the kind.
pub const KIND: u32 = 255;
/// Flag: the bytes contain escapes.
pub const ESCAPED: u32 = 1 << 8;
/// Flag of a [`kind::TEXT`]: the string ends here.
pub const END: u32 = 1 << 9;

impl Record {
    /// A record of a kind without bytes.
    pub fn plain(kind: u32) -> Self {
        Self { head: kind, at: 0, len: 0 }
    }
}
