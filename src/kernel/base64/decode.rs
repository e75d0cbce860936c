//! Base64, in pieces cut anywhere, to bytes.
//!
//! Both alphabets are read, mixed as well, with padding or without. White space is skipped: some encoders break lines. A data URL's
//! beginning is passed by.

use super::alphabet::value_of;
use super::blocks;
use crate::kernel::fault::Kind;

/// How the text of a data URL begins. The letters alone could be base64; the colon could not.
const SCHEME: &[u8] = b"data:";
/// How its beginning ends.
const MARK: &[u8] = b";base64";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// At the beginning: so many characters are those of [`SCHEME`].
    Begin(u8),
    /// In a data URL before its comma; so many characters at the end are those of [`MARK`].
    Prefix(u8),
    Data,
    /// So many `=` have been read.
    Padding(u8),
}

/// What a character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Part of a data URL's beginning, the comma included.
    Prefix,
    /// Data, or of no meaning.
    Data,
}

/// See the module.
#[derive(Debug)]
pub struct Decoder {
    stage: Stage,
    /// The values of an unfinished group.
    bits: u32,
    /// How many they are.
    count: u8,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder { stage: Stage::Begin(0), bits: 0, count: 0 }
    }
}

impl Decoder {
    /// Decodes from `at` on as long as it is quick, up to `to` or to something that [`Decoder::take`] has to look at. Returns where it
    /// stopped reading and writing.
    #[inline(always)]
    pub fn run(&self, bytes: &[u8], at: usize, to: usize, out: &mut [u8], out_at: usize) -> (usize, usize) {
        if self.stage == Stage::Data && self.count == 0 {
            blocks::decode(bytes, at, to, out, out_at)
        } else {
            (at, out_at)
        }
    }

    /// Takes one character and writes what it completes: at most three bytes, and six where it ends the doubt about a data URL.
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
            Stage::Data => {
                let value = value_of(byte).ok_or(if byte == b':' { Kind::Url } else { Kind::NotBase64 })?;
                self.push(value, out, out_at);
                Ok(Part::Data)
            }
            Stage::Padding(_) => Err(Kind::NotBase64),
        }
    }

    /// The characters that looked like a data URL's and were data, if there are any.
    pub fn held(&self) -> &'static [u8] {
        match self.stage {
            Stage::Begin(same) => &SCHEME[..usize::from(same)],
            _ => &[],
        }
    }

    /// There are no more characters: writes what the last, shorter group holds.
    pub fn finish(&mut self, out: &mut [u8], out_at: &mut usize) -> Result<(), Kind> {
        match self.stage {
            Stage::Begin(_) => self.settle(out, out_at),
            Stage::Prefix(_) => return Err(Kind::NotBase64Url),
            _ => {}
        }
        let bytes = match self.count {
            0 => return Ok(()),
            1 => return Err(Kind::Unfinished),
            2 => 1,
            _ => 2,
        };
        // The bits that are too many are of no meaning.
        let group = self.bits << (24 - 6 * u32::from(self.count));
        out[*out_at..*out_at + bytes].copy_from_slice(&group.to_be_bytes()[1..=bytes]);
        *out_at += bytes;
        self.count = 0;
        Ok(())
    }

    /// It is no data URL: what looked like the beginning of one is data.
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
