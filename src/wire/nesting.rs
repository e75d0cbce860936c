//! Whether a JSON text is complete, while it arrives in pieces: each byte is read once.

/// The position of the end of the text within its structure. It is not validated.
#[derive(Debug, Default)]
pub struct Nesting {
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    has_begun: bool,
}

impl Nesting {
    /// Reads the next piece of the text.
    pub fn add(&mut self, piece: &[u8]) {
        for &byte in piece {
            self.has_begun |= !byte.is_ascii_whitespace();
            if self.in_string {
                self.in_string = self.is_escaped || byte != b'"';
                self.is_escaped = byte == b'\\' && !self.is_escaped;
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// True if every object, array and string of the text is closed. A number or a word may still continue.
    pub fn is_complete(&self) -> bool {
        self.has_begun && self.depth == 0 && !self.in_string
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_text_is_complete() {
        for text in [r#"{"a":[1,"}\"]\\",{}]}"#, r#"["\\\"",[]]"#, r#""a\\""#, " {}"] {
            for end in 0..=text.len() {
                let mut nesting = Nesting::default();
                text.as_bytes()[..end].chunks(1).for_each(|byte| nesting.add(byte));
                assert_eq!(nesting.is_complete(), end == text.len(), "{}", &text[..end]);
            }
        }
    }
}
