//! Parses tool calls in Python's syntax: `f(city="Paris", days=2)`. Arguments are named, and values are
//! literals; numbers keep their digits. Any other Python syntax (positional arguments, expressions, other
//! string prefixes) means that the text is not a call.

use super::arguments::trim;
use super::text_calls::TextCall;
use crate::text::is_word;
use crate::wire::json;
use crate::wire::write::quote;

/// Limit of the nesting of literals.
const MOST_DEPTH: u32 = 64;
/// The function that some models put around a call to be run, or before its name.
const PRINTED: &str = "print";
const LIBRARIES: [&str; 2] = ["default_api.", "functions."];
/// The suffix of the name of a tool that Llama has built in.
const CALLED: &str = ".call";

/// The calls of a list, `[f(a=1), g()]`.
pub fn list(text: &str) -> Option<Vec<TextCall>> {
    let inner = trim(text).strip_prefix('[')?.strip_suffix(']')?;
    let mut reader = Reader { text: inner, at: 0 };
    let mut calls = Vec::new();
    loop {
        calls.push(reader.call()?);
        reader.blank();
        if reader.is_over() {
            return Some(calls);
        }
        reader.sign(b',')?;
        // A trailing comma is allowed.
        reader.blank();
        if reader.is_over() {
            return Some(calls);
        }
    }
}

/// The calls of a program: one per line, or separated by `;`.
pub fn lines(text: &str) -> Option<Vec<TextCall>> {
    let mut reader = Reader { text: trim(text), at: 0 };
    let mut calls = Vec::new();
    while !reader.is_over() {
        calls.push(reader.printed().or_else(|| reader.call())?);
        let ended_at = reader.at;
        reader.blank();
        let between = reader.text.get(ended_at..reader.at)?;
        if !reader.is_over() && reader.sign(b';').is_none() && !between.contains('\n') {
            return None;
        }
        reader.blank();
    }
    (!calls.is_empty()).then_some(calls)
}

/// True if a text with this beginning, after a `[`, may be a call.
pub fn may_begin(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| is_name(*byte)).count();
    let begins = text.bytes().next().is_none_or(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    begins && text.as_bytes().get(name).is_none_or(|byte| *byte == b'(')
}

