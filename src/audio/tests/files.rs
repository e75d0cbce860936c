//! Small encoders. The audio in a frame is noise: it is never decoded.

use super::super::flac::crc8;
use super::super::ogg::crc32;

/// A reproducible random generator.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

#[derive(Debug, Clone, Copy)]
pub enum WavForm {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

/// Noise whose level, from 0 to 1, depends on the time.
pub fn wav(form: WavForm, rate: u32, channels: u16, blocks: u32, level: impl Fn(f64) -> f64) -> Vec<u8> {
    let (code, width) = match form {
        WavForm::U8 => (1_u16, 1_u16),
        WavForm::I16 => (1, 2),
        WavForm::I24 => (1, 3),
        WavForm::I32 => (1, 4),
        WavForm::F32 => (3, 4),
        WavForm::F64 => (3, 8),
    };
    let mut random = Random(7);
    let mut sound = Vec::new();
    for block in 0..blocks {
        for _ in 0..channels {
            let noise = f64::from(random.next()) / f64::from(1_u32 << 31) * 2.0 - 1.0;
            let value = noise * level(f64::from(block) / f64::from(rate));
            match form {
                WavForm::U8 => sound.push((value * 127.0 + 128.0) as u8),
                WavForm::I16 => sound.extend(((value * 32_767.0) as i16).to_le_bytes()),
                WavForm::I24 => sound.extend(&((value * 8_388_607.0) as i32).to_le_bytes()[..3]),
                WavForm::I32 => sound.extend(((value * 2_147_483_647.0) as i32).to_le_bytes()),
                WavForm::F32 => sound.extend((value as f32).to_le_bytes()),
                WavForm::F64 => sound.extend(value.to_le_bytes()),
            }
        }
    }
    let block = width * channels;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + sound.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0");
    file.extend(code.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * u32::from(block)).to_le_bytes());
    file.extend(block.to_le_bytes());
    file.extend((width * 8).to_le_bytes());
    file.extend(b"data");
    file.extend((sound.len() as u32).to_le_bytes());
    file.extend(sound);
    file
}

/// Frames of noise, and their file, with a picture in its header.
pub fn flac(rate: u32, samples: u32, count: u64, variable: bool) -> (Vec<u8>, Vec<u8>) {
    let mut random = Random(3);
    let mut frames = Vec::new();
    for index in 0..count {
        let begin = frames.len();
        let code = match samples {
            1024 => 0xA0,
            4096 => 0xC0,
            _ => unreachable!("another size of blocks"),
        };
        frames.extend([0xFF, 0xF8 | u8::from(variable), code, 0x08]);
        utf8(&mut frames, if variable { index * u64::from(samples) } else { index });
        let sum = frames[begin..].iter().fold(0, |sum, byte| crc8(sum ^ byte));
        frames.push(sum);
        // The audio also contains bytes that resemble the beginning of a frame.
        frames.extend(random.bytes(200));
        frames.extend([0xFF, 0xF8, code, 0x08, index as u8]);
        let length = 300 + random.next() as usize % 300;
        frames.extend(random.bytes(length));
    }
    let total = count * u64::from(samples);
    let mut info = [0; 34];
    info[..2].copy_from_slice(&(samples as u16).to_be_bytes());
    info[2..4].copy_from_slice(&(samples as u16).to_be_bytes());
    let packed = u64::from(rate) << 44 | 15 << 36 | total;
    info[10..18].copy_from_slice(&packed.to_be_bytes());
    let mut file = b"fLaC\0\0\0\x22".to_vec();
    file.extend(info);
    file.extend([0x86, 0, 0, 100]);
    file.extend([0xFF; 100]);
    file.extend(&frames);
    (file, frames)
}

fn utf8(to: &mut Vec<u8>, number: u64) {
    match number {
        0..0x80 => to.push(number as u8),
        0x80..0x800 => to.extend([0xC0 | (number >> 6) as u8, 0x80 | (number & 0x3F) as u8]),
        0x1_0000.. => to.extend([
            0xF0 | (number >> 18) as u8,
            0x80 | (number >> 12 & 0x3F) as u8,
            0x80 | (number >> 6 & 0x3F) as u8,
            0x80 | (number & 0x3F) as u8,
        ]),
        _ => to.extend([
            0xE0 | (number >> 12) as u8,
            0x80 | (number >> 6 & 0x3F) as u8,
            0x80 | (number & 0x3F) as u8,
        ]),
    }
}

