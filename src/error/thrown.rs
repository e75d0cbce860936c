//! Parses exceptions of a binding or a fetch: they have a name and a message, and no status.

use super::{Code, Error};
use crate::text::{concat, contains_word};

/// An exception.
#[derive(Debug, Default)]
pub struct Thrown {
    /// Its name.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its own `code`, which some bindings set instead of a number in the message; it counts if the service's
    /// table contains it.
    pub number: Option<u32>,
    /// Its own HTTP status.
    pub status: Option<u16>,
}

/// Limit of the errors that are read, each the cause of the one before.
pub const MOST_CAUSES: usize = 4;

impl Error {
    /// Parses an exception of the binding, and its causes: its message is `"<number>: <description>"` if it
    /// is from the service. The first error with a known number counts, else the first one with a known code.
    pub fn from_thrown(causes: &[Thrown]) -> Self {
        let mut errors = causes.iter().take(MOST_CAUSES).map(Self::from_one);
        let mut best = errors.next().unwrap_or_else(|| Self::from_one(&Thrown::default()));
        let is_known = |error: &Self| error.internal_code.and_then(crate::codes::find).is_some();
        for error in errors {
            if is_known(&best) || matches!(best.code, Code::Aborted | Code::Timeout) {
                break;
            }
            if is_known(&error) || best.code == Code::Unknown && error.code != Code::Unknown {
                best = error;
            }
        }
        best
    }

    fn from_one(thrown: &Thrown) -> Self {
        let Thrown { name, message, number, status } = thrown;
        match name.as_str() {
            "AbortError" => return Self::new(Code::Aborted, "The binding gave up the request."),
            "TimeoutError" => {
                return Self::new(Code::Timeout, "The binding's request took too long. Try again.");
            }
            // A binding that parses the answer itself; the message quotes it.
            "SyntaxError" => return Self::not_json(),
            _ => {}
        }
        let number = number.filter(|number| crate::codes::find(*number).is_some());
        let status = status.filter(|status| (400..600).contains(status));
        Self::from_numbered(message.as_bytes(), number, status, kind_of_words(name, message))
    }

    /// Parses an exception of another function of the binding.
    pub fn from_member(member: &str, causes: &[Thrown]) -> Self {
        let mut error = Self::from_thrown(causes);
        let Some(Thrown { name, message, .. }) = causes.first() else { return error };
        match name.as_str() {
            // The gateway's functions have a name for this failure only.
            "AiGatewayLogNotFound" => {
                error.code = Code::NotFound;
                error.status = Some(404);
            }
            // All functions of the binding but `run` throw these names for any error of the service; without
            // a number the cause is unknown.
            "AiInternalError" | "AiGatewayInternalError" | "SyntaxError" if error.internal_code.is_none() => {
                let message = if name == "SyntaxError" { String::new() } else { message.clone() };
                let name = "InferenceUpstreamError".to_owned();
                error = Self::from_one(&Thrown { name, message, ..Thrown::default() });
                if error.code == Code::Unknown {
                    error.code = Code::Server;
                }
            }
            "TypeError" => {
                error.message = concat(&[&error.message, " Look at the binding's function ", member, "."]);
            }
            _ => {}
        }
        error
    }

    /// A fetch without a reply. `reason` is the system's code, such as `ECONNREFUSED`.
    pub fn unreachable(host: &str, reason: Option<&str>) -> Self {
        let (open, reason, close) = reason.map_or(("", "", ""), |reason| (" (", reason, ")"));
        let advice = ". Check the network and the address; `cause` has the original error.";
        Self::new(Code::Network, concat(&[host, " could not be reached", open, reason, close, advice]))
    }
}

