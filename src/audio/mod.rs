//! Splits recordings that are too long for one request into pieces, each a valid file.
//!
//! A [`Cutter`] receives the bytes in chunks and stores at most one piece. It never decodes audio: WAV is
//! split where it is quietest, compressed audio between two frames.
//!
//! | format | a piece is | it is split |
//! |---|---|---|
//! | WAV | the header and samples | in the quietest tenth of a second of its last quarter |
//! | FLAC | `STREAMINFO` and frames | between two frames |
//! | MP3, MP2, MP1 | frames | between two frames; the first one of a piece may lack bits of the one before it, some 26 ms |
//! | Ogg | the headers and pages, renumbered: Opus, Vorbis, FLAC, Speex | between two pages |

mod flac;
mod mpeg;
mod ogg;
mod wav;

use std::collections::VecDeque;

use crate::error::Error;
use crate::text::concat;

/// Limits of a piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Duration in seconds.
    pub seconds: f64,
    /// Size of its file.
    pub bytes: usize,
    /// Minimum bytes of audio of a piece, except for the last one. Times are declared by the file, so this
    /// bounds the number of pieces by the size of the file.
    pub least_bytes: usize,
}

/// A piece of a recording, as a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Including headers.
    pub bytes: Vec<u8>,
    /// Its start in the recording, in seconds.
    pub start: f64,
    /// Its end.
    pub end: f64,
}

/// Number of bytes that determine the format.
pub const ENOUGH: usize = 12;

/// Splits one recording.
#[derive(Debug)]
pub struct Cutter {
    format: Format,
    /// The received bytes, unread from `at` on.
    buffer: Vec<u8>,
    at: usize,
    pieces: Pieces,
}

#[derive(Debug)]
enum Format {
    Wav(wav::Wav),
    Flac(flac::Flac),
    Mpeg(mpeg::Mpeg),
    Ogg(ogg::Ogg),
}

/// The result of a step of a format's parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// The number of consumed bytes; there may be more to parse after them.
    Bytes(usize),
    /// More bytes are needed.
    Wait,
}

impl Cutter {
    /// For the recording that begins with these bytes, at least [`ENOUGH`] of them or all; none if its format
    /// cannot be split. The bytes are not consumed. Audio before `from`, in seconds, is skipped.
    pub fn of(beginning: &[u8], limits: Limits, from: f64) -> Option<Self> {
        let format = match beginning {
            [b'R', b'I' | b'F', b'F' | b'6', b'F' | b'4', ..] if beginning.get(8..12) == Some(b"WAVE") => {
                Format::Wav(wav::Wav::default())
            }
            [b'f', b'L', b'a', b'C', ..] => Format::Flac(flac::Flac::default()),
            [b'O', b'g', b'g', b'S', ..] => Format::Ogg(ogg::Ogg::default()),
            _ if mpeg::begins(beginning) => Format::Mpeg(mpeg::Mpeg::default()),
            _ => return None,
        };
        Some(Cutter { format, buffer: Vec::new(), at: 0, pieces: Pieces::new(limits, from) })
    }

    /// Adds bytes. Take the pieces before the next call.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        // Consumed bytes are removed when they outweigh the rest: each byte is moved at most once on average.
        if self.at > self.buffer.len() - self.at {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        self.buffer.extend_from_slice(bytes);
        self.read(false)
    }

    /// Marks the end of the recording.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.read(true)?;
        let Cutter { format, pieces, .. } = self;
        match format {
            Format::Wav(wav) => wav.finish(pieces),
            Format::Flac(_) | Format::Mpeg(_) => pieces.cut(),
            Format::Ogg(ogg) => ogg.cut(pieces),
        }
        if pieces.any { Ok(()) } else { Err(broken("has no sound in it")) }
    }

    /// The next complete piece.
    pub fn piece(&mut self) -> Option<Piece> {
        self.pieces.ready.pop_front()
    }

    /// The duration of the recording in seconds, if its header contains it.
    pub fn total(&self) -> Option<f64> {
        self.pieces.total
    }

    fn read(&mut self, last: bool) -> Result<(), Error> {
        loop {
            let unread = &self.buffer[self.at..];
            if unread.is_empty() {
                return Ok(());
            }
            let read = match &mut self.format {
                Format::Wav(wav) => wav.read(unread, &mut self.pieces),
                Format::Flac(flac) => flac.read(unread, last, &mut self.pieces),
                Format::Mpeg(mpeg) => mpeg.read(unread, last, &mut self.pieces),
                Format::Ogg(ogg) => ogg.read(unread, &mut self.pieces),
            }?;
            match read {
                Read::Bytes(bytes) => self.at += bytes,
                Read::Wait => return Ok(()),
            }
        }
    }
}

/// The current piece, and the complete ones.
#[derive(Debug)]
struct Pieces {
    limits: Limits,
    from: f64,
    /// The beginning of each file.
    header: Vec<u8>,
    /// The audio of the current piece.
    body: Vec<u8>,
    start: f64,
    end: f64,
    ready: VecDeque<Piece>,
    /// True if there has been any audio, including skipped audio.
    any: bool,
    total: Option<f64>,
}

/// Tolerance for times: `from` is the end of a piece, computed from another start.
const SAME_S: f64 = 1e-4;

impl Pieces {
    fn new(limits: Limits, from: f64) -> Self {
        Pieces {
            limits,
            from,
            header: Vec::new(),
            body: Vec::new(),
            start: 0.0,
            end: 0.0,
            ready: VecDeque::new(),
            any: false,
            total: None,
        }
    }

    /// True if the piece has reached its limit.
    fn is_full(&self) -> bool {
        let is_long = self.end - self.start >= self.limits.seconds - SAME_S;
        is_long && self.body.len() >= self.limits.least_bytes || self.body.len() >= self.limits.bytes
    }

    /// Adds a frame that ends at this time; it is skipped if it begins before `from`.
    fn frame(&mut self, frame: &[u8], end: f64) -> Result<(), Error> {
        self.any = true;
        let is_left_out = self.end < self.from - SAME_S;
        if is_left_out {
            self.start = end;
        } else {
            self.body.extend_from_slice(frame);
        }
        self.end = end;
        let seconds = end - self.start;
        if seconds > MOST_SECONDS && (self.body.len() as f64) < seconds * LEAST_BYTES_PER_SECOND {
            return Err(broken("says that it lasts longer than its bytes can"));
        }
        Ok(())
    }

    /// Completes the piece, if it is not empty.
    fn cut(&mut self) {
        let start = std::mem::replace(&mut self.start, self.end);
        if self.body.is_empty() {
            return;
        }
        let mut bytes = self.header.clone();
        bytes.append(&mut self.body);
        self.ready.push_back(Piece { bytes, start, end: self.end });
    }
}

/// Sample rates, from the lowest one for speech to twice the highest of any converter.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Rejects a rate outside of that range.
fn check_rate(rate: u32) -> Result<(), Error> {
    if RATES.contains(&rate) {
        return Ok(());
    }
    Err(broken("states a sample rate that no recording has, which is from 1,000 to 768,000 Hz"))
}

/// Longer than any permitted piece.
const MOST_SECONDS: f64 = 3700.0;
/// Less than digital silence: FLAC of 8 kHz, in frames of 4,096 samples of 14 bytes each, has 27.
const LEAST_BYTES_PER_SECOND: f64 = 4.0;

/// The error of an inconsistent file.
fn broken(what: &str) -> Error {
    Error::invalid(
        "audio",
        &concat(&["audio ", what, ". Check the file, or set pieceSeconds to 0 to send it as it is."]),
    )
}

fn u16_le(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_le(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests;
