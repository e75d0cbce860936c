//! The reader and the writer of JSON against serde_json: what is valid, how deep it may be, and what each
//! value says.

use serde_core::de::IgnoredAny;
use serde_json as oracle;
use workers_ai_wasm::wire::json::{self, Invalid, Kind, MAX_DEPTH, Value};
use workers_ai_wasm::wire::write::Writer;

/// True if it is JSON. serde_json's trees would refuse numbers that are too large for them.
pub fn is_json(text: &str) -> bool {
    oracle::from_str::<IgnoredAny>(text).is_ok()
}

/// serde_json's own bound for trees.
const TREE_DEPTH: usize = 120;

/// Input: what may be JSON.
pub fn check(data: &[u8]) {
    // Also what nobody has checked: neither may fail.
    json::unescape(data, &mut Vec::new());
    json::has_lone_surrogate(data);
    write(&String::from_utf8_lossy(data));

    let valid = oracle::from_slice::<IgnoredAny>(data).is_ok();
    match json::parse(data) {
        Ok(value) => {
            assert!(valid, "taken, and is no JSON");
            let deep = depth(data);
            assert!(deep <= MAX_DEPTH);
            assert_eq!(value.raw(), data.trim_ascii());
            let (from, to) = value.span();
            assert_eq!(&data[from..to], value.raw());
            let tree = (deep < TREE_DEPTH).then(|| oracle::from_slice::<oracle::Value>(data).ok()).flatten();
            walk(data, value, tree.as_ref(), 0);
        }
        Err(Invalid::TooDeep) => assert!(depth(data) > MAX_DEPTH),
        Err(Invalid::Syntax(at)) => {
            assert!(!valid, "refused at {at}, and is JSON");
            assert!(at <= data.len());
        }
    }
}

/// The deepest nesting of brackets outside of strings.
fn depth(data: &[u8]) -> usize {
    let (mut depth, mut deepest, mut inside) = (0usize, 0, false);
    let mut bytes = data.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => inside = !inside,
            b'\\' if inside => {
                bytes.next();
            }
            b'{' | b'[' if !inside => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// A string as JavaScript would read it, where Rust can say it: lone halves of surrogate pairs become U+FFFD.
pub fn string(raw: &[u8]) -> Option<String> {
    let lossy = String::from_utf8_lossy(raw);
    let mut units: Vec<u16> = Vec::new();
    let mut chars = lossy.strip_prefix('"')?.strip_suffix('"')?.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            units.extend_from_slice(char.encode_utf16(&mut [0; 2]));
            continue;
        }
        units.push(match chars.next()? {
            'n' => 10,
            't' => 9,
            'r' => 13,
            'b' => 8,
            'f' => 12,
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                u16::from_str_radix(&digits, 16).ok()?
            }
            plain => plain as u16,
        });
    }
    Some(String::from_utf16_lossy(&units))
}

/// Every value, against serde_json's where that could read the whole.
fn walk(all: &[u8], value: Value<'_>, tree: Option<&oracle::Value>, depth: usize) {
    let (from, to) = value.span();
    assert_eq!(&all[from..to], value.raw());
    if depth > MAX_DEPTH {
        unreachable!("deeper than what is taken");
    }
    let is = |kind: Kind| value.kind() == kind;
    assert_eq!(value.entries().next().is_some(), is(Kind::Object) && has_items(value));
    assert_eq!(value.items().next().is_some(), is(Kind::Array) && has_items(value));
    match value.kind() {
        Kind::String => {
            let text = value.text().unwrap();
            assert_eq!(Some(&text), string(value.raw()).as_ref());
            assert_eq!(value.string_span(), Some((from + 1, to - 1)));
            assert!(value.is(&text) || text.contains('\u{FFFD}'));
            let readable = oracle::from_slice::<String>(value.raw());
            let lone = std::str::from_utf8(value.raw()).is_ok() && readable.is_err();
            assert_eq!(json::has_lone_surrogate(value.body().unwrap()), lone || is_lone(value.raw()));
            if let Ok(readable) = readable {
                assert_eq!(text, readable);
            }
        }
        Kind::Number => number(value),
        Kind::Object => object(all, value, tree, depth),
        Kind::Array => {
            let items: Vec<_> = value.items().collect();
            let others = tree.map(|tree| tree.as_array().expect("an array"));
            assert!(others.is_none_or(|others| others.len() == items.len()));
            for (at, item) in items.into_iter().enumerate() {
                walk(all, item, others.map(|others| &others[at]), depth + 1);
            }
        }
        Kind::Bool => assert_eq!(value.as_bool(), Some(value.raw() == b"true")),
        Kind::Null => assert!(value.is_null() && value.raw() == b"null"),
    }
    if let Some(tree) = tree {
        let same = match value.kind() {
            Kind::Object => tree.is_object(),
            Kind::Array => tree.is_array(),
            Kind::String => tree.as_str() == value.text().as_deref(),
            Kind::Number => tree.is_number(),
            Kind::Bool => tree.as_bool() == value.as_bool(),
            Kind::Null => tree.is_null(),
        };
        assert!(same, "{tree:?}");
    }
}

