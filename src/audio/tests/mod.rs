//! Files are generated here, frame by frame, so that their contents are known.

mod files;

use super::*;
use files::*;

const SIZES: [usize; 5] = [1, 7, 100, 4099, usize::MAX];

fn cut_by(file: &[u8], limits: Limits, from: f64, size: usize) -> Result<Vec<Piece>, Error> {
    let mut cutter = Cutter::of(file, limits, from).expect("a known format");
    let mut pieces = Vec::new();
    for bytes in file.chunks(size.min(file.len())) {
        cutter.push(bytes)?;
        pieces.extend(std::iter::from_fn(|| cutter.piece()));
    }
    cutter.finish()?;
    pieces.extend(std::iter::from_fn(|| cutter.piece()));
    Ok(pieces)
}

/// The pieces, which must not depend on the chunking of the bytes or on the start.
fn cut(file: &[u8], seconds: f64) -> Vec<Piece> {
    let limits = Limits { seconds, bytes: 1 << 20, least_bytes: 0 };
    let pieces = cut_by(file, limits, 0.0, usize::MAX).unwrap();
    for size in SIZES {
        assert_eq!(cut_by(file, limits, 0.0, size).unwrap(), pieces, "in chunks of {size}");
    }
    let mut at = 0.0;
    for (index, piece) in pieces.iter().enumerate() {
        assert!((piece.start - at).abs() < 1e-9, "piece {index} begins at {}, not {at}", piece.start);
        assert!(piece.end > piece.start);
        at = piece.end;
        let rest = cut_by(file, limits, piece.end, 4099).unwrap();
        assert_eq!(rest.len(), pieces.len() - index - 1, "from {}", piece.end);
        for (again, piece) in rest.iter().zip(&pieces[index + 1..]) {
            assert_eq!(again.bytes, piece.bytes);
            assert!((again.start - piece.start).abs() < 1e-6 && (again.end - piece.end).abs() < 1e-6);
        }
        // A piece is a file.
        let whole =
            cut_by(&piece.bytes, Limits { seconds: 1e9, bytes: usize::MAX, least_bytes: 0 }, 0.0, 1000)
                .unwrap();
        assert_eq!(whole.len(), 1);
        assert_eq!(whole[0].bytes, piece.bytes);
        let length = piece.end - piece.start;
        assert!((whole[0].end - length).abs() < 1e-6, "{} is not {length}", whole[0].end);
    }
    pieces
}

#[test]
fn wav_is_cut_where_it_is_quiet() {
    // Ten seconds of noise, silent for a quarter of a second at 1.8, 3.7, 5.4 and 7.3 s.
    let silent = |at: f64| [1.8, 3.7, 5.4, 7.3].iter().any(|begin| (*begin..begin + 0.25).contains(&at));
    for form in [WavForm::U8, WavForm::I16, WavForm::I24, WavForm::I32, WavForm::F32, WavForm::F64] {
        for channels in [1, 2] {
            let file = wav(form, 8000, channels, 80_000, |at| if silent(at) { 0.0 } else { 0.5 });
            let pieces = cut(&file, 2.0);
            let ends: Vec<f64> = pieces.iter().map(|piece| piece.end).collect();
            assert_eq!(pieces.len(), 6, "{form:?} {ends:?}");
            for (end, begin) in ends.iter().zip([1.8, 3.7, 5.4, 7.3]) {
                assert!(
                    *end > begin && *end < begin + 0.25,
                    "{form:?}: {end} is not in the silence at {begin}"
                );
            }
            assert_eq!(ends.last(), Some(&10.0));
            let sound: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes[44..].to_vec()).collect();
            assert_eq!(sound, file[44..]);
        }
    }
}

#[test]
fn wav_without_silence_is_cut_in_its_last_quarter() {
    let file = wav(WavForm::I16, 8000, 1, 80_000, |_| 0.5);
    let pieces = cut(&file, 3.0);
    assert!(pieces.iter().rev().skip(1).all(|piece| (2.25..=3.0).contains(&(piece.end - piece.start))));
    // Bytes are a limit too.
    let limits = Limits { seconds: 100.0, bytes: 16_000, least_bytes: 0 };
    let pieces = cut_by(&file, limits, 0.0, 100).unwrap();
    assert!(pieces.len() >= 10 && pieces.iter().all(|piece| piece.bytes.len() <= 16_044));
}

