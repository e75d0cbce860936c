//! Detects text in place of media. Proxies, and a service that fails late, send messages with a success
//! status.

use crate::error::{Code, Error};
use crate::wire::write::quote;

/// Longer texts are not read: a failure has a short message.
const MOST_BYTES: usize = 64 << 10;
/// Bytes of markup that are read to identify it.
const HEAD: usize = 1024;

/// A byte that is never in text: a control character.
pub fn is_no_text(byte: u8) -> bool {
    byte < 0x20 && !byte.is_ascii_whitespace() || byte == 0x7F
}

/// True if the bytes are text, and not a text-based image format. Audio and images contain bytes that are
/// never in text, also raw audio.
pub fn is_text(bytes: &[u8]) -> bool {
    // Bytes that are all equal are silence.
    let is_level = bytes.iter().all(|byte| Some(byte) == bytes.first());
    !is_level
        && !bytes.iter().any(|byte| is_no_text(*byte))
        && std::str::from_utf8(bytes).is_ok()
        && !is_svg(bytes)
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    head.trim_ascii_start().starts_with(b"<") && head.windows(4).any(|word| word == b"<svg")
}

/// The failure in a text as the service's own JSON, if it has a known number.
pub fn report(text: &str) -> Option<String> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let error = Error::from_numbered(text.as_bytes(), None, None, Code::MalformedResponse);
    let number = error.internal_code.filter(|_| error.code != Code::Unknown)?;
    let mut json = r#"{"success":false,"errors":[{"code":"#.to_owned();
    json.push_str(&crate::text::decimal(number.into()));
    json.push_str(r#","message":"#);
    quote(text, &mut json);
    json.push_str("}]}");
    Some(json)
}

/// The error of a text that reports no failure.
pub fn no_media() -> Error {
    Error::new(
        Code::MalformedResponse,
        "The reply is text, where bytes of media were to come. run gives it as it is.",
    )
}

/// True if a text is a URL of media, not base64.
pub fn is_url(text: &str) -> bool {
    let scheme = crate::text::before(text, b':');
    text.get(scheme.len()..).is_some_and(|rest| rest.starts_with("://"))
}

/// The error of media that is only available by URL.
pub fn not_fetched() -> Error {
    Error::new(
        Code::MalformedResponse,
        "The answer has a URL in the place of its media, which is not fetched. run gives it as it is.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_distinguished_from_media() {
        for text in
            ["error code: 1031", "null", "\"queued\"", "<?xml version=\"1.0\"?>\n<Error/>", "h\u{e9}\r\n"]
        {
            assert!(is_text(text.as_bytes()), "{text}");
        }
        let svg =
            b"<?xml version=\"1.0\"?>\n<!-- a --><svg xmlns=\"http://www.w3.org/2000/svg\"/>".as_slice();
        for media in [&[1, 2, 3][..], b"\x89PNG\r\n", &[0x55; 400], &[0x55, 0xD5, 0x54], b"abc\0", svg, b""] {
            assert!(!is_text(media), "{media:?}");
        }
    }

    #[test]
    fn addresses_are_no_media() {
        assert!(is_url("https://a.example/b.png") && is_url("gs://a/b"));
        for text in ["data:image/png;base64,AAAA", "AAAA", "", "AAAA:AAAA", "AAAA:/AAA", "AAAA:"] {
            assert!(!is_url(text), "{text}");
        }
    }

    #[test]
    fn a_failure_is_the_services() {
        let error = |text: &str| {
            let json = report(text)?;
            let error = Error::from_bytes(json.as_bytes(), None);
            Some((error.code, error.internal_code.unwrap_or_default()))
        };
        assert_eq!(error("error code: 1031"), Some((Code::Server, 1031)));
        assert_eq!(error("3040: Capacity temporarily exceeded"), Some((Code::Capacity, 3040)));
        assert_eq!(error("\"3040: \\\"busy\\\"\""), Some((Code::Capacity, 3040)));
        for other in ["null", "\"queued\"", "<Error><Code>1</Code></Error>", "a picture at 10:30", ""] {
            assert_eq!(error(other), None, "{other}");
        }
    }
}
