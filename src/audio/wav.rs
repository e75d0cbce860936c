//! WAV: samples of a fixed size after a header. Also RF64, which is WAV of more than 4 GiB.

use super::{Pieces, Read, broken, check_rate, u16_le, u32_le, u64_le};
use crate::error::Error;

/// The parser's state.
#[derive(Debug, Default)]
pub struct Wav {
    format: Option<Format>,
    /// The size of the data, if the header contains it before the data.
    stated: Option<u64>,
    state: State,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Beginning,
    Chunks,
    /// The rest of an irrelevant chunk in bytes.
    Skip(u64),
    /// The rest of the audio in bytes; in a recording of unknown size it extends to the end.
    Data(u64),
    End,
}

/// The format of the samples.
#[derive(Debug, Clone)]
struct Format {
    /// The chunk `fmt `, unchanged.
    chunk: Vec<u8>,
    sample: Option<Sample>,
    /// Bytes of one sample of all channels: the unit of splitting.
    block: usize,
    blocks_per_second: f64,
}

/// How the level of a sample is computed.
#[derive(Debug, Clone, Copy)]
enum Sample {
    Unsigned8,
    Int(usize),
    Float32,
    Float64,
    /// A-law and µ-law: the lower seven bits rise or fall with the level, depending on the law.
    Law {
        inverted: bool,
        mask: u8,
    },
}

const RIFF_HEADER: usize = 12;
const CHUNK_HEADER: usize = 8;
const MOST_FORMAT: usize = 4096;
/// The declared sizes of streamed data.
const UNKNOWN: [u32; 2] = [0, u32::MAX];

impl Wav {
    pub fn read(&mut self, bytes: &[u8], pieces: &mut Pieces) -> Result<Read, Error> {
        match self.state {
            State::Beginning if bytes.len() < RIFF_HEADER => Ok(Read::Wait),
            State::Beginning => {
                self.state = State::Chunks;
                Ok(Read::Bytes(RIFF_HEADER))
            }
            State::Chunks => self.chunk(bytes, pieces),
            State::Skip(left) => {
                let here = left.min(bytes.len() as u64);
                self.state = if here == left { State::Chunks } else { State::Skip(left - here) };
                Ok(Read::Bytes(here as usize))
            }
            State::Data(left) => {
                let here = left.min(bytes.len() as u64) as usize;
                self.sound(&bytes[..here], pieces);
                self.state = if here as u64 == left { State::End } else { State::Data(left - here as u64) };
                Ok(Read::Bytes(here))
            }
            State::End => Ok(Read::Bytes(bytes.len())),
        }
    }

    fn chunk(&mut self, bytes: &[u8], pieces: &mut Pieces) -> Result<Read, Error> {
        let (Some(name), Some(size)) = (bytes.get(..4), u32_le(bytes, 4)) else { return Ok(Read::Wait) };
        if name == b"data" {
            let format = self.format.as_ref().ok_or_else(|| broken("is WAV without a format"))?;
            let size = self.stated.unwrap_or(if UNKNOWN.contains(&size) { u64::MAX } else { size.into() });
            if size < u64::MAX {
                pieces.total = Some((size / format.block as u64) as f64 / format.blocks_per_second);
            }
            self.state = State::Data(size);
            return Ok(Read::Bytes(CHUNK_HEADER));
        }
        // Chunks are aligned to two bytes.
        let padded = u64::from(size) + u64::from(size % 2);
        if name != b"fmt " && name != b"ds64" {
            self.state = State::Skip(padded);
            return Ok(Read::Bytes(CHUNK_HEADER));
        }
        if padded > MOST_FORMAT as u64 {
            return Err(broken("is WAV with a broken header"));
        }
        let Some(content) = bytes.get(CHUNK_HEADER..CHUNK_HEADER + size as usize) else {
            return Ok(Read::Wait);
        };
        if name == b"fmt " {
            self.format = Some(Format::of(content)?);
        } else {
            self.stated = u64_le(content, 8);
        }
        self.state = State::Skip(padded - u64::from(size));
        Ok(Read::Bytes(CHUNK_HEADER + size as usize))
    }

    /// Adds audio, and splits off pieces.
    fn sound(&mut self, sound: &[u8], pieces: &mut Pieces) {
        let Some(format) = &self.format else { return };
        pieces.any = true;
        pieces.body.extend_from_slice(sound);
        let skipped = (pieces.from * format.blocks_per_second).round();
        let first = (pieces.start * format.blocks_per_second).round();
        if first < skipped {
            let blocks = (skipped - first).min((pieces.body.len() / format.block) as f64);
            pieces.body.drain(..blocks as usize * format.block);
            pieces.start = (first + blocks) / format.blocks_per_second;
            if first + blocks < skipped {
                return;
            }
        }
        let by_time = (pieces.limits.seconds * format.blocks_per_second) as usize;
        // It may be split from three quarters on.
        let least = (pieces.limits.least_bytes / 3 * 4).div_ceil(format.block);
        let most = by_time.max(least).min(pieces.limits.bytes / format.block).max(1);
        while pieces.body.len() / format.block > most {
            let blocks = format.quietest(&pieces.body, most);
            format.cut(pieces, blocks);
        }
    }

    pub fn finish(&mut self, pieces: &mut Pieces) {
        if let Some(format) = &self.format {
            format.cut(pieces, pieces.body.len() / format.block);
        }
    }
}

