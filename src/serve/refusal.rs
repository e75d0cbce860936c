//! Converts a failure to an HTTP reply, in the format from which the caller's SDK creates its error.
//!
//! Both SDKs retry 408, 409, 429 and any status from 500 on, unless the reply has `x-should-retry: false`,
//! and wait according to `retry-after-ms`. So every refusal states whether a retry is useful, which
//! [`Error::retryable`] decides.

use crate::error::{Code, Error};
use crate::text::{concat, decimal};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// The API whose format is used.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `{ error: { message, type, param, code } }`
    #[default]
    OpenAI,
    /// `{ type: "error", error: { type, message } }`
    Anthropic,
}

/// The head of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
}

impl Head {
    /// The head of a successful reply.
    pub fn ok(media_type: &str) -> Self {
        Head { status: 200, headers: vec![("content-type", media_type.to_owned())] }
    }

    /// The head as JSON text: `{ status, headers }`.
    pub fn to_json(&self) -> String {
        Writer::object(|out| {
            out.number("status", self.status.into());
            out.member("headers", |out| self.headers.iter().for_each(|(name, value)| out.text(name, value)));
        })
    }
}

/// The status and the error types of a kind of failure.
struct Meaning {
    status: u16,
    openai: (&'static str, &'static str),
    anthropic: (u16, &'static str),
}

const fn meaning(
    status: u16,
    kind: &'static str,
    code: &'static str,
    anthropic: (u16, &'static str),
) -> Meaning {
    Meaning { status, openai: (kind, code), anthropic }
}

/// Statuses are chosen by the error classes of the SDKs, independent of how the client reaches the service.
fn meaning_of(error: &Error) -> Meaning {
    const REQUEST: &str = "invalid_request_error";
    const SERVER: &str = "server_error";
    const API: &str = "api_error";
    match error.code {
        Code::Capacity => meaning(503, SERVER, "overloaded", (529, "overloaded_error")),
        Code::RateLimited => {
            meaning(429, "rate_limit_error", "rate_limit_exceeded", (429, "rate_limit_error"))
        }
        Code::DailyQuota => {
            meaning(429, "insufficient_quota", "insufficient_quota", (429, "rate_limit_error"))
        }
        Code::PaymentRequired | Code::SpendLimit => {
            meaning(429, "insufficient_quota", "insufficient_quota", (402, "billing_error"))
        }
        Code::Auth => meaning(401, REQUEST, "invalid_api_key", (401, "authentication_error")),
        Code::Forbidden => meaning(403, "permission_error", "forbidden", (403, "permission_error")),
        Code::ModelNotFound => meaning(404, REQUEST, "model_not_found", (404, "not_found_error")),
        Code::ModelDeprecated => meaning(404, REQUEST, "model_deprecated", (404, "not_found_error")),
        Code::NotFound => meaning(404, REQUEST, "not_found", (404, "not_found_error")),
        Code::InvalidInput if error.status == Some(405) => {
            meaning(405, REQUEST, "method_not_allowed", (405, REQUEST))
        }
        Code::InvalidInput => meaning(400, REQUEST, "invalid_value", (400, REQUEST)),
        Code::ContextExceeded => meaning(400, REQUEST, "context_length_exceeded", (400, REQUEST)),
        Code::ContentBlocked => meaning(400, REQUEST, "content_filter", (400, REQUEST)),
        Code::NoObject => meaning(422, REQUEST, "no_object", (422, REQUEST)),
        Code::TooLarge => meaning(413, REQUEST, "too_large", (413, "request_too_large")),
        Code::Timeout => meaning(504, SERVER, "timeout", (504, "timeout_error")),
        // The caller has disconnected.
        Code::Aborted => meaning(499, REQUEST, "aborted", (499, API)),
        Code::Network => meaning(502, SERVER, "network", (502, API)),
        Code::Truncated => meaning(502, SERVER, "truncated", (502, API)),
        Code::MalformedResponse => meaning(502, SERVER, "malformed_response", (502, API)),
        Code::Config => meaning(500, SERVER, "config", (500, API)),
        Code::Server | Code::Internal | Code::StreamConsumed | Code::Unknown => {
            meaning(500, SERVER, "internal_error", (500, API))
        }
    }
}

/// The head of the reply to a failure.
pub fn head(error: &Error, dialect: Dialect) -> Head {
    let Meaning { status, anthropic, .. } = meaning_of(error);
    let status = if dialect == Dialect::Anthropic { anthropic.0 } else { status };
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-should-retry", if error.retryable() { "true" } else { "false" }.to_owned()),
    ];
    if let Some(wait) = error.retry_after_ms.filter(|_| error.retryable()) {
        let wait = wait.clamp(0.0, 1e12) as i64;
        headers.push(("retry-after-ms", decimal(wait)));
        headers.push(("retry-after", decimal((wait + 999) / 1000)));
    }
    if let Some(id) = &error.request_id {
        headers.push(("x-request-id", id.clone()));
        if dialect == Dialect::Anthropic {
            headers.push(("request-id", id.clone()));
        }
    }
    Head { status, headers }
}

/// The body of the reply as JSON text, or the data of a stream's last event.
pub fn body(error: &Error, dialect: Dialect) -> String {
    let Meaning { openai, anthropic, .. } = meaning_of(error);
    Writer::object(|out| match dialect {
        Dialect::OpenAI => out.member("error", |out| {
            out.text("message", &error.message);
            out.text("type", openai.0);
            match &error.field {
                Some(field) => out.text("param", field),
                None => out.raw("param", "null"),
            }
            out.text("code", openai.1);
            // Another client of this package restores the failure from it.
            out.some_number("internalCode", error.internal_code.map(i64::from));
        }),
        Dialect::Anthropic => {
            out.text("type", "error");
            out.member("error", |out| {
                out.text("type", anthropic.1);
                out.text("message", &message_with_field(error));
            });
            out.some_text("request_id", error.request_id.as_deref());
        }
    })
}

/// Anthropic's format has no member for the invalid parameter.
fn message_with_field(error: &Error) -> String {
    match &error.field {
        Some(field) if crate::text::find(&error.message, field, 0).is_none() => {
            concat(&[field, ": ", &error.message])
        }
        _ => error.message.clone(),
    }
}

/// The error code in a failed Response.
pub fn code(error: &Error) -> &'static str {
    meaning_of(error).openai.1
}

