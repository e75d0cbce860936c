//! A validating JSON reader that borrows the bytes and allocates nothing.
//!
//! [`parse`] validates the bytes once; [`Value`] then reads them on demand. Events are small and only a few
//! of their keys are read, so reading the bytes again is cheaper than building a tree. Read [`Value`]
//! first.

use crate::text::{integer, lossy};

/// Deepest nesting that is accepted.
pub const MAX_DEPTH: usize = 512;

/// Why bytes are not acceptable JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// A syntax error; the offset of the first invalid byte.
    Syntax(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// The type of a [`Value`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number, in its original spelling.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// One JSON value inside bytes that [`parse`] has accepted.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    raw: &'a [u8],
    /// The offset in the parsed bytes.
    at: usize,
}

/// Validates that `bytes` are exactly one JSON value, with optional white space around it, and returns it.
#[inline(never)]
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, Invalid> {
    let start = skip_space(bytes, 0);
    let end = check(bytes, start)?;
    let rest = skip_space(bytes, end);
    if rest != bytes.len() {
        return Err(Invalid::Syntax(rest));
    }
    Ok(Value { raw: bytes.get(start..end).unwrap_or_default(), at: start })
}

/// Returns the JSON value at the start of `bytes`, ignoring what follows it.
pub fn first(bytes: &[u8]) -> Result<Value<'_>, Invalid> {
    let end = check(bytes, 0)?;
    Ok(Value { raw: bytes.get(..end).unwrap_or_default(), at: 0 })
}

impl<'a> Value<'a> {
    /// The type of the value.
    #[inline(never)]
    pub fn kind(&self) -> Kind {
        match self.raw.first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// True if it is `null`.
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// True if it is an object.
    pub fn is_object(&self) -> bool {
        self.kind() == Kind::Object
    }

    /// True if it is an array.
    pub fn is_array(&self) -> bool {
        self.kind() == Kind::Array
    }

    /// True if it is a string.
    pub fn is_string(&self) -> bool {
        self.kind() == Kind::String
    }

    /// The JSON text, with quotes if it is a string.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The range in the parsed bytes: first byte, one past the last.
    pub fn span(&self) -> (usize, usize) {
        (self.at, self.at + self.raw.len())
    }

    /// The range of a string's body: between the quotes, with escapes.
    #[inline(never)]
    pub fn string_span(&self) -> Option<(usize, usize)> {
        self.is_string().then_some((self.at + 1, self.at + self.raw.len() - 1))
    }

    /// The body of a string, with escapes.
    #[inline(never)]
    pub fn body(&self) -> Option<&'a [u8]> {
        if self.is_string() { self.raw.get(1..self.raw.len() - 1) } else { None }
    }

    /// A string's text, unescaped; lone surrogates and invalid UTF-8 become U+FFFD.
    #[inline(never)]
    pub fn text(&self) -> Option<String> {
        let body = self.body()?;
        let mut text = Vec::with_capacity(body.len());
        unescape(body, &mut text);
        Some(lossy(&text))
    }

    /// True if the value is this string.
    #[inline(never)]
    pub fn is(&self, text: &str) -> bool {
        self.body().is_some_and(|body| body_is(body, text))
    }

    /// The value of a boolean.
    #[inline(never)]
    pub fn as_bool(&self) -> Option<bool> {
        match self.raw.first() {
            Some(b't') => Some(true),
            Some(b'f') => Some(false),
            _ => None,
        }
    }

