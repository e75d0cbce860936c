//! Detects misspelt names: `baseUrl`, `temprature`, `abortSignal`.
//!
//! A name is a slip of another one if the two differ only in case and separators (`maxTokens`, `max-tokens`),
//! or by one edit: an inserted, missing, transposed or replaced letter. Short names are similar by chance
//! (`top_k` and `top_n`), so edits count only from four letters on, and replacements only from six.

use crate::error::Error;
use crate::text::{concat, join};
use crate::value::Value;

/// Minimum length of the longer name for an inserted, missing or transposed letter.
const SHORT: usize = 4;
/// Minimum length for a replaced letter.
const LONG: usize = 6;

/// Names that other clients have for the same option, without case and separators, and ours: `("apikey
/// token", "apiToken")`.
pub type Aliases = [(&'static str, &'static str)];

/// True if it is a slip of a name, or the name itself.
pub fn is_slip(name: &str, known: &str) -> bool {
    distance(&letters(name), &letters(known)) <= 1
}

/// True if two names differ only in case and separators.
pub fn is_respelt(name: &str, known: &str) -> bool {
    letters(name) == letters(known)
}

/// The most similar known name: with the same letters, else another client's name, else one edit apart.
#[inline(never)]
pub fn meant(name: &str, known: &[&'static str], aliases: &Aliases) -> Option<&'static str> {
    let own = letters(name);
    let at_most = |most: usize| known.iter().copied().find(|known| distance(&own, &letters(known)) <= most);
    let is_alias = |names: &str| names.split(' ').any(|alias| alias.as_bytes() == own);
    let alias = || {
        let alias = aliases.iter().find(|(names, name)| is_alias(names) && known.contains(name));
        alias.map(|(_, name)| *name)
    };
    at_most(0).or_else(alias).or_else(|| at_most(1))
}

/// The error of an unknown name: a statement (`baseUrl is no option`), and the most similar name, or else all
/// known ones.
#[inline(never)]
pub fn sentence(name: &str, what: &str, meant: Option<&str>, known: &[&str]) -> String {
    let name = clip(name);
    match meant {
        Some(meant) => concat(&[name, " is no ", what, ": did you mean ", meant, "?"]),
        None => concat(&[name, " is no ", what, ". There are ", &join(known, ", "), "."]),
    }
}

/// Rejects members of an object that are slips of known ones; if `is_strict`, all unknown ones. `place` is a
/// prefix of their names.
#[inline(never)]
pub fn check_members<V: Value>(
    object: &V,
    place: &str,
    what: &str,
    known: &[&'static str],
    aliases: &Aliases,
    is_strict: bool,
) -> Result<(), Error> {
    for (name, _) in object.members() {
        if known.contains(&name.as_str()) {
            continue;
        }
        let found = meant(&name, known, aliases);
        if found.is_some() || is_strict {
            let field = concat(&[place, clip(&name)]);
            return Err(Error::invalid(&field, &sentence(&field, what, found, known)));
        }
    }
    Ok(())
}

/// A name, truncated to a length suitable for a message.
pub fn clip(name: &str) -> &str {
    const MOST: usize = 60;
    name.char_indices().nth(MOST).and_then(|(end, _)| name.get(..end)).unwrap_or(name)
}

/// A name without separators and case, for comparison.
#[inline(never)]
fn letters(name: &str) -> Vec<u8> {
    let letters = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ' | b'.'));
    letters.map(|byte| byte.to_ascii_lowercase()).collect()
}

/// 0 for the same letters, 1 for one edit, 2 for more.
#[inline(never)]
fn distance(left: &[u8], right: &[u8]) -> usize {
    let same = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let (left_rest, right_rest) =
        (left.get(same..).unwrap_or_default(), right.get(same..).unwrap_or_default());
    let end = left_rest.iter().rev().zip(right_rest.iter().rev());
    let end = end.take_while(|(left, right)| left == right).count();
    let middle = |rest: &[u8]| rest.get(..rest.len() - end).unwrap_or_default().to_vec();
    let longer = left.len().max(right.len());
    match (middle(left_rest).as_slice(), middle(right_rest).as_slice()) {
        ([], []) => 0,
        ([_], []) | ([], [_]) if longer >= SHORT => 1,
        ([_], [_]) if longer >= LONG => 1,
        ([a, b], [c, d]) if a == d && b == c && longer >= SHORT => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_separators_and_one_edit_are_slips() {
        for (name, known) in [
            ("maxTokens", "max_tokens"),
            ("MAX-TOKENS", "max_tokens"),
            ("baseUrl", "baseURL"),
            ("base_url", "baseURL"),
            ("temprature", "temperature"),
            ("temperture", "temperature"),
            ("tempreature", "temperature"),
            ("temperatures", "temperature"),
            ("temperatuxe", "temperature"),
            ("topk", "top_k"),
            ("promt", "prompt"),
            ("sede", "seed"),
            ("txt", "text"),
        ] {
            assert!(is_slip(name, known) && is_slip(known, name), "{name} {known}");
        }
        for (name, known) in [
            ("top_n", "top_k"),
            ("min_p", "top_p"),
            ("min_tokens", "max_tokens"),
            ("foo", "raw"),
            ("n", "q"),
            ("", "n"),
            ("row", "raw"),
            ("chat_template", "chat_template_kwargs"),
            ("", "temperature"),
        ] {
            assert!(!is_slip(name, known) && !is_slip(known, name), "{name} {known}");
        }
    }

    #[test]
    fn the_nearest_is_meant() {
        let known = ["timeout", "signal", "images", "image"];
        let aliases: &Aliases = &[("abortsignal abort", "signal"), ("apikey", "apiToken")];
        assert_eq!(meant("Image", &known, aliases), Some("image"));
        assert_eq!(meant("abort_signal", &known, aliases), Some("signal"));
        assert_eq!(meant("apiKey", &known, aliases), None, "what is not there is not offered");
        assert_eq!(meant("timeouts", &known, aliases), Some("timeout"));
        assert_eq!(meant("something", &known, aliases), None);
        assert_eq!(sentence("a", "option", Some("b"), &[]), "a is no option: did you mean b?");
        assert_eq!(sentence("a", "option", None, &["b", "c"]), "a is no option. There are b, c.");
    }
}