/// Of strings that are no UTF-8 serde_json says nothing.
fn is_lone(raw: &[u8]) -> bool {
    std::str::from_utf8(raw).is_err() && oracle::from_str::<String>(&String::from_utf8_lossy(raw)).is_err()
}

fn has_items(value: Value<'_>) -> bool {
    let inside = &value.raw()[1..];
    value.raw().len() > 1 && !inside[..inside.len() - 1].trim_ascii().is_empty()
}

fn object(all: &[u8], value: Value<'_>, tree: Option<&oracle::Value>, depth: usize) {
    let members = tree.map(|tree| tree.as_object().expect("an object"));
    let mut names = Vec::new();
    for (key, member) in value.entries() {
        let name = string(&[b"\"", key.raw(), b"\""].concat()).unwrap();
        assert!(key.is(&name) || name.contains('\u{FFFD}'));
        // serde_json keeps the last of several members of one name.
        let last = value.get(&name).filter(|last| last.span() == member.span());
        let other = members.and_then(|members| members.get(&name)).filter(|_| last.is_some());
        walk(all, member, other, depth + 1);
        names.push(name);
    }
    names.sort();
    names.dedup();
    assert!(members.is_none_or(|members| members.len() == names.len()));
    if let Some(members) = members {
        for name in members.keys() {
            assert!(value.get(name).is_some(), "{name:?} is not found");
        }
    }
}

/// The whole number that a spelling stands for, by its digits.
fn whole_number(raw: &str) -> Option<i64> {
    let (mantissa, exponent) = raw.split_once(['e', 'E']).unwrap_or((raw, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.bytes().all(|digit| matches!(digit, b'0' | b'-')) {
        return Some(0);
    }
    let shift = exponent.parse::<i64>().ok()? - fraction.len() as i64;
    if shift > 0 {
        let zeros = usize::try_from(shift).ok().filter(|zeros| *zeros < 20)?;
        return [digits.as_str(), &"0".repeat(zeros)].concat().parse().ok();
    }
    let kept = digits.len().checked_sub(usize::try_from(-shift).ok()?)?;
    let (kept, cut) = digits.split_at(kept);
    cut.bytes().all(|digit| digit == b'0').then(|| kept.parse().ok()).flatten()
}

fn number(value: Value<'_>) {
    let raw = std::str::from_utf8(value.raw()).unwrap();
    let exact: f64 = raw.parse().unwrap();
    let (_, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let plain = !raw.contains(['e', 'E']);
    match value.as_i64() {
        Some(number) => assert_eq!(Some(number), whole_number(raw), "{raw}"),
        None => assert!(whole_number(raw).is_none() || raw.len() >= 18, "{raw} is of everyday size"),
    }
    if let Some(number) = value.as_number() {
        assert!(plain && (number - exact).abs() <= exact.abs() * 1e-14, "{raw} is not {number}");
        assert!(!fraction.is_empty() || number == exact, "{raw} is not {number}");
    } else {
        assert!(!plain || raw.len() > 17, "{raw} is of everyday size");
    }
    assert_eq!((value.text(), value.as_bool(), value.is_null()), (None, None, false));
}

/// What is written is read again.
fn write(text: &str) {
    let written = Writer::object(|out| {
        out.text(text, text);
        out.list("list", |out| {
            out.text_item(text);
            out.item(|out| out.some_text("some", Some(text)));
        });
    });
    let read: oracle::Value = oracle::from_str(&written).expect("what is written is JSON");
    assert_eq!(read["list"][0], text);
    assert_eq!(read["list"][1]["some"], text);
    if text != "list" {
        assert_eq!(read[text], text);
    }
}
