//! The reason and the position of a decoding failure.

use crate::error::{Code, Error};
use crate::tasks::media_text::not_fetched;
use crate::text::{concat, decimal};

/// The reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not JSON.
    NotJson,
    /// JSON that is nested deeper than [`crate::wire::json::MAX_DEPTH`].
    TooDeep,
    /// A value other than a number among the numbers.
    NotNumber,
    /// A number with more digits than models send.
    LongNumber,
    /// A character outside of the alphabet of base64, or misplaced padding.
    NotBase64,
    /// A URL in place of base64: a colon and two slashes.
    Url,
    /// A data URL whose data is not base64.
    NotBase64Url,
    /// Unexpected end of input.
    Unfinished,
}

/// A [`Kind`] and its position: the offset of the byte in the whole input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The reason.
    pub kind: Kind,
    /// The position.
    pub at: u64,
}

impl Fault {
    /// The error for a reply.
    pub fn in_reply(self) -> Error {
        let (what, advice) = match self.kind {
            Kind::NotJson => ("The reply is not JSON", "Ask again."),
            Kind::TooDeep => ("The reply is nested too deeply", "Ask again."),
            Kind::NotNumber => ("The reply has something else than a number among its numbers", "Ask again."),
            Kind::LongNumber => ("The reply has a number of more digits than any number has", "Ask again."),
            Kind::NotBase64 => ("The reply's data is not base64", "Ask again."),
            Kind::Url => return not_fetched(),
            Kind::NotBase64Url => ("The reply has a data URL without base64", "run gives it as it is."),
            Kind::Unfinished => ("The reply ends too early", "Ask again."),
        };
        Error::new(Code::MalformedResponse, self.sentence(what, advice))
    }

    /// The error for an input.
    pub fn in_input(self, field: &str) -> Error {
        let (what, advice) = match self.kind {
            Kind::NotBase64Url => {
                ("the data URL has no base64", "Give base64, a data URL with ;base64, or bytes.")
            }
            Kind::Unfinished => ("the base64 ends too early", "Give all of it, or bytes."),
            Kind::Url => {
                ("the text is an address, which is not fetched", "Give the Response of a fetch, or bytes.")
            }
            _ => (
                "the text is not base64",
                "Give base64, a data URL, or bytes; the path of a file is not read.",
            ),
        };
        Error::invalid(field, &concat(&[field, ": ", &self.sentence(what, advice)]))
    }

    fn sentence(self, what: &str, advice: &str) -> String {
        let at = decimal(i64::try_from(self.at).unwrap_or(i64::MAX));
        concat(&[what, " (at byte ", &at, "). ", advice])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_in_the_message() {
        let fault = Fault { kind: Kind::NotBase64, at: 5_000_000_000 };
        let error = fault.in_reply();
        assert_eq!(error.code, Code::MalformedResponse);
        assert_eq!(error.message, "The reply's data is not base64 (at byte 5000000000). Ask again.");
        let error = fault.in_input("audio");
        assert_eq!((error.code, error.field.as_deref()), (Code::InvalidInput, Some("audio")));
    }
}
