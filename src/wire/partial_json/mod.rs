//! An incremental JSON parser: reports after each piece of the text what is new in the value, so that
//! nothing is read twice.
//!
//! The value of a prefix contains only what is certain. A member is present once its value has begun; a
//! string grows by whole characters and escapes; numbers, `true`, `false` and `null` are present once they
//! are complete, because a digit may follow `1`. Numbers keep their spelling, so the consumer decides about
//! their precision.
//!
//! Text around the value is skipped, see `lead`. If the text is not JSON, the parser stops and the value
//! stays as it is. If reasoning ends after the value, the parser starts again.
//!
//! Time is linear in the text. Memory is bounded by the nesting, at most [`MAX_DEPTH`], and one unfinished
//! token, at most [`MAX_CARRIED`].

mod lead;
pub mod record;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
mod token;

use lead::{Lead, Next, ThinkingEnd};
use record::{END, ESCAPED, Record, kind};
use token::{Escape, Number, divided, escape};

use super::json::MAX_DEPTH;

/// Longest name or number that may be divided between pieces, in bytes. Parsing stops at a longer one.
pub const MAX_CARRIED: usize = 8192;

/// The types that are allowed at the root, besides an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// An array.
    pub array: bool,
    /// A string, a number, a boolean or `null`.
    pub scalar: bool,
}

/// The state of the parser, as far as callers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Phase {
    /// The value has not begun.
    Before = 0,
    /// In the value.
    Inside = 1,
    /// The value is complete.
    Done = 2,
    /// The text is not JSON, or is nested too deeply.
    Lost = 3,
    /// In a string, with no bytes carried over. Printable ASCII without `"` and `\` only extends the string
    /// and need not be fed.
    Text = 4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Before(Lead),
    /// A value follows, or the end of a new array.
    Value {
        may_close: bool,
    },
    /// A name follows, or the end of a new object.
    Name {
        may_close: bool,
    },
    /// In a name.
    Key {
        escaped: bool,
    },
    Colon,
    /// In a string. `begun` is true after its start was reported.
    Text {
        begun: bool,
    },
    Number(Number),
    /// In a word, after this many of its bytes.
    Word(&'static [u8], usize),
    /// A comma or an end follows.
    AfterValue,
    Done,
    Lost,
}

/// See the module documentation.
#[derive(Debug)]
pub struct Machine {
    root: Root,
    state: State,
    /// The open objects and arrays, one bit each.
    open: [u64; MAX_DEPTH / 64],
    depth: usize,
    thinking: ThinkingEnd,
    /// The start of an unfinished token. It was already read, except for an unfinished escape at its end.
    carried: Vec<u8>,
    /// The length of that escape, in bytes.
    unfinished: usize,
}

impl Machine {
    /// A parser for a value with such a root.
    pub fn new(root: Root) -> Self {
        Self {
            root,
            state: State::Before(Lead::Start),
            open: [0; MAX_DEPTH / 64],
            depth: 0,
            thinking: ThinkingEnd::default(),
            carried: Vec::new(),
            unfinished: 0,
        }
    }

    /// The bytes that have to precede the next piece, at most [`MAX_CARRIED`].
    pub fn carried(&self) -> &[u8] {
        &self.carried
    }

    /// The current state.
    pub fn phase(&self) -> Phase {
        match self.state {
            State::Before(_) => Phase::Before,
            State::Done => Phase::Done,
            State::Lost => Phase::Lost,
            State::Text { begun: true } if self.carried.is_empty() => Phase::Text,
            _ => Phase::Inside,
        }
    }

    /// Reads a piece. `bytes` are the carried bytes followed by the piece; offsets in records refer to
    /// them.
    pub fn feed(&mut self, bytes: &[u8], records: &mut Vec<Record>) {
        let at = self.carried.len() - self.unfinished;
        let mut reading = Reading { bytes, at, start: 0, unfinished: 0, records };
        self.carried.clear();
        while reading.at < bytes.len() {
            self.step(&mut reading);
        }
        let kept = self.kept(&mut reading);
        if kept.len() > MAX_CARRIED {
            self.state = State::Lost;
            self.unfinished = 0;
        } else {
            self.carried.extend_from_slice(kept);
        }
    }

