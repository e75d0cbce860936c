//! Parses the arguments of a tool call, JSON text that a model has written. Nearly valid JSON is repaired if
//! nothing can be lost or invented by it:
//!
//! | written | parsed as | [`Repair`] |
//! |---|---|---|
//! | a Markdown fence around it | what is inside | `fence` |
//! | control tokens such as `<|message|>` before or after it | the text between them | `control-token` |
//! | a comma before `}` or `]` | none | `trailing-comma` |
//! | a line break within a string | its escape | `control-character` |
//! | the same object twice, or an empty one beside it | the one | `duplicate` |
//! | a JSON string that contains the object | the object | `double-encoded` |
//!
//! Nothing, white space and `null` are `{}`. Truncated text, two different objects, and anything else are an
//! error, which is reported to the model.

use crate::text::{find, lossy};
use crate::wire::json::{self, Invalid};

/// A repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// A fence.
    Fence,
    /// Control tokens.
    ControlToken,
    /// A trailing comma.
    TrailingComma,
    /// A bare control character in a string.
    ControlCharacter,
    /// A duplicate.
    Duplicate,
    /// JSON in a JSON string.
    DoubleEncoded,
}

impl Repair {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Repair::Fence => "fence",
            Repair::ControlToken => "control-token",
            Repair::TrailingComma => "trailing-comma",
            Repair::ControlCharacter => "control-character",
            Repair::Duplicate => "duplicate",
            Repair::DoubleEncoded => "double-encoded",
        }
    }
}

/// An error that cannot be repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Not JSON.
    NotJson,
    /// JSON, but not an object.
    NotObject,
    /// Several different objects.
    Several,
}

/// Parsed arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// Its JSON text.
    pub json: String,
    /// The repairs, each once.
    pub repairs: Vec<Repair>,
}

/// Parses arguments.
pub fn read(text: &str) -> Result<Arguments, Wrong> {
    read_in(text, 1)
}

fn read_in(text: &str, strings: u32) -> Result<Arguments, Wrong> {
    let text = trim(text);
    if text.is_empty() {
        return Ok(Arguments { json: "{}".to_owned(), repairs: Vec::new() });
    }
    match json::parse(text.as_bytes()) {
        Ok(value) if value.is_object() => {
            return Ok(Arguments { json: text.to_owned(), repairs: Vec::new() });
        }
        Ok(value) if value.is_null() => return read_in("", 0),
        Ok(value) if value.is_string() && strings > 0 => {
            let inner = value.text().unwrap_or_default();
            // A string that contains no object is a string.
            let mut arguments = read_in(&inner, strings - 1).map_err(|_| Wrong::NotObject)?;
            if trim(&inner).is_empty() {
                return Err(Wrong::NotObject);
            }
            arguments.repairs.insert(0, Repair::DoubleEncoded);
            return Ok(arguments);
        }
        Ok(_) => return Err(Wrong::NotObject),
        // Repairs do not reduce the nesting.
        Err(Invalid::TooDeep) => return Err(Wrong::NotJson),
        Err(Invalid::Syntax(_)) => {}
    }
    let mut repairs = Vec::new();
    let inner = unwrapped(text, &mut repairs);
    if trim(inner).is_empty() {
        return Err(Wrong::NotJson);
    }
    let mut objects = values(inner, &[], &mut repairs).ok_or(Wrong::NotJson)?;
    if objects.iter().any(|object| !json::parse(object.as_bytes()).is_ok_and(|value| value.is_object())) {
        return Err(Wrong::NotObject);
    }
    if objects.len() > 1 {
        repairs.push(Repair::Duplicate);
        objects.retain(|object| object != "{}");
        objects.dedup();
    }
    match objects.len() {
        0 => Ok(Arguments { json: "{}".to_owned(), repairs }),
        1 => Ok(Arguments { json: objects.swap_remove(0), repairs }),
        _ => Err(Wrong::Several),
    }
}