#[test]
fn wav_says_how_long_it_is_or_not() {
    let limits = Limits { seconds: 2.0, bytes: 1 << 20, least_bytes: 0 };
    let file = wav(WavForm::I16, 8000, 1, 80_000, |_| 0.5);
    let mut cutter = Cutter::of(&file, limits, 0.0).unwrap();
    cutter.push(&file).unwrap();
    assert_eq!(cutter.total(), Some(10.0));
    for size in [0, u32::MAX] {
        let mut streamed = file.clone();
        streamed[40..44].copy_from_slice(&size.to_le_bytes());
        let mut cutter = Cutter::of(&streamed, limits, 0.0).unwrap();
        cutter.push(&streamed).unwrap();
        assert_eq!(cutter.total(), None);
        assert_eq!(cut(&streamed, 2.0), cut(&file, 2.0));
    }
}

#[test]
fn wav_with_other_chunks_is_read_as_well() {
    let plain = wav(WavForm::I16, 8000, 1, 8000, |_| 0.5);
    let list = [b"LIST".as_slice(), &5_u32.to_le_bytes(), b"infos\0"].concat();
    let file = [&plain[..12], &list, &plain[12..36], &list, &plain[36..], &list].concat();
    assert_eq!(cut(&file, 0.3), cut(&plain, 0.3));
    let ds64 =
        [b"ds64".as_slice(), &28_u32.to_le_bytes(), &[0; 8], &16_000_u64.to_le_bytes(), &[0; 12]].concat();
    let mut long = [b"RF64".as_slice(), &[255; 4], b"WAVE", &ds64, &plain[12..], &list].concat();
    let size = 12 + 36 + 24 + 4;
    long[size..size + 4].fill(255);
    assert_eq!(cut(&long, 0.3), cut(&plain, 0.3));
}

#[test]
fn flac_is_cut_between_frames() {
    for variable in [false, true] {
        let (file, frames) = flac(16_000, 4096, 40, variable);
        let pieces = cut(&file, 1.5);
        // Six frames have 1.536 s.
        assert_eq!(pieces.len(), 7);
        let header = 4 + 4 + 34;
        let sound: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes[header..].to_vec()).collect();
        assert_eq!(sound, frames);
        assert!((pieces.last().unwrap().end - 40.0 * 4096.0 / 16_000.0).abs() < 1e-9);
        let mut cutter =
            Cutter::of(&file, Limits { seconds: 1.5, bytes: 1 << 20, least_bytes: 0 }, 0.0).unwrap();
        cutter.push(&file).unwrap();
        assert_eq!(cutter.total(), Some(40.0 * 4096.0 / 16_000.0));
    }
}

#[test]
fn flac_that_breaks_off_is_refused() {
    let (file, _) = flac(16_000, 4096, 10, false);
    let mut broken = file.clone();
    broken.truncate(file.len() - 5000);
    // The last frame may be truncated, which is not detectable.
    assert!(cut_by(&broken, Limits { seconds: 1.0, bytes: 1 << 20, least_bytes: 0 }, 0.0, 1000).is_ok());
    let begin = 4 + 4 + 34 + 4 + 100;
    broken[begin] ^= 0xFF;
    assert!(cut_by(&broken, Limits { seconds: 1.0, bytes: 1 << 20, least_bytes: 0 }, 0.0, 1000).is_err());
}

