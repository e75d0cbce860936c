//! Not parsing what was seen a moment ago.
//!
//! The chunks of one reply differ in one or two values. [`Template`] keeps the bytes of the last chunk that was really read, with
//! holes where the varying values stood. A chunk with the same bytes around valid values in the holes is thereby proven to be valid
//! JSON of the same meaning.

use super::json;
use super::simd::{PADDING, Padded};

/// Most holes in one template.
pub const MAX_HOLES: usize = 3;
/// Longest chunk that becomes a template.
pub const MAX_LEN: usize = 4096;

/// Where in a chunk a hole is. The numbers are known to `pkg-template/stream/records.js` as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Place {
    /// `response`
    Response = 1,
    /// `p`, the padding of the service
    Padding = 2,
    /// `choices[0].delta.content`
    Content = 3,
    /// `choices[0].delta.reasoning_content`
    ReasoningContent = 4,
    /// `choices[0].delta.reasoning`
    Reasoning = 5,
    /// `choices[0].text`
    Text = 6,
    /// `choices[0].delta.tool_calls[0].function.arguments`
    ToolArguments = 7,
    /// `delta` of a Responses event
    Delta = 8,
    /// `sequence_number` of a Responses event
    SequenceNumber = 9,
    /// `obfuscation`, the padding of others
    Obfuscation = 10,
}

/// A value that may differ from chunk to chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// What it is.
    pub place: Place,
    /// Its first byte: inside the quotes, for a string.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// The values of the holes in a chunk that matched.
pub type Filled = [Hole; MAX_HOLES];

const NO_HOLE: Hole = Hole { place: Place::Response, start: 0, end: 0 };

/// See the module.
#[derive(Debug)]
pub struct Template {
    /// The sample, padded.
    bytes: Vec<u8>,
    len: usize,
    holes: [Hole; MAX_HOLES],
    count: usize,
}

impl Template {
    /// Makes a template of a chunk that was read, with its holes in the order of the bytes.
    pub fn learn(sample: &[u8], holes: &[Hole]) -> Option<Template> {
        if sample.len() > MAX_LEN || holes.is_empty() || holes.len() > MAX_HOLES {
            return None;
        }
        let mut bytes = Vec::with_capacity(sample.len() + PADDING);
        bytes.extend_from_slice(sample);
        bytes.resize(sample.len() + PADDING, 0);
        let mut kept = [NO_HOLE; MAX_HOLES];
        kept[..holes.len()].copy_from_slice(holes);
        Some(Template { bytes, len: sample.len(), holes: kept, count: holes.len() })
    }

    /// How many holes it has.
    #[inline(always)]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Is `at..at + len` of `buffer` this chunk with other values? The values, when it is; places count from the buffer's start.
    #[inline(always)]
    pub fn fill(&self, buffer: Padded<'_>, at: usize, len: usize) -> Option<Filled> {
        let end = at + len;
        let buffer = buffer.until(end);
        let sample = Padded::new(&self.bytes, self.len);
        let mut filled = [NO_HOLE; MAX_HOLES];
        let (mut here, mut there) = (at, 0);
        for (hole, value) in self.holes.iter().zip(&mut filled).take(self.count) {
            let fixed = hole.start - there;
            if !buffer.equals(here, sample, there, fixed) {
                return None;
            }
            here += fixed;
            let value_end = match hole.place {
                Place::SequenceNumber => number_end(buffer, here)?,
                _ => string_end(buffer, here)?,
            };
            *value = Hole { place: hole.place, start: here, end: value_end };
            here = value_end;
            there = hole.end;
        }
        let rest = self.len - there;
        (end - here == rest && buffer.equals(here, sample, there, rest)).then_some(filled)
    }
}

#[inline(always)]
fn string_end(buffer: Padded<'_>, from: usize) -> Option<usize> {
    let found = buffer.string_end(from)?;
    if found.escaped && json::check_string(buffer.as_slice(), from - 1) != Ok(found.at + 1) {
        return None;
    }
    Some(found.at)
}

fn number_end(buffer: Padded<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    while matches!(buffer.get(at), Some(b'0'..=b'9')) {
        at += 1;
    }
    let leading_zero = at > from + 1 && buffer.get(from) == Some(b'0');
    (at > from && !leading_zero).then_some(at)
}
