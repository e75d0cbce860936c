//! Decodes base64 in chunks.
//!
//! Both alphabets are accepted, also mixed, with or without padding. White space is skipped: some encoders
//! break lines. A data URL's prefix is skipped too.

use super::alphabet::value_of;
use super::blocks;
use crate::kernel::fault::Kind;

/// The beginning of a data URL. Its letters could be base64; the colon could not.
const SCHEME: &[u8] = b"data:";
/// The end of its prefix.
const MARK: &[u8] = b";base64";

/// What is behind the colon of an address.
const AUTHORITY: &[u8] = b"//";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// At the beginning: this many characters match [`SCHEME`].
    Begin(u8),
    /// In a data URL before its comma; this many characters at the end match [`MARK`].
    Prefix(u8),
    Data,
    /// After a colon, which is not in the alphabet; the number of characters after it that match [`AUTHORITY`].
    Colon(u8),
    /// Number of `=` that have been read.
    Padding(u8),
}

/// The part that a character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The prefix of a data URL, including the comma.
    Prefix,
    /// Data, or ignored.
    Data,
}

/// See the module.
#[derive(Debug)]
pub struct Decoder {
    stage: Stage,
    /// The values of an unfinished group.
    bits: u32,
    /// Their number.
    count: u8,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder { stage: Stage::Begin(0), bits: 0, count: 0 }
    }
}

impl Decoder {
    /// Decodes from `at` on with the vectorized loop, up to `to` or to a character that needs
    /// [`Decoder::take`]. Returns the ends of the input and the output.
    #[inline(always)]
    pub fn run(&self, bytes: &[u8], at: usize, to: usize, out: &mut [u8], out_at: usize) -> (usize, usize) {
        if self.stage == Stage::Data && self.count == 0 {
            blocks::decode(bytes, at, to, out, out_at)
        } else {
            (at, out_at)
        }
    }

    /// Decodes one character and writes completed bytes: at most three, and six if it decides that there is
    /// no data URL.
    pub fn take(&mut self, byte: u8, out: &mut [u8], out_at: &mut usize) -> Result<Part, Kind> {
        match self.stage {
            Stage::Begin(same) => {
                if byte == SCHEME[usize::from(same)] {
                    let same = same + 1;
                    self.stage =
                        if usize::from(same) == SCHEME.len() { Stage::Prefix(0) } else { Stage::Begin(same) };
                    return Ok(Part::Prefix);
                }
                self.settle(out, out_at);
                self.take(byte, out, out_at)
            }
            Stage::Prefix(same) => {
                let same = usize::from(same);
                if byte == b',' {
                    if same != MARK.len() {
                        return Err(Kind::NotBase64Url);
                    }
                    self.stage = Stage::Data;
                } else {
                    let goes_on = MARK.get(same).is_some_and(|mark| byte.eq_ignore_ascii_case(mark));
                    self.stage = Stage::Prefix(if goes_on { same as u8 + 1 } else { u8::from(byte == b';') });
                }
                Ok(Part::Prefix)
            }
            _ if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => Ok(Part::Data),
            Stage::Data | Stage::Padding(_) if byte == b'=' => {
                let padding = if let Stage::Padding(padding) = self.stage { padding + 1 } else { 1 };
                if self.count < 2 || self.count + padding > 4 {
                    return Err(Kind::NotBase64);
                }
                self.stage = Stage::Padding(padding);
                Ok(Part::Data)
            }
            Stage::Data if byte == b':' => {
                self.stage = Stage::Colon(0);
                Ok(Part::Data)
            }
            Stage::Data => {
                self.push(value_of(byte).ok_or(Kind::NotBase64)?, out, out_at);
                Ok(Part::Data)
            }
            Stage::Colon(same) if AUTHORITY.get(usize::from(same)) == Some(&byte) => {
                if usize::from(same) + 1 == AUTHORITY.len() {
                    return Err(Kind::Url);
                }
                self.stage = Stage::Colon(same + 1);
                Ok(Part::Data)
            }
            Stage::Colon(_) | Stage::Padding(_) => Err(Kind::NotBase64),
        }
    }

    /// The characters that looked like a data URL's but were data, if any.
    pub fn held(&self) -> &'static [u8] {
        match self.stage {
            Stage::Begin(same) => &SCHEME[..usize::from(same)],
            _ => &[],
        }
    }

    /// Marks the end of input: writes the bytes of the last, incomplete group.
    pub fn finish(&mut self, out: &mut [u8], out_at: &mut usize) -> Result<(), Kind> {
        match self.stage {
            Stage::Begin(_) => self.settle(out, out_at),
            Stage::Prefix(_) => return Err(Kind::NotBase64Url),
            Stage::Colon(_) => return Err(Kind::NotBase64),
            _ => {}
        }
        let bytes = match self.count {
            0 => return Ok(()),
            1 => return Err(Kind::Unfinished),
            2 => 1,
            _ => 2,
        };
        // Surplus bits are ignored.
        let group = self.bits << (24 - 6 * u32::from(self.count));
        out[*out_at..*out_at + bytes].copy_from_slice(&group.to_be_bytes()[1..=bytes]);
        *out_at += bytes;
        self.count = 0;
        Ok(())
    }

    /// There is no data URL: the characters that looked like its beginning are data.
    fn settle(&mut self, out: &mut [u8], out_at: &mut usize) {
        for &byte in self.held() {
            if let Some(value) = value_of(byte) {
                self.push(value, out, out_at);
            }
        }
        self.stage = Stage::Data;
    }

    #[inline(always)]
    fn push(&mut self, value: u8, out: &mut [u8], out_at: &mut usize) {
        self.bits = self.bits << 6 | u32::from(value);
        self.count += 1;
        if self.count == 4 {
            out[*out_at..*out_at + 3].copy_from_slice(&self.bits.to_be_bytes()[1..]);
            *out_at += 3;
            self.count = 0;
        }
    }
}
