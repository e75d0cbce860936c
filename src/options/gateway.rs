//! The AI Gateway's settings: a table of option, header, and whether the binding accepts the option itself.

use crate::error::{Code, Error};
use crate::headers::Headers;
use crate::secret::Secret;
use crate::text::{concat, is_all_word};

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// A string.
    Text,
    /// A whole number, with its minimum and maximum.
    Number(u32, u32),
    /// One of a list of words.
    Word(&'static [&'static str]),
    /// A boolean.
    Flag,
    /// An object of a few plain values, sent as JSON.
    Object,
    /// Strings, sent separated by commas.
    List,
}

/// A setting of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The option's name.
    pub option: &'static str,
    /// The object inside `gateway` that contains it.
    pub group: Option<&'static str>,
    /// Its header over HTTP.
    pub header: &'static str,
    /// Its type.
    pub kind: SettingKind,
    /// True if the binding accepts it as an option. If not, it is sent there as a header too.
    pub binding: bool,
}

impl Setting {
    /// Sets its header.
    #[inline(never)]
    pub fn send(&self, value: &SettingValue, headers: &mut Headers) -> Result<(), Error> {
        headers.set(self.header, value.header(), &concat(&["gateway.", self.option]))
    }
}

const fn setting(option: &'static str, header: &'static str, kind: SettingKind) -> Setting {
    Setting { option, group: None, header, kind, binding: true }
}

const fn retries(option: &'static str, header: &'static str, kind: SettingKind) -> Setting {
    Setting { option, group: Some("retries"), header, kind, binding: true }
}

/// A setting that the binding accepts only as a header.
const fn header(option: &'static str, header: &'static str, kind: SettingKind) -> Setting {
    Setting { binding: false, ..setting(option, header, kind) }
}

/// Limit of the entries of `metadata`; the gateway drops further ones.
pub const MOST_ENTRIES: usize = 5;

/// Every setting besides `id` and `token`, with the service's limits:
/// <https://developers.cloudflare.com/ai-gateway/configuration/request-handling/>. Cache entries are kept for
/// up to a month of 31 days.
pub const SETTINGS: &[Setting] = &[
    setting("cacheKey", "cf-aig-cache-key", SettingKind::Text),
    setting("cacheTtl", "cf-aig-cache-ttl", SettingKind::Number(60, 2_678_400)),
    setting("skipCache", "cf-aig-skip-cache", SettingKind::Flag),
    setting("metadata", "cf-aig-metadata", SettingKind::Object),
    setting("collectLog", "cf-aig-collect-log", SettingKind::Flag),
    header("collectLogPayload", "cf-aig-collect-log-payload", SettingKind::Flag),
    setting("eventId", "cf-aig-event-id", SettingKind::Text),
    setting("requestTimeoutMs", "cf-aig-request-timeout", SettingKind::Number(0, u32::MAX)),
    retries("maxAttempts", "cf-aig-max-attempts", SettingKind::Number(1, 5)),
    retries("retryDelayMs", "cf-aig-retry-delay", SettingKind::Number(0, 5000)),
    retries("backoff", "cf-aig-backoff", SettingKind::Word(&["constant", "linear", "exponential"])),
    setting("byokAlias", "cf-aig-byok-alias", SettingKind::Text),
    setting("zdr", "cf-aig-zdr", SettingKind::Flag),
    header("sessionId", "cf-aig-session-id", SettingKind::Text),
    header("turnId", "cf-aig-turn-id", SettingKind::Text),
    header("noSessionAffinity", "cf-aig-no-session-affinity", SettingKind::Flag),
    header("allowedModels", "cf-aig-allowed-models", SettingKind::List),
    header("allowedProviders", "cf-aig-allowed-providers", SettingKind::List),
];

/// The value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// A string.
    Text(String),
    /// A number, and its text.
    Number(f64, String),
    /// A boolean.
    Flag(bool),
    /// JSON text of an object.
    Json(String),
}

