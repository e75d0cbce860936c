//! Header names, and a list of headers whose values are validated against header injection.

use crate::error::{Code, Error};
use crate::text::{concat, contains_word, is_all_word, is_blank};

/// `Authorization: Bearer …`
pub const AUTHORIZATION: &str = "authorization";
/// The type of a body.
pub const CONTENT_TYPE: &str = "content-type";
/// Calls with the same value are routed to the same instance, so that its prefix cache hits.
pub const SESSION_AFFINITY: &str = "x-session-affinity";
/// Selects the gateway.
pub const GATEWAY_ID: &str = "cf-aig-gateway-id";
/// The gateway's own credential.
pub const GATEWAY_AUTHORIZATION: &str = "cf-aig-authorization";

/// The service's id of a request.
pub const REQUEST_ID: &str = "cf-ai-req-id";
/// The gateway's id of its log entry.
pub const GATEWAY_LOG_ID: &str = "cf-aig-log-id";
/// `HIT` or `MISS`.
pub const CACHE_STATUS: &str = "cf-aig-cache-status";
/// The model that answered behind a gateway.
pub const SERVED_MODEL: &str = "cf-aig-model";
/// The neurons billed for a call.
pub const NEURONS: &str = "cf-ai-neurons";
/// The gateway's id of a run that can be resumed.
pub const RUN_ID: &str = "cf-aig-run-id";
/// Metadata of a gateway's run: the member of `meta` and the header.
pub const OF_GATEWAY: [(&str, &str); 6] = [
    ("provider", "cf-aig-provider"),
    ("routedModel", "cf-aig-routed-model"),
    ("routingReason", "cf-aig-routing-reason"),
    ("routingDecisionId", "cf-aig-routing-decision-id"),
    ("traceId", "cf-aig-trace-id"),
    ("runId", RUN_ID),
];
/// The index of the gateway's step that answered.
pub const STEP: &str = "cf-aig-step";
/// Delay before a retry: seconds or a date.
pub const RETRY_AFTER: &str = "retry-after";
/// Delay before a retry, in milliseconds.
pub const RETRY_AFTER_MS: &str = "retry-after-ms";
/// The rest of a rate limit and the time of its reset, as in the IETF drafts: newer ones have the first name
/// only.
pub const RATE_LIMIT: [&str; 2] = ["ratelimit", "ratelimit-reset"];

/// Headers to send: lower-case names, each once, in the order of their first setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Option<String>)>);

impl Headers {
    /// Sets a header after validating its name and value. `field` is the option for the error.
    #[inline(never)]
    pub fn set(&mut self, name: &str, value: &str, field: &str) -> Result<(), Error> {
        check_name(name, field)?;
        check_value(name, value, field)?;
        self.put(name, Some(value.to_owned()));
        Ok(())
    }

    /// Sets a header if there is a value.
    #[inline(never)]
    pub fn set_some(&mut self, name: &str, value: Option<&str>, field: &str) -> Result<(), Error> {
        value.map_or(Ok(()), |value| self.set(name, value, field))
    }

    /// Marks a header as not to be sent, even if it has been set before.
    pub fn remove(&mut self, name: &str, field: &str) -> Result<(), Error> {
        check_name(name, field)?;
        self.put(name, None);
        Ok(())
    }

    /// Merges other headers and removals, which override these.
    pub fn merge(&mut self, other: &Headers) {
        for (name, value) in &other.0 {
            self.put(name, value.clone());
        }
    }

    /// The headers that are sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)))
    }

    /// The value of a header that is sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn put(&mut self, name: &str, value: Option<String>) {
        let name = name.to_ascii_lowercase();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = value,
            None => self.0.push((name, value)),
        }
    }
}

/// True if a header's value is a credential, whatever its name is: it begins with a scheme, such as `Bearer
/// …`.
pub fn has_scheme(value: &str) -> bool {
    let scheme = value.split(is_blank).next().unwrap_or_default();
    let is = |known: &&str| scheme.eq_ignore_ascii_case(known);
    scheme.len() < value.len() && ["bearer", "basic", "digest", "token", "negotiate", "apikey"].iter().any(is)
}

/// True if a header of this name contains a secret.
pub fn is_secret(name: &str) -> bool {
    ["auth", "token", "secret", "key", "cookie", "password", "credential", "cf-access"]
        .iter()
        .any(|word| contains_word(name, word))
        && !name.eq_ignore_ascii_case("cf-aig-cache-key")
}

fn check_name(name: &str, field: &str) -> Result<(), Error> {
    let right = !name.is_empty() && is_all_word(name, b"!#$%&'*+-.^_`|~");
    if right {
        Ok(())
    } else {
        Err(Error::invalid(field, &concat(&[field, " has a name that no header can have."])))
    }
}

/// Rejects line breaks, NUL and other control characters, and characters above one byte.
fn check_value(name: &str, value: &str, field: &str) -> Result<(), Error> {
    let right = value.chars().all(|char| char == '\t' || (!char.is_control() && u32::from(char) <= 0xFF));
    if right {
        return Ok(());
    }
    Err(Error::new(
        Code::InvalidInput,
        concat(&[
            "The value for the header ",
            name,
            " has a character that a header cannot carry, such as a line break.",
        ]),
    )
    .with_field(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_a_scheme() {
        for value in ["Bearer a", "bearer   a", "DIGEST username=\"a\"", "Basic\ta"] {
            assert!(has_scheme(value), "{value}");
        }
        for value in ["bearer", "a Bearer b", "basics a", ""] {
            assert!(!has_scheme(value), "{value}");
        }
    }

    #[test]
    fn later_settings_win_and_removals_hold() {
        let mut headers = Headers::default();
        assert!(headers.set("Content-Type", "a", "headers").is_ok());
        let mut other = Headers::default();
        assert!(other.set("content-type", "b", "headers").is_ok());
        assert!(other.set("X-Y", "1", "headers").is_ok());
        headers.merge(&other);
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("content-type", "b"), ("x-y", "1")]);
        let mut removal = Headers::default();
        assert!(removal.remove("X-Y", "headers").is_ok());
        headers.merge(&removal);
        assert_eq!(headers.get("x-y"), None);
    }

    #[test]
    fn nothing_is_smuggled_in() {
        let mut headers = Headers::default();
        for value in ["a\r\nx: y", "a\nb", "a\0b", "\u{7f}", "語"] {
            let error = headers.set("x-a", value, "headers").err();
            assert_eq!(error.and_then(|error| error.field.clone()).as_deref(), Some("headers"), "{value:?}");
        }
        for name in ["", "a b", "a:b", "a\r\n", "é"] {
            assert!(headers.set(name, "v", "headers").is_err(), "{name:?}");
        }
        assert!(headers.set("x-a", "caf\u{e9}\tok", "headers").is_ok());
    }

    #[test]
    fn secret_headers_are_known() {
        assert!(
            is_secret("Authorization")
                && is_secret("cf-aig-authorization")
                && is_secret("X-Api-Key")
                && is_secret("cookie")
        );
        assert!(
            !is_secret("x-session-affinity") && !is_secret("content-type") && !is_secret("cf-aig-cache-key")
        );
    }
}
