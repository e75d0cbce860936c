//! Ogg: pages of one stream, of Opus, Vorbis, FLAC or Speex. The pages of a piece are renumbered, since
//! decoders treat a gap as a loss.

use super::{Pieces, Read, broken, check_rate, u32_le, u64_le};
use crate::error::Error;

/// The parser's state.
#[derive(Debug, Default)]
pub struct Ogg {
    /// The stream that is read; pages of others are skipped.
    stream: Option<Stream>,
    /// The granule of time zero.
    base: u64,
    /// The granules of the piece's start and its current end.
    start: u64,
    end: u64,
}

#[derive(Debug)]
struct Stream {
    serial: u32,
    /// Granules per second.
    rate: f64,
    /// Number of missing header packets.
    headers: usize,
    /// True if a page with audio has been read.
    sounds: bool,
}

const PAGE_HEADER: usize = 27;
const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;
/// The granule of a page on which no packet ends.
const NO_GRANULE: u64 = u64::MAX;
/// Limit of the extra header packets of a Speex stream, beside its two.
const MOST_EXTRA: u32 = 64;
/// Higher values are negative: no page of audio ends there.
const MOST_GRANULE: u64 = i64::MAX as u64;
/// Limit of a page's duration: if the first one has more, the recording is a part of a longer one.
const MOST_PAGE_S: f64 = 60.0;

/// One page.
struct Page<'a> {
    flags: u8,
    granule: u64,
    serial: u32,
    segments: &'a [u8],
    body: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Page<'a> {
    fn read(bytes: &'a [u8]) -> Result<Option<Self>, Error> {
        if !bytes.starts_with(&b"OggS"[..bytes.len().min(4)]) {
            return Err(broken("is Ogg that breaks off in its middle"));
        }
        let Some(count) = bytes.get(PAGE_HEADER - 1) else { return Ok(None) };
        let begin = PAGE_HEADER + usize::from(*count);
        let Some(segments) = bytes.get(PAGE_HEADER..begin) else { return Ok(None) };
        let end = begin + segments.iter().map(|length| usize::from(*length)).sum::<usize>();
        let Some(whole) = bytes.get(..end) else { return Ok(None) };
        Ok(Some(Page {
            flags: whole[5],
            granule: u64_le(whole, 6).unwrap_or(NO_GRANULE),
            serial: u32_le(whole, 14).unwrap_or_default(),
            segments,
            body: &whole[begin..],
            whole,
        }))
    }
}

impl Stream {
    /// The stream that a first page begins, if its codec is supported.
    fn of(page: &Page<'_>) -> Result<Option<Self>, Error> {
        let Some((rate, headers)) = Self::described(page.body) else { return Ok(None) };
        check_rate(rate)?;
        Ok(Some(Stream { serial: page.serial, rate: rate.into(), headers, sounds: false }))
    }

    /// Its rate, and its number of header packets.
    fn described(body: &[u8]) -> Option<(u32, usize)> {
        let (rate, headers) = if body.starts_with(b"OpusHead") {
            (48_000, 2)
        } else if body.starts_with(b"\x01vorbis") {
            (u32_le(body, 12)?, 3)
        } else if body.starts_with(b"\x7FFLAC") {
            let [a, b, c] = *body.get(27..)?.first_chunk()?;
            let others = u16::from_be_bytes(*body.get(7..)?.first_chunk()?);
            if others == 0 {
                return None;
            }
            (u32::from_be_bytes([0, a, b, c]) >> 4, 1 + usize::from(others))
        } else if body.starts_with(b"Speex   ") {
            let extra = u32_le(body, 68).filter(|extra| *extra <= MOST_EXTRA)?;
            (u32_le(body, 36)?, 2 + extra as usize)
        } else {
            return None;
        };
        Some((rate, headers))
    }
}

impl Ogg {
    pub fn read(&mut self, bytes: &[u8], pieces: &mut Pieces) -> Result<Read, Error> {
        let Some(page) = Page::read(bytes)? else { return Ok(Read::Wait) };
        let read = Ok(Read::Bytes(page.whole.len()));
        let begins = page.flags & FIRST != 0;
        if self.stream.is_none() && begins {
            self.stream = Stream::of(&page)?;
        }
        let Some(stream) = &mut self.stream else {
            // May be a page of another codec; that of the audio may follow.
            return if begins { read } else { Err(broken("is Ogg without sound in it that is known here")) };
        };
        if page.serial != stream.serial {
            let is_another = begins && stream.sounds;
            return if is_another {
                Err(broken("is Ogg of several recordings one after another"))
            } else {
                read
            };
        }
        if stream.headers > 0 {
            let packets = page.segments.iter().filter(|length| **length < 255).count();
            stream.headers = stream.headers.saturating_sub(packets);
            pieces.header.extend_from_slice(page.whole);
            return read;
        }
        let rate = stream.rate;
        if page.granule != NO_GRANULE && page.granule > MOST_GRANULE {
            return Err(broken("is Ogg with a page that ends before the recording begins"));
        }
        if page.granule != NO_GRANULE && !std::mem::replace(&mut stream.sounds, true) {
            self.base = if page.granule as f64 > MOST_PAGE_S * rate { page.granule } else { 0 };
            self.end = self.base;
        }
        if page.flags & CONTINUED == 0 && pieces.is_full() {
            self.cut(pieces);
        }
        if pieces.body.is_empty() {
            self.start = self.end;
        }
        if page.granule != NO_GRANULE {
            // Time is monotonic.
            self.end = self.end.max(page.granule);
        }
        pieces.frame(page.whole, self.end.saturating_sub(self.base) as f64 / rate)?;
        read
    }

    /// Completes the piece, if it is not empty.
    pub fn cut(&self, pieces: &mut Pieces) {
        let before = pieces.ready.len();
        pieces.cut();
        if pieces.ready.len() > before
            && let Some(piece) = pieces.ready.back_mut()
        {
            renumber(&mut piece.bytes, pieces.header.len(), self.start);
        }
    }
}

/// Converts pages to a file: renumbers them from 0, marks the last one as the end, and shifts time to
/// `start`.
fn renumber(bytes: &mut [u8], headers: usize, start: u64) {
    let length = bytes.len();
    let (mut at, mut number) = (0, 0_u32);
    while let Ok(Some(page)) = Page::read(&bytes[at..]) {
        let (size, granule, flags) = (page.whole.len(), page.granule, page.flags);
        let is_header = at < headers;
        let page = &mut bytes[at..at + size];
        at += size;
        page[5] = flags & !LAST | if at == length { LAST } else { 0 };
        if !is_header && granule != NO_GRANULE {
            page[6..14].copy_from_slice(&granule.saturating_sub(start).to_le_bytes());
        }
        page[18..22].copy_from_slice(&number.to_le_bytes());
        page[22..26].fill(0);
        let sum = page.iter().fold(0, |sum, byte| crc32(sum, *byte));
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        number += 1;
    }
}

/// One step of the checksum, polynomial 0x04C11DB7, from the highest bit on.
pub fn crc32(sum: u32, byte: u8) -> u32 {
    let mut sum = sum ^ u32::from(byte) << 24;
    for _ in 0..8 {
        sum = if sum & 0x8000_0000 != 0 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 };
    }
    sum
}
