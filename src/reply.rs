//! The head of a reply, whose properties are added to errors, and its envelope.

use crate::error::{Code, Error};
use crate::wire::envelope::{Facts, Verdict, Wrapping};
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::reported::reports_failure;

/// The properties of a reply's head.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Head {
    /// The status; none if a substitute for the binding has none.
    pub status: Option<u16>,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// The gateway's id of its log entry.
    pub gateway_log_id: Option<String>,
    /// The delay that the service requests before a retry, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// Milliseconds until the reset of the rate limit.
    pub rate_reset_ms: Option<f64>,
}

impl Head {
    /// The error in its body.
    pub fn failure(&self, body: &[u8]) -> Error {
        self.signed(Error::from_bytes(body, self.status))
    }

    /// Adds the head's properties to an error.
    #[inline(never)]
    pub fn signed(&self, mut error: Error) -> Error {
        error.request_id = self.request_id.clone().or(error.request_id.take());
        error.gateway_log_id = self.gateway_log_id.clone();
        // Successful replies and other failures have these headers as well.
        let rate_reset_ms = self.rate_reset_ms.filter(|_| error.code == Code::RateLimited);
        error.retry_after_ms = self.retry_after_ms.or(error.retry_after_ms).or(rate_reset_ms);
        error
    }
}

/// The bytes of an answer without its envelope, and whether there was one. The caller adds the reply's
/// [`Head`] to an error.
#[inline(never)]
pub fn open_answer(bytes: &[u8], wrapping: Wrapping, status: Option<u16>) -> Result<(&[u8], bool), Error> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value = json::parse(bytes).map_err(|invalid| FailureKind::of(invalid).to_error(b"", 0))?;
    open_value(value, wrapping, status, MOST_ENVELOPES)
}

/// Limit of nested envelopes: proxies before the service wrap its answer in another one.
pub const MOST_ENVELOPES: u8 = 4;

fn open_value(
    value: Value<'_>,
    wrapping: Wrapping,
    status: Option<u16>,
    left: u8,
) -> Result<(&[u8], bool), Error> {
    let facts = Facts::of(value);
    let result = value.get("result");
    if let Some(result) = result
        && facts.holds_answer(wrapping)
        && reports_failure(result)
    {
        return Err(Error::from_json(result, status));
    }
    match facts.verdict(wrapping) {
        Verdict::Failure => Err(Error::from_json(value, status)),
        Verdict::Whole => Ok((value.raw(), false)),
        Verdict::Unwrap => match result {
            Some(result) if left > 1 && facts.holds_answer(wrapping) => {
                Ok((open_value(result, wrapping, status, left - 1)?.0, true))
            }
            result => Ok((result.map_or(b"null", |result| result.raw()), true)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replys_head_signs_its_errors() {
        let head = Head {
            status: Some(429),
            request_id: Some("r1".into()),
            gateway_log_id: None,
            retry_after_ms: Some(2000.0),
            rate_reset_ms: None,
        };
        let error = head.failure(br#"{"success":false,"errors":[{"code":3040,"message":"busy"}]}"#);
        assert_eq!((error.code, error.status), (Code::Capacity, Some(429)));
        assert_eq!(error.request_id.as_deref(), Some("r1"));
        assert_eq!(error.gateway_log_id, None);
        assert_eq!(error.retry_after_ms, Some(2000.0));
    }

    #[test]
    fn the_reset_of_a_rate_is_the_wait_of_who_has_exceeded_it() {
        let head = Head { status: Some(429), rate_reset_ms: Some(3000.0), ..Head::default() };
        let wait = |body: &str| head.failure(body.as_bytes()).retry_after_ms;
        assert_eq!(wait("slow down"), Some(3000.0));
        assert_eq!(wait(r#"{"message":"slow down","retry_after":1}"#), Some(1000.0));
        assert_eq!(wait(r#"{"errors":[{"code":3040}]}"#), None);
    }

    #[test]
    fn envelopes_come_off_where_there_are_any() {
        let open = |text: &'static str, wrapping| {
            open_answer(text.as_bytes(), wrapping, None)
                .map(|(answer, unwrapped)| (String::from_utf8_lossy(answer).into_owned(), unwrapped))
                .map_err(|error| error.code)
        };
        let begun = r#"{"response":"Hello","error":"boom"}"#;
        let enveloped = format!(r#"{{"result":{begun},"success":true,"errors":[],"messages":[]}}"#);
        for text in [begun, &enveloped] {
            let error = open_answer(text.as_bytes(), Wrapping::Enveloped, None).map(|_| ());
            assert_eq!(error.map_err(|error| error.code), Err(Code::Server), "{text}");
        }
        let envelope = r#"{"result":{"response":1.0},"success":true,"errors":[],"messages":[]}"#;
        assert_eq!(open(envelope, Wrapping::Enveloped), Ok((r#"{"response":1.0}"#.into(), true)));
        assert_eq!(open(r#" {"response":"a"} "#, Wrapping::Bare), Ok((r#"{"response":"a"}"#.into(), false)));
        assert_eq!(
            open(r#"{"result":{},"success":false,"errors":[{"code":5007}]}"#, Wrapping::Enveloped),
            Err(Code::ModelNotFound)
        );
        let nested = r#"{"result":{"error":{"code":3040}},"success":true}"#;
        assert_eq!(open(nested, Wrapping::Enveloped), Err(Code::Capacity));
        assert_eq!(open(nested, Wrapping::Endpoint), Ok((r#"{"error":{"code":3040}}"#.into(), true)));
        let twice =
            r#"{"success":true,"errors":[],"result":{"state":"Completed","result":{"response":"a"}}}"#;
        for wrapping in [Wrapping::Enveloped, Wrapping::Bare] {
            assert_eq!(open(twice, wrapping), Ok((r#"{"response":"a"}"#.into(), true)));
        }
        assert_eq!(
            open(
                r#"{"success":true,"result":{"success":false,"errors":[{"code":3040}]}}"#,
                Wrapping::Enveloped
            ),
            Err(Code::Capacity)
        );
        assert_eq!(open("nonsense", Wrapping::Enveloped), Err(Code::MalformedResponse));
    }
}
