//! Requests to endpoints other than runs of a model: path, door, and whether a request may be repeated.
//!
//! One constant per endpoint: its path, and the binding's equivalent.

use super::base::From;
use crate::error::{Code, Error};
use crate::model::encode_query;
use crate::options::check_gateway_id;
use crate::text::{concat, decimal};
use crate::value::{Shape, Tree, Value};

/// An endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name for hooks: that of the method.
    pub name: &'static str,
    /// The method of the request.
    pub method: &'static str,
    /// The base of its path.
    pub from: From,
    /// Its path, part by part.
    pub path: &'static [Part],
    /// True if repeating the request has no further effect.
    pub idempotent: bool,
    /// True if requests go through the gateway.
    pub gateway: bool,
    /// The binding's equivalent.
    pub binding: OnBinding,
    /// The field and the message of a 404; if absent it means a missing model.
    pub missing: Option<(&'static str, &'static str)>,
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A literal.
    Is(&'static str),
    /// A gateway's id.
    Gateway,
    /// An id from the caller, by its name.
    Id(&'static str),
}

/// The binding's equivalent of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBinding {
    /// A function, and the path for substitutes that have only `fetch`; empty if that is impossible.
    Member(&'static str, &'static [Part]),
    /// None; a description of what is unsupported, for a message.
    Nothing(&'static str),
    /// `run` of the model itself.
    Run,
}

use OnBinding::{Member, Nothing};
use Part::{Gateway, Id, Is};

const LOG: &[Part] = &[Is("ai-gateway"), Is("gateways"), Gateway, Is("logs"), Id("logId")];
const URL: &[Part] = &[Is("ai-gateway"), Is("gateways"), Gateway, Is("url"), Id("provider")];

const RESUME: &[Part] = &[Is("ai-gateway"), Is("gateways"), Gateway, Is("run"), Id("runId"), Is("resume")];

const DEFAULT: Endpoint = Endpoint {
    name: "",
    method: "GET",
    from: From::Ai,
    path: &[],
    idempotent: true,
    gateway: false,
    binding: Nothing(""),
    missing: None,
};

/// Other API shapes of a run.
const OPENAI: Endpoint = Endpoint { method: "POST", gateway: true, binding: OnBinding::Run, ..DEFAULT };

const GATEWAY_LOG: Endpoint = Endpoint {
    from: From::Account,
    path: LOG,
    binding: Member("gateway", LOG),
    missing: Some((
        "logId",
        "The gateway has no log entry with this id. It may take some seconds until one is written.",
    )),
    ..DEFAULT
};

/// A page of the catalogue.
pub const MODELS_LIST: Endpoint = Endpoint {
    name: "models.list",
    path: &[Is("models"), Is("search")],
    binding: Member("models", &[Is("ai-api"), Is("models"), Is("search")]),
    ..DEFAULT
};
/// The schemas of a model.
pub const MODELS_SCHEMA: Endpoint = Endpoint {
    name: "models.schema",
    path: &[Is("models"), Is("schema")],
    binding: Nothing("give the schema of a model"),
    ..DEFAULT
};
/// The account's finetunes.
pub const FINETUNES_LIST: Endpoint = Endpoint {
    name: "finetunes.list",
    path: &[Is("finetunes")],
    binding: Nothing("list finetunes"),
    ..DEFAULT
};
/// The public finetunes.
pub const FINETUNES_PUBLIC: Endpoint = Endpoint {
    name: "finetunes.public",
    path: &[Is("finetunes"), Is("public")],
    binding: Nothing("list finetunes"),
    ..DEFAULT
};
/// A new finetune.
pub const FINETUNES_CREATE: Endpoint = Endpoint {
    name: "finetunes.create",
    method: "POST",
    path: &[Is("finetunes")],
    idempotent: false,
    binding: Nothing("make a finetune"),
    ..DEFAULT
};
/// A file of a finetune, whose id is `id`.
pub const FINETUNES_UPLOAD: Endpoint = Endpoint {
    name: "finetunes.upload",
    method: "POST",
    path: &[Is("finetunes"), Id("id"), Is("finetune-assets")],
    idempotent: false,
    binding: Nothing("take a finetune's files"),
    missing: Some(("id", "There is no finetune with this id or name.")),
    ..DEFAULT
};
/// Documents to Markdown.
pub const MARKDOWN: Endpoint = Endpoint {
    name: "toMarkdown",
    method: "POST",
    path: &[Is("tomarkdown")],
    gateway: true,
    binding: Member("toMarkdown", &[]),
    ..DEFAULT
};
/// The kinds of document that can be converted.
pub const MARKDOWN_SUPPORTED: Endpoint = Endpoint {
    name: "toMarkdown.supported",
    path: &[Is("tomarkdown"), Is("supported")],
    binding: Member("toMarkdown", &[Is("to-everything"), Is("markdown"), Is("supported")]),
    ..DEFAULT
};
/// A log entry of a gateway: `gateway`, `logId`.
pub const GATEWAY_GET_LOG: Endpoint = Endpoint { name: "gateway.getLog", ..GATEWAY_LOG };
/// A change of one.
pub const GATEWAY_PATCH_LOG: Endpoint = Endpoint { name: "gateway.patchLog", method: "PATCH", ..GATEWAY_LOG };
/// A gateway's URL: `gateway`, `provider`. Over HTTP no request is needed, see [`gateway_url`].
pub const GATEWAY_URL: Endpoint =
    Endpoint { name: "gateway.url", from: From::Account, binding: Member("gateway", URL), ..DEFAULT };
/// The events of a gateway's run, from an offset on: `gateway`, `runId`.
pub const RUN_RESUME: Endpoint = Endpoint {
    name: "run.resume",
    from: From::Account,
    path: RESUME,
    binding: Member("fetch", RESUME),
    missing: Some(("runId", "The gateway keeps this run no longer.")),
    ..DEFAULT
};
/// A web search, which is billed.
pub const WEB_SEARCH: Endpoint = Endpoint {
    name: "webSearch",
    method: "POST",
    path: &[Is("websearch"), Is("")],
    idempotent: false,
    gateway: true,
    binding: Member("websearch", &[Is("ai-api"), Is("websearch")]),
    ..DEFAULT
};
/// OpenAI's chat completions.
pub const CHAT_COMPLETIONS: Endpoint =
    Endpoint { name: "chat.completions", path: &[Is("v1"), Is("chat"), Is("completions")], ..OPENAI };
/// OpenAI's embeddings.
pub const EMBEDDINGS: Endpoint =
    Endpoint { name: "embeddings", path: &[Is("v1"), Is("embeddings")], ..OPENAI };
/// OpenAI's Responses.
pub const RESPONSES: Endpoint = Endpoint { name: "responses", path: &[Is("v1"), Is("responses")], ..OPENAI };

impl Endpoint {
    /// Its path over HTTP, relative to [`super::base`]. Rejects invalid ids.
    pub fn path_over_http<V: Value>(&self, ids: &[(&'static str, V)]) -> Result<String, Error> {
        join(self.path, ids)
    }

    /// The path that replaces a missing function of the binding, if there is one. Rejects invalid ids, and
    /// endpoints that the binding lacks.
    pub fn path_on_binding<V: Value>(&self, ids: &[(&'static str, V)]) -> Result<Option<String>, Error> {
        match self.binding {
            Member(_, []) | OnBinding::Run => Ok(None),
            Member(_, path) => join(path, ids).map(Some),
            Nothing(what) => Err(not_on_the_binding(what)),
        }
    }
}

/// A path without a leading slash.
fn join<V: Value>(path: &[Part], ids: &[(&'static str, V)]) -> Result<String, Error> {
    let id = |name: &str| ids.iter().find(|(known, _)| *known == name).map(|(_, id)| id);
    let mut joined = String::new();
    for part in path {
        if !joined.is_empty() {
            joined.push('/');
        }
        match part {
            Is(text) => joined.push_str(text),
            Gateway => joined.push_str(&gateway_id(id("gateway"))?),
            Id(name) => joined.push_str(&segment(name, id(name))?),
        }
    }
    Ok(joined)
}

/// Validates a gateway's id.
pub fn gateway_id<V: Value>(id: Option<&V>) -> Result<String, Error> {
    let text = id.and_then(V::text).unwrap_or_default();
    check_gateway_id(&text, Code::InvalidInput)
}

/// An id as one segment of a path, which it cannot escape, however the server decodes it.
fn segment<V: Value>(name: &str, id: Option<&V>) -> Result<String, Error> {
    const MAX_LEN: usize = 256;
    let refuse = |why: &str| Err(Error::invalid(name, &concat(&[name, " ", why, "."])));
    let Some(text) = id.and_then(V::text) else {
        return refuse("must be a string");
    };
    if text.is_empty() {
        return refuse("is empty");
    }
    if text.len() > MAX_LEN {
        return refuse("is too long");
    }
    if text.bytes().all(|byte| byte == b'.')
        || text.chars().any(|char| char.is_control() || matches!(char, '/' | '\\' | '%' | '?' | '#'))
    {
        return refuse("has a character that no id has");
    }
    Ok(encode_query(&text))
}

/// The query including `?`; empty without parameters. Values other than strings, numbers and booleans are
/// omitted.
///
/// A space is encoded as `%20`, not as the `+` of forms (which `URLSearchParams`, and so
/// `gloo_net::http::QueryParams`, writes): the service decodes both, but not every server does.
pub fn query<V: Value>(parameters: &[(String, Tree<V>)]) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        let value = match value {
            Tree::Text(text) => Some(text.clone()),
            // The numbers here are integers.
            Tree::Number(number) => Some(decimal(*number as i64)),
            Tree::Boolean(flag) => Some(if *flag { "true" } else { "false" }.to_owned()),
            Tree::Value(value) => scalar(value),
            _ => None,
        };
        if let Some(value) = value {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&concat(&[&encode_query(name), "=", &encode_query(&value)]));
        }
    }
    query
}

fn scalar<V: Value>(value: &V) -> Option<String> {
    match value.shape() {
        Shape::Text(_) => value.text(),
        Shape::Number(number) if number.is_finite() => value.to_json(),
        Shape::Boolean => value.to_json(),
        _ => None,
    }
}

fn not_on_the_binding(what: &str) -> Error {
    Error::config(
        "binding",
        &concat(&[
            "The binding cannot ",
            what,
            ": use a client with accountId and apiToken, or with baseURL.",
        ]),
    )
}

/// The error of a binding that lacks a function.
pub fn without_member(member: &str) -> Error {
    Error::config(
        "binding",
        &concat(&[
            "The binding has no function ",
            member,
            ": it is a stand-in without it, or of an old runtime. Pass env.AI itself, or give the stand-in the function.",
        ]),
    )
}

/// A gateway's URL for a provider; validates the ids, and requires the account.
pub fn gateway_url(account: Option<&str>, gateway: &str, provider: &str) -> Result<String, Error> {
    let account = account.ok_or_else(|| {
        Error::config("accountId", "A gateway's address names the account: give accountId beside baseURL.")
    })?;
    Ok(concat(&["https://gateway.ai.cloudflare.com/v1/", account, "/", gateway, "/", provider]))
}

/// A provider's name; empty for the universal endpoint.
pub fn provider<V: Value>(provider: Option<&V>) -> Result<String, Error> {
    let Some(provider) = provider.filter(|provider| !provider.is_null()) else { return Ok(String::new()) };
    let text = provider.text().unwrap_or_default();
    let right = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !right {
        return Err(Error::invalid(
            "provider",
            "provider must be a provider's name, for instance \"workers-ai\".",
        ));
    }
    Ok(if text == "universal" { String::new() } else { text })
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
