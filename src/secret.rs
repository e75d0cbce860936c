//! Secrets: a string type whose debug form is hidden, and the removal of known secrets from texts.

use std::fmt;

use crate::input_redaction::with_decoded;
use crate::kernel::base64::{group, value_of};
use crate::text::{find, is_blank, is_word, lossy, split_first};

/// Replaces a secret.
pub const REDACTED: &str = "[redacted]";

/// Shorter strings are not searched for: they occur in ordinary words.
const MIN_LEN: usize = 4;

/// Longer messages are compared without decoding.
const MOST_DECODED: usize = 4096;

/// Shorter parts of a secret are names and settings.
const MIN_PART_LEN: usize = 8;

/// The same for a cookie's value.
const MIN_VALUE_LEN: usize = 6;

/// A truncated message may end within a secret: a beginning of at least this many bytes, and a quarter of the
/// secret, is hidden. A shorter one may be a prefix that all tokens of a kind have.
const MIN_BEGINNING: usize = 8;

/// A secret string; its debug form is hidden.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[inline(never)]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to be sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Removes the token after `Bearer`, and the encoded name and password after `Basic`, after any number of
/// spaces. The characters of escapes belong to a token.
fn redact_schemes(text: String) -> String {
    // ASCII lower case preserves all offsets.
    let lower = text.to_ascii_lowercase();
    let mut hidden = vec![false; text.len()];
    for (scheme, is_credential) in [("bearer", is_token as fn(&str) -> bool), ("basic", is_pair)] {
        let mut at = 0;
        while let Some(found) = find(&lower, scheme, at) {
            at = found + scheme.len();
            let rest = text.get(at..).unwrap_or_default();
            let start = at + rest.len() - rest.trim_start_matches(is_blank).len();
            let token = text.get(start..).unwrap_or_default();
            let len = token.bytes().position(|byte| !is_word(byte, b"-._~+/=\\%")).unwrap_or(token.len());
            let token = token.get(..len).unwrap_or_default();
            if start > at
                && is_credential(token)
                && let Some(range) = hidden.get_mut(start..start + len)
            {
                range.fill(true);
            }
        }
    }
    without(&text, &hidden)
}

/// True for a token; shorter words are not tokens.
fn is_token(token: &str) -> bool {
    token.len() >= 8
}

/// True for `name:password` in base64.
fn is_pair(token: &str) -> bool {
    from_base64(token).is_some_and(|pair| pair.contains(':'))
}

/// A text without secrets; see [`Hidden`].
pub fn redact(text: &str, secrets: &[Secret]) -> String {
    let mut hidden = Hidden::default();
    secrets.iter().for_each(|secret| hidden.add(secret.expose()));
    hidden.out_of(text)
}

/// The texts that no message of a call may contain.
#[derive(Clone, Default)]
pub struct Hidden {
    /// As they are: comparisons ignore the case, for a message may quote a header in another one.
    forms: Vec<String>,
    /// Not a secret, and hidden only as a whole.
    account: Option<String>,
}

/// Shorter messages cannot contain a secret in base64 or in hexadecimal digits.
const MIN_ENCODED_LEN: usize = 8;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Hidden {
    /// Hides a text and its parts: a message may quote a token without its scheme (`Bearer …`), a cookie's
    /// value without its name, or a truncated value.
    pub fn add(&mut self, secret: &str) {
        self.parts(secret);
    }

    /// Hides the caller's account id: it is not a secret, but messages may be passed on to other users.
    pub fn set_account(&mut self, id: Option<String>) {
        self.account = id;
    }

    fn parts(&mut self, secret: &str) {
        self.form(secret, MIN_LEN);
        let mut words = secret.split(is_blank).filter(|word| !word.is_empty());
        if let (Some(scheme), Some(token), None) = (words.next(), words.next(), words.next())
            && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            self.form(token, MIN_LEN);
            if let Some(decoded) = from_base64(token) {
                self.form(&decoded, MIN_VALUE_LEN);
                if let Some((_, password)) = split_first(&decoded, b':') {
                    self.form(password, MIN_VALUE_LEN);
                }
            }
        }
        for part in secret.split(is_blank) {
            self.form(part, MIN_PART_LEN);
            for field in part.split([';', ',']) {
                self.form(field, MIN_PART_LEN);
                if let Some((_, value)) = split_first(field, b'=') {
                    self.form(trim_quotes(value), MIN_VALUE_LEN);
                    // A percent-encoded value may be quoted decoded.
                    if value.contains('%') {
                        let read = Read::new(trim_quotes(value), true).bytes;
                        self.form(&lossy(&read), MIN_VALUE_LEN);
                    }
                }
            }
        }
    }

    fn form(&mut self, form: &str, least: usize) {
        if form.len() >= least && !self.forms.iter().any(|known| known == form) {
            self.forms.push(form.to_owned());
        }
    }

    /// Removes all of these from a message, and whatever follows `Bearer`.
    pub fn out_of(&self, message: &str) -> String {
        let mut hidden = vec![false; message.len()];
        let encoded = if message.len() < MIN_ENCODED_LEN { Vec::new() } else { self.encoded() };
        for read in [Read::new(message, false), Read::new(message, true), Read::decoded(message)] {
            for form in self.forms.iter().chain(&encoded) {
                read.mark(form.as_bytes(), least_of(form.as_bytes()), &mut hidden);
            }
            if let Some(id) = &self.account {
                read.mark(id.as_bytes(), id.len(), &mut hidden);
            }
        }
        redact_schemes(without(message, &hidden))
    }
}

