//! The byte scans against plain loops: natively, and with simd128 in wasm.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use workers_ai_wasm::input_redaction::{ENDS, InputRedactor};
use workers_ai_wasm::text::is_blank;
use workers_ai_wasm::wire::simd::{PADDING, Padded, StringEnd};

/// Longer than three vectors, so that a scan has a whole one before and after the place that matters.
const LENGTH: usize = 50;

/// What is often, what a scan looks for, and its neighbours in the table of bytes.
const BYTES: [u8; 12] = [b'a', b'"', b'!', b'#', b'\\', b'[', b'\n', b'\r', 0x0B, 0x1F, 0x20, 0xFF];

/// Buffers that hold each byte once at each place; what lies after the end would be found if it counted.
fn buffers() -> impl Iterator<Item = Vec<u8>> {
    (0..LENGTH).flat_map(|at| {
        BYTES.map(|byte| {
            let mut buffer = vec![b'a'; LENGTH];
            buffer[at] = byte;
            buffer.extend([b'"', b'\n'].repeat(PADDING / 2));
            buffer
        })
    })
}

fn plain_string_end(bytes: &[u8], from: usize) -> Option<StringEnd> {
    let mut escaped = false;
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return Some(StringEnd { at, escaped }),
            b'\\' => {
                escaped = true;
                at += 2;
            }
            0..=0x1F => return None,
            _ => at += 1,
        }
    }
    None
}

#[test]
fn line_ends_are_found() {
    for buffer in buffers() {
        let bytes = &buffer[..LENGTH];
        for from in 0..=LENGTH {
            let plain = bytes[from..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let expected = plain.map_or(LENGTH, |at| from + at);
            assert_eq!(Padded::new(&buffer, LENGTH).line_end(from), expected, "{bytes:?} from {from}");
        }
    }
}

#[test]
fn string_ends_are_found() {
    for mut buffer in buffers() {
        // A second mark after the first one, which an escape may hide.
        for second in [LENGTH - 1, LENGTH / 2, LENGTH / 2 + 1] {
            let kept = std::mem::replace(&mut buffer[second], b'"');
            let bytes = &buffer[..LENGTH];
            for from in 0..=LENGTH {
                let found = Padded::new(&buffer, LENGTH).string_end(from);
                assert_eq!(found, plain_string_end(bytes, from), "{bytes:?} from {from}");
            }
            buffer[second] = kept;
        }
    }
}

#[test]
fn ranges_are_compared() {
    for mut buffer in buffers() {
        let other = vec![b'a'; LENGTH + PADDING];
        buffer.truncate(LENGTH + PADDING);
        let (left, right) = (Padded::new(&buffer, LENGTH), Padded::new(&other, LENGTH));
        for at in 0..LENGTH {
            for len in [0, 1, 7, 15, 16, 17, 31, 33, LENGTH - at, LENGTH - at + 1] {
                for other_at in [0, at / 2, at] {
                    let expected = at + len <= LENGTH
                        && other_at + len <= LENGTH
                        && buffer[at..at + len] == other[other_at..other_at + len];
                    assert_eq!(left.equals(at, right, other_at, len), expected, "{at}, {other_at}, {len}");
                }
            }
        }
    }
}

#[test]
fn words_are_zero_behind_their_length() {
    let buffer: Vec<u8> = (1..=(LENGTH + PADDING) as u8).collect();
    let padded = Padded::new(&buffer, LENGTH);
    for at in 0..=LENGTH {
        for len in 0..=16 {
            let mut bytes = [0; 16];
            bytes[..len].copy_from_slice(&buffer[at..at + len]);
            let word = u128::from_le_bytes(bytes);
            assert_eq!(padded.word(at, len), [word as u64, (word >> 64) as u64], "{at}, {len}");
        }
    }
}

/// What is left of a message where a text is removed.
fn redacted(words: &str, text: &str) -> String {
    let mut redactor = InputRedactor::new(words);
    redactor.add([text, ENDS[2].0].concat().as_bytes());
    redactor.finish()
}

#[test]
fn blanks_in_texts_are_one_space_wherever_they_stand() {
    let words = "0123456789abcdef ghijklmnopqrstuv";
    let chars =
        (0..0x100).chain(0x2000..0x2070).chain(0x3000..0x3010).chain([0x4E00, 0xE000, 0xFEFF, 0x1F600]);
    for char in chars.filter_map(char::from_u32) {
        // A space after another character is the words' own.
        for (blanks, is_space) in [(format!("{char}"), is_blank(char)), (format!("{char} "), true)] {
            let expected = if is_space { "[input]" } else { "[input] [input]" };
            for before in 0..40 {
                let (head, tail) = ("x".repeat(before), "y".repeat(40 - before));
                let text = [&head, &words.replacen(' ', &blanks, 1), &tail].map(String::as_str).concat();
                assert_eq!(redacted(words, &text), expected, "{:x} behind {before}", char as u32);
            }
        }
    }
}