    /// An integer that fits, in any spelling (`3`, `-3`, `3.0`, `3e2`, `0.3E+1`).
    #[inline(never)]
    pub fn as_i64(&self) -> Option<i64> {
        const MOST: i64 = i64::MAX / 10;
        let digits = self.raw.strip_prefix(b"-").unwrap_or(self.raw);
        digits.first().filter(|digit| digit.is_ascii_digit())?;
        let (mut value, mut shift, mut is_fraction) = (0_i64, 0_i64, false);
        for (at, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' if value < MOST => {
                    value = value * 10 + i64::from(byte - b'0');
                    shift -= i64::from(is_fraction);
                }
                b'.' => is_fraction = true,
                b'e' | b'E' => {
                    let exponent = digits.get(at + 1..)?;
                    shift += integer(exponent.strip_prefix(b"+").unwrap_or(exponent))?.clamp(-MOST, MOST);
                    break;
                }
                _ => return None,
            }
        }
        // Moves the decimal point after the last digit; the digits that it passes to its right must be
        // zeros.
        while shift != 0 && value != 0 {
            match shift < 0 {
                true if value % 10 == 0 => (value, shift) = (value / 10, shift + 1),
                false if value < MOST => (value, shift) = (value * 10, shift - 1),
                _ => return None,
            }
        }
        Some(if digits.len() < self.raw.len() { -value } else { value })
    }

    /// A number without an exponent and with few digits, exact if it is an integer; `None` for others.
    #[inline(never)]
    pub fn as_number(&self) -> Option<f64> {
        // Only short numbers: a full decimal parser is too large for options such as timeouts.
        const MOST_DIGITS: usize = 18;
        let (whole, fraction) = self.decimal();
        if whole.len() + fraction.len() >= MOST_DIGITS {
            return None;
        }
        let mut digits = whole.to_vec();
        digits.extend_from_slice(fraction);
        let value = integer(&digits)?;
        Some(fraction.iter().fold(value as f64, |value, _| value / 10.0))
    }

    /// The digits before and after the decimal point; both are empty if the value is not such a number.
    fn decimal(&self) -> (&'a [u8], &'a [u8]) {
        let point = self.raw.iter().position(|byte| *byte == b'.').unwrap_or(self.raw.len());
        let (whole, fraction) = self.raw.split_at(point);
        (whole, fraction.get(1..).unwrap_or_default())
    }

    /// The members of an object, in order; empty for other types.
    #[inline(never)]
    pub fn entries(&self) -> Entries<'a> {
        Entries(if self.is_object() { self.walk() } else { Walk::default() })
    }

    /// The items of an array, in order; empty for other types.
    #[inline(never)]
    pub fn items(&self) -> Items<'a> {
        Items(if self.is_array() { self.walk() } else { Walk::default() })
    }

    fn walk(&self) -> Walk<'a> {
        Walk { rest: self.raw.get(1..).unwrap_or_default(), at: self.at + 1 }
    }

    /// A member of an object; the last one wins where a key is repeated, as in `JSON.parse`.
    #[inline(never)]
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let [found] = self.pick(&[key]);
        found
    }

    /// Reads several members in one pass; the last one wins where a key is repeated.
    #[inline(always)]
    pub fn pick<const N: usize>(&self, keys: &[&str; N]) -> [Option<Value<'a>>; N] {
        let mut found = [None; N];
        self.pick_into(keys, &mut found);
        found
    }

    /// Like [`Value::pick`], but treats `null` as absent.
    #[inline(always)]
    pub fn pick_present<const N: usize>(&self, keys: &[&str; N]) -> [Option<Value<'a>>; N] {
        let mut found = [None; N];
        self.pick_into(keys, &mut found);
        drop_nulls(&mut found);
        found
    }

    // One loop for all sets of keys, because a `match` for each set would generate more code.
    #[inline(never)]
    fn pick_into(&self, keys: &[&str], found: &mut [Option<Value<'a>>]) {
        for (name, value) in self.entries() {
            for (key, place) in keys.iter().zip(&mut *found) {
                if name.is(key) {
                    *place = Some(value);
                }
            }
        }
    }
}

#[inline(never)]
fn drop_nulls(found: &mut [Option<Value<'_>>]) {
    for place in found {
        if place.is_some_and(|value| value.is_null()) {
            *place = None;
        }
    }
}

/// True if a string's body, with any escapes, is this text.
#[inline(never)]
fn body_is(body: &[u8], text: &str) -> bool {
    if !body.contains(&b'\\') {
        return body == text.as_bytes();
    }
    let mut plain = Vec::with_capacity(body.len());
    unescape(body, &mut plain);
    plain == text.as_bytes()
}

/// The name of a member, with escapes.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a>(&'a [u8]);

impl<'a> Key<'a> {
    /// True if it is this name, in any escaped form.
    pub fn is(&self, name: &str) -> bool {
        body_is(self.0, name)
    }

    /// The bytes between the quotes.
    pub fn raw(&self) -> &'a [u8] {
        self.0
    }
}

/// The remaining bytes of an object or array, and their offset in the parsed bytes.
#[derive(Debug, Default)]
struct Walk<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// The next value: a key, a member's value, or an item.
    #[inline(never)]
    fn next(&mut self) -> Option<Value<'a>> {
        let start = skip_separators(self.rest, 0);
        if matches!(self.rest.get(start)?, b'}' | b']') {
            self.rest = &[];
            return None;
        }
        let end = value_end(self.rest, start)?;
        let value = Value { raw: self.rest.get(start..end)?, at: self.at + start };
        self.rest = self.rest.get(end..)?;
        self.at += end;
        Some(value)
    }
}

/// See [`Value::entries`].
#[derive(Debug)]
pub struct Entries<'a>(Walk<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = (Key<'a>, Value<'a>);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next()?.body()?;
        Some((Key(key), self.0.next()?))
    }
}

/// See [`Value::items`].
#[derive(Debug)]
pub struct Items<'a>(Walk<'a>);

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// Appends the text of an escaped string body; lone surrogates become U+FFFD.
#[inline(never)]
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

/// True if a string body contains a `\u` escape of a lone surrogate, which UTF-8 cannot encode.
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

/// The start of a `\u` escape of a high surrogate at the end of a string body; the body's length if there
/// is none.
pub fn last_half(body: &[u8]) -> usize {
    let Some((before, half)) = body.len().checked_sub(6).and_then(|at| body.split_at_checked(at)) else {
        return body.len();
    };
    let is_first = half.starts_with(b"\\u") && matches!(half.get(2..).and_then(hex4), Some(0xD800..0xDC00));
    let is_escaped = before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    if is_first && !is_escaped { before.len() } else { body.len() }
}

/// Reads the digits after `\u`, including a low surrogate. Returns the character, or `None` for a lone
/// surrogate, and the number of bytes read.
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

// In validated JSON, separators need no further check.
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

/// One past the last byte of the validated value at `at`.
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

/// Validates the value at `start` and returns its end. The stack of open brackets uses one bit per level.
fn check(bytes: &[u8], start: usize) -> Result<usize, Invalid> {
    let mut stack = [0u64; MAX_DEPTH / 64];
    let mut depth = 0;
    let mut at = start;
    loop {
        // A value starts here.
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
        // A value has ended: close brackets, then continue with the next member or item.
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

/// Validates `"key" :` and returns the start of its value.
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

/// Validates the string that opens at `at` and returns one past its closing quote.
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
