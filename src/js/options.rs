//! Reads the options objects of the client and of a call.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::convert::{get, get_function, invoke, is_nothing, stringify, text_of};
use super::env;
use super::fields::{Fields, kind_of};
use super::hooks::Hooks;
use crate::error::{Code, Error};
use crate::headers::Headers;
use crate::options::{
    self, Bounds, Call, Config, Gateway, Given, GivenBinding, GivenToken, SETTINGS, SettingKind,
    SettingValue, Timeouts,
};
use crate::retry::DEFAULT_MAX_RETRIES;
use crate::secret::Secret;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../options.d.ts");

/// What a client keeps.
pub struct Parts {
    /// Everything that is not a JavaScript value.
    pub config: Config,
    /// The binding, behind that door.
    pub binding: JsValue,
    /// The token, or the function that gives it.
    pub token: Token,
    /// The caller's own `fetch`.
    pub fetch: Option<Function>,
    /// The caller's hooks.
    pub hooks: Hooks,
    /// Does this run in a page?
    pub browser: bool,
}

/// The credential of a client.
pub enum Token {
    /// None is sent.
    None,
    /// Always the same.
    Fixed(Secret),
    /// Asked for before each request.
    Asked(Function),
}

/// Reads a client's options.
pub fn client(given: &JsValue) -> Result<Parts, Error> {
    let fields = Fields::of(given, "options", "", Code::Config)?;
    let token = fields.value("apiToken")?;
    let own = Given {
        binding: binding(&fields)?,
        account_id: fields.string("accountId")?,
        token: match (token.as_string(), token.is_function()) {
            (Some(text), _) => GivenToken::Text(Secret::new(text)),
            (None, true) => GivenToken::Function,
            (None, false) if token.is_undefined() => GivenToken::Absent,
            _ => {
                return Err(fields.refuse(
                    "apiToken",
                    &format!("must be a string or a function that gives one, not {}", kind_of(&token)),
                ));
            }
        },
        base_url: base_url(&fields)?,
        allow_browser: fields.flag("dangerouslyAllowBrowser")?.unwrap_or(false),
    };
    let variables = own.binding == GivenBinding::Absent && own.base_url.is_none();
    let environment = env::look(variables && (own.account_id.is_none() || own.token == GivenToken::Absent));
    let (door, credential) = options::choose(own, &environment)?;
    let gateway = match gateway(&fields)? {
        Some(gateway) => Some(gateway.over(None, Code::Config)?),
        None => None,
    };
    let bounds = Bounds::default();
    Ok(Parts {
        config: Config {
            door,
            timeouts: timeouts(&fields, Timeouts::default())?,
            max_retries: max_retries(&fields)?.unwrap_or(DEFAULT_MAX_RETRIES),
            gateway,
            headers: headers(&fields, "headers")?,
            bounds: Bounds {
                event: size(&fields, "maxEventBytes")?.unwrap_or(bounds.event),
                response: size(&fields, "maxResponseBytes")?.unwrap_or(bounds.response),
            },
        },
        binding: fields.value("binding")?,
        token: match credential {
            GivenToken::Absent => Token::None,
            GivenToken::Text(secret) => Token::Fixed(secret),
            GivenToken::Function => Token::Asked(token.unchecked_into()),
        },
        fetch: fields.function("fetch")?,
        hooks: Hooks::read(&fields)?,
        browser: environment.browser,
    })
}

/// Reads a call's options, on top of the client's. Its signal comes apart, since it is no plain value.
pub fn call(given: &JsValue, config: &Config) -> Result<(Call, JsValue), Error> {
    let fields = Fields::of(given, "options", "", Code::InvalidInput)?;
    let mut merged = config.headers.clone();
    merged.merge(&headers(&fields, "extraHeaders")?);
    merged.merge(&headers(&fields, "headers")?);
    let tags = fields.strings("tags")?.unwrap_or_default();
    options::check_tags(&tags)?;
    let flag = |name: &str| Ok::<bool, Error>(fields.flag(name)?.unwrap_or(false));
    let call = Call {
        timeouts: timeouts(&fields, config.timeouts)?,
        max_retries: max_retries(&fields)?.unwrap_or(config.max_retries),
        gateway: match gateway(&fields)? {
            Some(gateway) => Some(gateway.over(config.gateway.as_ref(), Code::InvalidInput)?),
            None => config.gateway.clone(),
        },
        headers: merged,
        session_affinity: fields.string("sessionAffinity")?,
        tags,
        reject_if_busy: flag("rejectIfBusy")?,
        queue_request: flag("queueRequest")?,
        raw_response: flag("returnRawResponse")?,
        websocket: flag("websocket")?,
        prefix: fields.string("prefix")?,
    };
    Ok((call, signal(&fields)?))
}

fn binding(fields: &Fields<'_>) -> Result<GivenBinding, Error> {
    if !fields.names("binding") {
        return Ok(GivenBinding::Absent);
    }
    let value = fields.value("binding")?;
    Ok(if is_nothing(&value) {
        GivenBinding::Empty
    } else if get_function(&value, "run").is_some() {
        GivenBinding::Usable
    } else {
        GivenBinding::WithoutRun
    })
}

