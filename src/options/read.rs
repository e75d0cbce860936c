//! Reads the options objects of the client and of a call.
//!
//! They come as JSON text that JavaScript has made of the caller's object. What JSON cannot say is written as `{"$": "a function"}`,
//! its kind in words. A member that is missing is an option that is not given; `null`, `0`, `false` and `""` are values and
//! are judged as such.

use crate::text::concat;
use std::cell::Cell;

use super::{
    Bounds, Call, Config, Door, Environment, Gateway, Given, GivenBinding, GivenToken, SETTINGS, SettingKind,
    SettingValue, Timeouts, bytes, check_gateway_id, check_tags, choose, retries,
};
use crate::error::{Code, Error};
use crate::headers::Headers;
use crate::retry::DEFAULT_MAX_RETRIES;
use crate::secret::Secret;
use crate::wire::json::{Kind, Value};

/// A client's options, checked, and its credential.
#[inline(never)]
pub fn client(given: Value<'_>) -> Result<(Config, GivenToken), Error> {
    let refusals = Refusals::new(Code::Config);
    let fields = Fields::of(Some(given), "options", "", &refusals);
    let own = Given {
        binding: match fields.value("binding") {
            None => GivenBinding::Absent,
            Some(binding) if binding.is("usable") => GivenBinding::Usable,
            Some(binding) if binding.is("empty") => GivenBinding::Empty,
            Some(_) => GivenBinding::WithoutRun,
        },
        account_id: fields.text("accountId"),
        token: token(&fields),
        base_url: fields.text("baseURL"),
        allow_browser: fields.flag("dangerouslyAllowBrowser"),
    };
    let hooks = Fields::of(fields.value("hooks"), "hooks", "hooks.", &refusals);
    for hook in ["onRequest", "onResponse", "onRetry"] {
        hooks.function(hook);
    }
    fields.function("fetch");
    let bounds = Bounds::default();
    let mut config = Config {
        door: Door::Binding,
        timeouts: timeouts(&fields, Timeouts::default()),
        max_retries: max_retries(&fields, DEFAULT_MAX_RETRIES),
        gateway: gateway(&fields, None),
        headers: headers(&fields, "headers"),
        bounds: Bounds {
            event: size(&fields, "maxEventBytes", bounds.event),
            response: size(&fields, "maxResponseBytes", bounds.response),
        },
    };
    refusals.first()?;
    let (door, token) = choose(&own, &environment(given.get("$environment")))?;
    config.door = door;
    Ok((config, token))
}

/// A call's options, on top of the client's.
#[inline(never)]
pub fn call(given: Value<'_>, config: &Config) -> Result<Call, Error> {
    let refusals = Refusals::new(Code::InvalidInput);
    let fields = Fields::of(Some(given), "options", "", &refusals);
    let mut merged = Headers::default();
    merged.merge(&config.headers);
    merged.merge(&headers(&fields, "extraHeaders"));
    merged.merge(&headers(&fields, "headers"));
    let tags = fields.texts("tags");
    refusals.note(check_tags(&tags));
    let signal = fields.value("signal").filter(|signal| !signal.is_null());
    if signal.is_some_and(|signal| !is_named(signal, "an AbortSignal")) {
        fields.refuse("signal", "must be an AbortSignal");
    }
    let call = Call {
        timeouts: timeouts(&fields, config.timeouts),
        max_retries: max_retries(&fields, config.max_retries),
        gateway: gateway(&fields, config.gateway.as_ref()),
        headers: merged,
        session_affinity: fields.text("sessionAffinity"),
        tags,
        reject_if_busy: fields.flag("rejectIfBusy"),
        queue_request: fields.flag("queueRequest"),
        raw_response: fields.flag("returnRawResponse"),
        websocket: fields.flag("websocket"),
        prefix: fields.text("prefix"),
    };
    refusals.first()?;
    Ok(call)
}

fn environment(given: Option<Value<'_>>) -> Environment {
    let [account, token, origin, browser] =
        given.map(|given| given.pick(&["accountId", "apiToken", "origin", "browser"])).unwrap_or_default();
    Environment {
        account_id: account.and_then(text),
        token: token.and_then(text),
        origin: origin.and_then(text),
        browser: browser.and_then(|browser| browser.as_bool()).unwrap_or(false),
    }
}

