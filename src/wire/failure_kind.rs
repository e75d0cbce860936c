//! The kinds of failure that end a stream or an answer, and the error for each.

use super::dialect::{Failure, MAX_TOOL_CALLS, Malformed};
use super::json;
use crate::error::{Code, Error};
use crate::text::{concat, decimal};

/// The reason why a reply cannot be read further. `pkg-template/stream/` uses the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum FailureKind {
    /// The service reported a failure.
    Service = 0,
    /// Not JSON.
    NotJson = 1,
    /// Nested too deeply.
    TooDeep = 2,
    /// The index of a tool call is out of bounds.
    ToolIndex = 3,
    /// Not an answer of a text-generation model.
    NoAnswer = 4,
    /// The stream ended early.
    Truncated = 5,
    /// The stream ended without a single event.
    Empty = 6,
    /// An event exceeds the limit.
    TooLarge = 7,
    /// A tool call's arguments are not JSON.
    ToolArguments = 8,
    /// A web page.
    Page = 9,
    /// Tool calls without a name, or in a form that cannot be read.
    ToolCalls = 10,
}

/// The message for a web page in place of an answer.
pub const PAGE: &str = "A web page came instead of an answer. Check baseURL.";

impl From<Failure> for FailureKind {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Service(..) => FailureKind::Service,
            Failure::Malformed(Malformed::NotJson) => FailureKind::NotJson,
            Failure::Malformed(Malformed::TooDeep) => FailureKind::TooDeep,
            Failure::Malformed(Malformed::ToolIndex) => FailureKind::ToolIndex,
            Failure::Malformed(Malformed::ToolCalls) => FailureKind::ToolCalls,
            Failure::Malformed(Malformed::NoAnswer) => FailureKind::NoAnswer,
        }
    }
}

impl FailureKind {
    /// The failure for bytes that are not acceptable JSON.
    pub fn of(invalid: json::Invalid) -> FailureKind {
        Failure::from(invalid).into()
    }

    /// Reads the number in a record.
    pub fn from_number(number: u32) -> FailureKind {
        use FailureKind::*;
        const ALL: [FailureKind; 11] = [
            Service,
            NotJson,
            TooDeep,
            ToolIndex,
            NoAnswer,
            Truncated,
            Empty,
            TooLarge,
            ToolArguments,
            Page,
            ToolCalls,
        ];
        ALL.get(number as usize).copied().unwrap_or(NotJson)
    }

    /// The error for the caller. `text` is the service's description of its failure, `limit` the bound that
    /// was exceeded.
    pub fn to_error(self, text: &[u8], limit: u32) -> Error {
        let malformed = |message: &str| Error::new(Code::MalformedResponse, message);
        match self {
            FailureKind::Service => Error::from_bytes(text, None),
            FailureKind::NotJson => Error::not_json(),
            FailureKind::TooDeep => malformed("The reply is nested too deeply."),
            FailureKind::ToolIndex => {
                const _: () = assert!(MAX_TOOL_CALLS == 1024, "the sentence says so");
                malformed("The reply has a tool call whose index is not in 0..1023.")
            }
            FailureKind::NoAnswer => malformed(
                "The reply is not that of a text-generation model. Check the model id; run takes any model.",
            ),
            FailureKind::ToolArguments => malformed(
                "The tool arguments are not JSON; partial has their text. Ask again, or raise max_tokens.",
            ),
            FailureKind::ToolCalls => {
                malformed("The reply has a tool call without a name, or calls as a text. Ask again.")
            }
            FailureKind::Truncated => Error::new(
                Code::Truncated,
                "The stream ended before the answer did: partial has what came. Ask again.",
            ),
            FailureKind::Page => malformed(PAGE),
            FailureKind::Empty => {
                Error::new(Code::Truncated, "The stream ended without an answer. Ask again.")
            }
            FailureKind::TooLarge => Error::new(
                Code::TooLarge,
                concat(&[
                    "An event of the stream is larger than ",
                    &decimal(limit.into()),
                    " bytes. Allow more with maxEventBytes.",
                ]),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_went() {
        for number in 0..11 {
            assert_eq!(FailureKind::from_number(number) as u32, number);
        }
    }

    #[test]
    fn what_the_service_reports_keeps_its_code() {
        let error = FailureKind::Service.to_error(br#"{"errors":[{"code":3040,"message":"busy"}]}"#, 0);
        assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)));
        assert_eq!(FailureKind::Service.to_error(b"<html>", 0).code, Code::Server);
        let error = FailureKind::Service.to_error(b"3040: busy", 0);
        assert_eq!((error.code, error.internal_code, error.status), (Code::Capacity, Some(3040), None));
        let error = FailureKind::Service.to_error(br#""error""#, 0);
        assert_eq!(error.message, "The service failed without saying why. Try again.");
    }
}
