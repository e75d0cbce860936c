//! Base64: read in pieces against a plain reader, in JSON and alone; written and read back.

use super::cuts::cut;
use super::source::Source;
use workers_ai_wasm::kernel::base64;
use workers_ai_wasm::kernel::fault::Kind;
use workers_ai_wasm::kernel::reader::{Kernel, Reader};
use workers_ai_wasm::kernel::scratch::{CARRY, PIECE};

/// Input: two bytes for the cuts, one for what to do, then bytes, text, or JSON.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let what = source.below(3);
    let rest = source.rest();
    match what {
        0 => alone(rest, seed),
        1 => round_trip(rest, seed),
        _ => in_json(rest, seed),
    }
}

#[derive(Debug, PartialEq)]
struct Read {
    out: Vec<u8>,
    rest: Vec<u8>,
    fault: Option<(Kind, u64)>,
    found: bool,
}

fn read(open: fn() -> Reader, pieces: &[&[u8]]) -> Read {
    let mut kernel = Kernel::default();
    // What an earlier reply has left must not matter.
    kernel.scratch.input.fill(b'A');
    let mut reader = open();
    let mut out = Vec::new();
    for piece in pieces.iter().flat_map(|piece| piece.chunks(PIECE)) {
        kernel.scratch.input[CARRY..CARRY + piece.len()].copy_from_slice(piece);
        let written = reader.feed(&mut kernel, piece.len()).written;
        out.extend_from_slice(&kernel.scratch.output[..written]);
    }
    let written = reader.finish(&mut kernel);
    out.extend_from_slice(&kernel.scratch.output[..written]);
    let fault = reader.fault().map(|fault| (fault.kind, fault.at));
    Read { out, rest: reader.rest().to_vec(), fault, found: reader.has_found() }
}

fn alone(text: &[u8], seed: u16) {
    let whole = read(Reader::plain, &[text]);
    assert_eq!(read(Reader::plain, &cut(text, seed)), whole, "cut by {seed}");
    let expected = decode(text);
    assert_eq!(whole.fault.is_none(), expected.is_some(), "{:?}", whole.fault);
    if let Some(expected) = expected {
        assert_eq!(whole.out, expected);
    }
}

/// The plainest reading: the beginning of a data URL off, white space out, then six bits a character.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let data = match text.strip_prefix(b"data:") {
        Some(url) => {
            let comma = url.iter().position(|byte| *byte == b',')?;
            if !url[..comma].to_ascii_lowercase().ends_with(b";base64") {
                return None;
            }
            &url[comma + 1..]
        }
        None => text,
    };
    let characters: Vec<u8> =
        data.iter().copied().filter(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).collect();
    let end = characters.iter().position(|byte| *byte == b'=').unwrap_or(characters.len());
    let (characters, padding) = characters.split_at(end);
    if padding.iter().any(|byte| *byte != b'=') {
        return None;
    }
    let last = characters.len() % 4;
    // Padding may be left out, in part too; where it is, there can be no more of it than the last group
    // lacks.
    if last == 1 || !padding.is_empty() && (last == 0 || last + padding.len() > 4) {
        return None;
    }
    let mut bits = 0u32;
    let mut count = 0;
    let mut out = Vec::new();
    for &byte in characters {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}

fn round_trip(bytes: &[u8], seed: u16) {
    let mut kernel = Kernel::default();
    let mut text = Vec::new();
    // All pieces but the last are multiples of three, as JavaScript cuts them.
    for piece in bytes.chunks(3 * (1 + usize::from(seed % 300))) {
        kernel.scratch.input.fill(0xFF);
        kernel.scratch.input[CARRY..CARRY + piece.len()].copy_from_slice(piece);
        let written = base64::encode(&kernel.scratch.input[CARRY..], piece.len(), &mut kernel.scratch.output);
        assert_eq!(written, base64::encoded_len(piece.len()));
        text.extend_from_slice(&kernel.scratch.output[..written]);
    }
    assert_eq!(text, encode(bytes));
    let again = read(Reader::plain, &cut(&text, seed));
    assert_eq!((again.fault, again.out.as_slice()), (None, bytes));
}

fn encode(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let used = at <= three.len();
            text.push(if used { ALPHABET[(bits >> (18 - 6 * at) & 63) as usize] } else { b'=' });
        }
    }
    text
}

/// The first string of one of the names, in the outermost object or its `result`, against serde_json's
/// reading.
fn in_json(text: &[u8], seed: u16) {
    let open = || Reader::base64([b"image".as_slice(), b"audio"].into_iter());
    let whole = read(open, &[text]);
    assert_eq!(read(open, &cut(text, seed)), whole, "cut by {seed}");
    let json = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let Ok(tree) = serde_json::from_slice::<serde_json::Value>(json) else { return };
    if whole.fault.is_some_and(|(kind, _)| kind == Kind::TooDeep) {
        return;
    }
    let Some(object) = tree.as_object() else { return };
    // Repeated names and names with escapes are for the first reading to decide; here only the plain case.
    let plain =
        !text.contains(&b'\\') && json_members(&tree) == text.iter().filter(|byte| **byte == b':').count();
    let inner = object.get("result").and_then(|result| result.as_object());
    let strings: Vec<&str> = [Some(object), inner]
        .into_iter()
        .flatten()
        .flat_map(|object| ["image", "audio"].map(|name| object.get(name)))
        .filter_map(|value| value?.as_str())
        .collect();
    if !plain || strings.len() > 1 {
        return;
    }
    assert_eq!(whole.found, !strings.is_empty());
    let Some(string) = strings.first() else {
        assert_eq!((whole.fault, whole.rest.as_slice()), (None, text));
        return;
    };
    match decode(string.as_bytes()) {
        Some(expected) if whole.fault.is_none() => {
            assert_eq!(whole.out, expected);
            let rest: serde_json::Value =
                serde_json::from_slice(whole.rest.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&whole.rest))
                    .expect("the rest is JSON");
            assert_eq!(rest.as_object().map(|rest| rest.len()), Some(object.len()));
        }
        // The beginning of a data URL is bounded where it stands in JSON.
        Some(_) => assert!(string.starts_with("data:") && string.len() > 1000, "{:?}", whole.fault),
        None => assert!(whole.fault.is_some()),
    }
}

/// How many members there are in all.
fn json_members(tree: &serde_json::Value) -> usize {
    match tree {
        serde_json::Value::Object(members) => members.values().map(|value| 1 + json_members(value)).sum(),
        serde_json::Value::Array(items) => items.iter().map(json_members).sum(),
        _ => 0,
    }
}