impl Hidden {
    /// The secrets, and their parts, in base64 and in hexadecimal digits.
    fn encoded(&self) -> Vec<String> {
        let mut all = Vec::new();
        for form in self.forms.iter().filter(|form| form.len() >= MIN_PART_LEN) {
            // The text before a token shifts it relative to the groups of three bytes.
            all.extend((0..3).map(|by| to_base64(form.as_bytes().get(by..).unwrap_or_default())));
            all.push(to_hexadecimal(form.as_bytes()));
        }
        all
    }
}

/// Base64 without its end, which depends on the bytes that follow.
fn to_base64(bytes: &[u8]) -> String {
    bytes.chunks_exact(3).flat_map(group).map(char::from).collect()
}

fn to_hexadecimal(bytes: &[u8]) -> String {
    let digit = |digit: u8| char::from_digit(u32::from(digit), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Decodes base64; none if it is invalid or not text.
fn from_base64(text: &str) -> Option<String> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | u32::from(value_of(byte)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

/// A message, decoded.
struct Read {
    bytes: Vec<u8>,
    /// The range of bytes of the message that each byte was decoded from.
    origins: Vec<(usize, usize)>,
}

impl Read {
    /// `escaped`: `%2F` is decoded to its byte.
    fn new(message: &str, escaped: bool) -> Self {
        let source = message.as_bytes();
        let (mut bytes, mut origins, mut at) = (Vec::new(), Vec::new(), 0);
        while let Some(&byte) = source.get(at) {
            let meant = source.get(at + 1..at + 3).filter(|_| escaped && byte == b'%').and_then(hexadecimal);
            bytes.push(meant.unwrap_or(byte));
            let next = if meant.is_some() { at + 3 } else { at + 1 };
            origins.push((at, next));
            at = next;
        }
        Self { bytes, origins }
    }

    /// With escapes of JSON and others resolved, and base64 decoded.
    fn decoded(message: &str) -> Self {
        let (forms, origins) =
            if message.len() < MOST_DECODED { with_decoded(message) } else { Default::default() };
        let origins = origins.into_iter().map(|(from, to)| (from.into(), to.into())).collect();
        Self { bytes: forms.into_bytes(), origins }
    }

    /// Marks the bytes of the message that contain a secret, or at least `least` bytes of its beginning.
    fn mark(&self, secret: &[u8], least: usize, hidden: &mut [bool]) {
        for at in 0..self.bytes.len() {
            let here = self.bytes.get(at..).unwrap_or_default();
            let shared = here.iter().zip(secret).take_while(|(a, b)| folded(**a) == folded(**b)).count();
            if shared < least {
                continue;
            }
            let origins = self.origins.get(at..at + shared).unwrap_or_default();
            if let (Some((from, _)), Some((_, to))) = (origins.first(), origins.last())
                && let Some(range) = hidden.get_mut(*from..*to)
            {
                range.fill(true);
            }
        }
    }
}

/// A byte without its case, and in one of the two alphabets of base64.
fn folded(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte.to_ascii_lowercase(),
    }
}

/// The length of a secret's beginning that identifies it. A beginning with a space in it would be a scheme.
fn least_of(secret: &[u8]) -> usize {
    let is_word = !secret.contains(&b' ') && secret.len() > MIN_BEGINNING;
    if is_word { MIN_BEGINNING.max(secret.len() / 4) } else { secret.len() }
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let [high, low] = digits else { return None };
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

/// The message with one placeholder for each run of hidden bytes. A character is hidden if any of its bytes
/// is.
fn without(message: &str, hidden: &[bool]) -> String {
    let mut clean = String::with_capacity(message.len());
    let mut was_hidden = false;
    for (at, character) in message.char_indices() {
        let is_hidden = hidden.get(at..at + character.len_utf8()).is_some_and(|bytes| bytes.contains(&true));
        match (is_hidden, was_hidden) {
            (false, _) => clean.push(character),
            (true, false) => clean.push_str(REDACTED),
            (true, true) => {}
        }
        was_hidden = is_hidden;
    }
    clean
}

fn trim_quotes(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::concat;

    #[test]
    fn debug_does_not_show_it() {
        assert_eq!(format!("{:?}", Secret::new("very-secret")), REDACTED);
    }

    fn hiding(secrets: &[&str]) -> Hidden {
        let mut hidden = Hidden::default();
        secrets.iter().for_each(|secret| hidden.add(secret));
        hidden
    }

    #[test]
    fn known_secrets_go_wherever_they_stand() {
        let hidden = hiding(&["tok_abc", "tok_abcdef", "a"]);
        assert_eq!(hidden.out_of("x tok_abcdef y tok_abc"), "x [redacted] y [redacted]");
        assert_eq!(hidden.out_of("a plain text"), "a plain text");
        assert!(!format!("{hidden:?}").contains("tok"));
    }

    #[test]
    fn the_account_goes_as_a_whole() {
        let mut hidden = Hidden::default();
        hidden.set_account(Some("0123456789ABCDEF".to_owned()));
        assert_eq!(hidden.out_of("at /0123456789abcdef/ai"), "at /[redacted]/ai");
        assert_eq!(hidden.out_of("no call_0123456789ab"), "no call_0123456789ab");
    }

    #[test]
    fn bearer_tokens_go_even_when_unknown() {
        let hidden = Hidden::default();
        assert_eq!(hidden.out_of("got Bearer abc.DEF-123_x, sorry"), "got Bearer [redacted], sorry");
        assert_eq!(hidden.out_of("BEARER abcdefgh"), "BEARER [redacted]");
        assert_eq!(hidden.out_of("a bearer token"), "a bearer token");
        assert_eq!(hidden.out_of("bearer é bearer "), "bearer é bearer ");
    }

    #[test]
    fn a_token_goes_without_its_scheme() {
        for (secret, token) in [
            ("Bearer gw-1", "gw-1"),
            ("bearer  gw-12", "gw-12"),
            ("Token gw-123456789", "gw-123456789"),
            ("Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ] {
            assert_eq!(
                hiding(&[secret]).out_of(&concat(&["it was ", token, "!"])),
                "it was [redacted]!",
                "{secret}"
            );
        }
    }

    #[test]
    fn a_cookie_goes_without_its_name() {
        let hidden = hiding(&["sid=s3cr3t; theme=dark;auth=\"q.w-e:r;\"; b64=abcdefgh=="]);
        assert_eq!(hidden.out_of("no session s3cr3t"), "no session [redacted]");
        assert_eq!(hidden.out_of("abcdefgh== is over"), "[redacted] is over");
        assert_eq!(hidden.out_of("the theme is dark"), "the theme is dark");
    }

    #[test]
    fn a_beginning_goes_as_well() {
        let hidden = hiding(&["Bearer tok_0123456789abcdef"]);
        assert_eq!(hidden.out_of("bad token tok_01234…"), "bad token [redacted]…");
        assert_eq!(hidden.out_of("bad token tok_0123456789abcde"), "bad token [redacted]");
        assert_eq!(hidden.out_of("tokens begin with tok_"), "tokens begin with tok_");
        assert_eq!(hidden.out_of("use a bearer token"), "use a bearer token");
    }

    #[test]
    fn escapes_and_other_letters_hide_nothing() {
        let hidden = hiding(&["tok/é+0123456789=="]);
        assert_eq!(hidden.out_of("?t=tok%2F%C3%A9%2b0123456789%3D%3D&x"), "?t=[redacted]&x");
        assert_eq!(hidden.out_of("TOK/é+0123456789=="), "[redacted]");
        assert_eq!(hidden.out_of("100%"), "100%");
        assert_eq!(hiding(&["a%20b%2Fc"]).out_of("it is a%20b%2Fc"), "it is [redacted]");
    }

    #[test]
    fn other_codes_hide_nothing() {
        let token = "sk-Abc/DEF+ghi=123~XYZ.456_789";
        let bearer = hiding(&[&format!("Bearer {token}")]);
        let base64 = "c2stQWJjL0RFRitnaGk9MTIzflhZWi40NTZfNzg5";
        assert_eq!(bearer.out_of(&format!("it was {base64}, yes")), "it was [redacted], yes");
        let hex: String = token.bytes().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(bearer.out_of(&format!("it was {hex}!")), "it was [redacted]!");
        let basic = hiding(&["Basic dXNlcjpzay1BYmMvREVGK2doaT0xMjM="]);
        assert_eq!(basic.out_of("sk-Abc/DEF+ghi=123 is wrong"), "[redacted] is wrong");
        let cookie = hiding(&["session=sk-Abc%2FDEF%2Bghi; theme=a"]);
        assert_eq!(cookie.out_of("no session sk-Abc/DEF+ghi"), "no session [redacted]");
    }

    #[test]
    fn escapes_of_json_hide_nothing() {
        let hidden = hiding(&["Bearer tok_abc_0123456789"]);
        for quoted in [
            r"tok\u005fabc\u005F0123456789",
            r"tok\\u005fabc_0123456789",
            r"\u0074\u006f\u006b_abc_0123456789",
            r"tok\x5fabc_0123456789",
            "tok&#95;abc_0123456789",
        ] {
            let clean = hidden.out_of(&format!("the token \"{quoted}\" is wrong"));
            assert_eq!(clean, "the token \"[redacted]\" is wrong", "{quoted}");
        }
        // A token that was not added.
        let clean = Hidden::default().out_of(r"sent Bearer abc\u005fdef\u005fghi, sorry");
        assert_eq!(clean, "sent Bearer [redacted], sorry");
    }

    #[test]
    fn credentials_of_every_scheme_go() {
        for (secret, shown) in [
            ("bearer   gw-123456789", "gw-123456789"),
            ("BEARER \tgw-123456789", "gw-123456789"),
            (
                "Digest username=\"ada lovelace\", realm=\"r\", nonce=\"n0nce-123456\", response=\"6629fae49393a05397450978507c4ef1\"",
                "6629fae49393a05397450978507c4ef1",
            ),
            ("Digest username=\"ada\", nonce=\"n0nce-123456\"", "n0nce-123456"),
            ("basic  dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
            ("Basic   dXNlcjpwYXNzd29yZA==", "user:password"),
        ] {
            let hidden = hiding(&[secret]);
            assert_eq!(hidden.out_of(&format!("it was {shown}!")), "it was [redacted]!", "{secret}");
            for before in ["", "x", "xy"] {
                let text = format!("{before}{shown}").bytes().collect::<Vec<_>>();
                let base64 = text.chunks(3).flat_map(group).map(char::from).collect::<String>();
                let clean = hidden.out_of(&format!("it was {base64}"));
                assert!(!clean.contains(&base64[4..12]), "{secret}: {clean}");
                let clean = hidden.out_of(&base64.replace('+', "-").replace('/', "_"));
                assert!(!clean.contains(&base64[4..12]), "{secret}: {clean}");
            }
        }
        let hidden = Hidden::default();
        assert_eq!(hidden.out_of("got bearer   abc.DEF-123_x, sorry"), "got bearer   [redacted], sorry");
        assert_eq!(hidden.out_of("Basic dXNlcjpwYXNz is old"), "Basic [redacted] is old");
        assert_eq!(hidden.out_of("basic authentication is off"), "basic authentication is off");
    }

    #[test]
    fn hidden_texts_are_removed() {
        let mut hidden = Hidden::default();
        hidden.add("tok_abc");
        assert_eq!(hidden.out_of("it was tok_abc"), "it was [redacted]");
    }

    #[test]
    fn a_secret_with_blanks_goes_in_parts_as_well() {
        let mut hidden = Hidden::default();
        hidden.add("sid=0123456789;  theme=a");
        assert_eq!(hidden.out_of("it was sid=0123456789;  theme=a"), "it was [redacted]");
        assert_eq!(hidden.out_of("it was sid=0123456789; theme=a"), "it was [redacted] theme=a");
        assert_eq!(hidden.out_of("it was sid=0123456789;…"), "it was [redacted]…");
        let mut hidden = Hidden::default();
        hidden.add("Basic dXNlcjpwYXNz");
        assert_eq!(hidden.out_of("Basic means dXNlcjpwYXNz"), "Basic means [redacted]");
    }
}
