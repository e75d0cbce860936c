//! Skips the text before a value: blanks, reasoning, a Markdown fence, a sentence.

use super::Root;

const OPEN_THINKING: &[u8] = b"<think>";
const END_OF_THINKING: &[u8] = b"</think>";

/// The position of the reader before the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// At the start: the value may follow.
    Start,
    /// In a tag, of which this many bytes match the opening tag of reasoning.
    Tag(usize),
    /// In reasoning.
    Thinking,
    /// In the line of a Markdown fence.
    Fence,
    /// In a sentence.
    Sentence,
}

/// Finds the end of reasoning, however the text is divided.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThinkingEnd {
    matched: usize,
}

impl ThinkingEnd {
    /// True if reasoning ends with this byte.
    pub fn ends(&mut self, byte: u8) -> bool {
        // Only the first byte of the tag is a `<`.
        self.matched = match byte {
            _ if END_OF_THINKING.get(self.matched) == Some(&byte) => self.matched + 1,
            b'<' => 1,
            _ => 0,
        };
        if self.matched == END_OF_THINKING.len() {
            self.matched = 0;
            return true;
        }
        false
    }
}

/// The meaning of a byte before the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The value begins with it.
    Value,
    /// The reader continues in this state.
    On(Lead),
}

impl Lead {
    /// Reads a byte.
    pub fn next(self, byte: u8, end: &mut ThinkingEnd, root: Root) -> Next {
        if end.ends(byte) {
            return Next::On(Lead::Start);
        }
        let opens = byte == b'{' || byte == b'[' && root.array;
        match self {
            Lead::Start => match byte {
                _ if opens => Next::Value,
                // Blanks, and the bytes of a byte order mark.
                b' ' | b'\n' | b'\r' | b'\t' | 0xEF | 0xBB | 0xBF => Next::On(Lead::Start),
                b'<' => Next::On(Lead::Tag(1)),
                b'`' => Next::On(Lead::Fence),
                b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' if root.scalar => Next::Value,
                _ => Next::On(Lead::Sentence),
            },
            Lead::Tag(matched) if OPEN_THINKING.get(matched) == Some(&byte) => Next::On(match matched + 1 {
                7 => Lead::Thinking,
                matched => Lead::Tag(matched),
            }),
            Lead::Thinking => Next::On(Lead::Thinking),
            _ if opens => Next::Value,
            Lead::Fence if byte == b'\n' => Next::On(Lead::Start),
            Lead::Fence => Next::On(Lead::Fence),
            Lead::Tag(_) | Lead::Sentence => Next::On(Lead::Sentence),
        }
    }
}
