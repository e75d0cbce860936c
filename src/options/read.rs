//! Reads the options objects of the client and of a call.
//!
//! They come as JSON text that JavaScript has made of the caller's object. What JSON cannot say is written as `{"$": "a function"}`,
//! its kind in words. A member that is missing is an option that is not given; `null`, `0`, `false` and `""` are values and
//! are judged as such.

use super::{
    Bounds, Call, Config, Environment, Gateway, Given, GivenBinding, GivenToken, SETTINGS, SettingKind,
    SettingValue, Timeouts, bytes, check_gateway_id, check_tags, choose, retries,
};
use crate::error::{Code, Error};
use crate::headers::Headers;
use crate::retry::DEFAULT_MAX_RETRIES;
use crate::secret::Secret;
use crate::wire::json::{Kind, Value};

/// A client's options, checked, and its credential.
pub fn client(given: Value<'_>) -> Result<(Config, GivenToken), Error> {
    let fields = Fields::of(Some(given), "options", "", Code::Config)?;
    let environment = environment(given.get("$environment"));
    let own = Given {
        binding: match fields.value("binding").and_then(text).as_deref() {
            None => GivenBinding::Absent,
            Some("usable") => GivenBinding::Usable,
            Some("empty") => GivenBinding::Empty,
            Some(_) => GivenBinding::WithoutRun,
        },
        account_id: fields.text("accountId")?,
        token: token(&fields)?,
        base_url: fields.text("baseURL")?,
        allow_browser: fields.flag("dangerouslyAllowBrowser")?.unwrap_or(false),
    };
    let (door, token) = choose(own, &environment)?;
    let gateway = match gateway(&fields)? {
        Some(gateway) => Some(gateway.over(None, Code::Config)?),
        None => None,
    };
    for hook in ["onRequest", "onResponse", "onRetry"] {
        Fields::of(fields.value("hooks"), "hooks", "hooks.", Code::Config)?.function(hook)?;
    }
    fields.function("fetch")?;
    let bounds = Bounds::default();
    let config = Config {
        door,
        timeouts: timeouts(&fields, Timeouts::default())?,
        max_retries: max_retries(&fields)?.unwrap_or(DEFAULT_MAX_RETRIES),
        gateway,
        headers: headers(&fields, "headers")?,
        bounds: Bounds {
            event: size(&fields, "maxEventBytes")?.unwrap_or(bounds.event),
            response: size(&fields, "maxResponseBytes")?.unwrap_or(bounds.response),
        },
    };
    Ok((config, token))
}

/// A call's options, on top of the client's.
pub fn call(given: Value<'_>, config: &Config) -> Result<Call, Error> {
    let fields = Fields::of(Some(given), "options", "", Code::InvalidInput)?;
    let mut merged = config.headers.clone();
    merged.merge(&headers(&fields, "extraHeaders")?);
    merged.merge(&headers(&fields, "headers")?);
    let tags = fields.texts("tags")?;
    check_tags(&tags)?;
    if let Some(signal) = fields.value("signal").filter(|signal| !signal.is_null())
        && signal.get("$").and_then(text).as_deref() != Some("an AbortSignal")
    {
        return Err(fields.refuse("signal", "must be an AbortSignal"));
    }
    let flag = |name: &str| Ok::<bool, Error>(fields.flag(name)?.unwrap_or(false));
    Ok(Call {
        timeouts: timeouts(&fields, config.timeouts)?,
        max_retries: max_retries(&fields)?.unwrap_or(config.max_retries),
        gateway: match gateway(&fields)? {
            Some(gateway) => Some(gateway.over(config.gateway.as_ref(), Code::InvalidInput)?),
            None => config.gateway.clone(),
        },
        headers: merged,
        session_affinity: fields.text("sessionAffinity")?,
        tags,
        reject_if_busy: flag("rejectIfBusy")?,
        queue_request: flag("queueRequest")?,
        raw_response: flag("returnRawResponse")?,
        websocket: flag("websocket")?,
        prefix: fields.text("prefix")?,
    })
}