#[test]
fn mpeg_is_cut_between_frames() {
    let tag = [b"ID3\x04\0\0\0\0\x01\x48".as_slice(), &[0xFF; 200]].concat();
    let end = [b"TAG".as_slice(), &[32; 125]].concat();
    for (header, size, samples, rate) in [
        ([0xFF, 0xFB, 0x90, 0x00], 417, 1152.0, 44_100.0),
        ([0xFF, 0xFB, 0x90, 0xC0], 417, 1152.0, 44_100.0),
        ([0xFF, 0xF3, 0x48, 0xC0], 144, 576.0, 16_000.0),
        ([0xFF, 0xE3, 0x48, 0xC0], 288, 576.0, 8000.0),
        ([0xFF, 0xFD, 0x84, 0x00], 384, 1152.0, 48_000.0),
        ([0xFF, 0xFF, 0xC4, 0x00], 384, 384.0, 48_000.0),
    ] {
        let frames = mpeg(header, size, 300);
        let seconds = samples / rate;
        let file = [tag.as_slice(), &frames, &end].concat();
        let pieces = cut(&file, 20.0 * seconds);
        assert_eq!(pieces.len(), 15, "{header:?}");
        let sound: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.clone()).collect();
        assert_eq!(sound, frames);
        assert!((pieces.last().unwrap().end - 300.0 * seconds).abs() < 1e-6);
        // Without its tags it begins with a frame.
        assert_eq!(cut(&frames, 20.0 * seconds), pieces);
    }
}

#[test]
fn mpeg_that_describes_itself_says_how_long_it_is() {
    let frames = mpeg([0xFF, 0xFB, 0x90, 0x00], 417, 100);
    let mut first = vec![0; 417];
    first[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x00]);
    first[36..40].copy_from_slice(b"Xing");
    first[43] = 1;
    first[44..48].copy_from_slice(&100_u32.to_be_bytes());
    let file = [first, frames.clone()].concat();
    let limits = Limits { seconds: 1.0, bytes: 1 << 20, least_bytes: 0 };
    let mut cutter = Cutter::of(&file, limits, 0.0).unwrap();
    cutter.push(&file).unwrap();
    assert!((cutter.total().unwrap() - 100.0 * 1152.0 / 44_100.0).abs() < 1e-9);
    assert_eq!(cut(&file, 1.0), cut(&frames, 1.0));
}

#[test]
fn ogg_is_cut_between_pages_and_renumbered() {
    for (kind, preface) in [(OggKind::Opus, 2), (OggKind::Vorbis, 3), (OggKind::Speex, 2)] {
        let file = ogg(kind, 200);
        let pieces = cut(&file, 2.0);
        assert_eq!(pieces.len(), 10, "{kind:?}");
        for piece in &pieces {
            let pages = pages(&piece.bytes);
            assert!(pages.iter().enumerate().all(|(place, page)| page.number as usize == place));
            assert!(pages.iter().all(|page| page.is_sound));
            assert_eq!(pages.iter().filter(|page| page.flags & 4 != 0).count(), 1);
            assert_eq!(pages.last().unwrap().flags & 4, 4);
            assert_eq!(pages[0].flags & 2, 2);
            assert_eq!(pages.len(), preface + 20);
        }
        let bodies = |file: &[u8]| -> Vec<Vec<u8>> {
            pages(file).into_iter().skip(preface).map(|page| page.body).collect()
        };
        let all: Vec<Vec<u8>> = pieces.iter().flat_map(|piece| bodies(&piece.bytes)).collect();
        assert_eq!(all, bodies(&file));
    }
}

#[test]
fn what_is_in_no_such_format_is_not_cut() {
    for file in [
        b"".as_slice(),
        b"RIFF\0\0\0\0AVI LIST",
        b"\0\0\0\x1cftypM4A ",
        b"\xFF\xF1\x50\x80\0\0\0\0\0\0\0\0",
        b"hello, hello",
    ] {
        assert!(
            Cutter::of(file, Limits { seconds: 1.0, bytes: 1 << 20, least_bytes: 0 }, 0.0).is_none(),
            "{file:?}"
        );
    }
}

#[test]
fn any_damage_ends_in_an_error_or_in_pieces() {
    let limits = Limits { seconds: 0.5, bytes: 1 << 16, least_bytes: 0 };
    let files = [
        wav(WavForm::I16, 8000, 1, 8000, |_| 0.5),
        flac(16_000, 1024, 10, false).0,
        mpeg([0xFF, 0xFB, 0x90, 0x00], 417, 20),
        ogg(OggKind::Opus, 12),
    ];
    let mut random = Random(1);
    for file in files {
        for end in 0..file.len().min(2000) {
            if Cutter::of(&file[..end], limits, 0.0).is_some() {
                let _ = cut_by(&file[..end], limits, 0.0, 64);
            }
        }
        for _ in 0..2000 {
            let mut damaged = file.clone();
            for _ in 0..=random.next() % 8 {
                let at = random.next() as usize % damaged.len();
                damaged[at] = random.next() as u8;
            }
            if Cutter::of(&damaged, limits, 0.0).is_some() {
                let _ = cut_by(&damaged, limits, 0.0, 1 + random.next() as usize % 4096);
            }
        }
    }
}