    /// The text has ended.
    pub fn finish(&mut self, bytes: &[u8], records: &mut Vec<Record>) {
        if let State::Number(number) = self.state
            && number.is_whole()
            && self.depth == 0
        {
            records.push(Record { head: kind::NUMBER, at: 0, len: bytes.len() as u32 });
            self.carried.clear();
            self.state = State::Done;
        }
    }

    /// The bytes to carry over. The complete part of a string is reported first.
    fn kept<'a>(&mut self, reading: &mut Reading<'a, '_>) -> &'a [u8] {
        let Reading { bytes, start, unfinished, .. } = *reading;
        let rest = bytes.get(start..).unwrap_or_default();
        self.unfinished = unfinished;
        match &mut self.state {
            State::Key { .. } | State::Number(_) => rest,
            State::Text { begun } => {
                // The bytes of a divided character are read again: none of them ends a string.
                self.unfinished = if unfinished > 0 { unfinished } else { divided(rest) };
                let end = bytes.len() - self.unfinished;
                if end > start || !*begun {
                    reading.text(end, 0);
                    *begun = true;
                }
                bytes.get(end..).unwrap_or_default()
            }
            _ => &[],
        }
    }

    fn step(&mut self, reading: &mut Reading) {
        let byte = reading.bytes[reading.at];
        match self.state {
            State::Before(lead) => match lead.next(byte, &mut self.thinking, self.root) {
                Next::Value => self.value(byte, reading),
                Next::On(lead) => {
                    self.state = State::Before(lead);
                    reading.at += 1;
                }
            },
            State::Done | State::Lost => {
                reading.at += 1;
                if self.thinking.ends(byte) {
                    reading.records.push(Record::plain(kind::RESET));
                    self.depth = 0;
                    self.state = State::Before(Lead::Start);
                }
            }
            State::Key { escaped } => self.key(escaped, reading),
            State::Text { begun } => self.text(begun, reading),
            State::Number(number) => self.number(number, reading),
            State::Word(word, read) => self.word(word, read, byte, reading),
            _ if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => reading.at += 1,
            State::Value { may_close } => match byte {
                b']' if may_close => self.close(reading),
                _ => self.value(byte, reading),
            },
            State::Name { may_close } => match byte {
                b'"' => {
                    reading.at += 1;
                    reading.start = reading.at;
                    self.state = State::Key { escaped: false };
                }
                b'}' if may_close => self.close(reading),
                _ => self.lose(),
            },
            State::Colon => match byte {
                b':' => {
                    reading.at += 1;
                    self.state = State::Value { may_close: false };
                }
                _ => self.lose(),
            },
            State::AfterValue => match (byte, self.in_object()) {
                (b',', in_object) => {
                    reading.at += 1;
                    self.state = if in_object {
                        State::Name { may_close: false }
                    } else {
                        State::Value { may_close: false }
                    };
                }
                (b'}', true) | (b']', false) => self.close(reading),
                _ => self.lose(),
            },
        }
    }

    /// Starts the value that begins with this byte.
    fn value(&mut self, byte: u8, reading: &mut Reading) {
        match byte {
            b'{' | b'[' => return self.open(byte == b'{', reading),
            b'"' => {
                reading.at += 1;
                reading.start = reading.at;
                self.state = State::Text { begun: false };
                return;
            }
            b't' => self.state = State::Word(b"true", 1),
            b'f' => self.state = State::Word(b"false", 1),
            b'n' => self.state = State::Word(b"null", 1),
            _ => match Number::begun(byte) {
                Some(number) => {
                    reading.start = reading.at;
                    self.state = State::Number(number);
                }
                None => return self.lose(),
            },
        }
        reading.at += 1;
    }

    fn open(&mut self, is_object: bool, reading: &mut Reading) {
        let Some(word) = self.open.get_mut(self.depth / 64) else { return self.lose() };
        let bit = 1 << (self.depth % 64);
        *word = if is_object { *word | bit } else { *word & !bit };
        self.depth += 1;
        reading.at += 1;
        let (kind, next) = if is_object {
            (kind::OPEN_OBJECT, State::Name { may_close: true })
        } else {
            (kind::OPEN_ARRAY, State::Value { may_close: true })
        };
        reading.records.push(Record::plain(kind));
        self.state = next;
    }

