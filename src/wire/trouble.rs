//! What can go wrong with a reply, and what a caller is told of it.

use super::dialect::{Failure, MAX_TOOL_CALLS, Malformed};
use super::json;
use crate::error::{Code, Error};
use crate::text::{concat, decimal};

/// Why a reply cannot be taken further. The numbers cross the boundary to `pkg-template/stream/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Trouble {
    /// The service said so.
    Service = 0,
    /// Not JSON.
    NotJson = 1,
    /// Nested too deeply.
    TooDeep = 2,
    /// A tool call's index out of bounds.
    ToolIndex = 3,
    /// Not an answer of a text-generation model.
    NoAnswer = 4,
    /// The stream ended early.
    Truncated = 5,
    /// The stream ended without a single event.
    Empty = 6,
    /// An event larger than allowed.
    TooLarge = 7,
    /// A tool call's arguments are not JSON.
    ToolArguments = 8,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Service(..) => Trouble::Service,
            Failure::Malformed(Malformed::NotJson) => Trouble::NotJson,
            Failure::Malformed(Malformed::TooDeep) => Trouble::TooDeep,
            Failure::Malformed(Malformed::ToolIndex) => Trouble::ToolIndex,
            Failure::Malformed(Malformed::NoAnswer) => Trouble::NoAnswer,
        }
    }
}

impl Trouble {
    /// What is wrong with bytes that are not acceptable JSON.
    pub fn of(invalid: json::Invalid) -> Trouble {
        Failure::from(invalid).into()
    }

    /// Reads the number that stands in a record.
    pub fn from_number(number: u32) -> Trouble {
        use Trouble::*;
        const ALL: [Trouble; 9] =
            [Service, NotJson, TooDeep, ToolIndex, NoAnswer, Truncated, Empty, TooLarge, ToolArguments];
        ALL.get(number as usize).copied().unwrap_or(NotJson)
    }

    /// The error for the caller. `told` is what the service said of its failure, `limit` the bound that was passed.
    pub fn to_error(self, told: &[u8], limit: u32) -> Error {
        let malformed = |message: &str| Error::new(Code::MalformedResponse, message);
        match self {
            Trouble::Service => Error::from_bytes(told, None, Code::Server),
            Trouble::NotJson => Error::not_json(),
            Trouble::TooDeep => malformed("The reply is nested too deeply."),
            Trouble::ToolIndex => {
                const _: () = assert!(MAX_TOOL_CALLS == 1024, "the sentence says so");
                malformed("The reply has a tool call whose index is not in 0..1023.")
            }
            Trouble::NoAnswer => malformed(
                "The reply is not that of a text-generation model. Check the model id; run takes any model.",
            ),
            Trouble::ToolArguments => malformed(
                "The tool arguments are not JSON; partial has their text. Ask again, or raise max_tokens.",
            ),
            Trouble::Truncated => Error::new(
                Code::Truncated,
                "The stream ended before the answer did: partial has what came. Ask again.",
            ),
            Trouble::Empty => Error::new(Code::Truncated, "The stream ended without an answer. Ask again."),
            Trouble::TooLarge => Error::new(
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
        for number in 0..9 {
            assert_eq!(Trouble::from_number(number) as u32, number);
        }
    }

    #[test]
    fn what_the_service_told_keeps_its_code() {
        let error = Trouble::Service.to_error(br#"{"errors":[{"code":3040,"message":"busy"}]}"#, 0);
        assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)));
        assert_eq!(Trouble::Service.to_error(b"<html>", 0).code, Code::Server);
        let error = Trouble::Service.to_error(b"3040: busy", 0);
        assert_eq!((error.code, error.internal_code, error.status), (Code::Capacity, Some(3040), None));
        let error = Trouble::Service.to_error(br#""error""#, 0);
        assert_eq!(error.message, "The service failed without saying why. Try again.");
    }
}
