//! Parses the options objects of the client and of a call.
//!
//! A member that is missing or `undefined` is an option that is not set; `null`, `0`, `false` and `""` are
//! values and are validated as such.

use std::cell::Cell;

use super::names::{self, ALIASES};
use super::{
    BindingKind, Bounds, Call, ClientInput, Config, Door, Environment, Gateway, MOST_ENTRIES, SETTINGS,
    SettingKind, SettingValue, Timeouts, TokenSource, bytes, check_gateway_id, check_tags, choose, retries,
};
use crate::error::{Code, Error};
use crate::headers::Headers;
use crate::retry::DEFAULT_MAX_RETRIES;
use crate::secret::Secret;
use crate::slip;
use crate::text::{concat, decimal, join};
use crate::value::{Shape, Value};

/// Validates a client's options; returns them and the source of the token. The environment is read last, and
/// only if it is needed.
pub fn client<V: Value>(
    options: &V,
    environment: impl FnOnce() -> Environment,
) -> Result<(Config, TokenSource), Error> {
    let refusals = Refusals::new(Code::Config);
    let fields = Fields::of(Some(options.clone()), "options", "", &refusals);
    if options.is_object() && has_method(options, "run") {
        let why = "The options are a binding itself: pass it as { binding: env.AI }.";
        refusals.add(Error::new(Code::Config, why).with_field("binding"));
    }
    fields.check_names(names::CLIENT);
    let input = ClientInput {
        binding: binding(options),
        account_id: fields.text("accountId"),
        token: token(&fields),
        base_url: fields.typed("baseURL", "a string", address),
        allow_browser: fields.flag("dangerouslyAllowBrowser"),
    };
    let hooks = Fields::of(fields.value("hooks"), "hooks", "hooks.", &refusals);
    hooks.check_names(names::HOOKS);
    for hook in names::HOOKS {
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
    let (door, token) = choose(&input, &environment())?;
    config.door = door;
    Ok((config, token))
}

/// The owner of the options, which determines how unknown ones are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// `run`: unknown options are passed to the binding, except for slips of known ones.
    Run,
    /// Another method: unknown options are an error.
    Method,
    /// The names have been checked.
    Checked,
}

/// Validates a call's options, and merges them with the client's.
pub fn call<V: Value>(options: V, config: &Config, caller: Caller) -> Result<Call, Error> {
    let refusals = Refusals::new(Code::InvalidInput);
    let is_signal_itself = is_signal(&options);
    let fields = Fields::of(Some(options), "options", "", &refusals);
    if is_signal_itself {
        let why = "options must be an object: give the signal as { signal }.";
        refusals.add(Error::invalid("options", why));
    }
    let mut others = Vec::new();
    match caller {
        Caller::Run => {
            let known = names::of_call(true);
            others = fields.unknown(known);
            others.retain(|name| {
                let meant = slip::meant(name, known, ALIASES);
                let is_input = names::OF_INPUTS.contains(&name.as_str());
                if meant.is_some() || is_input {
                    fields.refuse_name(name, meant, known);
                }
                meant.is_none() && !is_input
            });
        }
        Caller::Method => fields.check_names(names::of_call(false)),
        Caller::Checked => {}
    }
    let mut merged = Headers::default();
    merged.merge(&config.headers);
    merged.merge(&headers(&fields, "extraHeaders"));
    merged.merge(&headers(&fields, "headers"));
    let tags = fields.texts("tags");
    refusals.note(check_tags(&tags));
    fields.signal();
    let call = Call {
        timeouts: timeouts(&fields, config.timeouts),
        max_retries: max_retries(&fields, config.max_retries),
        gateway: gateway(&fields, config.gateway.as_ref()),
        headers: merged,
        session_affinity: fields.text("sessionAffinity"),
        tags,
        reject_if_busy: fields.flag("rejectIfBusy"),
        // A method with another option of this name has no such flag.
        resume: match caller {
            Caller::Checked => fields.value("resume").is_some_and(|value| value.boolean() == Some(true)),
            _ => fields.flag("resume"),
        },
        queue_request: fields.flag("queueRequest"),
        raw_response: fields.flag("returnRawResponse"),
        websocket: fields.flag("websocket"),
        prefix: fields.text("prefix"),
        others,
    };
    refusals.first()?;
    Ok(call)
}

