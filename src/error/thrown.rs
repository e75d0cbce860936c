//! Parses exceptions of a binding or a fetch: they have a name and a message, and no status.

use super::{Code, Error};
use crate::text::{concat, contains_word};

impl Error {
    /// Parses an exception of the binding: its message is `"<number>: <description>"` if it is from the
    /// service. `number` is the exception's own `code`, which some bindings set instead; it counts if the
    /// service's table contains it.
    pub fn from_thrown(name: &str, message: &str, number: Option<u32>) -> Self {
        match name {
            "AbortError" => return Self::new(Code::Aborted, "The binding gave up the request."),
            "TimeoutError" => {
                return Self::new(Code::Timeout, "The binding's request took too long. Try again.");
            }
            // A binding that parses the answer itself; the message quotes it.
            "SyntaxError" => return Self::not_json(),
            _ => {}
        }
        let number = number.filter(|number| crate::codes::find(*number).is_some());
        Self::from_numbered(message.as_bytes(), number, kind_of_words(name, message))
    }

    /// Parses an exception of another function of the binding.
    pub fn from_member(member: &str, name: &str, message: &str, number: Option<u32>) -> Self {
        let mut error = Self::from_thrown(name, message, number);
        match name {
            // The gateway's functions have a name for this failure only.
            "AiGatewayLogNotFound" => {
                error.code = Code::NotFound;
                error.status = Some(404);
            }
            // All functions of the binding but `run` throw these names for any error of the service; without
            // a number the cause is unknown.
            "AiInternalError" | "AiGatewayInternalError" | "SyntaxError" if error.internal_code.is_none() => {
                let words = if name == "SyntaxError" { "" } else { message };
                error = Self::from_thrown("InferenceUpstreamError", words, None);
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

    #[test]
    fn a_number_before_a_colon_is_the_services() {
        let error = Error::from_thrown("AiError", "5007: No such model @cf/x/y or task", None);
        assert_eq!((error.code, error.internal_code), (Code::ModelNotFound, Some(5007)));
        let error = Error::from_thrown(
            "InferenceUpstreamError",
            "3040: Capacity temporarily exceeded, please try again.",
            None,
        );
        assert_eq!((error.code, error.retryable()), (Code::Capacity, true));
        assert_eq!(Error::from_thrown("Error", "59999: what", None).internal_code, Some(59999));
    }

    #[test]
    fn a_known_number_counts_wherever_it_is() {
        for (message, number) in
            [("x", Some(3040)), ("12345: ctx 3040: out of capacity", None), ("3040: x", Some(20))]
        {
            let error = Error::from_thrown("Error", message, number);
            assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)), "{message}");
        }
        // The numbers of a DOMException are not the service's.
        assert_eq!(Error::from_thrown("Error", "x", Some(20)).internal_code, None);
    }

    #[test]
    fn words_without_a_number() {
        assert_eq!(Error::from_thrown("Error", "Network connection lost.", None).code, Code::Network);
        assert_eq!(Error::from_thrown("TypeError", "Failed to fetch", None).code, Code::Network);
        assert_eq!(Error::from_thrown("AiInternalError", "two streams", None).code, Code::InvalidInput);
        assert_eq!(Error::from_thrown("InferenceUpstreamError", "internal error", None).code, Code::Server);
        assert_eq!(Error::from_thrown("TypeError", "x is not a function", None).code, Code::Unknown);
        assert_eq!(Error::from_thrown("AbortError", "", None).code, Code::Aborted);
        assert_eq!(
            Error::from_thrown("Error", "Network connection lost.", None).message,
            "Network connection lost. Try again."
        );
    }

    #[test]
    fn a_whole_body_as_the_words() {
        let error =
            Error::from_thrown("InferenceUpstreamError", r#"{"code":2021,"message":"No credits"}"#, None);
        assert_eq!((error.code, error.internal_code), (Code::PaymentRequired, Some(2021)));
        let error =
            Error::from_thrown("InferenceUpstreamError", "<!DOCTYPE html><p>internal error</p>", None);
        assert_eq!(error.code, Code::Server);
        assert!(!error.message.contains('<'), "{}", error.message);
    }

    #[test]
    fn an_answer_that_cannot_be_parsed_is_not_quoted() {
        let error = Error::from_thrown(
            "SyntaxError",
            r#"Unexpected token 's', "secret an"... is not valid JSON"#,
            None,
        );
        assert_eq!(error.code, Code::MalformedResponse);
        assert!(!error.message.contains("secret"), "{}", error.message);
    }
}