/// An error that JavaScript has caught, in the format of `WorkersAIError.toJSON`. Anything else is a fault
/// of this package, and its message is not disclosed.
pub fn caught(thrown: Value<'_>) -> Error {
    let text = |name: &str| thrown.get(name).and_then(|value| value.text());
    let code = text("code").and_then(|code| Code::named(&code));
    let (Some(code), Some(message)) = (code, text("message")) else {
        return Error::new(Code::Internal, "The server has failed inside. Report it.");
    };
    let mut error = Error::new(code, message);
    let whole = |name: &str| thrown.get(name).and_then(|value| value.as_i64());
    error.status = whole("status").and_then(|status| u16::try_from(status).ok());
    error.retry_after_ms = thrown.get("retryAfterMs").and_then(|wait| wait.as_number());
    error.request_id = text("requestId").filter(|id| id.bytes().all(|byte| byte.is_ascii_graphic()));
    error.field = text("field");
    error.internal_code = whole("internalCode").and_then(|number| u32::try_from(number).ok());
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    #[test]
    fn only_what_may_pass_is_retried() {
        for code in Code::ALL {
            let error = Error::new(*code, "words");
            for dialect in [Dialect::OpenAI, Dialect::Anthropic] {
                let head = head(&error, dialect);
                assert!((400..600).contains(&head.status), "{code:?}");
                let should = head.headers.iter().find(|(name, _)| *name == "x-should-retry").unwrap();
                assert_eq!(should.1 == "true", code.retryable(), "{code:?}");
                assert!(json::parse(body(&error, dialect).as_bytes()).is_ok());
            }
        }
    }

    #[test]
    fn what_javascript_has_caught() {
        let thrown = br#"{"name":"WorkersAIError","message":"busy","code":"CAPACITY","status":429,"retryAfterMs":1500,"requestId":"r","internalCode":3040}"#;
        let error = caught(json::parse(thrown).unwrap());
        let head = head(&error, Dialect::OpenAI);
        assert_eq!(head.status, 503);
        assert_eq!(
            head.to_json(),
            r#"{"status":503,"headers":{"content-type":"application/json","x-should-retry":"true","retry-after-ms":"1500","retry-after":"2","x-request-id":"r"}}"#
        );
        assert_eq!(
            body(&error, Dialect::OpenAI),
            r#"{"error":{"message":"busy","type":"server_error","param":null,"code":"overloaded","internalCode":3040}}"#
        );
        assert_eq!(
            body(&error, Dialect::Anthropic),
            r#"{"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"r"}"#
        );
        let other = caught(json::parse(br#"{"message":"secret"}"#).unwrap());
        assert_eq!((other.code, other.message.contains("secret")), (Code::Internal, false));
    }
}