    fn close(&mut self, reading: &mut Reading) {
        reading.at += 1;
        reading.records.push(Record::plain(kind::CLOSE));
        self.depth -= 1;
        self.ended();
    }

    /// Ends a value.
    fn ended(&mut self) {
        self.state = if self.depth == 0 { State::Done } else { State::AfterValue };
    }

    fn in_object(&self) -> bool {
        let last = self.depth.wrapping_sub(1);
        self.open.get(last / 64).is_some_and(|word| word >> (last % 64) & 1 == 1)
    }

    fn lose(&mut self) {
        self.state = State::Lost;
    }

    fn key(&mut self, mut escaped: bool, reading: &mut Reading) {
        match reading.scan(&mut escaped) {
            Scanned::Quote => {
                let flags = if escaped { ESCAPED } else { 0 };
                reading.push(kind::KEY | flags, reading.at - 1);
                self.state = State::Colon;
            }
            Scanned::More => self.state = State::Key { escaped },
            Scanned::Wrong => self.lose(),
        }
    }

    fn text(&mut self, begun: bool, reading: &mut Reading) {
        match reading.scan(&mut false) {
            Scanned::Quote => {
                reading.text(reading.at - 1, END);
                self.ended();
            }
            Scanned::More => self.state = State::Text { begun },
            Scanned::Wrong => {
                if reading.at > reading.start || !begun {
                    reading.text(reading.at, 0);
                }
                self.lose();
            }
        }
    }

    fn number(&mut self, mut number: Number, reading: &mut Reading) {
        while let Some(&byte) = reading.bytes.get(reading.at) {
            match number.next(byte) {
                Some(next) => number = next,
                None if number.is_whole() => {
                    reading.push(kind::NUMBER, reading.at);
                    return self.ended();
                }
                None => return self.lose(),
            }
            reading.at += 1;
        }
        self.state = State::Number(number);
    }

    fn word(&mut self, word: &'static [u8], read: usize, byte: u8, reading: &mut Reading) {
        if word.get(read) != Some(&byte) {
            return self.lose();
        }
        reading.at += 1;
        if read + 1 < word.len() {
            self.state = State::Word(word, read + 1);
            return;
        }
        reading.records.push(Record::plain(match word {
            b"true" => kind::TRUE,
            b"false" => kind::FALSE,
            _ => kind::NULL,
        }));
        self.ended();
    }
}

enum Scanned {
    /// The closing quote was read.
    Quote,
    /// The end of the bytes was reached.
    More,
    /// The bytes are not a valid string.
    Wrong,
}

/// The state while a piece is read.
struct Reading<'a, 'r> {
    bytes: &'a [u8],
    at: usize,
    /// The start of the current token.
    start: usize,
    /// Bytes at the end that are an unfinished escape.
    unfinished: usize,
    records: &'r mut Vec<Record>,
}

impl Reading<'_, '_> {
    /// Reads a string up to its end.
    fn scan(&mut self, escaped: &mut bool) -> Scanned {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Scanned::Quote;
                }
                b'\\' => match escape(self.bytes, self.at) {
                    Escape::Whole(length) => {
                        self.at += length;
                        *escaped = true;
                    }
                    Escape::Begun => {
                        self.unfinished = self.bytes.len() - self.at;
                        self.at = self.bytes.len();
                        *escaped = true;
                        return Scanned::More;
                    }
                    Escape::Wrong => return Scanned::Wrong,
                },
                0x20.. => self.at += 1,
                _ => return Scanned::Wrong,
            }
        }
        Scanned::More
    }

    /// Reports a part of a string up to `end`.
    fn text(&mut self, end: usize, flags: u32) {
        let run = self.bytes.get(self.start..end).unwrap_or_default();
        let escaped = if run.contains(&b'\\') { ESCAPED } else { 0 };
        self.push(kind::TEXT | flags | escaped, end);
    }

    /// Reports the bytes from the start of the token to `end`.
    fn push(&mut self, head: u32, end: usize) {
        self.records.push(Record { head, at: self.start as u32, len: (end - self.start) as u32 });
        self.start = end;
    }
}
