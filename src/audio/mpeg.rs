//! MP3, and MP2 and MP1: frames with a known length, with players' tags before and after them.

use super::{Pieces, Read, broken, u32_be};
use crate::error::Error;

/// The parser's state.
#[derive(Debug, Default)]
pub struct Mpeg {
    /// The rest of a tag that is skipped.
    skip: usize,
    /// The last frame's properties, which the next one shares.
    kind: Option<Kind>,
    seconds: f64,
}

const TAG_HEADER: usize = 10;
/// Size limit of a frame.
const MOST_FRAME: usize = 4096;
/// Limit of consecutive bytes that are not frames.
const MOST_JUNK: usize = 1 << 20;

/// The properties that all frames share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    version: u8,
    layer: u8,
    rate: u32,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: Kind,
    size: usize,
    seconds: f64,
    mono: bool,
}

/// True if these bytes begin a file in this format.
pub fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ID3") || Frame::read(bytes).is_some()
}

impl Mpeg {
    pub fn read(&mut self, bytes: &[u8], last: bool, pieces: &mut Pieces) -> Result<Read, Error> {
        if self.skip > 0 {
            let here = self.skip.min(bytes.len());
            self.skip -= here;
            return Ok(Read::Bytes(here));
        }
        if bytes.len() < MOST_FRAME + 4 && !last {
            return Ok(Read::Wait);
        }
        if let Some(size) = tag(bytes) {
            self.skip = size;
            return Ok(Read::Bytes(0));
        }
        let Some(frame) = Frame::read(bytes).filter(|frame| self.fits(*frame, bytes)) else {
            return self.resume(bytes);
        };
        let content = &bytes[..frame.size.min(bytes.len())];
        if self.kind.is_none()
            && let Some(frames) = frames_in_all(content, frame)
        {
            // It describes the file, and contains no audio.
            pieces.total = (frames > 0).then(|| f64::from(frames) * frame.seconds);
        } else {
            self.seconds += frame.seconds;
            pieces.frame(content, self.seconds)?;
            if pieces.is_full() {
                pieces.cut();
            }
        }
        self.kind = Some(frame.kind);
        Ok(Read::Bytes(content.len()))
    }

    /// A header is four bytes, which may also occur in audio: it counts if it matches the last one, or if
    /// another one follows.
    fn fits(&self, frame: Frame, bytes: &[u8]) -> bool {
        match bytes.get(frame.size..) {
            Some([]) | None => self.kind.is_none_or(|kind| kind == frame.kind),
            Some(next) => {
                self.kind == Some(frame.kind)
                    || Frame::read(next).is_some_and(|next| next.kind == frame.kind)
                    || tag(next).is_some()
            }
        }
    }

    /// Searches for the next frame.
    fn resume(&self, bytes: &[u8]) -> Result<Read, Error> {
        let junk = bytes.iter().skip(1).position(|byte| *byte == 0xFF).map_or(bytes.len(), |at| at + 1);
        if self.kind.is_none() && junk > MOST_JUNK {
            return Err(broken("is no MP3, although it begins so"));
        }
        Ok(Read::Bytes(junk))
    }
}

/// The size of an ID3v2 tag at the beginning.
fn tag(bytes: &[u8]) -> Option<usize> {
    let [b'I', b'D', b'3', _, _, flags, a, b, c, d] = *bytes.first_chunk::<TAG_HEADER>()? else {
        return None;
    };
    let size = [a, b, c, d].iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7F));
    let footer = if flags & 0x10 != 0 { TAG_HEADER } else { 0 };
    Some(TAG_HEADER + size + footer)
}

impl Frame {
    fn read(bytes: &[u8]) -> Option<Self> {
        // In kbit/s, by the index in the header; 0 stands for "free", which is not supported.
        const LAYER_1: [[u16; 15]; 2] = [
            [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
            [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        ];
        const LAYER_2: [[u16; 15]; 2] = [
            [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
            [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        ];
        const LAYER_3: [u16; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        const RATES: [u32; 3] = [44_100, 48_000, 32_000];

        let [0xFF, kind, sizes, mode] = *bytes.first_chunk()? else { return None };
        let (version, layer) = (kind >> 3 & 3, 4 - (kind >> 1 & 3));
        if kind & 0xE0 != 0xE0 || version == 1 || layer == 4 {
            return None;
        }
        // 3 is version 1; 2 is version 2, with half of its rate, and 0 is version 2.5, with a quarter.
        let is_first = version == 3;
        let divided = if is_first { 1 } else { 4 / u32::from(version.max(1)) };
        let rate = RATES.get(usize::from(sizes >> 2 & 3))? / divided;
        let index = usize::from(sizes >> 4);
        let kilobits = match layer {
            1 => LAYER_1[usize::from(!is_first)].get(index),
            3 if is_first => LAYER_3.get(index),
            _ => LAYER_2[usize::from(!is_first)].get(index),
        };
        let bits = u32::from(*kilobits.filter(|kilobits| **kilobits > 0)?) * 1000;
        let padding = u32::from(sizes >> 1 & 1);
        let (samples, size) = match layer {
            1 => (384, (12 * bits / rate + padding) * 4),
            3 if !is_first => (576, 72 * bits / rate + padding),
            _ => (1152, 144 * bits / rate + padding),
        };
        let seconds = f64::from(samples) / f64::from(rate);
        Some(Frame {
            kind: Kind { version, layer, rate },
            size: size as usize,
            seconds,
            mono: mode >> 6 == 3,
        })
    }
}

/// The number of frames according to the first one, 0 if unknown; none if it is an ordinary frame.
fn frames_in_all(content: &[u8], frame: Frame) -> Option<u32> {
    let side = match (frame.kind.version == 3, frame.mono) {
        (true, false) => 36,
        (false, true) => 13,
        _ => 21,
    };
    match content.get(side..side + 4) {
        Some(b"Xing" | b"Info") => {
            let has_frames = content.get(side + 7).is_some_and(|flags| flags & 1 != 0);
            Some(if has_frames { u32_be(content, side + 8).unwrap_or(0) } else { 0 })
        }
        _ if content.get(36..40) == Some(b"VBRI") => Some(u32_be(content, 50).unwrap_or(0)),
        _ => None,
    }
}
