//! The value of a prefix, found slowly: by reading all of it, without anything of the machine. What the
//! machine is compared with.

use crate::value::json::Json;
use crate::wire::json::MAX_DEPTH;

/// What a text, or a prefix of one, is.
#[derive(Debug, Clone, PartialEq)]
pub enum Prefix {
    /// Nothing of the value has come.
    Nothing,
    /// So much of it.
    Begun(Json),
    /// All of it.
    Whole(Json),
    /// No JSON: what was certain up to there.
    Lost(Option<Json>),
}

/// For a text that begins with a value. `ended` is true if the text is complete.
pub fn prefix(text: &str, ended: bool) -> Prefix {
    let mut reader = Reader { chars: text.chars().collect(), at: 0, ended, depth: 0 };
    reader.blanks();
    if reader.peek().is_none() {
        return Prefix::Nothing;
    }
    match reader.value() {
        (value, End::Whole) => value.map_or(Prefix::Nothing, Prefix::Whole),
        (value, End::More) => value.map_or(Prefix::Nothing, Prefix::Begun),
        (value, End::Wrong) => Prefix::Lost(value),
    }
}

#[derive(PartialEq, Clone, Copy)]
enum End {
    Whole,
    More,
    Wrong,
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    ended: bool,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\n' | '\r' | '\t')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> (Option<Json>, End) {
        match self.peek() {
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some('"') => {
                let (text, end) = self.string();
                (text.map(Json::Text), end)
            }
            Some('t') => self.word("true", Json::Boolean(true)),
            Some('f') => self.word("false", Json::Boolean(false)),
            Some('n') => self.word("null", Json::Null),
            Some('-' | '0'..='9') => self.number(),
            None => (None, End::More),
            _ => (None, End::Wrong),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> (Option<Json>, End) {
        for char in word.chars() {
            match self.peek() {
                Some(found) if found == char => self.at += 1,
                None => return (None, End::More),
                _ => return (None, End::Wrong),
            }
        }
        (Some(value), End::Whole)
    }

    fn number(&mut self) -> (Option<Json>, End) {
        let start = self.at;
        while matches!(self.peek(), Some('-' | '+' | '.' | 'e' | 'E' | '0'..='9')) {
            // As far as it may be a number.
            let so_far: String = self.chars[start..=self.at].iter().collect();
            if !["", "0", "1", "e1", "1e1", ".1"].iter().any(|rest| is_number(&(so_far.clone() + rest))) {
                break;
            }
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().collect();
        match (self.peek(), is_number(&text)) {
            (None, true) if self.ended && self.depth == 0 => (Some(number(&text)), End::Whole),
            (None, _) => (None, End::More),
            (Some(_), true) => (Some(number(&text)), End::Whole),
            (Some(_), false) => (None, End::Wrong),
        }
    }

    /// None where it has not begun.
    fn string(&mut self) -> (Option<String>, End) {
        self.at += 1;
        let mut units: Vec<u16> = Vec::new();
        let text = |units: &[u16]| Some(String::from_utf16_lossy(units));
        loop {
            match self.peek() {
                None => return (text(&units), End::More),
                Some('"') => {
                    self.at += 1;
                    return (text(&units), End::Whole);
                }
                Some('\\') => match self.escape(self.at) {
                    Ok((unit @ 0xD800..=0xDBFF, next)) => match self.second(next) {
                        Err(End::More) => return (text(&units), End::More),
                        Err(_) => {
                            units.push(unit);
                            self.at = next;
                        }
                        Ok((second, next)) => {
                            units.extend([unit, second]);
                            self.at = next;
                        }
                    },
                    Ok((unit, next)) => {
                        units.push(unit);
                        self.at = next;
                    }
                    Err(end) => return (text(&units), end),
                },
                Some(control) if control < ' ' => return (text(&units), End::Wrong),
                Some(char) => {
                    units.extend(char.encode_utf16(&mut [0; 2]).iter());
                    self.at += 1;
                }
            }
        }
    }

    /// The second half of a pair.
    fn second(&self, at: usize) -> Result<(u16, usize), End> {
        match (self.chars.get(at), self.chars.get(at + 1)) {
            (None, _) | (Some('\\'), None) => Err(End::More),
            (Some('\\'), Some('u')) => match self.escape(at) {
                Ok((unit @ 0xDC00..=0xDFFF, next)) => Ok((unit, next)),
                Ok(_) => Err(End::Wrong),
                Err(end) => Err(end),
            },
            _ => Err(End::Wrong),
        }
    }

    fn escape(&self, at: usize) -> Result<(u16, usize), End> {
        let plain = match self.chars.get(at + 1) {
            None => return Err(End::More),
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(char @ ('"' | '\\' | '/')) => *char,
            Some('u') => {
                let mut unit = 0;
                for place in at + 2..at + 6 {
                    let Some(digit) = self.chars.get(place) else { return Err(End::More) };
                    unit = unit * 16 + digit.to_digit(16).ok_or(End::Wrong)?;
                }
                return Ok((unit as u16, at + 6));
            }
            _ => return Err(End::Wrong),
        };
        Ok((plain as u16, at + 2))
    }

    fn object(&mut self) -> (Option<Json>, End) {
        if self.depth == MAX_DEPTH {
            return (None, End::Wrong);
        }
        self.depth += 1;
        self.at += 1;
        let mut members: Vec<(String, Json)> = Vec::new();
        let end = loop {
            self.blanks();
            match self.peek() {
                Some('}') if members.is_empty() && self.chars[self.at - 1] != ',' => break End::Whole,
                Some('"') => {}
                None => break End::More,
                _ => break End::Wrong,
            }
            let (name, end) = self.string();
            if end != End::Whole {
                break end;
            }
            self.blanks();
            match self.peek() {
                Some(':') => self.at += 1,
                None => break End::More,
                _ => break End::Wrong,
            }
            self.blanks();
            let (value, end) = self.value();
            if let (Some(name), Some(value)) = (name, value) {
                // Of a name that is there twice the last value counts, at the place of the first.
                match members.iter_mut().find(|(own, _)| *own == name) {
                    Some(member) => member.1 = value,
                    None => members.push((name, value)),
                }
            }
            if end != End::Whole {
                break end;
            }
            self.blanks();
            match self.peek() {
                Some(',') => self.at += 1,
                Some('}') => break End::Whole,
                None => break End::More,
                _ => break End::Wrong,
            }
        };
        self.closed(end);
        (Some(Json::Object(members)), end)
    }

    fn array(&mut self) -> (Option<Json>, End) {
        if self.depth == MAX_DEPTH {
            return (None, End::Wrong);
        }
        self.depth += 1;
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        let end = if self.peek() == Some(']') {
            End::Whole
        } else {
            loop {
                self.blanks();
                let (item, end) = self.value();
                items.extend(item);
                if end != End::Whole {
                    break end;
                }
                self.blanks();
                match self.peek() {
                    Some(',') => self.at += 1,
                    Some(']') => break End::Whole,
                    None => break End::More,
                    _ => break End::Wrong,
                }
            }
        };
        self.closed(end);
        (Some(Json::List(items)), end)
    }

    fn closed(&mut self, end: End) {
        if end == End::Whole {
            self.at += 1;
            self.depth -= 1;
        }
    }
}

fn number(text: &str) -> Json {
    Json::Number(text.parse().unwrap())
}

/// By JSON's grammar, as other code reads it.
fn is_number(text: &str) -> bool {
    !text.starts_with([' ', '\n', '\t', '\r']) && serde_json::from_str::<serde_json::Number>(text).is_ok()
        || is_too_large(text)
}

/// Numbers beyond what other code holds are numbers all the same.
fn is_too_large(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !mantissa.contains(['e', 'E'])
        && serde_json::from_str::<serde_json::Number>(mantissa).is_ok()
}