/// Rejects options of a job with several calls that a copy for each call would lose: a value that is no object, an object that cannot be read, a
/// signal that is none. Everything else is checked by the first call.
pub fn check_readable<V: Value>(options: &V) -> Result<(), Error> {
    let refusals = Refusals::new(Code::InvalidInput);
    Fields::of(Some(options.clone()), "options", "", &refusals).signal();
    refusals.first()
}

/// Rejects unknown options of a call; `more` are those of one method.
pub fn check_names<V: Value>(options: &V, more: &[&'static str]) -> Result<(), Error> {
    let refusals = Refusals::new(Code::InvalidInput);
    let fields = Fields { object: Some(options.clone()), prefix: "", refusals: &refusals };
    let mut known = names::of_call(false).to_vec();
    known.extend(more);
    fields.check_names(&known);
    // Methods with fallback have removed the option.
    if fields.value("fallback").is_some() {
        fields.refuse("fallback", "is for methods that ask one model once: ask another model yourself here");
    }
    refusals.first()
}

fn token<V: Value>(fields: &Fields<'_, V>) -> TokenSource {
    let Some(value) = fields.value("apiToken") else { return TokenSource::Absent };
    if let Some(text) = value.text() {
        return TokenSource::Text(Secret::new(text));
    }
    if !is_function(&value) {
        fields.mistyped("apiToken", "a string or a function that gives one", &value);
    }
    TokenSource::Function
}

#[inline(never)]
fn timeouts<V: Value>(fields: &Fields<'_, V>, base: Timeouts) -> Timeouts {
    let mut timeouts = base;
    let value = fields.value("timeout");
    if let Some(total) = value.as_ref().and_then(|value| value.number()) {
        fields.refusals.note(timeouts.set("timeout", total, fields.refusals.code));
    } else if value.as_ref().is_some_and(|value| !value.is_object()) {
        fields.refuse("timeout", "must be a number of milliseconds or { total, firstByte, idle }");
    } else {
        let parts = Fields::of(value, "timeout", "timeout.", fields.refusals);
        parts.check_names(names::TIMEOUT);
        for name in names::TIMEOUT {
            if let Some(ms) = parts.number(name) {
                fields.refusals.note(timeouts.set(&parts.name(name), ms, fields.refusals.code));
            }
        }
    }
    timeouts
}

fn max_retries<V: Value>(fields: &Fields<'_, V>, default: u32) -> u32 {
    let read = fields.number("maxRetries").map(|value| retries(value, fields.refusals.code));
    read.and_then(|read| fields.refusals.note(read)).unwrap_or(default)
}

#[inline(never)]
fn size<V: Value>(fields: &Fields<'_, V>, name: &'static str, default: f64) -> f64 {
    let read = fields.number(name).map(|value| bytes(name, value));
    read.and_then(|read| fields.refusals.note(read)).unwrap_or(default)
}

/// The gateway of the options, merged with the client's.
#[inline(never)]
fn gateway<V: Value>(fields: &Fields<'_, V>, base: Option<&Gateway>) -> Option<Gateway> {
    let refusals = fields.refusals;
    let Some(value) = fields.value("gateway") else {
        base?;
        return refusals.note(Gateway::default().over(base, refusals.code));
    };
    if let Some(id) = value.text() {
        let named = refusals.note(Gateway::named(&id, refusals.code))?;
        return refusals.note(named.over(base, refusals.code));
    }
    if !value.is_object() {
        fields.refuse("gateway", "must be a gateway's id or an object with one");
        return None;
    }
    let members = Fields::of(Some(value), "gateway", "gateway.", refusals);
    let settings = |of_group: bool| {
        let own = SETTINGS.iter().filter(move |setting| setting.group.is_some() == of_group);
        own.map(|setting| setting.option)
    };
    members.check_names(&names::GATEWAY.iter().copied().chain(settings(false)).collect::<Vec<_>>());
    let mut gateway = Gateway {
        id: members.text("id").and_then(|id| refusals.note(check_gateway_id(&id, refusals.code))),
        token: members.text("token").map(Secret::new),
        settings: Vec::new(),
    };
    let retries = Fields::of(members.value("retries"), "gateway.retries", "gateway.retries.", refusals);
    retries.check_names(&settings(true).collect::<Vec<_>>());
    for setting in SETTINGS {
        let group = if setting.group.is_some() { &retries } else { &members };
        let Some(value) = group.value(setting.option) else { continue };
        let read = match setting.kind {
            SettingKind::Text => group.text(setting.option).map(SettingValue::Text),
            SettingKind::Number(least, most) => group.number(setting.option).map(|number| {
                if !(f64::from(least)..=f64::from(most)).contains(&number) || number.fract() != 0.0 {
                    let (least, most) = (decimal(i64::from(least)), decimal(i64::from(most)));
                    let why = concat(&["must be a whole number from ", &least, " to ", &most]);
                    group.refuse(setting.option, &why);
                }
                SettingValue::Number(number, raw(&value))
            }),
            SettingKind::Word(words) => group.text(setting.option).map(|text| {
                if !words.contains(&text.as_str()) {
                    group.refuse(setting.option, &concat(&["must be one of ", &join(words, ", ")]));
                }
                SettingValue::Text(text)
            }),
            SettingKind::Flag => Some(SettingValue::Flag(group.flag(setting.option))),
            SettingKind::List => {
                let texts = group.texts(setting.option);
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                Some(SettingValue::Text(join(&texts, ",")))
            }
            SettingKind::Object => {
                let members = value.members();
                let is_plain = |(_, value): &(String, V)| {
                    matches!(value.shape(), Shape::Text(_) | Shape::Number(_) | Shape::Boolean | Shape::Null)
                };
                let fits = value.is_object() && members.len() <= MOST_ENTRIES && members.iter().all(is_plain);
                if !fits {
                    let why = "must be an object of at most 5 strings, numbers and booleans";
                    group.refuse(setting.option, why);
                }
                fits.then(|| value.to_json()).flatten().map(SettingValue::Json)
            }
        };
        if let Some(read) = read {
            gateway.settings.push((setting, read));
        }
    }
    refusals.note(gateway.over(base, refusals.code))
}

/// Headers as `[name, value]` pairs; `null` removes one.
fn headers<V: Value>(fields: &Fields<'_, V>, name: &'static str) -> Headers {
    let mut headers = Headers::default();
    let Some(value) = fields.value(name) else { return headers };
    let pairs = value.pairs();
    let mut right = pairs.is_some();
    for (key, value) in pairs.unwrap_or_default() {
        let outcome = match (key.text(), value) {
            (Some(_), None) => continue,
            (Some(key), Some(value)) if value.is_null() => headers.remove(&key, name),
            (Some(key), Some(value)) if let Some(value) = value.text() => headers.set(&key, &value, name),
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

/// Collects the errors of an options object. Parsing goes on after an error, which keeps the code short; the
/// first one is reported.
struct Refusals {
    /// The code of the errors: `CONFIG` for a client's options, `INVALID_INPUT` for a call's.
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
struct Fields<'a, V> {
    object: Option<V>,
    /// The prefix of a member's name in an error: `timeout.` for those of `timeout`.
    prefix: &'a str,
    refusals: &'a Refusals,
}

impl<'a, V: Value> Fields<'a, V> {
    #[inline(never)]
    fn of(object: Option<V>, options: &str, prefix: &'a str, refusals: &'a Refusals) -> Self {
        if let Some(value) = object.as_ref().filter(|value| !value.is_object()) {
            let message = concat(&[options, " must be an object, not ", &value.kind(), "."]);
            refusals.add(Error::new(refusals.code, &message).with_field(options));
        } else if let Some(name) = object.as_ref().and_then(|object| object.unreadable()) {
            let field = concat(&[prefix, slip::clip(&name)]);
            // If the members cannot be listed, the error names the object.
            let (what, field) =
                if name.is_empty() { ("The object ", options) } else { ("The option ", field.as_str()) };
            let message = concat(&[what, field, " threw when it was read."]);
            refusals.add(Error::new(refusals.code, &message).with_field(field));
        }
        Self { object, prefix, refusals }
    }

    /// Names of members that are set and unknown.
    #[inline(never)]
    fn unknown(&self, known: &[&'static str]) -> Vec<String> {
        let members = self.object.as_ref().map(|object| object.members()).unwrap_or_default();
        let unknown = members.into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
        unknown.map(|(name, _)| name).collect()
    }

    /// Rejects unknown members.
    #[inline(never)]
    fn check_names(&self, known: &[&'static str]) {
        // Only the first error is reported.
        if let Some(name) = self.unknown(known).first() {
            self.refuse_name(name, slip::meant(name, known, ALIASES), known);
        }
    }

    #[inline(never)]
    fn refuse_name(&self, name: &str, meant: Option<&str>, known: &[&'static str]) {
        let of_call = self.refusals.code == Code::InvalidInput;
        let what = if of_call { "option of this call" } else { "option" };
        let field = concat(&[self.prefix, slip::clip(name)]);
        let meant = meant.map(|meant| concat(&[self.prefix, meant]));
        let mut message = slip::sentence(&field, what, meant.as_deref(), known);
        if of_call && meant.is_none() {
            message.push_str(" Parameters of the model belong into the input, the argument before.");
        }
        self.refusals.add(Error::new(self.refusals.code, &message).with_field(&field));
    }

    fn signal(&self) {
        let signal = self.value("signal").filter(|signal| !signal.is_null());
        if signal.is_some_and(|signal| !is_signal(&signal)) {
            self.refuse("signal", "must be an AbortSignal");
        }
    }

    #[inline(never)]
    fn value(&self, key: &'static str) -> Option<V> {
        self.object.as_ref()?.member(key)
    }

    #[inline(never)]
    fn text(&self, key: &'static str) -> Option<String> {
        self.typed(key, "a string", |value| value.text())
    }

    #[inline(never)]
    fn number(&self, key: &'static str) -> Option<f64> {
        self.typed(key, "a number", |value| value.number())
    }

    #[inline(never)]
    fn flag(&self, key: &'static str) -> bool {
        self.typed(key, "a boolean", |value| value.boolean()).unwrap_or(false)
    }

    #[inline(never)]
    fn function(&self, key: &'static str) {
        self.typed(key, "a function", |value| is_function(value).then_some(()));
    }

    fn texts(&self, key: &'static str) -> Vec<String> {
        let mut texts = Vec::new();
        let Some(value) = self.value(key) else { return texts };
        let mut right = value.is_list();
        for item in value.items() {
            match item.text() {
                Some(text) => texts.push(text),
                None => right = false,
            }
        }
        if !right {
            self.mistyped(key, "an array of strings", &value);
        }
        texts
    }

    fn typed<T>(&self, key: &'static str, kind: &str, read: impl Fn(&V) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let typed = read(&value);
        if typed.is_none() {
            self.mistyped(key, kind, &value);
        }
        typed
    }

    #[inline(never)]
    fn mistyped(&self, key: &'static str, kind: &str, value: &V) {
        self.refuse(key, &concat(&["must be ", kind, ", not ", &value.kind()]));
    }

    #[inline(never)]
    fn refuse(&self, key: &'static str, why: &str) {
        let name = self.name(key);
        let message = concat(&[&name, " ", why, "."]);
        self.refusals.add(Error::new(self.refusals.code, &message).with_field(&name));
    }

    #[inline(never)]
    fn name(&self, key: &'static str) -> String {
        concat(&[self.prefix, key])
    }
}

/// The member `binding`: present without a value it is a mistake in a Worker's configuration.
fn binding<V: Value>(options: &V) -> BindingKind {
    match options.get("binding") {
        None if options.has("binding") => BindingKind::Empty,
        None => BindingKind::Absent,
        Some(binding) if has_method(&binding, "generateText") => BindingKind::Client,
        Some(binding) if has_method(&binding, "run") => BindingKind::Usable,
        Some(_) => BindingKind::WithoutRun,
    }
}

fn has_method<V: Value>(object: &V, name: &'static str) -> bool {
    object.member(name).is_some_and(|member| is_function(&member))
}

/// A string, or the address of an object such as a `URL`.
fn address<V: Value>(value: &V) -> Option<String> {
    value.text().or_else(|| value.member("href")?.text())
}

fn is_function<V: Value>(value: &V) -> bool {
    value.shape() == Shape::Other && value.kind() == "a function"
}

/// True for an `AbortSignal` or an object with its members.
fn is_signal<V: Value>(value: &V) -> bool {
    value.member("aborted").is_some_and(|aborted| aborted.boolean().is_some())
        && value.member("addEventListener").is_some_and(|listen| is_function(&listen))
}

fn raw<V: Value>(value: &V) -> String {
    value.to_json().unwrap_or_default()
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
