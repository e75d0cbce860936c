//! The numbers of embeddings: bit for bit what `Float32Array.from(JSON.parse(…))` gives, however the reply
//! is cut.

use super::cuts::cut;
use super::source::Source;
use serde_core::de::IgnoredAny;
use workers_ai_wasm::kernel::fault::Kind;
use workers_ai_wasm::kernel::reader::{Kernel, Progress, Reader};
use workers_ai_wasm::kernel::scratch::{CARRY, PIECE};

/// What numbers are made of, and what is near to it. Digits are often.
const ALPHABET: &[u8; 32] = b"0123456789012345678901234567..-e";
const SEPARATORS: [&str; 4] = [",", ", ", "\n,\t", " ,"];

/// Input: two bytes for the cuts, one for what to do, then a reply, or what numbers are made of.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    match source.below(3) {
        0 => {
            reply(source.rest(), seed);
        }
        1 => spelled(source, seed),
        _ => from_bits(source, seed),
    }
}

#[derive(Debug, PartialEq)]
struct Read {
    floats: Vec<u32>,
    rest: Vec<u8>,
    fault: Option<(Kind, u64)>,
}

/// Reads pieces as JavaScript does, what is left to it included.
fn read(pieces: &[&[u8]], filler: u8) -> Read {
    let mut kernel = Kernel::default();
    // What an earlier reply has left must not matter.
    kernel.scratch.input.fill(filler);
    let mut reader = Reader::floats();
    let mut floats = Vec::new();
    for piece in pieces.iter().flat_map(|piece| piece.chunks(PIECE)) {
        kernel.scratch.input[CARRY..CARRY + piece.len()].copy_from_slice(piece);
        let mut len = piece.len();
        loop {
            let Progress { written, more } = reader.feed(&mut kernel, len);
            let begin = floats.len();
            let (values, odd) = kernel.scratch.output[..written].as_chunks::<4>();
            assert!(odd.is_empty());
            floats.extend(values.iter().map(|value| u32::from_le_bytes(*value)));
            for exact in &kernel.exact {
                let text = &kernel.scratch.input[exact.at as usize..(exact.at + exact.len) as usize];
                let value = std::str::from_utf8(text).unwrap().parse::<f64>().unwrap() as f32;
                floats[begin + exact.index as usize] = value.to_bits();
            }
            if !more {
                break;
            }
            len = 0;
        }
    }
    assert_eq!(reader.finish(&mut kernel), 0);
    let fault = reader.fault().map(|fault| (fault.kind, fault.at));
    Read { floats, rest: reader.rest().to_vec(), fault }
}

/// Any reply: the cuts change nothing, and where JSON is taken all of its numbers are where the rest says.
fn reply(text: &[u8], seed: u16) -> Read {
    let whole = read(&[text], b'7');
    let pieces = read(&cut(text, seed), b',');
    // How long a number may be depends on the pieces that it comes in; that is the one thing that may.
    let long = |read: &Read| read.fault.is_some_and(|(kind, _)| kind == Kind::LongNumber);
    if long(&whole) || long(&pieces) {
        assert!(text.len() > CARRY);
        return whole;
    }
    assert_eq!(pieces, whole, "cut by {seed}");
    let json = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    if let Ok(tree) = serde_json::from_slice::<serde_json::Value>(json)
        && whole.fault.is_none()
        && !whole.floats.is_empty()
    {
        let rest = whole.rest.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&whole.rest);
        let rest: serde_json::Value = serde_json::from_slice(rest).expect("the rest of JSON is JSON");
        let unrepeated = members(&tree) == text.iter().filter(|byte| **byte == b':').count();
        if unrepeated {
            let mut floats = whole.floats.iter().copied();
            compare(&tree, &rest, false, true, &mut floats);
            assert_eq!(floats.next(), None, "more floats than the rest tells of");
        }
    }
    whole
}

/// How many members there are in all.
fn members(tree: &serde_json::Value) -> usize {
    match tree {
        serde_json::Value::Object(inside) => inside.values().map(|value| 1 + members(value)).sum(),
        serde_json::Value::Array(items) => items.iter().map(members).sum(),
        _ => 0,
    }
}