/// The message of the error.
fn refused(file: &[u8]) -> String {
    let limits = Limits { seconds: 60.0, bytes: 8 << 20, least_bytes: 16 << 10 };
    cut_by(file, limits, 0.0, 4096).expect_err("a refusal").message.clone()
}

#[test]
fn rates_that_no_recording_has_are_refused() {
    for rate in [0, 1, 999, 768_001, u32::MAX >> 8] {
        let message = refused(&wav(WavForm::U8, rate, 1, 100, |_| 0.5));
        assert!(message.contains("sample rate"), "{message}");
        let (file, _) = flac(rate & 0xF_FFFF, 4096, 3, false);
        assert!(refused(&file).contains("sample rate"));
    }
    let mut speex = ogg(OggKind::Speex, 3);
    let at = speex.windows(5).position(|bytes| bytes == b"Speex").unwrap();
    speex[at + 36..at + 40].copy_from_slice(&5_u32.to_le_bytes());
    assert!(refused(&speex).contains("sample rate"));
    for rate in [1000, 768_000] {
        assert_eq!(cut(&wav(WavForm::U8, rate, 1, 1000, |_| 0.5), 10.0).len(), 1);
    }
    // An unknown encoding declares its bytes per second.
    let mut packed = wav(WavForm::U8, 8000, 1, 100, |_| 0.5);
    packed[20] = 0x31;
    packed[28..32].copy_from_slice(&1_u32.to_le_bytes());
    assert!(refused(&packed).contains("broken format"));
}

#[test]
fn the_pieces_are_bounded_by_the_size() {
    const LEAST: usize = 16 << 10;
    let mut pages = ogg(OggKind::Opus, 1);
    for index in 1..1000 {
        page(&mut pages, 0, index * 48_000 * 20, 77, index as u32, &[1; 150]);
    }
    for file in [
        wav(WavForm::U8, 1000, 1, 200_000, |_| 0.5),
        wav(WavForm::I16, 1000, 1, 100_000, |at| if (at as u32).is_multiple_of(5) { 0.0 } else { 0.5 }),
        flac(1000, 4096, 300, true).0,
        mpeg([0xFF, 0xE3, 0x18, 0xC0], 72, 3000),
        pages,
    ] {
        let limits = Limits { seconds: 1.0, bytes: 1 << 20, least_bytes: LEAST };
        let pieces = cut_by(&file, limits, 0.0, 4096).unwrap();
        assert!(pieces.len() > 3);
        assert!(pieces.iter().rev().skip(1).all(|piece| piece.bytes.len() >= LEAST));
        assert!(pieces.len() <= file.len().div_ceil(LEAST), "{} pieces", pieces.len());
    }
}

#[test]
fn times_that_the_bytes_are_too_few_for_are_refused() {
    for step in [48_000 * 120, 48_000 * 1_000_000, 1 << 60] {
        let mut file = ogg(OggKind::Opus, 1);
        for index in 1..1000_u64 {
            page(&mut file, 0, index.saturating_mul(step).min(1 << 62), 77, index as u32, &[1; 250]);
        }
        assert!(refused(&file).contains("lasts longer"), "{step}");
    }
    let mut file = ogg(OggKind::Opus, 3);
    page(&mut file, 0, u64::MAX - 5, 77, 9, &[1; 250]);
    assert!(refused(&file).contains("before the recording begins"));
    // A gap, or time that goes backwards, is no error.
    let mut file = ogg(OggKind::Opus, 3);
    for granule in [48_000 * 600, 48_000 * 500, 48_000 * 601] {
        page(&mut file, 0, granule, 77, 9, &[1; 250]);
    }
    assert_eq!(
        cut_by(&file, Limits { seconds: 3600.0, bytes: 1 << 20, least_bytes: 0 }, 0.0, 100).unwrap()[0].end,
        601.0
    );
}
