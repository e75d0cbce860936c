//! What media and texts about them say by their beginning, and bytes as numbers.

use super::source::Source;
use workers_ai_wasm::kernel::numbers;
use workers_ai_wasm::kernel::sniff::{ENOUGH, MediaType, sniff};
use workers_ai_wasm::service::markdown;

/// Input: media, or text.
pub fn check(data: &[u8]) {
    let kind = sniff(data);
    // What is after the bytes that decide does not matter.
    let longer = [data, &[0; ENOUGH][..]].concat();
    if data.len() >= ENOUGH {
        assert_eq!(sniff(&data[..ENOUGH]), sniff(&longer[..ENOUGH]));
    }
    if let Some(kind) = kind {
        let name = kind.as_str();
        assert!(name.contains('/') && (data.len() >= 3), "{name}");
        let ends = [
            MediaType::Png,
            MediaType::Jpeg,
            MediaType::Gif,
            MediaType::Webp,
            MediaType::Wav,
            MediaType::Flac,
        ];
        if ends.contains(&kind) && !data.starts_with(b"ID3") {
            assert_eq!(sniff(&longer), Some(kind));
            assert_eq!(sniff(&data[..12.min(data.len())]), Some(kind));
        }
    }
    let text = String::from_utf8_lossy(data);
    if let Some(kind) = markdown::type_of(&text) {
        assert_eq!(markdown::type_of(&text.to_ascii_uppercase()), Some(kind));
        assert!(text.contains('.'));
    }
    let mut source = Source::new(data);
    as_numbers(source.take(numbers::MOST));
}

fn as_numbers(bytes: &[u8]) {
    let mut out = vec![0; bytes.len() * 4 + 16];
    let len = numbers::encode(bytes, &mut out[..bytes.len() * 4]);
    let expected: String = bytes.iter().map(|byte| format!("{byte},")).collect();
    assert_eq!(&out[..len], expected.as_bytes());
    assert_eq!(numbers::encoded_len(bytes), len);
    assert!(out[bytes.len() * 4..].iter().all(|byte| *byte == 0), "nothing is written behind the end");
}