fn environment(given: Option<Value<'_>>) -> Environment {
    let member = |name: &str| given.and_then(|given| given.get(name));
    Environment {
        account_id: member("accountId").and_then(text),
        token: member("apiToken").and_then(text),
        origin: member("origin").and_then(text),
        browser: member("browser").and_then(|browser| browser.as_bool()).unwrap_or(false),
    }
}

fn token(fields: &Fields<'_>) -> Result<GivenToken, Error> {
    let Some(value) = fields.value("apiToken") else { return Ok(GivenToken::Absent) };
    if let Some(text) = text(value) {
        return Ok(GivenToken::Text(Secret::new(text)));
    }
    match kind_of(value).as_str() {
        "a function" => Ok(GivenToken::Function),
        other => Err(fields
            .refuse("apiToken", &["must be a string or a function that gives one, not ", other].concat())),
    }
}

fn timeouts(fields: &Fields<'_>, base: Timeouts) -> Result<Timeouts, Error> {
    let mut timeouts = base;
    let value = fields.value("timeout");
    if let Some(total) = value.and_then(number) {
        timeouts.set("timeout", total, fields.code)?;
        return Ok(timeouts);
    }
    if value.is_some_and(|value| value.kind() != Kind::Object || value.get("$").is_some()) {
        return Err(
            fields.refuse("timeout", "must be a number of milliseconds or { total, firstByte, idle }")
        );
    }
    let parts = Fields::of(value, "timeout", "timeout.", fields.code)?;
    for name in ["total", "firstByte", "idle"] {
        if let Some(ms) = parts.number(name)? {
            timeouts.set(&parts.name(name), ms, fields.code)?;
        }
    }
    Ok(timeouts)
}

fn max_retries(fields: &Fields<'_>) -> Result<Option<u32>, Error> {
    fields.number("maxRetries")?.map(|value| retries(value, fields.code)).transpose()
}

fn size(fields: &Fields<'_>, name: &str) -> Result<Option<f64>, Error> {
    fields.number(name)?.map(|value| bytes(name, value)).transpose()
}

fn gateway(fields: &Fields<'_>) -> Result<Option<Gateway>, Error> {
    let Some(value) = fields.value("gateway") else { return Ok(None) };
    if let Some(id) = text(value) {
        return Gateway::named(&id, fields.code).map(Some);
    }
    if value.kind() != Kind::Object || value.get("$").is_some() {
        return Err(fields.refuse("gateway", "must be a gateway's id or an object with one"));
    }
    let members = Fields::of(Some(value), "gateway", "gateway.", fields.code)?;
    let mut gateway = Gateway {
        id: members.text("id")?.map(|id| check_gateway_id(&id, fields.code)).transpose()?,
        token: members.text("token")?.map(Secret::new),
        settings: Vec::new(),
    };
    for setting in SETTINGS {
        let group = match setting.group {
            Some(group) => members.value(group),
            None => Some(value),
        };
        let members = Fields::of(group, "gateway.retries", "gateway.", fields.code)?;
        let given = members.value(setting.option);
        let value = match setting.kind {
            SettingKind::Text => members.text(setting.option)?.map(SettingValue::Text),
            SettingKind::Number => members
                .number(setting.option)?
                .zip(given.map(raw))
                .map(|(number, text)| SettingValue::Number(number, text)),
            SettingKind::Flag => members.flag(setting.option)?.map(SettingValue::Flag),
            SettingKind::Object => match given {
                Some(given) if given.kind() != Kind::Object || given.get("$").is_some() => {
                    return Err(members.refuse(setting.option, "must be an object that JSON can say"));
                }
                given => given.map(raw).map(SettingValue::Json),
            },
        };
        gateway.settings.extend(value.map(|value| (setting, value)));
    }
    Ok(Some(gateway))
}

