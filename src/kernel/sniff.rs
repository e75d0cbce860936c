//! Detects the type of media by its first bytes.

/// Number of bytes that decide.
pub const ENOUGH: usize = 4096;

/// A type of media that models accept or generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// An image.
    Png,
    /// An image.
    Jpeg,
    /// An image.
    Gif,
    /// An image.
    Webp,
    /// An image.
    Avif,
    /// Audio, usually uncompressed.
    Wav,
    /// Audio.
    Mp3,
    /// Audio with lossless compression.
    Flac,
    /// Audio in Ogg: Opus, Vorbis and others.
    Ogg,
    /// Audio in MP4.
    M4a,
    /// MP4 that is not marked as audio only.
    Mp4,
    /// WebM or Matroska.
    Webm,
    /// Audio: raw AAC in ADTS.
    Aac,
    /// A document.
    Pdf,
}

impl MediaType {
    /// Its name in `content-type`.
    pub fn as_str(self) -> &'static str {
        match self {
            MediaType::Png => "image/png",
            MediaType::Jpeg => "image/jpeg",
            MediaType::Gif => "image/gif",
            MediaType::Webp => "image/webp",
            MediaType::Avif => "image/avif",
            MediaType::Wav => "audio/wav",
            MediaType::Mp3 => "audio/mpeg",
            MediaType::Flac => "audio/flac",
            MediaType::Ogg => "audio/ogg",
            MediaType::M4a => "audio/mp4",
            MediaType::Mp4 => "video/mp4",
            MediaType::Webm => "video/webm",
            MediaType::Aac => "audio/aac",
            MediaType::Pdf => "application/pdf",
        }
    }
}

/// The type of `bytes`; none if unknown.
pub fn sniff(bytes: &[u8]) -> Option<MediaType> {
    let kind = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => MediaType::Png,
        [0xFF, 0xD8, 0xFF, ..] => MediaType::Jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => MediaType::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => MediaType::Webp,
        // RF64 and BW64 are WAV of more than 4 GB.
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'R', b'F', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'B', b'W', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..] => MediaType::Wav,
        [b'f', b'L', b'a', b'C', ..] => MediaType::Flac,
        [b'O', b'g', b'g', b'S', ..] => MediaType::Ogg,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => MediaType::Webm,
        [b'%', b'P', b'D', b'F', b'-', ..] => MediaType::Pdf,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => return iso(brand),
        [b'I', b'D', b'3', ..] => return tagged(bytes),
        _ => return frames(bytes),
    };
    Some(kind)
}

/// A file of the ISO base media format, by its main brand. `brand` is the bytes after `ftyp`.
fn iso(brand: &[u8]) -> Option<MediaType> {
    match brand {
        [b'a', b'v', b'i', b'f' | b's', ..] => Some(MediaType::Avif),
        [b'M', b'4', b'A' | b'B' | b'P', ..] => Some(MediaType::M4a),
        // No model accepts HEIF; an AVIF may have the generic brand.
        [b'm', b'i', b'f' | b'a', ..] | [b'm', b's', b'f', b'1', ..] => {
            let brands = brand.get(8..40.min(brand.len()))?;
            brands.chunks(4).any(|brand| brand == b"avif").then_some(MediaType::Avif)
        }
        [b'h', b'e', ..] => None,
        [_, _, _, _, ..] => Some(MediaType::Mp4),
        _ => None,
    }
}

/// After an ID3 tag there is usually MP3, but AAC and FLAC have such tags as well.
fn tagged(bytes: &[u8]) -> Option<MediaType> {
    let size = bytes.get(6..10)?;
    // The length has seven bits per byte.
    let size = size.iter().fold(0usize, |size, &byte| size << 7 | usize::from(byte & 0x7F));
    match bytes.get(10 + size..) {
        Some([b'f', b'L', b'a', b'C', ..]) => Some(MediaType::Flac),
        Some(rest) => Some(frames(rest).unwrap_or(MediaType::Mp3)),
        None => Some(MediaType::Mp3),
    }
}

/// MPEG audio frames: eleven or twelve bits that are all set, then version and layer.
fn frames(bytes: &[u8]) -> Option<MediaType> {
    let &[0xFF, second, third, ..] = bytes else { return None };
    if second & 0xF6 == 0xF0 {
        // Layer 0 of MPEG is ADTS; its sample rate has 13 values.
        return (third >> 2 & 15 < 13).then_some(MediaType::Aac);
    }
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (bit_rate, sample_rate) = (third >> 4, third >> 2 & 3);
    let is_frame = second & 0xE0 == 0xE0 && version != 1 && layer != 0 && bit_rate != 15 && sample_rate != 3;
    is_frame.then_some(MediaType::Mp3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_known_by_its_beginning() {
        let tag = |rest: &[u8]| [b"ID3\x04\0\0\0\0\x01\x02", &[0; 130][..], rest].concat();
        let cases: [(&[u8], Option<MediaType>); 28] = [
            (b"\x89PNG\r\n\x1a\n\0", Some(MediaType::Png)),
            (b"\xff\xd8\xff\xe0", Some(MediaType::Jpeg)),
            (b"GIF87a", Some(MediaType::Gif)),
            (b"GIF89a", Some(MediaType::Gif)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some(MediaType::Webp)),
            (b"RIFF\x01\x02\x03\x04WAVEfmt ", Some(MediaType::Wav)),
            (b"RF64\xff\xff\xff\xffWAVE", Some(MediaType::Wav)),
            (b"RIFF\x01\x02\x03\x04AVI ", None),
            (b"\0\0\0\x20ftypavif\0\0\0\0", Some(MediaType::Avif)),
            (b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif", Some(MediaType::Avif)),
            (b"\0\0\0\x20ftypmif1\0\0\0\0mif1heic", None),
            (b"\0\0\0\x20ftypheic\0\0\0\0", None),
            (b"\0\0\0\x20ftypM4A \0\0\0\0", Some(MediaType::M4a)),
            (b"\0\0\0\x20ftypisom\0\0\0\0", Some(MediaType::Mp4)),
            (b"\0\0\0\x20ftyp", None),
            (b"fLaC\0", Some(MediaType::Flac)),
            (b"OggS\0", Some(MediaType::Ogg)),
            (b"\x1a\x45\xdf\xa3", Some(MediaType::Webm)),
            (b"%PDF-1.7", Some(MediaType::Pdf)),
            (b"ID3\x04\0\0\0\0\x01\x02", Some(MediaType::Mp3)),
            (b"\xff\xfb\x90\x64", Some(MediaType::Mp3)),
            (b"\xff\xf3\x90\x64", Some(MediaType::Mp3)),
            (b"\xff\xf1\x50\x80", Some(MediaType::Aac)),
            (b"\xff\xf9\x50\x80", Some(MediaType::Aac)),
            (b"\xff\xff\xff\xff", None),
            (b"\xff", None),
            (b"", None),
            (b"hello", None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{bytes:?}");
        }
        assert_eq!(sniff(&tag(b"fLaC")), Some(MediaType::Flac));
        assert_eq!(sniff(&tag(b"\xff\xf1\x50\x80")), Some(MediaType::Aac));
        assert_eq!(sniff(&tag(b"\xff\xfb\x90\x64")), Some(MediaType::Mp3));
    }

    #[test]
    fn no_beginning_of_a_beginning_is_a_panic() {
        for len in 0..24 {
            for start in [
                &b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif"[..],
                b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
                b"\xff\xfb\x90\x64",
            ] {
                let _ = sniff(&start[..len.min(start.len())]);
            }
        }
    }
}
