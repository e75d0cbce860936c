//! Requests to everything that is no run of a model: which endpoint, through which door, and whether it may be asked twice.
//!
//! One table says of each endpoint where it lies below the account, and what the binding has in its place.

use super::rest::{BodyFacts, request};
use crate::error::{Code, Error};
use crate::model::{Model, encode_query};
use crate::options::{self, Config, Door, check_gateway_id};
use crate::secret::Secret;
use crate::text::concat;
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

/// An endpoint.
#[derive(Debug)]
pub struct Endpoint {
    /// What JavaScript calls it.
    pub name: &'static str,
    /// The method of the request.
    pub verb: &'static str,
    /// From what its path starts.
    pub from: From,
    /// Its path, part by part.
    pub path: &'static [Part],
    /// Does asking twice do no more than asking once?
    pub idempotent: bool,
    /// Does a request go through the gateway?
    pub gateway: bool,
    /// Is it another way to run a model? Then the options that speak of a run count.
    pub runs: bool,
    /// What the binding has in its place.
    pub binding: OnBinding,
    /// What a 404 means; a missing model where nothing is said.
    pub missing: Option<(&'static str, &'static str)>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// `…/accounts/{id}/ai`, or what stands in for it.
    AI,
    /// `…/accounts/{id}`
    Account,
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Is(&'static str),
    /// A gateway's id.
    Gateway,
    /// An id that the caller gave, by its name.
    Id(&'static str),
}

/// What the binding has in an endpoint's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBinding {
    /// A function, and the path that it asks, for stand-ins that have but `fetch`.
    Member(&'static str, &'static [Part]),
    /// Nothing; what cannot be done, for a sentence.
    Nothing(&'static str),
}

use OnBinding::{Member, Nothing};
use Part::{Gateway, Id, Is};

const LOG: &[Part] = &[Is("ai-gateway"), Is("gateways"), Gateway, Is("logs"), Id("logId")];
const URL: &[Part] = &[Is("ai-gateway"), Is("gateways"), Gateway, Is("url"), Id("provider")];
const NO_LOG: Option<(&str, &str)> = Some((
    "logId",
    "The gateway has no log entry with this id. It may take some seconds until one is written.",
));
const NO_FINETUNE: Option<(&str, &str)> = Some(("id", "There is no finetune with this id or name."));

const USUAL: Endpoint = Endpoint {
    name: "",
    verb: "GET",
    from: From::AI,
    path: &[],
    idempotent: true,
    gateway: false,
    runs: false,
    binding: Nothing(""),
    missing: None,
};

/// OpenAI's; on the binding the model itself is run.
const OPENAI: Endpoint = Endpoint { verb: "POST", gateway: true, runs: true, ..USUAL };

/// All endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        name: "models.list",
        path: &[Is("models"), Is("search")],
        binding: Member("models", &[Is("ai-api"), Is("models"), Is("search")]),
        ..USUAL
    },
    Endpoint {
        name: "models.schema",
        path: &[Is("models"), Is("schema")],
        binding: Nothing("give the schema of a model"),
        ..USUAL
    },
    Endpoint {
        name: "finetunes.list",
        path: &[Is("finetunes")],
        binding: Nothing("list finetunes"),
        ..USUAL
    },
    Endpoint {
        name: "finetunes.public",
        path: &[Is("finetunes"), Is("public")],
        binding: Nothing("list finetunes"),
        ..USUAL
    },
    Endpoint {
        name: "finetunes.create",
        verb: "POST",
        path: &[Is("finetunes")],
        idempotent: false,
        binding: Nothing("make a finetune"),
        ..USUAL
    },
    Endpoint {
        name: "finetunes.upload",
        verb: "POST",
        path: &[Is("finetunes"), Id("id"), Is("finetune-assets")],
        idempotent: false,
        binding: Nothing("take a finetune's files"),
        missing: NO_FINETUNE,
        ..USUAL
    },
    Endpoint {
        name: "toMarkdown",
        verb: "POST",
        path: &[Is("tomarkdown")],
        gateway: true,
        binding: Member("toMarkdown", &[]),
        ..USUAL
    },
    Endpoint {
        name: "toMarkdown.supported",
        path: &[Is("tomarkdown"), Is("supported")],
        binding: Member("toMarkdown", &[Is("to-everything"), Is("markdown"), Is("supported")]),
        ..USUAL
    },
    Endpoint {
        name: "gateway.getLog",
        from: From::Account,
        path: LOG,
        binding: Member("gateway", LOG),
        missing: NO_LOG,
        ..USUAL
    },
    Endpoint {
        name: "gateway.patchLog",
        verb: "PATCH",
        from: From::Account,
        path: LOG,
        binding: Member("gateway", LOG),
        missing: NO_LOG,
        ..USUAL
    },
    // Over HTTP nobody needs to be asked: see `gateway_url`.
    Endpoint { name: "chat.completions", path: &[Is("v1"), Is("chat"), Is("completions")], ..OPENAI },
    Endpoint { name: "embeddings", path: &[Is("v1"), Is("embeddings")], ..OPENAI },
    Endpoint { name: "responses", path: &[Is("v1"), Is("responses")], ..OPENAI },
    Endpoint { name: "gateway.url", from: From::Account, binding: Member("gateway", URL), ..USUAL },
];

