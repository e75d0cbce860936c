//! The base64 string of a JSON reply, straight to bytes, without ever being a string.
//!
//! In the rest of the JSON the string is empty, but for a data URL's beginning, which has the media type.

use super::decode::{Decoder, Part};
use crate::kernel::fault::{Fault, Kind};
use crate::kernel::outline::{Outline, Payload, Stop};
use crate::kernel::scratch::{CARRY, Scratch};

/// Longest beginning of a data URL.
const MAX_PREFIX: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    /// Behind a backslash.
    Begun,
    /// Behind `\u`: the hexadecimal digits so far, and how many they are.
    Unicode(u32, u8),
}

/// Reads one reply.
pub struct Reply {
    outline: Outline,
    decoder: Decoder,
    escape: Escape,
    inside: bool,
    begin: u64,
    prefix: usize,
    rest: Vec<u8>,
}

impl Reply {
    /// Looks for the first string that a member of one of these names has, in the outermost object or in its `result`.
    pub fn new<'a>(names: impl Iterator<Item = &'a [u8]>) -> Self {
        Reply {
            outline: Outline::new(Payload::Text, names),
            decoder: Decoder::default(),
            escape: Escape::None,
            inside: false,
            begin: 0,
            prefix: 0,
            rest: Vec::new(),
        }
    }

    /// The JSON without the base64.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Was there such a string?
    pub fn has_found(&self) -> bool {
        self.outline.has_found()
    }

    /// Reads the `len` bytes that were written into the scratch; returns how many bytes are in its output, those before a fault as well.
    pub fn feed(&mut self, scratch: &mut Scratch, len: usize) -> (usize, Result<(), Fault>) {
        let to = CARRY + scratch.piece(len).1;
        let begin = self.begin.wrapping_sub(CARRY as u64);
        self.begin += (to - CARRY) as u64;
        let mut out_at = 0;
        let mut at = CARRY;
        while at < to {
            let step = if self.inside {
                let result = self.text(scratch, at, to, &mut out_at);
                result.map_err(|(at, kind)| Fault { kind, at: begin.wrapping_add(at as u64) })
            } else {
                self.outline.follow(&scratch.input[..to], at, begin, &mut self.rest).map(|(next, stop)| {
                    self.inside = stop == Stop::Text;
                    next
                })
            };
            match step {
                Ok(next) => at = next,
                Err(fault) => return (out_at, Err(fault)),
            }
        }
        (out_at, Ok(()))
    }

    /// Tells that no more bytes will come.
    pub fn finish(&self) -> Result<(), Fault> {
        let whole = !self.inside && self.outline.is_whole();
        if whole { Ok(()) } else { Err(Fault { kind: Kind::Unfinished, at: self.begin }) }
    }

    /// Reads the string's characters up to its closing quote, which it leaves to the outline.
    fn text(
        &mut self,
        scratch: &mut Scratch,
        mut at: usize,
        to: usize,
        out_at: &mut usize,
    ) -> Result<usize, (usize, Kind)> {
        let Scratch { input, output } = scratch;
        while at < to {
            if self.escape == Escape::None {
                (at, *out_at) = self.decoder.run(input, at, to, output, *out_at);
                if at == to {
                    break;
                }
            }
            let byte = input[at];
            if byte == b'"' && self.escape == Escape::None {
                self.forget(self.decoder.held().len());
                self.decoder.finish(output, out_at).map_err(|kind| (at, kind))?;
                self.inside = false;
                self.outline.text_done();
                return Ok(at);
            }
            if let Some(plain) = self.unescaped(byte).map_err(|kind| (at, kind))? {
                self.take(plain, output, out_at).map_err(|kind| (at, kind))?;
            }
            at += 1;
        }
        Ok(at)
    }

    /// The character that a byte stands for or completes; none in the midst of an escape.
    fn unescaped(&mut self, byte: u8) -> Result<Option<u8>, Kind> {
        match self.escape {
            Escape::None if byte == b'\\' => self.escape = Escape::Begun,
            // JSON has no control characters in strings.
            Escape::None if byte < 0x20 => return Err(Kind::NotBase64),
            Escape::None => return Ok(Some(byte)),
            Escape::Begun if byte == b'u' => self.escape = Escape::Unicode(0, 0),
            Escape::Begun => {
                self.escape = Escape::None;
                return match byte {
                    b'n' => Ok(Some(b'\n')),
                    b'r' => Ok(Some(b'\r')),
                    b't' => Ok(Some(b'\t')),
                    b'/' => Ok(Some(b'/')),
                    _ => Err(Kind::NotBase64),
                };
            }
            Escape::Unicode(code, digits) => {
                let digit = char::from(byte).to_digit(16).ok_or(Kind::NotBase64)?;
                let code = code << 4 | digit;
                if digits < 3 {
                    self.escape = Escape::Unicode(code, digits + 1);
                } else {
                    self.escape = Escape::None;
                    return u8::try_from(code).map(Some).map_err(|_| Kind::NotBase64);
                }
            }
        }
        Ok(None)
    }

    /// Takes one character of the string.
    fn take(&mut self, plain: u8, output: &mut [u8], out_at: &mut usize) -> Result<(), Kind> {
        let held = self.decoder.held().len();
        match self.decoder.take(plain, output, out_at)? {
            // A data URL's beginning stays in the rest.
            Part::Prefix => {
                self.prefix += 1;
                if matches!(plain, b'"' | b'\\') || plain < 0x20 || self.prefix > MAX_PREFIX {
                    return Err(Kind::NotBase64Url);
                }
                self.rest.push(plain);
            }
            Part::Data => self.forget(held),
        }
        Ok(())
    }

    /// Takes out of the rest again what only looked like the beginning of a data URL.
    fn forget(&mut self, held: usize) {
        self.rest.truncate(self.rest.len() - held);
    }
}
