//! Decodes the base64 string of a JSON reply directly to bytes, without creating a string.
//!
//! In the remaining JSON the string is empty, except for a data URL's prefix, which has the media type.

use super::decode::{Decoder, Part};
use crate::kernel::fault::{Fault, Kind};
use crate::kernel::outline::{Outline, Payload, Stop};
use crate::kernel::scratch::{CARRY, Scratch};

/// Limit of a data URL's prefix.
const MAX_PREFIX: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    /// After a backslash.
    Begun,
    /// After `\u`: the hexadecimal digits so far, and their number.
    Unicode(u32, u8),
}

/// Decodes one reply.
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
    /// Searches for the first string in a member of one of these names, in the outermost object or in its
    /// `result`.
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

    /// True if there was such a string.
    pub fn has_found(&self) -> bool {
        self.outline.has_found()
    }

    /// Decodes the `len` bytes in the scratch memory; returns the length of the output, which is valid before
    /// a fault as well.
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

    /// Marks the end of input.
    pub fn finish(&self) -> Result<(), Fault> {
        let whole = !self.inside && self.outline.is_whole();
        if whole { Ok(()) } else { Err(Fault { kind: Kind::Unfinished, at: self.begin }) }
    }

    /// Decodes the string's characters up to its closing quote, which the outline reads.
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

    /// The character that a byte is or completes; none within an escape.
    fn unescaped(&mut self, byte: u8) -> Result<Option<u8>, Kind> {
        match self.escape {
            Escape::None if byte == b'\\' => self.escape = Escape::Begun,
            // JSON does not permit control characters in strings.
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

    /// Decodes one character of the string.
    fn take(&mut self, plain: u8, output: &mut [u8], out_at: &mut usize) -> Result<(), Kind> {
        let held = self.decoder.held().len();
        match self.decoder.take(plain, output, out_at)? {
            // A data URL's prefix stays in the remaining JSON.
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

    /// Removes characters from the remaining JSON that only resembled a data URL's prefix.
    fn forget(&mut self, held: usize) {
        self.rest.truncate(self.rest.len() - held);
    }
}
