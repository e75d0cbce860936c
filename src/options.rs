//! From the options of the caller and the environment to a [`Config`]: the door, its address, its credential,
//! its limits.
//!
//! Read [`Config`] first, then [`read`], which creates it from the caller's options.

mod door;
mod gateway;
mod limits;
pub mod names;
pub mod read;

pub use door::{
    ACCOUNT_ID_VARIABLE, API_TOKEN_VARIABLE, BASE_TOKEN_VARIABLE, BASE_URL_VARIABLE, BindingKind,
    ClientInput, Door, Environment, TokenSource, check_token, choose,
};
pub use gateway::{
    Gateway, MOST_ENTRIES, SETTINGS, Setting, SettingKind, SettingValue, check_id as check_gateway_id,
};
pub use limits::{Bounds, Timeouts, bytes, retries};

use crate::error::Error;
use crate::headers::Headers;
use crate::retry::Policy;
use crate::secret::Secret;
use crate::text::is_all_word;

/// The validated options of a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The door of all requests.
    pub door: Door,
    /// Timeouts.
    pub timeouts: Timeouts,
    /// Limit of retries.
    pub max_retries: u32,
    /// The gateway for every call.
    pub gateway: Option<Gateway>,
    /// Headers for every call.
    pub headers: Headers,
    /// Size limits.
    pub bounds: Bounds,
}

/// The options of one call, merged with the client's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Call {
    /// Timeouts, merged with the client's.
    pub timeouts: Timeouts,
    /// Limit of retries.
    pub max_retries: u32,
    /// The gateway, merged with the client's.
    pub gateway: Option<Gateway>,
    /// The call's own headers; the client's precede them.
    pub headers: Headers,
    /// Calls with the same value are routed to the same instance.
    pub session_affinity: Option<String>,
    /// Labels for the service's analytics.
    pub tags: Vec<String>,
    /// Fail at once if there is no capacity.
    pub reject_if_busy: bool,
    /// Reconnect a stream whose connection breaks.
    pub resume: bool,
    /// Submit to the batch queue.
    pub queue_request: bool,
    /// Return the reply unchanged.
    pub raw_response: bool,
    /// Open a WebSocket; the binding only.
    pub websocket: bool,
    /// The binding's own prefix of a model id.
    pub prefix: Option<String>,
    /// Names of unknown options, which are passed to the binding unchanged; `run` only.
    pub others: Vec<String>,
}

impl Call {
    /// The retry policy of this call.
    pub fn policy(&self) -> Policy {
        Policy { max_retries: self.max_retries, total_ms: self.timeouts.total }
    }

    /// Passes everything in its options that must never be shown to `tell`.
    pub fn secrets(&self, tell: &mut dyn FnMut(&str)) {
        for (name, value) in self.headers.iter() {
            if crate::headers::is_secret(name) || crate::headers::has_scheme(value) {
                tell(value);
            }
        }
        if let Some(token) = self.gateway.as_ref().and_then(|gateway| gateway.token.as_ref()) {
            tell(token.expose());
        }
    }
}

/// Validates a token that a function has returned.
pub fn checked_token(token: &str) -> Result<String, Error> {
    match check_token(&TokenSource::Text(Secret::new(token)), "apiToken")? {
        TokenSource::Text(secret) => Ok(secret.expose().to_owned()),
        _ => Ok(String::new()),
    }
}

/// Validates tags by the service's own rule.
pub fn check_tags(tags: &[String]) -> Result<(), Error> {
    const MAX_TAGS: usize = 5;
    const MAX_LEN: usize = 50;
    let right = |tag: &String| (1..=MAX_LEN).contains(&tag.len()) && is_all_word(tag, b":-./@");
    if tags.len() <= MAX_TAGS && tags.iter().all(right) {
        return Ok(());
    }
    Err(Error::invalid("tags", "tags takes at most 5 strings of 1 to 50 letters, digits and : - . / @"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_follow_the_services_rule() {
        let tags =
            |list: &[&str]| check_tags(&list.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).is_ok();
        assert!(tags(&[]) && tags(&["a", "team:search", "x.y/z@1-2", "d", "e"]));
        assert!(!tags(&["a", "b", "c", "d", "e", "f"]));
        assert!(!tags(&[""]) && !tags(&["a b"]) && !tags(&["a\r\n"]) && !tags(&[&"x".repeat(51)]));
    }

    #[test]
    fn a_calls_secrets_are_collected() {
        let mut call = Call::default();
        assert!(call.headers.set("x-api-key", "hush-hush", "headers").is_ok());
        assert!(call.headers.set("x-other", "open", "headers").is_ok());
        call.gateway = Some(Gateway { token: Some(Secret::new("gate-token")), ..Gateway::default() });
        let mut secrets = Vec::new();
        call.secrets(&mut |secret| secrets.push(secret.to_owned()));
        assert_eq!(secrets, ["hush-hush", "gate-token"]);
    }
}