/// An endpoint by its name.
fn find(name: &str) -> Result<&'static Endpoint, Error> {
    let found = ENDPOINTS.iter().find(|endpoint| endpoint.name == name);
    found.ok_or_else(|| Error::config("endpoint", "There is no such endpoint."))
}

/// What is known before anything is sent, `{ verb, idempotent, member?, path?, missing? }`: `client` is the outline of its options, `given`
/// is `{ ids, query }`. Refuses ids that are none, and endpoints that the door has not.
pub fn prepare(client: Value<'_>, name: &str, given: Value<'_>) -> Result<String, Error> {
    let endpoint = find(name)?;
    let (config, _) = options::read::client(client)?;
    let path = match &config.door {
        Door::Binding => match endpoint.binding {
            Member(_, path) => join(path, given)?,
            Nothing(what) => return Err(not_on_the_binding(what)),
        },
        door => {
            base(door, endpoint.from)?;
            join(endpoint.path, given)?
        }
    };
    Ok(Writer::object(|out| {
        out.text("verb", endpoint.verb);
        out.flag("idempotent", endpoint.idempotent);
        out.text("path", &concat(&[&path, query(given).as_str()]));
        if let Member(member, path) = endpoint.binding {
            out.text("member", member);
            out.flag("byFetch", !path.is_empty());
        }
        if let Some((field, message)) = endpoint.missing {
            out.member("missing", |out| {
                out.text("field", field);
                out.text("message", message);
            });
        }
    }))
}

/// The request over HTTP, `{ url, headers, redirect, method }`: the outlines of the client's options and of the call's, the endpoint as
/// above, the token, empty for none, and the body's type.
pub fn describe(
    client: Value<'_>,
    options: Value<'_>,
    name: &str,
    given: Value<'_>,
    token: &str,
    body: Value<'_>,
) -> Result<String, Error> {
    let endpoint = find(name)?;
    let browser = client.get("$environment").and_then(|there| there.get("browser"));
    let browser = browser.and_then(|browser| browser.as_bool()).unwrap_or(false);
    let (config, _) = options::read::client(client)?;
    let mut call = options::read::call(options, &config)?;
    if !endpoint.gateway {
        call.gateway = None;
    }
    if !endpoint.runs {
        call.session_affinity = None;
    }
    let base = base(&config.door, endpoint.from)?;
    let url = concat(&[base, "/", &join(endpoint.path, given)?, &query(given)]);
    let token = Some(token).filter(|token| !token.is_empty()).map(Secret::new);
    let content_type = body.get("contentType").and_then(|known| known.text());
    let facts = BodyFacts { content_type, query: Vec::new() };
    let request = request(url, &call, token.as_ref(), &facts)?;
    Ok(Writer::object(|out| {
        request.write(browser, out);
        out.text("method", endpoint.verb);
    }))
}

/// The address below which endpoints lie.
fn base(door: &Door, from: From) -> Result<&str, Error> {
    let base = door.base().ok_or_else(|| Error::config("binding", "The binding has no address."))?;
    match (from, account(base)) {
        (From::AI, _) => Ok(base),
        (From::Account, Some(account)) => Ok(account),
        (From::Account, None) => Err(Error::config(
            "baseURL",
            "A gateway's logs lie beside the address that baseURL stands for, not below it: use a client with accountId and apiToken, the binding, or a baseURL that ends with /accounts/{id}/ai.",
        )),
    }
}

