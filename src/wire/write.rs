//! Writes JSON text.

/// Writes one object or array.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
    /// A value was written at this level.
    begun: bool,
}

impl Writer {
    /// The JSON text of one object.
    #[inline(always)]
    pub fn object(fill: impl FnOnce(&mut Writer)) -> String {
        let mut writer = Writer::default();
        writer.nested(b'{', b'}', fill);
        writer.text
    }

    /// Writes a string member.
    #[inline(never)]
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        quote(value, &mut self.text);
    }

    /// Writes a string member, unless it is `None`.
    #[inline(never)]
    pub fn some_text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// Writes an integer member.
    #[inline(never)]
    pub fn number(&mut self, key: &str, value: i64) {
        self.raw(key, &crate::text::decimal(value));
    }

    /// Writes an integer member, unless it is `None`.
    #[inline(never)]
    pub fn some_number(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.number(key, value);
        }
    }

    /// Writes a member that is true; nothing for false.
    #[inline(never)]
    pub fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.raw(key, "true");
        }
    }

    /// Writes a member whose value is JSON text.
    #[inline(never)]
    pub fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.text.push_str(json);
    }

    /// Writes a member of another object, with its name as it is.
    pub fn raw_key(&mut self, key: super::json::Key<'_>, json: &str) {
        self.separate();
        self.text.push('"');
        self.text.push_str(&crate::text::lossy(key.raw()));
        self.text.push_str("\":");
        self.text.push_str(json);
    }

    /// Writes an object member.
    #[inline(always)]
    pub fn member(&mut self, key: &str, fill: impl FnOnce(&mut Writer)) {
        self.key(key);
        self.nested(b'{', b'}', fill);
    }

    /// Writes an array member.
    #[inline(always)]
    pub fn list(&mut self, key: &str, fill: impl FnOnce(&mut Writer)) {
        self.key(key);
        self.nested(b'[', b']', fill);
    }

    /// Writes an object as an item of an array.
    #[inline(always)]
    pub fn item(&mut self, fill: impl FnOnce(&mut Writer)) {
        self.separate();
        self.nested(b'{', b'}', fill);
    }

    /// Writes a string as an item of an array.
    #[inline(never)]
    pub fn text_item(&mut self, value: &str) {
        self.separate();
        quote(value, &mut self.text);
    }

    #[inline(always)]
    fn nested(&mut self, open: u8, close: u8, fill: impl FnOnce(&mut Writer)) {
        self.open(open);
        fill(self);
        self.close(close);
    }

    #[inline(never)]
    fn open(&mut self, sign: u8) {
        self.text.push(char::from(sign));
        self.begun = false;
    }

    #[inline(never)]
    fn close(&mut self, sign: u8) {
        self.text.push(char::from(sign));
        self.begun = true;
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.separate();
        quote(key, &mut self.text);
        self.text.push(':');
    }

    #[inline(never)]
    fn separate(&mut self) {
        if self.begun {
            self.text.push(',');
        }
        self.begun = true;
    }
}

use crate::text::HEX;

/// Writes a JSON string.
#[inline(never)]
pub(crate) fn quote(value: &str, out: &mut String) {
    out.push('"');
    for char in value.chars() {
        match char {
            '"' | '\\' => {
                out.push('\\');
                out.push(char);
            }
            '\0'..'\x20' => {
                let code = char as u8;
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(code >> 4)]));
                out.push(char::from(HEX[usize::from(code & 15)]));
            }
            _ => out.push(char),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::wire::json;

    #[test]
    fn what_is_written_can_be_read() {
        let text = Writer::object(|out| {
            out.text("a\"b", "line\nfeed \\ \u{1} é");
            out.number("n", -3);
            out.some_text("none", None);
            out.member("o", |_| {});
            out.list("l", |out| {
                out.item(|out| out.flag("yes", true));
                out.text_item("x");
            });
            out.raw("r", "[1.50]");
        });
        let value = json::parse(text.as_bytes()).unwrap();
        assert_eq!(value.get("a\"b").unwrap().text().unwrap(), "line\nfeed \\ \u{1} é");
        assert_eq!(
            text.split_once(",\"n\"").unwrap().1,
            ":-3,\"o\":{},\"l\":[{\"yes\":true},\"x\"],\"r\":[1.50]}"
        );
    }
}