/// Without white space and byte order marks around it.
pub(super) fn trim(text: &str) -> &str {
    const MARK: &str = "\u{feff}";
    let mut text = text.trim_ascii();
    while let Some(inner) = text.strip_prefix(MARK).or_else(|| text.strip_suffix(MARK)) {
        text = inner.trim_ascii();
    }
    text
}

/// Removes fences and control tokens.
fn unwrapped<'a>(text: &'a str, repairs: &mut Vec<Repair>) -> &'a str {
    let mut text = trim(text);
    loop {
        if let Some(inner) = fenced(text) {
            note(repairs, Repair::Fence);
            text = trim(inner);
        } else if let Some(inner) = without_token(text) {
            note(repairs, Repair::ControlToken);
            text = trim(inner);
        } else {
            return text;
        }
    }
}

fn note(repairs: &mut Vec<Repair>, repair: Repair) {
    if !repairs.contains(&repair) {
        repairs.push(repair);
    }
}

/// The contents of a Markdown fence around the whole text.
pub(super) fn fenced(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("```")?.strip_suffix("```")?;
    let language = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let rest = inner.get(language..)?;
    (language == 0 || matches!(rest.as_bytes().first(), Some(b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'[')))
        .then_some(rest)
}

/// Removes a control token at either end.
pub(super) fn without_token(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("<|") {
        let (token, behind) = cut(rest, "|>")?;
        return is_token(token).then_some(behind);
    }
    let before = text.strip_suffix("|>")?;
    let at = before.as_bytes().windows(2).rposition(|window| window == b"<|")?;
    is_token(before.get(at + 2..)?).then(|| before.get(..at))?
}

/// The texts before and after the first mark.
pub(super) fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, mark, 0)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

pub(super) fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Consecutive JSON objects and lists, with white space and `separators` between them, as compact JSON; none
/// if there is anything else among them.
pub(super) fn values(text: &str, separators: &[u8], repairs: &mut Vec<Repair>) -> Option<Vec<String>> {
    let bytes = text.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    loop {
        let begins = at;
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || separators.contains(byte)) {
            at += 1;
        }
        // A separator must be between two values.
        if found.is_empty() && text.get(begins..at)?.bytes().any(|byte| separators.contains(&byte)) {
            return None;
        }
        if at == bytes.len() {
            return (!found.is_empty()).then_some(found);
        }
        let (value, end) = one(bytes, at, repairs)?;
        json::parse(&value).ok()?;
        found.push(lossy(&value));
        at = end;
    }
}

/// The object or list that begins at `from`, and its end.
fn one(bytes: &[u8], from: usize, repairs: &mut Vec<Repair>) -> Option<(Vec<u8>, usize)> {
    let (mut out, mut depth, mut at) = (Vec::new(), 0_u32, from);
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                at = string(bytes, at, &mut out, repairs)?;
                if depth == 0 {
                    return None;
                }
                continue;
            }
            b',' => {
                let rest = bytes.get(at + 1..)?;
                let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
                if matches!(next, Some(b'}' | b']')) {
                    note(repairs, Repair::TrailingComma);
                    at += 1;
                    continue;
                }
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 && !matches!(byte, b'}' | b']') {
            return None;
        }
        out.push(byte);
        at += 1;
        if depth == 0 {
            return Some((out, at));
        }
    }
}