fn token(fields: &Fields<'_>) -> GivenToken {
    let Some(value) = fields.value("apiToken") else { return GivenToken::Absent };
    if let Some(text) = text(value) {
        return GivenToken::Text(Secret::new(text));
    }
    if !is_named(value, A_FUNCTION) {
        fields.mistyped("apiToken", "a string or a function that gives one", value);
    }
    GivenToken::Function
}

#[inline(never)]
fn timeouts(fields: &Fields<'_>, base: Timeouts) -> Timeouts {
    let mut timeouts = base;
    let value = fields.value("timeout");
    if let Some(total) = value.and_then(number) {
        fields.refusals.note(timeouts.set("timeout", total, fields.refusals.code));
    } else if value.is_some_and(|value| !is_plain(value)) {
        fields.refuse("timeout", "must be a number of milliseconds or { total, firstByte, idle }");
    } else {
        let parts = Fields { object: value, prefix: "timeout.", refusals: fields.refusals };
        for name in ["total", "firstByte", "idle"] {
            if let Some(ms) = parts.number(name) {
                fields.refusals.note(timeouts.set(&parts.name(name), ms, fields.refusals.code));
            }
        }
    }
    timeouts
}

fn max_retries(fields: &Fields<'_>, usual: u32) -> u32 {
    let given = fields.number("maxRetries").map(|value| retries(value, fields.refusals.code));
    given.and_then(|given| fields.refusals.note(given)).unwrap_or(usual)
}

#[inline(never)]
fn size(fields: &Fields<'_>, name: &str, usual: f64) -> f64 {
    let given = fields.number(name).map(|value| bytes(name, value));
    given.and_then(|given| fields.refusals.note(given)).unwrap_or(usual)
}

/// The gateway that is given, on top of the client's.
#[inline(never)]
fn gateway(fields: &Fields<'_>, base: Option<&Gateway>) -> Option<Gateway> {
    let refusals = fields.refusals;
    let Some(value) = fields.value("gateway") else {
        base?;
        return refusals.note(Gateway::default().over(base, refusals.code));
    };
    if let Some(id) = text(value) {
        let named = refusals.note(Gateway::named(&id, refusals.code))?;
        return refusals.note(named.over(base, refusals.code));
    }
    if !is_plain(value) {
        fields.refuse("gateway", "must be a gateway's id or an object with one");
        return None;
    }
    let members = Fields { object: Some(value), prefix: "gateway.", refusals };
    let mut gateway = Gateway {
        id: members.text("id").and_then(|id| refusals.note(check_gateway_id(&id, refusals.code))),
        token: members.text("token").map(Secret::new),
        settings: Vec::new(),
    };
    let retries = Fields::of(members.value("retries"), "gateway.retries", "gateway.", refusals);
    for setting in SETTINGS {
        let group = if setting.group.is_some() { &retries } else { &members };
        let Some(given) = group.value(setting.option) else { continue };
        let value = match setting.kind {
            SettingKind::Text => group.text(setting.option).map(SettingValue::Text),
            SettingKind::Number => {
                group.number(setting.option).map(|number| SettingValue::Number(number, raw(given)))
            }
            SettingKind::Flag => Some(SettingValue::Flag(group.flag(setting.option))),
            SettingKind::Object if is_plain(given) => Some(SettingValue::Json(raw(given))),
            SettingKind::Object => {
                group.refuse(setting.option, "must be an object that JSON can say");
                None
            }
        };
        if let Some(value) = value {
            gateway.settings.push((setting, value));
        }
    }
    refusals.note(gateway.over(base, refusals.code))
}

/// Headers as `[name, value]` pairs; `null` leaves one out.
#[inline(never)]
fn headers(fields: &Fields<'_>, name: &str) -> Headers {
    let mut headers = Headers::default();
    let Some(value) = fields.value(name) else { return headers };
    let mut right = value.is_array();
    for pair in value.items() {
        let mut pair = pair.items();
        let (key, value) = (pair.next().and_then(text), pair.next());
        let outcome = match (&key, value) {
            (Some(_), None) => continue,
            (Some(key), Some(value)) if value.is_null() => headers.remove(key, name),
            (Some(key), Some(value)) if let Some(value) = value.text() => headers.set(key, &value, name),
            _ => {
                right = false;
                continue;
            }
        };
        fields.refusals.note(outcome.map_err(|error| error.with_code(fields.refusals.code)));
    }
    if !right {
        fields.refuse(name, "must be an object of strings, a Headers object, or an array of pairs");
    }
    headers
}

