//! Not parsing what was seen a moment ago.
//!
//! The events of one reply differ in one or two values. [`Template`] keeps the bytes of the last event that was really read, its framing
//! included, with holes where the varying values stood. An event with the same bytes around valid values in the holes is thereby
//! proven to be framed the same and to hold valid JSON of the same meaning; nothing of it is scanned twice.

use super::json;
use super::simd::{PADDING, Padded, StringEnd};

/// Most holes in one template.
pub const MAX_HOLES: usize = 3;
/// Longest event that becomes a template.
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

/// A value that may differ from event to event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// What it is.
    pub place: Place,
    /// Its first byte: inside the quotes, for a string.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// A place to fill in.
pub const NO_HOLE: Hole = Hole { place: Place::Response, start: 0, end: 0 };

/// What an event that matched has in a hole. Places count from the buffer's start.
#[derive(Debug, Clone, Copy)]
pub struct Filling {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Whether there are escapes in it.
    pub escaped: bool,
}

/// The values of one event, for [`Template::fill`] to write.
pub type Fillings = [Filling; MAX_HOLES];

/// Room for them.
pub const NO_FILLINGS: Fillings = [Filling { start: 0, end: 0, escaped: false }; MAX_HOLES];

/// See the module.
#[derive(Debug)]
pub struct Template {
    /// The sample, padded.
    bytes: Vec<u8>,
    len: usize,
    holes: [Hole; MAX_HOLES],
    count: usize,
    /// Bytes before and after the data.
    before: usize,
    after: usize,
}

impl Template {
    /// Makes a template of an event that was read: `frame` is all of it, its data begins at `data_at` and has `data_len` bytes; `holes`
    /// are in order and count from the data's start.
    pub fn learn(frame: &[u8], data_at: usize, data_len: usize, holes: &[Hole]) -> Option<Template> {
        let after = frame.len().checked_sub(data_at + data_len)?;
        // Several data lines have been joined in place, so other bytes follow. After a CR nobody knows whether an LF belongs to it.
        let simple = matches!(frame.get(data_at + data_len..)?, b"\n\n" | b"\r\n\r\n");
        if !simple || frame.len() > MAX_LEN || holes.is_empty() || holes.len() > MAX_HOLES {
            return None;
        }
        let mut bytes = Vec::with_capacity(frame.len() + PADDING);
        bytes.extend_from_slice(frame);
        bytes.resize(frame.len() + PADDING, 0);
        let mut kept = [NO_HOLE; MAX_HOLES];
        for (kept, hole) in kept.iter_mut().zip(holes) {
            *kept = Hole { start: hole.start + data_at, end: hole.end + data_at, ..*hole };
        }
        Some(Template { bytes, len: frame.len(), holes: kept, count: holes.len(), before: data_at, after })
    }

    /// Its holes.
    #[inline(always)]
    pub fn holes(&self) -> &[Hole] {
        &self.holes[..self.count]
    }

    /// The data of an event that matched: first byte, length.
    #[inline(always)]
    pub fn data(&self, at: usize, end: usize) -> (usize, usize) {
        (at + self.before, end - self.after - at - self.before)
    }

    /// Does this event, with other values, begin at `at` of `buffer`? Then where it ends.
    #[inline(always)]
    pub fn fill(&self, buffer: Padded<'_>, at: usize, values: &mut Fillings) -> Option<usize> {
        let sample = Padded::new(&self.bytes, self.len);
        let (mut here, mut there) = (at, 0);
        // A plain loop, because the steps of iterators are calls in a build for size.
        let mut number = 0;
        while number < self.count {
            let (Some(hole), Some(value)) = (self.holes.get(number), values.get_mut(number)) else { break };
            number += 1;
            let fixed = hole.start - there;
            if !buffer.equals(here, sample, there, fixed) {
                return None;
            }
            here += fixed;
            let found = match hole.place {
                Place::SequenceNumber => number_end(buffer, here)?,
                _ => string_end(buffer, here)?,
            };
            *value = Filling { start: here, end: found.at, escaped: found.escaped };
            here = found.at;
            there = hole.end;
        }
        let rest = self.len - there;
        if !buffer.equals(here, sample, there, rest) {
            return None;
        }
        Some(here + rest)
    }
}

#[inline(always)]
fn string_end(buffer: Padded<'_>, from: usize) -> Option<StringEnd> {
    let found = buffer.string_end(from)?;
    if found.escaped && !escapes_are_valid(buffer, from, found.at) {
        return None;
    }
    Some(found)
}

#[inline(never)]
fn escapes_are_valid(buffer: Padded<'_>, from: usize, end: usize) -> bool {
    json::check_string(buffer.as_slice(), from - 1) == Ok(end + 1)
}

#[inline(never)]
fn number_end(buffer: Padded<'_>, from: usize) -> Option<StringEnd> {
    let mut at = from;
    while matches!(buffer.get(at), Some(b'0'..=b'9')) {
        at += 1;
    }
    let leading_zero = at > from + 1 && buffer.get(from) == Some(b'0');
    (at > from && !leading_zero).then_some(StringEnd { at, escaped: false })
}
