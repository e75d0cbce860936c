//! Searching in texts, byte by byte. The standard library's searcher is made for long texts and weighs more than all of
//! the places that need one.

/// Where `needle` begins in `text`, from `from` on.
pub fn find(text: &str, needle: &str, from: usize) -> Option<usize> {
    let needle = needle.as_bytes();
    let rest = text.as_bytes().get(from..)?;
    rest.windows(needle.len().max(1)).position(|window| window == needle).map(|at| from + at)
}

/// Is `needle` in `text`, the case of ASCII letters aside?
pub fn contains_word(text: &str, needle: &str) -> bool {
    text.as_bytes().windows(needle.len().max(1)).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

/// Replaces every `needle` in `text`.
pub fn replace(text: &str, needle: &str, with: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = find(text, needle, at) {
        replaced.push_str(text.get(at..found).unwrap_or_default());
        replaced.push_str(with);
        at = found + needle.len().max(1);
    }
    replaced.push_str(text.get(at..).unwrap_or_default());
    replaced
}

/// Is the character a control character, or one that separates words?
pub fn is_blank(char: char) -> bool {
    char <= ' '
        || ('\u{7f}'..='\u{a0}').contains(&char)
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_and_replaces() {
        assert_eq!(find("abcabc", "bc", 0), Some(1));
        assert_eq!(find("abcabc", "bc", 2), Some(4));
        assert_eq!(find("abc", "x", 0), None);
        assert_eq!(find("é", "abc", 9), None);
        assert_eq!(replace("aXbXX", "X", "é"), "aébéé");
        assert_eq!(replace("é", "x", "y"), "é");
        assert!(contains_word("Was FLAGGED", "flag") && !contains_word("fla", "flag"));
    }
}