/// Parses a string that begins at `from` and writes it as JSON; returns its end.
fn string(bytes: &[u8], from: usize, out: &mut Vec<u8>, repairs: &mut Vec<Repair>) -> Option<usize> {
    out.push(b'"');
    let mut at = from + 1;
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        match byte {
            b'"' => {
                out.push(byte);
                return Some(at);
            }
            b'\\' => {
                out.push(byte);
                out.push(*bytes.get(at)?);
                at += 1;
            }
            0..0x20 => {
                note(repairs, Repair::ControlCharacter);
                let hex = |digit: u8| crate::text::HEX[usize::from(digit)];
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte & 15)]);
            }
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Result<(String, Vec<&'static str>), Wrong> {
        read(text).map(|read| (read.json, read.repairs.into_iter().map(Repair::name).collect()))
    }

    #[test]
    fn an_object_stays_as_it_is() {
        for text in [r#"{"a": 1, "b": [1.0, "x,]"]}"#, "{}", r#" {"a":"```json"} "#] {
            assert_eq!(mended(text), Ok((text.trim().to_owned(), vec![])), "{text}");
        }
        for text in ["", "  \n", "null", "\u{feff}"] {
            assert_eq!(mended(text), Ok(("{}".to_owned(), vec![])), "{text:?}");
        }
    }

    #[test]
    fn what_is_nearly_json_is_mended_without_a_loss() {
        for (text, json, repair) in [
            ("```json\n{\"a\":1}\n```", r#"{"a":1}"#, "fence"),
            ("```{\"a\":1}```", r#"{"a":1}"#, "fence"),
            (r#"<|message|>{"a":1}<|call|>"#, r#"{"a":1}"#, "control-token"),
            (r#"{"a":1}<|tool_call_end|>"#, r#"{"a":1}"#, "control-token"),
            (r#"{"a":[1,2,],}"#, r#"{"a":[1,2]}"#, "trailing-comma"),
            ("{\"a\":1 ,\n}", r#"{"a":1}"#, "trailing-comma"),
            ("{\"a\":\"x\ny\t\"}", r#"{"a":"x\u000ay\u0009"}"#, "control-character"),
            (r#"{"a":1}{"a": 1}"#, r#"{"a":1}"#, "duplicate"),
            (r#"{}{"a":1}"#, r#"{"a":1}"#, "duplicate"),
            ("{}\n{}", "{}", "duplicate"),
            (r#""{\"a\":1}""#, r#"{"a":1}"#, "double-encoded"),
        ] {
            assert_eq!(mended(text), Ok((json.to_owned(), vec![repair])), "{text}");
        }
        assert_eq!(
            mended("```json\n{\"a\":1,}\n```"),
            Ok((r#"{"a":1}"#.to_owned(), vec!["fence", "trailing-comma"]))
        );
    }

    #[test]
    fn what_something_would_be_lost_of_stays_wrong() {
        for (text, wrong) in [
            (r#"{"a":1}{"a":2}"#, Wrong::Several),
            (r#"{"a":1}{"b":1}"#, Wrong::Several),
            (r#"{"a":"#, Wrong::NotJson),
            (r#"{"a":"x"#, Wrong::NotJson),
            ("{'a':1}", Wrong::NotJson),
            ("{a:1}", Wrong::NotJson),
            (r#"{"a":1,,}"#, Wrong::NotJson),
            (r#"{"a":1} and then some"#, Wrong::NotJson),
            ("Paris", Wrong::NotJson),
            ("[1]", Wrong::NotObject),
            ("[1,]", Wrong::NotObject),
            ("5", Wrong::NotObject),
            (r#""Paris""#, Wrong::NotObject),
            (r#""""#, Wrong::NotObject),
            (r#""\"{}\"""#, Wrong::NotObject),
            ("```", Wrong::NotJson),
            ("<|call|>", Wrong::NotJson),
            (r#"{"a":]}"#, Wrong::NotJson),
            ("}", Wrong::NotJson),
        ] {
            assert_eq!(mended(text), Err(wrong), "{text}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        assert_eq!(mended(&deep), Err(Wrong::NotJson));
    }

    #[test]
    fn what_is_mended_is_json_whatever_it_was() {
        // All truncations and single-byte insertions of some texts.
        for text in [r#"{"a":[1,{"b":"c\"d"}],}"#, "```json\n{\"a\":\"\u{1}é\"}\n```", r#"{}{"a":1}<|call|>"#]
        {
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let (before, behind) = text.split_at(at);
                for more in ["", "\"", "}", "{", ",", "\\", "<|", "|>", "```", "\n"] {
                    for text in [before.to_owned() + more, before.to_owned() + more + behind] {
                        if let Ok(read) = read(&text) {
                            assert!(json::parse(read.json.as_bytes()).unwrap().is_object(), "{text}");
                        }
                    }
                }
            }
        }
    }
}
