//! Follows the structure of a JSON text in chunks, up to the payload: the member whose numbers or characters
//! are decoded by a faster loop.
//!
//! Everything else is copied to the remaining JSON unvalidated: its parser detects errors. Only brackets,
//! names and the ends of strings are interpreted. Members count as payload in the outermost object, in its
//! `result`, and in objects inside a payload's array (`{"data":[{"embedding":[…]}]}`). Numbers in a list that
//! is the whole answer are payload as well.

use super::fault::{Fault, Kind};
use crate::wire::json::MAX_DEPTH;

/// Limit of the name of a payload's member.
pub const MAX_NAME: usize = 32;
/// The member of the service's envelope that contains the answer.
const RESULT: &[u8] = b"result";

/// The type of payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// The numbers of arrays, however deep they are nested.
    Numbers,
    /// The characters of the first string.
    Text,
}

/// The reason why [`Outline::follow`] has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The piece is consumed.
    End,
    /// The first number of an array begins here; continue with [`Outline::numbers_done`] at the array's end.
    Numbers,
    /// The payload's string begins here, after its quote; continue with [`Outline::text_done`] at the closing
    /// quote.
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value, or the end of an empty array.
    FirstItem,
    /// A name, or the end of an empty object.
    FirstName,
    Name,
    InName,
    Colon,
    InString,
    /// The rest of a number or word.
    InWord,
    /// A comma, or the end of the open array or object.
    After,
}

/// The state of an open bracket.
mod level {
    /// An array, not an object.
    pub const ARRAY: u8 = 1;
    /// An array's numbers are payload; an object's members may be.
    pub const PAYLOAD: u8 = 2;
    /// It is the outermost one.
    pub const OUTERMOST: u8 = 4;
    /// An array that contains other values than numbers.
    pub const MIXED: u8 = 8;
}

/// See the module.
pub struct Outline {
    payload: Payload,
    names: Vec<Vec<u8>>,
    levels: Vec<u8>,
    expect: Expect,
    /// Within a name or string: the previous byte was an unescaped backslash.
    escaped: bool,
    name: [u8; MAX_NAME],
    /// Length of the name so far; more than [`MAX_NAME`] if it cannot match.
    name_len: usize,
    /// True if the payload's string has been found.
    found: bool,
}