/// The account's address, where a base ends as Cloudflare's own does.
fn account(base: &str) -> Option<&str> {
    let account = base.strip_suffix("/ai")?;
    let (before, id) = account.rsplit_once('/')?;
    let right =
        before.ends_with("/accounts") && id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    right.then_some(account)
}

/// A path without a slash before it.
fn join(path: &[Part], given: Value<'_>) -> Result<String, Error> {
    let ids = given.get("ids");
    let id = |name: &str| ids.and_then(|ids| ids.get(name));
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

/// Checks a gateway's id.
pub fn gateway_id(given: Option<Value<'_>>) -> Result<String, Error> {
    let text = given.and_then(|given| given.text()).unwrap_or_default();
    check_gateway_id(&text, Code::InvalidInput)
}

/// An id as one part of a path, which it cannot leave, however the server reads what is percent-encoded.
fn segment(name: &str, given: Option<Value<'_>>) -> Result<String, Error> {
    const MAX_LEN: usize = 256;
    let refuse = |why: &str| Err(Error::invalid(name, &concat(&[name, " ", why, "."])));
    let Some(text) = given.and_then(|given| given.text()) else {
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

/// The query, `?` included; nothing where there is none.
fn query(given: Value<'_>) -> String {
    let mut query = String::new();
    for (name, value) in given.get("query").into_iter().flat_map(|query| query.entries()) {
        let mut unescaped = Vec::new();
        crate::wire::json::unescape(name.raw(), &mut unescaped);
        let value = match value.kind() {
            Kind::String => value.text().unwrap_or_default(),
            Kind::Number | Kind::Bool => crate::text::lossy(value.raw()),
            _ => continue,
        };
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(&concat(&[
            &encode_query(&crate::text::lossy(&unescaped)),
            "=",
            &encode_query(&value),
        ]));
    }
    query
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

/// The error for a binding that lacks a function.
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

/// A gateway's address for a provider, over HTTP; none on the binding, which knows it itself. `given` is `{ ids: { gateway }, provider? }`.
pub fn gateway_url(client: Value<'_>, given: Value<'_>) -> Result<Option<String>, Error> {
    let gateway = gateway_id(given.get("ids").and_then(|ids| ids.get("gateway")))?;
    let provider = provider(given.get("provider"))?;
    let (config, _) = options::read::client(client)?;
    if config.door == Door::Binding {
        return Ok(None);
    }
    let account = account_id(&config, client).ok_or_else(|| {
        Error::config("accountId", "A gateway's address names the account: give accountId beside baseURL.")
    })?;
    Ok(Some(concat(&["https://gateway.ai.cloudflare.com/v1/", &account, "/", &gateway, "/", &provider])))
}

/// A provider's name; empty for the universal endpoint.
fn provider(given: Option<Value<'_>>) -> Result<String, Error> {
    let Some(given) = given.filter(|given| !given.is_null()) else { return Ok(String::new()) };
    let text = given.text().unwrap_or_default();
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

/// The account that the client speaks for, where it is known.
fn account_id(config: &Config, client: Value<'_>) -> Option<String> {
    let address = config.door.base().and_then(account).and_then(|account| account.rsplit_once('/'));
    if let Some((_, id)) = address {
        return Some(id.to_owned());
    }
    let environment = client.get("$environment");
    let given = client.get("accountId").or_else(|| environment?.get("accountId"))?.text()?;
    let id = crate::text::trim(&given);
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
}

/// Checks the id of the model in a query.
pub fn check_model(id: &str) -> Result<String, Error> {
    Model::parse(id).map(|_| String::from("{}"))
}

/// What a function of the binding threw, by its name and message.
pub fn thrown(member: &str, name: &str, message: &str) -> Error {
    let mut error = Error::from_thrown(name, message);
    match name {
        // A missing log entry is the one failure that the gateway's functions name.
        "AiGatewayLogNotFound" => {
            error.code = Code::NotFound;
            error.status = Some(404);
        }
        // The binding's functions but `run` say so of whatever the service has refused; without a number there is no telling what.
        "AiInternalError" | "AiGatewayInternalError" | "SyntaxError" if error.internal_code.is_none() => {
            let said = if name == "SyntaxError" { "" } else { message };
            error = Error::from_thrown("InferenceUpstreamError", said);
            if error.code == Code::Unknown {
                error.code = Code::Server;
            }
        }
        "TypeError" => {
            error.message = concat(&[&error.message, " Look at the binding's function ", member, "."]);
        }
        _ => {}
    }
    error
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
