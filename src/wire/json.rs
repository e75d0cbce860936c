//! A validating JSON reader that borrows the bytes and builds nothing.
//!
//! [`parse`] proves once that the bytes are one JSON text; [`Value`] then walks them on demand. Events are small and
//! each is read for a few keys, so walking again is cheaper than a tree, and it never allocates.
//! Read [`Value`] first.

use std::borrow::Cow;

/// Deepest nesting that is accepted.
pub const MAX_DEPTH: usize = 512;

/// Why bytes are not acceptable JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// Not JSON; the offset of the first byte that cannot stand where it stands.
    Syntax(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// What a [`Value`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number, in the spelling of the wire.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// One JSON value inside bytes that [`parse`] has accepted.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    bytes: &'a [u8],
    start: usize,
    end: usize,
}

/// Checks that `bytes` hold exactly one JSON value, white space around it allowed, and returns it.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, Invalid> {
    let start = skip_space(bytes, 0);
    let end = check(bytes, start)?;
    let rest = skip_space(bytes, end);
    if rest != bytes.len() {
        return Err(Invalid::Syntax(rest));
    }
    Ok(Value { bytes, start, end })
}

impl<'a> Value<'a> {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self.bytes.get(self.start) {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// Is it `null`?
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// Its text on the wire, quotes and all.
    pub fn raw(&self) -> &'a [u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Its place in the parsed bytes: first byte, one past the last.
    pub fn span(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// The place of a string's body, between the quotes and still escaped.
    pub fn string_span(&self) -> Option<(usize, usize)> {
        (self.kind() == Kind::String).then_some((self.start + 1, self.end - 1))
    }

    /// A string's text, unescaped; lone surrogates and invalid UTF-8 become U+FFFD.
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        let (start, end) = self.string_span()?;
        let body = self.bytes.get(start..end)?;
        if !body.contains(&b'\\') {
            return Some(String::from_utf8_lossy(body));
        }
        let mut text = Vec::with_capacity(body.len());
        unescape(body, &mut text);
        Some(Cow::Owned(String::from_utf8_lossy(&text).into_owned()))
    }

    /// `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self.raw() {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }

    /// A number that is a whole one and fits, in any spelling without exponent (`3`, `-3`, `3.0`).
    pub fn as_i64(&self) -> Option<i64> {
        if self.kind() != Kind::Number {
            return None;
        }
        let text = std::str::from_utf8(self.raw()).ok()?;
        let whole = match text.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
            Some(_) => return None,
            None => text,
        };
        whole.parse().ok()
    }

    /// The members of an object, in order; nothing for any other kind.
    pub fn entries(&self) -> Entries<'a> {
        let open = self.kind() == Kind::Object;
        Entries { bytes: self.bytes, at: if open { self.start + 1 } else { self.bytes.len() } }
    }

    /// The items of an array, in order; nothing for any other kind.
    pub fn items(&self) -> Items<'a> {
        let open = self.kind() == Kind::Array;
        Items { bytes: self.bytes, at: if open { self.start + 1 } else { self.bytes.len() } }
    }

    /// A member of an object; the last one wins where a key is repeated, as in `JSON.parse`.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.entries().filter(|(name, _)| name.is(key)).last().map(|(_, value)| value)
    }
}

/// A member's name, as it stands on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a>(&'a [u8]);

impl<'a> Key<'a> {
    /// Is it this name, however it is escaped?
    pub fn is(&self, name: &str) -> bool {
        if !self.0.contains(&b'\\') {
            return self.0 == name.as_bytes();
        }
        let mut text = Vec::with_capacity(self.0.len());
        unescape(self.0, &mut text);
        text == name.as_bytes()
    }

    /// The bytes between the quotes. Enough for a `match`, since no sender escapes its own keys; [`Key::is`] is exact.
    pub fn raw(&self) -> &'a [u8] {
        self.0
    }
}

/// See [`Value::entries`].
#[derive(Debug)]
pub struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Key<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.bytes;
        let name = skip_separators(bytes, self.at);
        if bytes.get(name) != Some(&b'"') {
            self.at = bytes.len();
            return None;
        }
        let name_end = string_end(bytes, name)?;
        let start = skip_separators(bytes, name_end);
        let end = value_end(bytes, start)?;
        self.at = end;
        Some((Key(bytes.get(name + 1..name_end - 1)?), Value { bytes, start, end }))
    }
}

/// See [`Value::items`].
#[derive(Debug)]
pub struct Items<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = skip_separators(self.bytes, self.at);
        if matches!(self.bytes.get(start), None | Some(b']')) {
            self.at = self.bytes.len();
            return None;
        }
        let end = value_end(self.bytes, start)?;
        self.at = end;
        Some(Value { bytes: self.bytes, start, end })
    }
}

/// Appends the text of an escaped string body; lone surrogates become U+FFFD.
pub fn unescape(body: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        if byte != b'\\' {
            let run = body[at..].iter().position(|&byte| byte == b'\\').unwrap_or(body.len() - at);
            out.extend_from_slice(&body[at..at + run]);
            at += run;
            continue;
        }
        at += 2;
        match body.get(at - 1) {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'u') => {
                let (char, used) = unicode_escape(body.get(at..).unwrap_or_default());
                at += used;
                out.extend_from_slice(char.unwrap_or('\u{FFFD}').encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(&plain) => out.push(plain),
            None => {}
        }
    }
}

/// Does a string body hold a `\u` escape of half a surrogate pair, which UTF-8 cannot say?
pub fn has_lone_surrogate(body: &[u8]) -> bool {
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        if byte != b'\\' {
            at += 1;
            continue;
        }
        at += 2;
        if body.get(at - 1) == Some(&b'u') {
            let (char, used) = unicode_escape(body.get(at..).unwrap_or_default());
            if char.is_none() {
                return true;
            }
            at += used;
        }
    }
    false
}