/// Headers as `[name, value]` pairs; `null` leaves one out.
fn headers(fields: &Fields<'_>, name: &str) -> Result<Headers, Error> {
    let mut headers = Headers::default();
    let Some(value) = fields.value(name) else { return Ok(headers) };
    let refuse =
        || fields.refuse(name, "must be an object of strings, a Headers object, or an array of pairs");
    if value.kind() != Kind::Array {
        return Err(refuse());
    }
    for pair in value.items() {
        let mut pair = pair.items();
        let key = pair.next().and_then(text).ok_or_else(refuse)?;
        match pair.next() {
            None => {}
            Some(value) if value.is_null() => headers.remove(&key, name)?,
            Some(value) => {
                let value = text(value).ok_or_else(refuse)?;
                headers.set(&key, &value, name).map_err(|error| error.with_code(fields.code))?;
            }
        }
    }
    Ok(headers)
}

/// The members of an options object, each with its type.
struct Fields<'a> {
    object: Option<Value<'a>>,
    /// What stands before a member's name in an error: `timeout.` for those of `timeout`.
    prefix: &'a str,
    /// The kind of a refusal: `CONFIG` for a client's options, `INVALID_INPUT` for a call's.
    code: Code,
}

impl<'a> Fields<'a> {
    fn of(object: Option<Value<'a>>, name: &str, prefix: &'a str, code: Code) -> Result<Self, Error> {
        match object {
            Some(value) if value.kind() != Kind::Object || value.get("$").is_some() => {
                Err(Error::new(code, &[name, " must be an object, not ", &kind_of(value), "."].concat())
                    .with_field(name))
            }
            object => Ok(Self { object, prefix, code }),
        }
    }

    #[inline(never)]
    fn value(&self, key: &str) -> Option<Value<'a>> {
        self.object?.get(key)
    }

    #[inline(never)]
    fn text(&self, key: &str) -> Result<Option<String>, Error> {
        self.value(key)
            .map(|value| text(value).ok_or_else(|| self.mistyped(key, "a string", value)))
            .transpose()
    }

    #[inline(never)]
    fn number(&self, key: &str) -> Result<Option<f64>, Error> {
        self.value(key)
            .map(|value| number(value).ok_or_else(|| self.mistyped(key, "a number", value)))
            .transpose()
    }

    #[inline(never)]
    fn flag(&self, key: &str) -> Result<Option<bool>, Error> {
        self.value(key)
            .map(|value| value.as_bool().ok_or_else(|| self.mistyped(key, "a boolean", value)))
            .transpose()
    }

    #[inline(never)]
    fn function(&self, key: &str) -> Result<(), Error> {
        match self.value(key) {
            Some(value) if kind_of(value) != "a function" => Err(self.mistyped(key, "a function", value)),
            _ => Ok(()),
        }
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, Error> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let list: Option<Vec<String>> = value.items().map(text).collect();
        list.filter(|_| value.kind() == Kind::Array)
            .ok_or_else(|| self.mistyped(key, "an array of strings", value))
    }

    fn mistyped(&self, key: &str, kind: &str, value: Value<'_>) -> Error {
        self.refuse(key, &["must be ", kind, ", not ", &kind_of(value)].concat())
    }

    #[inline(never)]
    fn refuse(&self, key: &str, why: &str) -> Error {
        let name = self.name(key);
        Error::new(self.code, &[&name, " ", why, "."].concat()).with_field(&name)
    }

    fn name(&self, key: &str) -> String {
        [self.prefix, key].concat()
    }
}

fn text(value: Value<'_>) -> Option<String> {
    value.text()
}

fn raw(value: Value<'_>) -> String {
    crate::text::lossy(value.raw())
}

/// A number; those that JSON cannot say come by name.
fn number(value: Value<'_>) -> Option<f64> {
    match value.get("$").and_then(text).as_deref() {
        Some("Infinity") => Some(f64::INFINITY),
        Some("NaN" | "-Infinity") => Some(f64::NAN),
        _ => value.as_number(),
    }
}

/// What a value is, for a sentence; never what it says.
pub fn kind_of(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Null => "null",
        Kind::String => "a string",
        Kind::Number => "a number",
        Kind::Bool => "a boolean",
        Kind::Array => "an array",
        Kind::Object => match value.get("$").and_then(text) {
            Some(kind) if kind.ends_with("Infinity") || kind == "NaN" => "a number",
            Some(kind) => return kind,
            None => "an object",
        },
    }
    .to_owned()
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