fn kind_of_words(name: &str, message: &str) -> Code {
    if name == "AiInternalError" {
        // The binding's own validation of its arguments.
        Code::InvalidInput
    } else if contains_word(message, "network connection lost")
        // "fetch failed" and "Failed to fetch".
        || contains_word(message, "fetch") && contains_word(message, "failed")
    {
        Code::Network
    } else if contains_word(message, "internal server error") || contains_word(message, "internal error") {
        Code::Server
    } else {
        Code::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, message: &str, number: Option<u32>) -> Thrown {
        Thrown { name: name.to_owned(), message: message.to_owned(), number, status: None }
    }

    fn thrown(name: &str, message: &str, number: Option<u32>) -> Error {
        Error::from_thrown(&[of(name, message, number)])
    }

    #[test]
    fn causes_say_what_the_error_does_not() {
        let with_status = |status| Thrown { status: Some(status), ..of("Error", "no", None) };
        let all = |causes: Vec<Thrown>| {
            let error = Error::from_thrown(&causes);
            (error.code, error.internal_code, error.status)
        };
        let outer = || of("Error", "it broke", None);
        let busy = || of("Error", "out of capacity", Some(3040));
        assert_eq!(all(vec![outer(), busy()]), (Code::Capacity, Some(3040), None));
        assert_eq!(all(vec![outer(), outer(), of("", "3040: x", None)]), (Code::Capacity, Some(3040), None));
        assert_eq!(all(vec![outer(), with_status(429)]), (Code::RateLimited, None, Some(429)));
        assert_eq!(all(vec![with_status(401)]), (Code::Auth, None, Some(401)));
        assert_eq!(all(vec![with_status(200)]), (Code::Unknown, None, None));
        // A number takes precedence over words, and an error over its causes.
        assert_eq!(all(vec![of("Error", "internal error", None), busy()]).0, Code::Capacity);
        assert_eq!(all(vec![of("Error", "5007: no", None), busy()]).0, Code::ModelNotFound);
        assert_eq!(all(vec![of("AbortError", "", None), busy()]).0, Code::Aborted);
        assert_eq!(all(vec![outer(), of("TimeoutError", "", None)]).0, Code::Timeout);
        assert_eq!(all(vec![]).0, Code::Unknown);
        let error = Error::from_thrown(&[outer(), of("Error", "Network connection lost.", None)]);
        assert_eq!(error.message, "Network connection lost. Try again.");
    }

    #[test]
    fn a_number_before_a_colon_is_the_services() {
        let error = thrown("AiError", "5007: No such model @cf/x/y or task", None);
        assert_eq!((error.code, error.internal_code), (Code::ModelNotFound, Some(5007)));
        let error =
            thrown("InferenceUpstreamError", "3040: Capacity temporarily exceeded, please try again.", None);
        assert_eq!((error.code, error.retryable()), (Code::Capacity, true));
        assert_eq!(thrown("Error", "59999: what", None).internal_code, Some(59999));
    }

    #[test]
    fn a_known_number_counts_wherever_it_is() {
        for (message, number) in
            [("x", Some(3040)), ("12345: ctx 3040: out of capacity", None), ("3040: x", Some(20))]
        {
            let error = thrown("Error", message, number);
            assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)), "{message}");
        }
        // The numbers of a DOMException are not the service's.
        assert_eq!(thrown("Error", "x", Some(20)).internal_code, None);
    }

    #[test]
    fn words_without_a_number() {
        assert_eq!(thrown("Error", "Network connection lost.", None).code, Code::Network);
        assert_eq!(thrown("TypeError", "Failed to fetch", None).code, Code::Network);
        assert_eq!(thrown("AiInternalError", "two streams", None).code, Code::InvalidInput);
        assert_eq!(thrown("InferenceUpstreamError", "internal error", None).code, Code::Server);
        assert_eq!(thrown("TypeError", "x is not a function", None).code, Code::Unknown);
        assert_eq!(thrown("AbortError", "", None).code, Code::Aborted);
        assert_eq!(
            thrown("Error", "Network connection lost.", None).message,
            "Network connection lost. Try again."
        );
    }

    #[test]
    fn a_whole_body_as_the_words() {
        let error = thrown("InferenceUpstreamError", r#"{"code":2021,"message":"No credits"}"#, None);
        assert_eq!((error.code, error.internal_code), (Code::PaymentRequired, Some(2021)));
        let error = thrown("InferenceUpstreamError", "<!DOCTYPE html><p>internal error</p>", None);
        assert_eq!(error.code, Code::Server);
        assert!(!error.message.contains('<'), "{}", error.message);
    }

    #[test]
    fn an_answer_that_cannot_be_parsed_is_not_quoted() {
        let error = thrown("SyntaxError", r#"Unexpected token 's', "secret an"... is not valid JSON"#, None);
        assert_eq!(error.code, Code::MalformedResponse);
        assert!(!error.message.contains("secret"), "{}", error.message);
    }
}