/// Reads what follows `\u`, a second half included; the character, none for a lone half, and how many bytes it took.
fn unicode_escape(rest: &[u8]) -> (Option<char>, usize) {
    let Some(first) = hex4(rest) else { return (None, rest.len().min(4)) };
    if let Some(char) = char::from_u32(first) {
        return (Some(char), 4);
    }
    if first < 0xDC00 && rest.get(4..6) == Some(b"\\u") {
        let second = rest.get(6..).and_then(hex4).unwrap_or(0);
        if (0xDC00..0xE000).contains(&second) {
            return (char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)), 10);
        }
    }
    (None, 4)
}

fn hex4(bytes: &[u8]) -> Option<u32> {
    let mut code = 0;
    for &byte in bytes.get(..4)? {
        code = code << 4 | (byte as char).to_digit(16)?;
    }
    Some(code)
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

// In checked JSON a comma or colon between values needs no second look.
fn skip_separators(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t' | b',' | b':')) {
        at += 1;
    }
    at
}

/// One past the closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// One past the last byte of the checked value at `at`.
fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes.get(start)? {
        b'"' => string_end(bytes, start),
        b'{' | b'[' => {
            let mut depth = 0usize;
            let mut at = start;
            loop {
                match bytes.get(at)? {
                    b'"' => {
                        at = string_end(bytes, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        _ => {
            let rest = &bytes[start..];
            let len = rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
            Some(start + len.unwrap_or(rest.len()))
        }
    }
}

/// Checks the value at `start` and returns its end. Keeps its own stack of brackets, one bit a level.
fn check(bytes: &[u8], start: usize) -> Result<usize, Invalid> {
    let mut stack = [0u64; MAX_DEPTH / 64];
    let mut depth = 0;
    let mut at = start;
    loop {
        // A value begins here.
        match bytes.get(at) {
            Some(b'{') => {
                push(&mut stack, &mut depth, true)?;
                at = skip_space(bytes, at + 1);
                if bytes.get(at) != Some(&b'}') {
                    at = check_key(bytes, at)?;
                    continue;
                }
            }
            Some(b'[') => {
                push(&mut stack, &mut depth, false)?;
                at = skip_space(bytes, at + 1);
                if bytes.get(at) != Some(&b']') {
                    continue;
                }
            }
            Some(b'"') => at = check_string(bytes, at)?,
            Some(b't') => at = check_word(bytes, at, b"true")?,
            Some(b'f') => at = check_word(bytes, at, b"false")?,
            Some(b'n') => at = check_word(bytes, at, b"null")?,
            Some(b'-' | b'0'..=b'9') => at = check_number(bytes, at)?,
            _ => return Err(Invalid::Syntax(at)),
        }
        // A value has ended; close what closes, then go on to the next member or item.
        loop {
            if depth == 0 {
                return Ok(at);
            }
            at = skip_space(bytes, at);
            let in_object = stack[(depth - 1) / 64] >> ((depth - 1) % 64) & 1 == 1;
            match (bytes.get(at), in_object) {
                (Some(b'}'), true) | (Some(b']'), false) => {
                    depth -= 1;
                    at += 1;
                }
                (Some(b','), true) => {
                    at = check_key(bytes, skip_space(bytes, at + 1))?;
                    break;
                }
                (Some(b','), false) => {
                    at = skip_space(bytes, at + 1);
                    break;
                }
                _ => return Err(Invalid::Syntax(at)),
            }
        }
    }
}

fn push(stack: &mut [u64; MAX_DEPTH / 64], depth: &mut usize, object: bool) -> Result<(), Invalid> {
    let word = stack.get_mut(*depth / 64).ok_or(Invalid::TooDeep)?;
    let bit = 1u64 << (*depth % 64);
    *word = if object { *word | bit } else { *word & !bit };
    *depth += 1;
    Ok(())
}

/// Checks `"key" :` and returns where its value begins.
fn check_key(bytes: &[u8], at: usize) -> Result<usize, Invalid> {
    if bytes.get(at) != Some(&b'"') {
        return Err(Invalid::Syntax(at));
    }
    let colon = skip_space(bytes, check_string(bytes, at)?);
    if bytes.get(colon) != Some(&b':') {
        return Err(Invalid::Syntax(colon));
    }
    Ok(skip_space(bytes, colon + 1))
}

/// Checks the string that opens at `at` and returns one past its closing quote.
pub(crate) fn check_string(bytes: &[u8], at: usize) -> Result<usize, Invalid> {
    let mut at = at + 1;
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => match bytes.get(at + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(b'u') if bytes.get(at + 2..).and_then(hex4).is_some() => at += 6,
                _ => return Err(Invalid::Syntax(at)),
            },
            Some(0x20..) => at += 1,
            _ => return Err(Invalid::Syntax(at)),
        }
    }
}

fn check_word(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, Invalid> {
    match bytes.get(at..at + word.len()) {
        Some(found) if found == word => Ok(at + word.len()),
        _ => Err(Invalid::Syntax(at)),
    }
}

fn check_number(bytes: &[u8], start: usize) -> Result<usize, Invalid> {
    let digits = |mut at: usize| {
        let first = at;
        while matches!(bytes.get(at), Some(b'0'..=b'9')) {
            at += 1;
        }
        if at == first { Err(Invalid::Syntax(at)) } else { Ok(at) }
    };
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = digits(at)?;
    }
    Ok(at)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