/// A string or a `URL`.
fn base_url(fields: &Fields<'_>) -> Result<Option<String>, Error> {
    let value = fields.value("baseURL")?;
    match get(&value, "href").as_string() {
        Some(href) => Ok(Some(href)),
        None => fields.string("baseURL"),
    }
}

/// Accepts whatever listens like an `AbortSignal`, of any realm; `null` is none, as for `fetch`.
fn signal(fields: &Fields<'_>) -> Result<JsValue, Error> {
    let value = fields.value("signal")?;
    let usable = is_nothing(&value)
        || (get(&value, "aborted").as_bool().is_some() && get_function(&value, "addEventListener").is_some());
    if usable { Ok(value) } else { Err(fields.refuse("signal", "must be an AbortSignal")) }
}

fn timeouts(fields: &Fields<'_>, base: Timeouts) -> Result<Timeouts, Error> {
    let mut timeouts = base;
    let value = fields.value("timeout")?;
    if let Some(total) = value.as_f64() {
        timeouts.set("timeout", total, fields.code)?;
        return Ok(timeouts);
    }
    if !value.is_undefined() && !value.is_object() {
        return Err(
            fields.refuse("timeout", "must be a number of milliseconds or { total, firstByte, idle }")
        );
    }
    let parts = Fields::of(&value, "timeout", "timeout.", fields.code)?;
    for name in ["total", "firstByte", "idle"] {
        if let Some(ms) = parts.number(name)? {
            timeouts.set(&parts.name(name), ms, fields.code)?;
        }
    }
    Ok(timeouts)
}

fn max_retries(fields: &Fields<'_>) -> Result<Option<u32>, Error> {
    fields.number("maxRetries")?.map(|value| options::retries(value, fields.code)).transpose()
}

fn size(fields: &Fields<'_>, name: &str) -> Result<Option<f64>, Error> {
    fields.number(name)?.map(|value| options::bytes(name, value)).transpose()
}

fn gateway(fields: &Fields<'_>) -> Result<Option<Gateway>, Error> {
    let value = fields.value("gateway")?;
    if value.is_undefined() {
        return Ok(None);
    }
    if let Some(id) = value.as_string() {
        return Gateway::named(&id, fields.code).map(Some);
    }
    if !value.is_object() {
        return Err(fields.refuse("gateway", "must be a gateway's id or an object with one"));
    }
    let members = Fields::of(&value, "gateway", "gateway.", fields.code)?;
    let mut gateway = Gateway {
        id: members.string("id")?.map(|id| options::check_gateway_id(&id, fields.code)).transpose()?,
        token: members.string("token")?.map(Secret::new),
        settings: Vec::new(),
    };
    for setting in SETTINGS {
        let group = match setting.group {
            Some(group) => members.value(group)?,
            None => value.clone(),
        };
        let members = Fields::of(&group, "gateway.retries", "gateway.", fields.code)?;
        let value = match setting.kind {
            SettingKind::Text => members.string(setting.option)?.map(SettingValue::Text),
            SettingKind::Number => members.number(setting.option)?.map(number),
            SettingKind::Flag => members.flag(setting.option)?.map(SettingValue::Flag),
            SettingKind::Object => object(&members, setting.option)?.map(SettingValue::Json),
        };
        gateway.settings.extend(value.map(|value| (setting, value)));
    }
    Ok(Some(gateway))
}

fn number(value: f64) -> SettingValue {
    SettingValue::Number(value, text_of(value))
}

/// An object, as JSON text.
fn object(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Error> {
    let value = fields.value(name)?;
    if value.is_undefined() {
        return Ok(None);
    }
    let text = if value.is_object() { stringify(&value).ok().flatten() } else { None };
    text.map(|text| Some(String::from(text)))
        .ok_or_else(|| fields.refuse(name, "must be an object that JSON can say"))
}

/// Headers in any form that `fetch` takes them; `null` leaves one out.
fn headers(fields: &Fields<'_>, name: &str) -> Result<Headers, Error> {
    let value = fields.value(name)?;
    let mut headers = Headers::default();
    if value.is_undefined() {
        return Ok(headers);
    }
    let refuse =
        || fields.refuse(name, "must be an object of strings, a Headers object, or an array of pairs");
    for pair in pairs(&value).ok_or_else(refuse)? {
        let (key, item) = (get(&pair, "0"), get(&pair, "1"));
        let key = key.as_string().ok_or_else(refuse)?;
        match item.as_string() {
            Some(text) => headers.set(&key, &text, name).map_err(|error| error.with_code(fields.code))?,
            None if item.is_null() => headers.remove(&key, name)?,
            None if item.is_undefined() => {}
            None => return Err(refuse()),
        }
    }
    Ok(headers)
}

fn pairs(value: &JsValue) -> Option<Array> {
    if Array::is_array(value) {
        return value.clone().dyn_into().ok();
    }
    match get_function(value, "entries") {
        // A `Headers` or a `Map`.
        Some(_) => Some(Array::from(&invoke(value, "entries", &[]).ok()?)),
        None if value.is_object() => Some(js_sys::Object::entries(value.unchecked_ref())),
        None => None,
    }
}
