//! One call between its options and its answer: what JavaScript is told of it, and what a reply means.

use crate::error::Error;
use crate::model::Model;
use crate::options::{self, Call, Config, Door, GivenToken};
use crate::plan;
use crate::retry::retry_after;
use crate::wire::envelope::{Facts, Verdict};
use crate::wire::json::{self, Value};
use crate::wire::trouble::Trouble;
use crate::wire::write::Writer;

/// A call that may be made: everything about it is checked.
#[derive(Debug)]
pub struct Prepared {
    /// The client's options.
    pub config: Config,
    /// The client's credential.
    pub token: GivenToken,
    /// Does it run in a page or in a page's worker?
    pub browser: bool,
    /// The call's options.
    pub call: Call,
    /// The model.
    pub model: Model,
}

impl Prepared {
    /// Reads the options of the client and of the call.
    pub fn read(client: Value<'_>, options: Value<'_>, model: &str) -> Result<Self, Error> {
        let browser = client.get("$environment").and_then(|there| there.get("browser"));
        let browser = browser.and_then(|browser| browser.as_bool()).unwrap_or(false);
        let (config, token) = options::read::client(client)?;
        let call = options::read::call(options, &config)?;
        Ok(Self { model: Model::parse(model)?, config, token, browser, call })
    }
}

/// What a call needs to know while it runs: the door, limits, flags, what must not be shown, and the binding's options.
pub fn describe(prepared: &Prepared) -> Result<String, Error> {
    let Prepared { config, token, call, model, .. } = prepared;
    let binding = match config.door {
        Door::Binding => Some(plan::binding::plan(call)?),
        _ => None,
    };
    if call.websocket && binding.is_none() {
        return Err(Error::invalid("websocket", "A WebSocket can be opened through the binding only."));
    }
    Ok(Writer::object(|out| {
        out.text("door", config.door.as_str());
        out.text("model", model.as_str());
        out.number("maxRetries", i64::from(call.max_retries));
        out.number("maxEventBytes", config.bounds.event as i64);
        out.number("maxResponseBytes", config.bounds.response as i64);
        out.member("timeouts", |out| {
            out.some_number("total", call.timeouts.total.map(milliseconds));
            out.some_number("firstByte", call.timeouts.first_byte.map(milliseconds));
            out.some_number("idle", call.timeouts.idle.map(milliseconds));
        });
        out.flag("rawResponse", call.raw_response);
        out.flag("websocket", call.websocket);
        out.flag("rejectIfBusy", call.reject_if_busy);
        out.flag("tokenIsFunction", matches!(token, GivenToken::Function));
        if let GivenToken::Text(secret) = token {
            out.text("token", secret.expose());
        }
        if let Some(binding) = binding {
            out.member("binding", |out| binding.write(out));
        }
        out.list("secrets", |out| {
            call.secrets(&mut |secret| out.text_item(secret));
            if let GivenToken::Text(secret) = token {
                out.text_item(secret.expose());
            }
        });
    }))
}

/// Timers count whole milliseconds; a limit below one still is a limit.
fn milliseconds(ms: f64) -> i64 {
    ms.ceil() as i64
}

/// What a reply's head says.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Reply {
    status: Option<u16>,
    request_id: Option<String>,
    gateway_log_id: Option<String>,
    retry_after_ms: Option<f64>,
}

impl Reply {
    /// Reads `{ status?, requestId?, gatewayLogId?, retryAfterMs?, retryAfter?, retryDate?, now }`.
    #[inline(never)]
    pub fn read(json: &str) -> Self {
        let Ok(head) = json::parse(json.as_bytes()) else { return Self::default() };
        let text = |name: &str| head.get(name).and_then(|value| value.text()).filter(|text| !text.is_empty());
        let number = |name: &str| head.get(name).and_then(|value| value.as_number());
        Self {
            status: number("status").map(|status| status as u16).filter(|status| *status > 0),
            request_id: text("requestId"),
            gateway_log_id: text("gatewayLogId"),
            retry_after_ms: retry_after(
                text("retryAfterMs").as_deref(),
                text("retryAfter").as_deref(),
                number("retryDate"),
                number("now").unwrap_or(0.0),
            ),
        }
    }

    /// The error that its body tells of.
    pub fn failure(&self, body: &[u8]) -> Error {
        self.signed(Error::from_body(self.status.unwrap_or(0), body))
    }

    /// Adds what the head says to an error.
    #[inline(never)]
    pub fn signed(&self, mut error: Error) -> Error {
        error.request_id = self.request_id.clone().or(error.request_id.take());
        error.gateway_log_id = self.gateway_log_id.clone();
        error.retry_after_ms = self.retry_after_ms;
        error
    }
}

/// The bytes of an answer, out of the envelope, and whether there was one.
#[inline(never)]
pub fn open_answer<'a>(bytes: &'a [u8], enveloped: bool, reply: &Reply) -> Result<(&'a [u8], bool), Error> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value: Value<'a> =
        json::parse(bytes).map_err(|invalid| reply.signed(Trouble::of(invalid).to_error(b"", 0)))?;
    match Facts::of(value).verdict(enveloped) {
        Verdict::Failure => Err(reply.signed(Error::from_json(value, reply.status))),
        Verdict::Unwrap => Ok((value.get("result").map_or(b"null", |result| result.raw()), true)),
        Verdict::Whole => Ok((value.raw(), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_replys_head_signs_its_errors() {
        let reply =
            Reply::read(r#"{"status":429,"requestId":"r1","gatewayLogId":"","retryAfter":"2","now":5}"#);
        let error = reply.failure(br#"{"success":false,"errors":[{"code":3040,"message":"busy"}]}"#);
        assert_eq!((error.code, error.status), (Code::Capacity, Some(429)));
        assert_eq!(error.request_id.as_deref(), Some("r1"));
        assert_eq!(error.gateway_log_id, None);
        assert_eq!(error.retry_after_ms, Some(2000.0));
    }

    #[test]
    fn envelopes_come_off_where_there_are_any() {
        let open = |text: &'static str, enveloped| {
            open_answer(text.as_bytes(), enveloped, &Reply::default())
                .map(|(answer, unwrapped)| (String::from_utf8_lossy(answer).into_owned(), unwrapped))
                .map_err(|error| error.code)
        };
        let envelope = r#"{"result":{"response":1.0},"success":true,"errors":[],"messages":[]}"#;
        assert_eq!(open(envelope, true), Ok((r#"{"response":1.0}"#.into(), true)));
        assert_eq!(open(r#" {"response":"a"} "#, false), Ok((r#"{"response":"a"}"#.into(), false)));
        assert_eq!(
            open(r#"{"result":{},"success":false,"errors":[{"code":5007}]}"#, true),
            Err(Code::ModelNotFound)
        );
        assert_eq!(open("nonsense", true), Err(Code::MalformedResponse));
    }
}