/// Bytes per second of audio in an unknown encoding: less than any speech codec produces.
const LEAST_BYTES_PER_SECOND: u32 = 50;

impl Format {
    fn of(chunk: &[u8]) -> Result<Self, Error> {
        let format = Self::read(chunk).ok_or_else(|| broken("is WAV with a broken format"))?;
        check_rate(u32_le(chunk, 4).unwrap_or_default())?;
        Ok(format)
    }

    fn read(chunk: &[u8]) -> Option<Self> {
        let (mut code, channels, rate) = (u16_le(chunk, 0)?, u16_le(chunk, 2)?, u32_le(chunk, 4)?);
        let (bytes_per_second, block, bits) = (u32_le(chunk, 8)?, u16_le(chunk, 12)?, u16_le(chunk, 14)?);
        if code == 0xFFFE {
            // The format code is the beginning of a longer one.
            code = u16_le(chunk, 24)?;
        }
        let width = usize::from(bits).div_ceil(8);
        let sample = match (code, width) {
            (1, 1) => Some(Sample::Unsigned8),
            (1, 2..=4) => Some(Sample::Int(width)),
            (3, 4) => Some(Sample::Float32),
            (3, 8) => Some(Sample::Float64),
            (6, 1) => Some(Sample::Law { inverted: false, mask: 0x55 }),
            (7, 1) => Some(Sample::Law { inverted: true, mask: 0 }),
            _ => None,
        };
        let is_plain = sample.is_some();
        let block = usize::from(block);
        if block == 0 || is_plain && block != width * usize::from(channels) {
            return None;
        }
        if !is_plain && bytes_per_second < LEAST_BYTES_PER_SECOND {
            return None;
        }
        let blocks_per_second =
            if is_plain { f64::from(rate) } else { f64::from(bytes_per_second) / block as f64 };
        Some(Format { chunk: chunk.to_vec(), sample, block, blocks_per_second })
    }

    /// The quietest place, in blocks, in the last quarter of `most` blocks; the latest one if there are
    /// several. Measured over a tenth of a second.
    fn quietest(&self, sound: &[u8], most: usize) -> usize {
        const STEPS: usize = 5;
        let step = (self.blocks_per_second / 50.0) as usize;
        let from = most - most / 4;
        let steps = (most - from).checked_div(step).unwrap_or_default();
        let Some(sample) = self.sample.filter(|_| steps > STEPS) else { return most };
        let levels: Vec<f64> = (0..steps)
            .map(|index| {
                let at = (from + index * step) * self.block;
                let blocks = sound.get(at..at + step * self.block).unwrap_or_default();
                blocks.chunks_exact(sample.width()).map(|bytes| sample.level(bytes)).sum()
            })
            .collect();
        let mut best = (f64::INFINITY, most);
        for (index, window) in levels.windows(STEPS).enumerate() {
            let level = window.iter().sum::<f64>();
            if level <= best.0 {
                best = (level, from + index * step + STEPS * step / 2);
            }
        }
        best.1
    }

    fn cut(&self, pieces: &mut Pieces, blocks: usize) {
        let size = blocks * self.block;
        let mut rest = pieces.body.split_off(size.min(pieces.body.len()));
        pieces.header = self.header(pieces.body.len());
        pieces.end = (pieces.start * self.blocks_per_second + blocks as f64).round() / self.blocks_per_second;
        pieces.cut();
        pieces.body.append(&mut rest);
    }

    fn header(&self, size: usize) -> Vec<u8> {
        let size = size as u32;
        let format = self.chunk.len() as u32;
        let mut header = Vec::with_capacity(RIFF_HEADER + 2 * CHUNK_HEADER + self.chunk.len());
        let all = 4 + CHUNK_HEADER as u32 + format + format % 2 + CHUNK_HEADER as u32 + size + size % 2;
        for (name, size) in [(b"RIFF", all), (b"WAVE", 0), (b"fmt ", format)] {
            header.extend_from_slice(name);
            if name != b"WAVE" {
                header.extend_from_slice(&size.to_le_bytes());
            }
        }
        header.extend_from_slice(&self.chunk);
        header.extend(std::iter::repeat_n(0, self.chunk.len() % 2));
        header.extend_from_slice(b"data");
        header.extend_from_slice(&size.to_le_bytes());
        header
    }
}

impl Sample {
    fn width(self) -> usize {
        match self {
            Sample::Unsigned8 | Sample::Law { .. } => 1,
            Sample::Int(width) => width,
            Sample::Float32 => 4,
            Sample::Float64 => 8,
        }
    }

    /// The distance from silence; comparable between samples of one format.
    fn level(self, bytes: &[u8]) -> f64 {
        let level = match (self, bytes) {
            (Sample::Unsigned8, [byte]) => f64::from(*byte) - 128.0,
            (Sample::Law { inverted, mask }, [byte]) => {
                let level = (byte ^ mask) & 0x7F;
                f64::from(if inverted { 0x7F - level } else { level })
            }
            (Sample::Float32, _) => {
                bytes.first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes).into())
            }
            (Sample::Float64, _) => bytes.first_chunk().map_or(0.0, |bytes| f64::from_le_bytes(*bytes)),
            // The two upper bytes are sufficiently precise.
            (_, [.., low, high]) => i16::from_le_bytes([*low, *high]).into(),
            _ => 0.0,
        };
        // NaN counts as the maximum.
        if level.is_nan() { f64::MAX } else { level.abs() }
    }
}