impl Outline {
    /// Searches for the members `names`.
    pub fn new<'a>(payload: Payload, names: impl Iterator<Item = &'a [u8]>) -> Self {
        Outline {
            payload,
            names: names.map(<[u8]>::to_vec).collect(),
            levels: Vec::with_capacity(MAX_DEPTH),
            expect: Expect::Value,
            escaped: false,
            name: [0; MAX_NAME],
            name_len: 0,
            found: false,
        }
    }

    /// True if the string has been found.
    pub fn has_found(&self) -> bool {
        self.found
    }

    /// True if a complete value has been read.
    pub fn is_whole(&self) -> bool {
        self.levels.is_empty() && matches!(self.expect, Expect::After | Expect::InWord)
    }

    /// Reads `bytes` from `at` to the next payload, and copies the passed bytes to `rest`. Returns where it
    /// stopped. `begin` added to an offset in `bytes` gives the one in the whole input.
    pub fn follow(
        &mut self,
        bytes: &[u8],
        at: usize,
        begin: u64,
        rest: &mut Vec<u8>,
    ) -> Result<(usize, Stop), Fault> {
        let result = self.walk(bytes, at);
        let end = match result {
            Ok((end, _)) | Err((end, _)) => end,
        };
        rest.extend_from_slice(bytes.get(at..end).unwrap_or_default());
        result.map_err(|(at, kind)| Fault { kind, at: begin.wrapping_add(at as u64) })
    }

    /// The array's numbers have been decoded; its closing bracket follows.
    pub fn numbers_done(&mut self) {
        self.expect = Expect::After;
    }

    /// The string's characters have been decoded; its closing quote follows.
    pub fn text_done(&mut self) {
        self.expect = Expect::InString;
        self.escaped = false;
    }

    fn walk(&mut self, bytes: &[u8], mut at: usize) -> Result<(usize, Stop), (usize, Kind)> {
        while let Some(&byte) = bytes.get(at) {
            match self.expect {
                Expect::InName | Expect::InString => self.in_string(byte),
                Expect::InWord if !matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t') => {}
                _ if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => {
                    if self.expect == Expect::InWord {
                        self.expect = Expect::After;
                    }
                }
                Expect::Value | Expect::FirstItem => {
                    // A leading byte order mark is skipped.
                    let is_mark = matches!(byte, 0xEF | 0xBB | 0xBF) && self.levels.is_empty();
                    if !is_mark && let Some(stop) = self.value(byte).map_err(|kind| (at, kind))? {
                        return Ok((if stop == Stop::Text { at + 1 } else { at }, stop));
                    }
                }
                Expect::FirstName | Expect::Name => match byte {
                    b'"' => {
                        self.expect = Expect::InName;
                        self.name_len = 0;
                    }
                    b'}' if self.expect == Expect::FirstName => self.close(),
                    _ => return Err((at, Kind::NotJson)),
                },
                Expect::Colon if byte == b':' => self.expect = Expect::Value,
                Expect::Colon => return Err((at, Kind::NotJson)),
                Expect::After | Expect::InWord => self.after(byte).map_err(|kind| (at, kind))?,
            }
            at += 1;
        }
        Ok((at, Stop::End))
    }

    fn in_string(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'"' {
            self.expect = if self.expect == Expect::InName { Expect::Colon } else { Expect::After };
            return;
        } else {
            self.escaped = byte == b'\\';
        }
        if self.expect == Expect::InName {
            if let Some(place) = self.name.get_mut(self.name_len) {
                *place = byte;
            }
            self.name_len = (self.name_len + 1).min(MAX_NAME + 1);
        }
    }

    /// A value begins with `byte`.
    fn value(&mut self, byte: u8) -> Result<Option<Stop>, Kind> {
        let level = self.levels.last().copied();
        let in_array = level.is_some_and(|level| level & level::ARRAY != 0);
        let counts = level.is_some_and(|level| level & level::PAYLOAD != 0);
        if byte == b']' && self.expect == Expect::FirstItem {
            self.close();
            return Ok(None);
        }
        let numeric = self.payload == Payload::Numbers && in_array && counts;
        match byte {
            b'[' => {
                // The answer itself.
                let is_whole =
                    || level.is_none_or(|level| level & level::OUTERMOST != 0 && self.name() == Some(RESULT));
                let payload = match in_array {
                    true => counts,
                    false => counts && self.is_named() || self.payload == Payload::Numbers && is_whole(),
                };
                self.open(level::ARRAY | if payload { level::PAYLOAD } else { 0 }, Expect::FirstItem)?;
            }
            b'{' => {
                let payload = match level {
                    None => level::PAYLOAD | level::OUTERMOST,
                    Some(_) if in_array && counts => level::PAYLOAD,
                    Some(level) if level & level::OUTERMOST != 0 && self.name() == Some(RESULT) => {
                        level::PAYLOAD
                    }
                    Some(_) => 0,
                };
                self.open(payload, Expect::FirstName)?;
            }
            b'"' => {
                self.mix();
                self.expect = Expect::InString;
                self.escaped = false;
                if self.payload == Payload::Text && !in_array && counts && !self.found && self.is_named() {
                    self.found = true;
                    return Ok(Some(Stop::Text));
                }
            }
            b'-' | b'0'..=b'9' if numeric => {
                if level.is_some_and(|level| level & level::MIXED != 0) {
                    return Err(Kind::NotNumber);
                }
                return Ok(Some(Stop::Numbers));
            }
            _ if numeric => return Err(Kind::NotNumber),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => self.expect = Expect::InWord,
            _ => return Err(Kind::NotJson),
        }
        Ok(None)
    }

    fn after(&mut self, byte: u8) -> Result<(), Kind> {
        let level = self.levels.last().ok_or(Kind::NotJson)?;
        match (byte, level & level::ARRAY != 0) {
            (b',', true) => self.expect = Expect::Value,
            (b',', false) => self.expect = Expect::Name,
            (b']', true) | (b'}', false) => self.close(),
            _ => return Err(Kind::NotJson),
        }
        Ok(())
    }

    fn open(&mut self, level: u8, expect: Expect) -> Result<(), Kind> {
        self.mix();
        if self.levels.len() == MAX_DEPTH {
            return Err(Kind::TooDeep);
        }
        self.levels.push(level);
        self.expect = expect;
        Ok(())
    }

    fn close(&mut self) {
        self.levels.pop();
        self.expect = Expect::After;
    }

    /// The open array contains a value other than a number.
    fn mix(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            *level |= level::MIXED;
        }
    }

    /// The last name. A name with escapes never matches.
    fn name(&self) -> Option<&[u8]> {
        self.name.get(..self.name_len)
    }

    fn is_named(&self) -> bool {
        self.name().is_some_and(|name| self.names.iter().any(|wanted| wanted == name))
    }
}