fn is_name(byte: u8) -> bool {
    is_word(byte, b"_-.")
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn is_over(&self) -> bool {
        self.at >= self.text.len()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        self.at += self.rest().bytes().take_while(u8::is_ascii_whitespace).count();
    }

    fn sign(&mut self, sign: u8) -> Option<()> {
        let is_there = self.byte() == Some(sign);
        self.at += usize::from(is_there);
        is_there.then_some(())
    }

    fn take(&mut self, is: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| is(*byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Parses `print(f(…))`; consumes nothing if it is another call.
    fn printed(&mut self) -> Option<TextCall> {
        let at = self.at;
        let mut inner = || {
            let open = self.take(is_name) == PRINTED;
            self.sign(b'(').filter(|()| open)?;
            self.blank();
            let call = self.call()?;
            self.blank();
            self.sign(b')')?;
            Some(call)
        };
        let call = inner();
        if call.is_none() {
            self.at = at;
        }
        call
    }

    fn call(&mut self) -> Option<TextCall> {
        self.blank();
        let name = self.take(is_name);
        let name = LIBRARIES.iter().find_map(|library| name.strip_prefix(library)).unwrap_or(name);
        let name = name.strip_suffix(CALLED).unwrap_or(name);
        if name.is_empty() {
            return None;
        }
        self.sign(b'(')?;
        let mut names = Vec::new();
        let mut json = String::from("{");
        loop {
            self.blank();
            if self.sign(b')').is_some() {
                break;
            }
            if !names.is_empty() {
                self.sign(b',')?;
                self.blank();
                if self.sign(b')').is_some() {
                    break;
                }
                json.push(',');
            }
            let own = self.take(|byte| is_word(byte, b"_"));
            if own.is_empty() || names.contains(&own) {
                return None;
            }
            names.push(own);
            quote(own, &mut json);
            json.push(':');
            self.blank();
            self.sign(b'=')?;
            self.value(&mut json, 0)?;
        }
        json.push('}');
        Some(TextCall { name: name.to_owned(), arguments: json })
    }

    /// Appends a literal as JSON.
    fn value(&mut self, json: &mut String, depth: u32) -> Option<()> {
        if depth > MOST_DEPTH {
            return None;
        }
        self.blank();
        match self.byte()? {
            b'"' | b'\'' => quote(&self.string()?, json),
            b'[' => self.members(json, b']', depth)?,
            b'{' => self.members(json, b'}', depth)?,
            _ => {
                let word = self.take(|byte| is_word(byte, b"_+-."));
                let word = match word {
                    "True" => "true",
                    "False" => "false",
                    "None" => "null",
                    word => word,
                };
                // Any other word is a Python name.
                json::parse(word.as_bytes()).ok()?;
                json.push_str(word);
            }
        }
        Some(())
    }

    fn members(&mut self, json: &mut String, end: u8, depth: u32) -> Option<()> {
        let is_object = end == b'}';
        json.push(self.byte()?.into());
        self.at += 1;
        let mut is_first = true;
        loop {
            self.blank();
            if self.sign(end).is_some() {
                break;
            }
            if !is_first {
                self.sign(b',')?;
                self.blank();
                if self.sign(end).is_some() {
                    break;
                }
                json.push(',');
            }
            is_first = false;
            if is_object {
                quote(&self.string()?, json);
                json.push(':');
                self.blank();
                self.sign(b':')?;
            }
            self.value(json, depth + 1)?;
        }
        json.push(end.into());
        Some(())
    }

    /// Parses a string in single or double quotes.
    fn string(&mut self) -> Option<String> {
        let quote = self.byte().filter(|byte| matches!(byte, b'"' | b'\''))?;
        self.at += 1;
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                _ if char == char::from(quote) => {
                    self.at += at + 1;
                    // Triple quotes and adjacent strings are not supported.
                    let is_over = !matches!(self.byte(), Some(b'"' | b'\''));
                    return is_over.then_some(text);
                }
                '\\' => {
                    let (_, escaped) = chars.next()?;
                    let digits = match escaped {
                        'n' => {
                            text.push('\n');
                            continue;
                        }
                        't' => {
                            text.push('\t');
                            continue;
                        }
                        'r' => {
                            text.push('\r');
                            continue;
                        }
                        '\\' | '\'' | '"' | '/' => {
                            text.push(escaped);
                            continue;
                        }
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => return None,
                    };
                    let mut code = 0;
                    for _ in 0..digits {
                        code = code * 16 + chars.next()?.1.to_digit(16)?;
                    }
                    // A lone surrogate is invalid in Python.
                    text.push(char::from_u32(code)?);
                }
                _ => text.push(char),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(found: Option<Vec<TextCall>>) -> Option<Vec<String>> {
        found.map(|calls| calls.into_iter().map(|call| call.name + &call.arguments).collect())
    }

    #[test]
    fn literals_become_json() {
        for (text, expected) in [
            ("[f()]", "f{}"),
            ("[f(a=1)]", r#"f{"a":1}"#),
            (" [ f ( a = 1.50 , ) , ] ", ""),
            (
                "[f(a=1.50, b=-2e5, c=123456789012345678901)]",
                r#"f{"a":1.50,"b":-2e5,"c":123456789012345678901}"#,
            ),
            ("[f(a=True, b=False, c=None, d=true)]", r#"f{"a":true,"b":false,"c":null,"d":true}"#),
            (r#"[f(a='it\'s "x"', b="a)]\n\u00e9é")]"#, r#"f{"a":"it's \"x\"","b":"a)]\u000aéé"}"#),
            ("[f(a=[1, 'b', {'c': [], \"d\": {}}],)]", r#"f{"a":[1,"b",{"c":[],"d":{}}]}"#),
            ("[a.b-c(x='1')]", r#"a.b-c{"x":"1"}"#),
        ] {
            let expected = (!expected.is_empty()).then(|| vec![expected.to_owned()]);
            assert_eq!(of(list(text)), expected, "{text}");
        }
        assert_eq!(of(list("[f(a=1), g(b='x')]")).unwrap(), [r#"f{"a":1}"#, r#"g{"b":"x"}"#]);
    }

    #[test]
    fn what_is_more_than_a_literal_is_no_call() {
        for text in [
            "[]",
            "[f]",
            "[f(1)]",
            "[f(a)]",
            "[f(a=b)]",
            "[f(a=1, a=2)]",
            "[f(a=1+1)]",
            "[f(a=g(b=1))]",
            "[f(a='x' 'y')]",
            "[f(a='''x''')]",
            "[f(a=f'x')]",
            "[f(a=(1, 2))]",
            "[f(a=1) g(b=2)]",
            "[f(a=1)] and",
            "f(a=1)",
            "[f(a=1]",
            "[f(a=[1)]",
            "[f(a='x)]",
            "[f(a={b: 1})]",
            "[f(a=0x1F)]",
            "[f(a=01)]",
        ] {
            assert_eq!(of(list(text)), None, "{text}");
        }
        assert_eq!(of(list(&["[f(a=", &"[".repeat(100_000), ")]"].concat())), None);
    }

    #[test]
    fn lines_of_a_program() {
        let call = vec![r#"f{"a":1}"#.to_owned()];
        for text in ["f(a=1)", "print(f(a=1))", "print( default_api.f(a=1) )\n", "f.call(a=1)", "\nf(a=1);"] {
            assert_eq!(of(lines(text)).as_ref(), Some(&call), "{text}");
        }
        assert_eq!(of(lines("f(a=1)\ng()")).unwrap(), [r#"f{"a":1}"#, "g{}"]);
        assert_eq!(of(lines("f(a=1); g()")).unwrap(), [r#"f{"a":1}"#, "g{}"]);
        for text in ["", "f(a=1) g()", "x = f(a=1)", "# f(a=1)", "f(a=1).b", "print(f(a=1)", "import f"] {
            assert_eq!(of(lines(text)), None, "{text}");
        }
    }

    #[test]
    fn a_beginning_may_be_one() {
        for text in ["", "f", "get_weather", "a.b", "f(", "f(a=1)]"] {
            assert!(may_begin(text), "{text}");
        }
        for text in ["1", "f ", "f]", "link](a)", "{", " f", "(a"] {
            assert!(!may_begin(text), "{text}");
        }
    }
}
