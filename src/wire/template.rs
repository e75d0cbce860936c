//! Recognises events with the same bytes as an earlier event, without parsing them.
//!
//! The events of one reply differ in one or two values. [`Template`] stores the bytes of the last event
//! that was parsed, including its framing, with holes in place of the varying values. An event with the
//! same bytes around valid values is therefore framed the same, and is valid JSON with the same meaning.

use super::json;
use super::simd::{PADDING, Padded, StringEnd};

/// Holes in one template, at most.
pub const MAX_HOLES: usize = 3;
/// Longest event that becomes a template, in bytes.
pub const MAX_LEN: usize = 4096;

/// The member that a hole stands for. `pkg-template/stream/records.js` uses the same numbers.
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
    /// `obfuscation`, the padding of other services
    Obfuscation = 10,
}

/// A value that may differ from event to event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// The member that it stands for.
    pub place: Place,
    /// Its first byte: inside the quotes, for a string.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// Fills unused entries.
pub const NO_HOLE: Hole = Hole { place: Place::Response, start: 0, end: 0 };

/// The value of a hole in an event that matched. Offsets refer to the start of the buffer.
#[derive(Debug, Clone, Copy)]
pub struct Filling {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// True if it contains escapes.
    pub escaped: bool,
}

/// The values of one event, written by [`Template::fill`].
pub type Fillings = [Filling; MAX_HOLES];

/// The initial values.
pub const NO_FILLINGS: Fillings = [Filling { start: 0, end: 0, escaped: false }; MAX_HOLES];

/// See the module documentation.
#[derive(Debug)]
pub struct Template {
    /// The bytes of the sample, with padding.
    bytes: Vec<u8>,
    len: usize,
    holes: [Hole; MAX_HOLES],
    count: usize,
    /// Numbers of bytes before and after the data.
    before: usize,
    after: usize,
}

impl Template {
    /// Creates a template of an event that was parsed. `frame` is the whole event, whose data begins at
    /// `data_at` and has `data_len` bytes; `holes` are in order and relative to the data.
    pub fn learn(frame: &[u8], data_at: usize, data_len: usize, holes: &[Hole]) -> Option<Template> {
        let after = frame.len().checked_sub(data_at + data_len)?;
        // Joined data lines are not contiguous, so they do not match. After a CR it is unknown whether an
        // LF belongs to it.
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

    /// The holes.
    #[inline(always)]
    pub fn holes(&self) -> &[Hole] {
        &self.holes[..self.count]
    }

    /// The data of an event that matched: offset and length.
    #[inline(always)]
    pub fn data(&self, at: usize, end: usize) -> (usize, usize) {
        (at + self.before, end - self.after - at - self.before)
    }

    /// The end of an event at `at` of `buffer` that matches; `None` if it does not.
    #[inline(always)]
    pub fn fill(&self, buffer: Padded<'_>, at: usize, values: &mut Fillings) -> Option<usize> {
        let sample = Padded::new(&self.bytes, self.len);
        let (mut here, mut there) = (at, 0);
        // A plain loop, because iterators are function calls in a build for size.
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