/// Frames of noise.
pub fn mpeg(header: [u8; 4], size: usize, count: usize) -> Vec<u8> {
    let mut random = Random(5);
    let mut frames = Vec::new();
    for _ in 0..count {
        frames.extend(header);
        frames.extend(random.bytes(size - 4));
    }
    frames
}

#[derive(Debug, Clone, Copy)]
pub enum OggKind {
    Opus,
    Vorbis,
    Speex,
}

/// Pages of a tenth of a second, with pages of another stream between them.
pub fn ogg(kind: OggKind, count: u64) -> Vec<u8> {
    let (headers, rate): (Vec<Vec<u8>>, u64) = match kind {
        OggKind::Opus => {
            (vec![b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0".to_vec(), b"OpusTags".to_vec()], 48_000)
        }
        OggKind::Vorbis => {
            let mut first = b"\x01vorbis\0\0\0\0\x01".to_vec();
            first.extend(22_050_u32.to_le_bytes());
            (vec![first, b"\x03vorbis".to_vec(), vec![5; 700]], 22_050)
        }
        OggKind::Speex => {
            let mut first = b"Speex   ".to_vec();
            first.resize(80, 0);
            first[36..40].copy_from_slice(&16_000_u32.to_le_bytes());
            (vec![first, b"tags".to_vec()], 16_000)
        }
    };
    let mut random = Random(9);
    let mut file = Vec::new();
    let mut number = 0;
    for (place, header) in headers.iter().enumerate() {
        page(&mut file, if place == 0 { 2 } else { 0 }, 0, 77, number, header);
        number += 1;
        if place == 0 {
            page(&mut file, 2, 0, 78, 0, b"\x80theora");
        }
    }
    for index in 1..=count {
        let length = 50 + random.next() as usize % 400;
        let body = random.bytes(length);
        page(&mut file, if index == count { 4 } else { 0 }, index * rate / 10, 77, number, &body);
        number += 1;
        page(&mut file, 0, index, 78, index as u32, &[1, 2, 3]);
    }
    file
}

pub fn page(file: &mut Vec<u8>, flags: u8, granule: u64, serial: u32, number: u32, packet: &[u8]) {
    let begin = file.len();
    file.extend(b"OggS\0");
    file.push(flags);
    file.extend(granule.to_le_bytes());
    file.extend(serial.to_le_bytes());
    file.extend(number.to_le_bytes());
    file.extend([0; 4]);
    let full = packet.len() / 255;
    file.push(full as u8 + 1);
    file.extend(std::iter::repeat_n(255, full));
    file.push((packet.len() % 255) as u8);
    file.extend(packet);
    let sum = file[begin..].iter().fold(0, |sum, byte| crc32(sum, *byte));
    file[begin + 22..begin + 26].copy_from_slice(&sum.to_le_bytes());
}

pub struct ReadPage {
    pub flags: u8,
    pub number: u32,
    pub is_sound: bool,
    pub body: Vec<u8>,
}

/// The pages of the audio, with their checksums validated.
pub fn pages(file: &[u8]) -> Vec<ReadPage> {
    let mut pages = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let count = usize::from(file[at + 26]);
        let body = file[at + 27..at + 27 + count].iter().map(|length| usize::from(*length)).sum::<usize>();
        let end = at + 27 + count + body;
        let mut page = file[at..end].to_vec();
        let stated = u32::from_le_bytes(page[22..26].try_into().unwrap());
        page[22..26].fill(0);
        assert_eq!(page.iter().fold(0, |sum, byte| crc32(sum, *byte)), stated);
        let serial = u32::from_le_bytes(page[14..18].try_into().unwrap());
        if serial == 77 {
            pages.push(ReadPage {
                flags: page[5],
                number: u32::from_le_bytes(page[18..22].try_into().unwrap()),
                is_sound: true,
                body: page[27 + count..].to_vec(),
            });
        }
        at = end;
    }
    pages
}