/// What is refused of an options object. Reading goes on after a refusal, which keeps it short; the first one is told.
struct Refusals {
    /// The kind of a refusal: `CONFIG` for a client's options, `INVALID_INPUT` for a call's.
    code: Code,
    first: Cell<Option<Error>>,
}

impl Refusals {
    fn new(code: Code) -> Self {
        Self { code, first: Cell::new(None) }
    }

    #[inline(never)]
    fn add(&self, error: Error) {
        let first = self.first.take().unwrap_or(error);
        self.first.set(Some(first));
    }

    fn note<T>(&self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    fn first(&self) -> Result<(), Error> {
        self.first.take().map_or(Ok(()), Err)
    }
}

/// The members of an options object, each with its type.
struct Fields<'a> {
    object: Option<Value<'a>>,
    /// What stands before a member's name in an error: `timeout.` for those of `timeout`.
    prefix: &'a str,
    refusals: &'a Refusals,
}

impl<'a> Fields<'a> {
    #[inline(never)]
    fn of(object: Option<Value<'a>>, name: &str, prefix: &'a str, refusals: &'a Refusals) -> Self {
        if let Some(value) = object.filter(|value| !is_plain(*value)) {
            let message = concat(&[name, " must be an object, not ", &kind_of(value), "."]);
            refusals.add(Error::new(refusals.code, &message).with_field(name));
        }
        Self { object, prefix, refusals }
    }

    #[inline(never)]
    fn value(&self, key: &str) -> Option<Value<'a>> {
        self.object?.get(key)
    }

    #[inline(never)]
    fn text(&self, key: &str) -> Option<String> {
        self.typed(key, "a string", text)
    }

    #[inline(never)]
    fn number(&self, key: &str) -> Option<f64> {
        self.typed(key, "a number", number)
    }

    #[inline(never)]
    fn flag(&self, key: &str) -> bool {
        self.typed(key, "a boolean", |value| value.as_bool()).unwrap_or(false)
    }

    #[inline(never)]
    fn function(&self, key: &str) {
        self.typed(key, A_FUNCTION, |value| is_named(value, A_FUNCTION).then_some(()));
    }

    fn texts(&self, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let Some(value) = self.value(key) else { return texts };
        let mut right = value.is_array();
        for item in value.items() {
            match item.text() {
                Some(text) => texts.push(text),
                None => right = false,
            }
        }
        if !right {
            self.mistyped(key, "an array of strings", value);
        }
        texts
    }

    fn typed<T>(&self, key: &str, kind: &str, read: impl Fn(Value<'a>) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let typed = read(value);
        if typed.is_none() {
            self.mistyped(key, kind, value);
        }
        typed
    }

    #[inline(never)]
    fn mistyped(&self, key: &str, kind: &str, value: Value<'_>) {
        self.refuse(key, &concat(&["must be ", kind, ", not ", &kind_of(value)]));
    }

    #[inline(never)]
    fn refuse(&self, key: &str, why: &str) {
        let name = self.name(key);
        let message = concat(&[&name, " ", why, "."]);
        self.refusals.add(Error::new(self.refusals.code, &message).with_field(&name));
    }

    #[inline(never)]
    fn name(&self, key: &str) -> String {
        concat(&[self.prefix, key])
    }
}

const A_FUNCTION: &str = "a function";

/// Does the value stand for something that JSON cannot say, of this kind?
fn is_named(value: Value<'_>, kind: &str) -> bool {
    value.get("$").is_some_and(|known| known.is(kind))
}

/// Is it an object, and not one that stands for something else?
#[inline(never)]
fn is_plain(value: Value<'_>) -> bool {
    value.is_object() && value.get("$").is_none()
}

fn text(value: Value<'_>) -> Option<String> {
    value.text()
}

fn raw(value: Value<'_>) -> String {
    crate::text::lossy(value.raw())
}

/// A number; those that JSON cannot say come by name.
#[inline(never)]
fn number(value: Value<'_>) -> Option<f64> {
    match value.get("$") {
        Some(kind) if kind.is("Infinity") => Some(f64::INFINITY),
        Some(kind) if kind.is("NaN") || kind.is("-Infinity") => Some(f64::NAN),
        _ => value.as_number(),
    }
}

/// What a value is, for a sentence; never what it says.
#[inline(never)]
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