/// What is no payload is as it was; an array of payload has its count, and so many floats belong to it.
/// serde_json sorts members by name, so of floats only their number is compared here: their values are
/// looked at one array at a time below.
fn compare(
    tree: &serde_json::Value,
    rest: &serde_json::Value,
    payload: bool,
    outermost: bool,
    floats: &mut impl Iterator<Item = u32>,
) {
    use serde_json::Value::{Array, Object};
    match (tree, rest) {
        (Object(members), Object(others)) => {
            assert_eq!(members.len(), others.len());
            for (name, value) in members {
                let named = matches!(name.as_str(), "data" | "response" | "embedding");
                let inside = outermost && name == "result";
                let counts = (outermost || payload) && named;
                compare(value, &others[name], counts, inside, floats);
            }
        }
        (Array(items), Array(others)) if payload && items.first().is_some_and(|item| item.is_number()) => {
            assert!(items.iter().all(|item| item.is_number()));
            assert_eq!(others.len(), 1);
            assert_eq!(others[0].as_u64(), Some(items.len() as u64));
            assert_eq!(floats.take(items.len()).count(), items.len());
        }
        (Array(items), Array(others)) => {
            assert_eq!(items.len(), others.len());
            for (item, other) in items.iter().zip(others) {
                compare(item, other, payload, false, floats);
            }
        }
        (one, other) => assert_eq!(one, other),
    }
}

/// Numbers spelled by the input, right or wrong.
fn spelled(mut source: Source<'_>, seed: u16) {
    let separator = source.pick(&SEPARATORS);
    let mut spelled = Vec::new();
    let mut number = String::new();
    for &byte in source.rest() {
        // The upper bits end a number here and there.
        if byte >= 0xE8 {
            spelled.push(std::mem::take(&mut number));
        } else {
            number.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
        }
    }
    spelled.push(number);
    numbers(&spelled, separator, seed);
}

/// Numbers in the neighbourhood of floats and of the middles between them, in many spellings.
fn from_bits(mut source: Source<'_>, seed: u16) {
    let mut spelled = Vec::new();
    while !source.is_empty() {
        let how = source.byte();
        let bits = u32::from_be_bytes([source.byte(), source.byte(), source.byte(), source.byte()]);
        let float = f32::from_bits(bits);
        if !float.is_finite() {
            continue;
        }
        let next = f64::from(f32::from_bits(if bits & 0x7FFF_FFFF == 0x7F7F_FFFF { bits } else { bits + 1 }));
        let middle = (f64::from(float) + next) / 2.0;
        let near = f64::from_bits(middle.to_bits().wrapping_add(u64::from(how >> 6)).wrapping_sub(1));
        let value = if how & 1 == 0 { f64::from(float) } else { near };
        if !value.is_finite() {
            continue;
        }
        spelled.push(match how >> 1 & 7 {
            0 => format!("{value}"),
            1 => format!("{value:e}"),
            2 => format!("{value:.9}"),
            3 => format!("{value:.17}"),
            4 => format!("{value:.20e}"),
            5 => format!("{value:E}"),
            6 => format!("{value:.3}"),
            _ => format!("{float}"),
        });
    }
    numbers(&spelled, ",", seed);
}

fn numbers(spelled: &[String], separator: &str, seed: u16) {
    let text = format!("{{\"shape\":[1,{}],\"data\":[[{}]]}}", spelled.len(), spelled.join(separator));
    let read = reply(text.as_bytes(), seed);
    let right = spelled.iter().all(|number| serde_json::from_str::<IgnoredAny>(number).is_ok());
    if read.fault.is_some_and(|(kind, _)| kind == Kind::LongNumber) {
        assert!(spelled.iter().any(|number| number.len() > CARRY / 2));
        return;
    }
    let none = spelled.iter().all(String::is_empty) && spelled.len() < 2;
    assert_eq!(read.fault.is_none(), right || none, "{text}");
    if right && !none {
        let expected: Vec<u32> =
            spelled.iter().map(|number| (number.parse::<f64>().unwrap() as f32).to_bits()).collect();
        assert_eq!(read.floats, expected, "{text}");
        assert_eq!(read.rest, format!("{{\"shape\":[1,{0}],\"data\":[[{0}]]}}", spelled.len()).as_bytes());
    }
}