impl SettingValue {
    /// As a header's value.
    pub fn header(&self) -> &str {
        match self {
            SettingValue::Text(text) | SettingValue::Number(_, text) | SettingValue::Json(text) => text,
            SettingValue::Flag(true) => "true",
            SettingValue::Flag(false) => "false",
        }
    }
}

/// A gateway and its settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gateway {
    /// Its name.
    pub id: Option<String>,
    /// The credential of an authenticated gateway.
    pub token: Option<Secret>,
    /// All other settings.
    pub settings: Vec<(&'static Setting, SettingValue)>,
}

impl Gateway {
    /// A gateway without settings.
    pub fn named(id: &str, code: Code) -> Result<Self, Error> {
        Ok(Self { id: Some(check_id(id, code)?), ..Self::default() })
    }

    /// Merges a call's gateway with the client's. Another gateway inherits nothing, in particular not the
    /// token.
    pub fn over(mut self, client: Option<&Gateway>, code: Code) -> Result<Self, Error> {
        let same = |base: &&Gateway| self.id.is_none() || self.id == base.id;
        let Some(base) = client.filter(same) else {
            return match self.id {
                Some(_) => Ok(self),
                None => {
                    Err(Error::new(code, "gateway needs an id, for instance gateway: { id: \"default\" }.")
                        .with_field("gateway.id"))
                }
            };
        };
        let mut own = std::mem::take(&mut self.settings);
        for (setting, value) in &base.settings {
            if !own.iter().any(|(known, _)| known.option == setting.option) {
                self.settings.push((setting, value.clone()));
            }
        }
        self.settings.append(&mut own);
        self.id = base.id.clone();
        if self.token.is_none() {
            self.token = base.token.clone();
        }
        Ok(self)
    }
}

/// Validates a gateway's name.
pub fn check_id(id: &str, code: Code) -> Result<String, Error> {
    const MAX_LEN: usize = 64;
    let right =
        (1..=MAX_LEN).contains(&id.len()) && is_all_word(id, b"-_.") && !id.bytes().all(|byte| byte == b'.');
    if right {
        return Ok(id.to_owned());
    }
    Err(Error::new(code, "gateway takes a gateway's id: 1 to 64 letters, digits, hyphens and underscores.")
        .with_field("gateway"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(id: Option<&str>, token: Option<&str>, key: Option<&str>) -> Gateway {
        let settings =
            key.map(|key| (&SETTINGS[0], SettingValue::Text(key.to_owned()))).into_iter().collect();
        Gateway { id: id.map(str::to_owned), token: token.map(Secret::new), settings }
    }

    #[test]
    fn a_call_refines_the_clients_gateway() {
        let client = with(Some("main"), Some("gate-token"), Some("a"));
        let merged = with(None, None, Some("b")).over(Some(&client), Code::InvalidInput);
        assert_eq!(merged, Ok(with(Some("main"), Some("gate-token"), Some("b"))));
        let merged = with(Some("main"), None, None).over(Some(&client), Code::InvalidInput);
        assert_eq!(merged, Ok(client));
    }

    #[test]
    fn another_gateway_inherits_nothing() {
        let client = with(Some("main"), Some("gate-token"), Some("a"));
        let other = with(Some("other"), None, None);
        assert_eq!(other.clone().over(Some(&client), Code::InvalidInput), Ok(other));
        let nameless = with(None, None, Some("b")).over(None, Code::InvalidInput);
        assert_eq!(nameless.err().and_then(|error| error.field.clone()).as_deref(), Some("gateway.id"));
    }

    #[test]
    fn names_cannot_break_out() {
        for id in ["", "..", "a/b", "a\r\nb", "a b", "é", &"x".repeat(65)] {
            assert!(check_id(id, Code::Config).is_err(), "{id:?}");
        }
        assert!(check_id("my-gateway_1", Code::Config).is_ok());
    }

    #[test]
    fn values_become_header_text() {
        assert_eq!(SettingValue::Number(3600.0, "3600".into()).header(), "3600");
        assert_eq!(SettingValue::Flag(false).header(), "false");
        assert_eq!(SettingValue::Json("{\"a\":1}".into()).header(), "{\"a\":1}");
    }
}
