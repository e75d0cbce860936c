//! FLAC. A frame has no length field: it ends where the next one begins, which is identified by its checksum
//! and the consecutive number.

use super::{Pieces, Read, broken, check_rate};
use crate::error::Error;

/// The parser's state.
#[derive(Debug, Default)]
pub struct Flac {
    state: State,
    rate: f64,
    samples: u64,
    /// Number of the frame's bytes that do not contain the beginning of the next one.
    scanned: usize,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Beginning,
    Blocks,
    /// The rest of an irrelevant block in bytes, and whether it is the last block.
    Skip(usize, bool),
    Frames,
}

const MARK: &[u8] = b"fLaC";
const BLOCK_HEADER: usize = 4;
const STREAMINFO: usize = 34;
/// The longest header of a frame.
const MOST_HEADER: usize = 16;
/// Size limit of a frame: 65,535 uncompressed samples of 8 channels, 32 bits each.
const MOST_FRAME: usize = 4 << 20;

impl Flac {
    pub fn read(&mut self, bytes: &[u8], last: bool, pieces: &mut Pieces) -> Result<Read, Error> {
        match self.state {
            State::Beginning if bytes.len() < MARK.len() => Ok(Read::Wait),
            State::Beginning => {
                self.state = State::Blocks;
                Ok(Read::Bytes(MARK.len()))
            }
            State::Blocks => self.block(bytes, pieces),
            State::Skip(left, is_last) => {
                let here = left.min(bytes.len());
                self.state = match left - here {
                    0 if is_last => State::Frames,
                    0 => State::Blocks,
                    left => State::Skip(left, is_last),
                };
                Ok(Read::Bytes(here))
            }
            State::Frames => self.frame(bytes, last, pieces),
        }
    }

    fn block(&mut self, bytes: &[u8], pieces: &mut Pieces) -> Result<Read, Error> {
        let Some([flags, high, middle, low]) = bytes.first_chunk() else { return Ok(Read::Wait) };
        let size = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        let is_last = flags & 0x80 != 0;
        if flags & 0x7F != 0 {
            self.state = State::Skip(size, is_last);
            return Ok(Read::Bytes(BLOCK_HEADER));
        }
        let Some(info) = bytes.get(BLOCK_HEADER..BLOCK_HEADER + STREAMINFO) else { return Ok(Read::Wait) };
        let Some([a, b, c, d, e, f, g, h]) = info.get(10..).and_then(<[u8]>::first_chunk) else {
            return Ok(Read::Wait);
        };
        let rate = u32::from_be_bytes([0, *a, *b, *c]) >> 4;
        if size != STREAMINFO {
            return Err(broken("is FLAC with a broken header"));
        }
        check_rate(rate)?;
        self.rate = f64::from(rate);
        let samples = u64::from_be_bytes([0, 0, 0, d & 0x0F, *e, *f, *g, *h]);
        pieces.total = (samples > 0).then(|| samples as f64 / self.rate);
        // The number of samples and the checksum of a piece are unknown.
        let mut info = info.to_vec();
        info[13] &= 0xF0;
        info[14..].fill(0);
        pieces.header = [MARK, &[0x80, 0, 0, STREAMINFO as u8], &info].concat();
        self.state = State::Skip(0, is_last);
        Ok(Read::Bytes(BLOCK_HEADER + STREAMINFO))
    }

    fn frame(&mut self, bytes: &[u8], last: bool, pieces: &mut Pieces) -> Result<Read, Error> {
        if bytes.len() < MOST_HEADER && !last {
            return Ok(Read::Wait);
        }
        let Some(header) = Header::read(bytes) else {
            // Data that other programs have appended.
            if bytes.starts_with(b"TAG") || bytes.iter().all(|byte| *byte == 0) {
                return Ok(Read::Bytes(bytes.len()));
            }
            return Err(broken("is FLAC that breaks off in its middle"));
        };
        let next = |at: usize| {
            bytes[at] == 0xFF
                && Header::read(&bytes[at..]).is_some_and(|next| next.number == header.following())
        };
        let searched = if last { bytes.len() } else { bytes.len() - MOST_HEADER };
        let end = (self.scanned.max(header.length)..searched).find(|at| next(*at));
        self.scanned = 0;
        let end = match end {
            Some(end) => end,
            None if last => bytes.len(),
            None if bytes.len() > MOST_FRAME => return Err(broken("is FLAC that breaks off in its middle")),
            None => {
                self.scanned = searched;
                return Ok(Read::Wait);
            }
        };
        self.samples += header.samples;
        pieces.frame(&bytes[..end], self.samples as f64 / self.rate)?;
        if pieces.is_full() {
            pieces.cut();
        }
        Ok(Read::Bytes(end))
    }
}

/// The beginning of a frame.
#[derive(Debug, Clone, Copy)]
struct Header {
    length: usize,
    samples: u64,
    /// The number of the frame, or of its first sample.
    number: u64,
    counts_samples: bool,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let [0xFF, sync, sizes, channels] = *bytes.first_chunk()? else { return None };
        if sync & 0xFE != 0xF8 || channels >> 4 > 10 || channels & 1 != 0 {
            return None;
        }
        let (number, width) = number(bytes.get(4..)?)?;
        let mut at = 4 + width;
        let mut more = |width: usize| {
            let value =
                bytes.get(at..at + width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
            at += width;
            Some(value)
        };
        let samples = match sizes >> 4 {
            0 => return None,
            1 => 192,
            code @ 2..=5 => 576 << (code - 2),
            6 => more(1)? + 1,
            7 => more(2)? + 1,
            code => 256 << (code - 8),
        };
        match sizes & 0x0F {
            12 => more(1)?,
            13 | 14 => more(2)?,
            15 => return None,
            _ => 0,
        };
        let checksum = bytes.get(..at)?.iter().fold(0, |sum, byte| crc8(sum ^ byte));
        (checksum == *bytes.get(at)?).then_some(Header {
            length: at + 1,
            samples,
            number,
            counts_samples: sync & 1 != 0,
        })
    }

    fn following(&self) -> u64 {
        self.number + if self.counts_samples { self.samples } else { 1 }
    }
}

/// A number in UTF-8's encoding, extended to 36 bits, and its length.
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let width = match first.leading_ones() {
        0 => return Some((first.into(), 1)),
        width @ 2..=7 => width as usize,
        _ => return None,
    };
    let begin = u64::from(first) & (0x7F >> width);
    let value = bytes.get(1..width)?.iter().try_fold(begin, |value, byte| {
        (byte & 0xC0 == 0x80).then_some(value << 6 | u64::from(byte & 0x3F))
    })?;
    Some((value, width))
}

/// One step of the checksum, polynomial x^8 + x^2 + x + 1.
pub fn crc8(mut sum: u8) -> u8 {
    for _ in 0..8 {
        sum = if sum & 0x80 != 0 { sum << 1 ^ 0x07 } else { sum << 1 };
    }
    sum
}
