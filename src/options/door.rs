//! The door: the path of requests, which is the binding of a Worker, the REST API, or a proxy of the caller's
//! own.

use crate::error::Error;
use crate::secret::Secret;
use crate::text::{concat, decimal, find, is_blank, trim, trim_end};

/// The variable of the account id.
pub const ACCOUNT_ID_VARIABLE: &str = "CLOUDFLARE_ACCOUNT_ID";
/// The variable of the API token.
pub const API_TOKEN_VARIABLE: &str = "CLOUDFLARE_API_TOKEN";

/// The variable of another service's address, such as the local one.
pub const BASE_URL_VARIABLE: &str = "WORKERS_AI_BASE_URL";
/// The variable of the token for that address.
pub const BASE_TOKEN_VARIABLE: &str = "WORKERS_AI_TOKEN";

const API: &str = "https://api.cloudflare.com/client/v4/accounts/";

/// The door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// The binding of a Worker.
    Binding,
    /// Cloudflare's REST API, with its base URL.
    Rest(String),
    /// A URL of the caller's own with the same protocol.
    Proxy(String),
}

impl Door {
    /// Its name in `meta`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Door::Binding => "binding",
            Door::Rest(_) => "rest",
            Door::Proxy(_) => "proxy",
        }
    }

    /// The base URL, if requests go over HTTP.
    pub fn base(&self) -> Option<&str> {
        match self {
            Door::Binding => None,
            Door::Rest(base) | Door::Proxy(base) => Some(base),
        }
    }
}

/// The option `binding`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BindingKind {
    /// The option is absent.
    #[default]
    Absent,
    /// The option is present, and its value is `undefined` or `null`.
    Empty,
    /// A value without a function `run`.
    WithoutRun,
    /// A value with a function `generateText`: a client.
    Client,
    /// A value with a function `run`.
    Usable,
}

/// The option `apiToken`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TokenSource {
    /// The option is absent.
    #[default]
    Absent,
    /// The token.
    Text(Secret),
    /// A function that returns the token for each request.
    Function,
}

impl TokenSource {
    fn is_set(&self) -> bool {
        !matches!(self, TokenSource::Absent)
    }
}

/// The options that determine the door.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientInput {
    /// `binding`
    pub binding: BindingKind,
    /// `accountId`
    pub account_id: Option<String>,
    /// `apiToken`
    pub token: TokenSource,
    /// `baseURL`
    pub base_url: Option<String>,
    /// `dangerouslyAllowBrowser`
    pub allow_browser: bool,
}

/// The environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The variable for the account id.
    pub account_id: Option<String>,
    /// The variable for the token.
    pub token: Option<String>,
    /// The variable for the address of another service.
    pub base_url: Option<String>,
    /// The variable for the token that belongs to that address.
    pub base_token: Option<String>,
    /// The origin of the page, if there is one.
    pub origin: Option<String>,
    /// True in a page or its workers.
    pub browser: bool,
}

/// Selects the door and its credential.
pub fn choose(input: &ClientInput, environment: &Environment) -> Result<(Door, TokenSource), Error> {
    match input.binding {
        BindingKind::Absent => {}
        BindingKind::Empty => {
            return Err(refuse(
                "binding",
                "binding is undefined: add \"ai\": { \"binding\": \"AI\" } to the Worker's configuration and pass env.AI.",
            ));
        }
        BindingKind::WithoutRun => {
            return Err(refuse(
                "binding",
                "binding has no function run: pass the Workers AI binding itself, for instance env.AI.",
            ));
        }
        BindingKind::Client => {
            return Err(refuse(
                "binding",
                "binding is a client: pass the Workers AI binding itself, for instance env.AI, or use that client.",
            ));
        }
        BindingKind::Usable => return bind(input),
    }
    if environment.browser && input.token.is_set() && !input.allow_browser {
        return Err(refuse(
            "apiToken",
            "A web page shows its API token to everyone. Use baseURL with a proxy of your own, or set dangerouslyAllowBrowser: true.",
        ));
    }
    if let Some(base) = &input.base_url {
        // A token of the environment is for Cloudflare: it is never sent to another address.
        let token = check_token(&input.token, "apiToken")?;
        let base = check_base_url("baseURL", base, environment.origin.as_deref())?;
        return Ok((Door::Proxy(base), token));
    }
    // An account or a token in the options selects Cloudflare itself. A page has no environment variables.
    let is_open = input.account_id.is_none() && !input.token.is_set() && !environment.browser;
    match environment.base_url.as_ref().filter(|_| is_open) {
        Some(base) => {
            let base = check_base_url(BASE_URL_VARIABLE, base, None)?;
            let token = environment.base_token.as_ref();
            let token = token.map(|token| check_secret(token, BASE_TOKEN_VARIABLE));
            Ok((Door::Proxy(base), token.unwrap_or(Ok(TokenSource::Absent))?))
        }
        None => rest(input, environment),
    }
}

fn bind(input: &ClientInput) -> Result<(Door, TokenSource), Error> {
    let other = [
        ("baseURL", input.base_url.is_some()),
        ("accountId", input.account_id.is_some()),
        ("apiToken", input.token.is_set()),
    ];
    match other.iter().find(|(_, is_set)| *is_set) {
        Some((name, _)) => Err(refuse(
            name,
            &concat(&["binding and ", name, " exclude each other: a client has one door. Leave one out."]),
        )),
        None => Ok((Door::Binding, TokenSource::Absent)),
    }
}

fn rest(input: &ClientInput, environment: &Environment) -> Result<(Door, TokenSource), Error> {
    let account = input.account_id.as_ref().or(environment.account_id.as_ref());
    let token = match (&input.token, &environment.token) {
        // A page has no environment variables, though a bundler may have inlined one.
        (TokenSource::Absent, Some(token)) if !environment.browser => {
            check_secret(token, API_TOKEN_VARIABLE)?
        }
        (token, _) => check_token(token, "apiToken")?,
    };
    let has_token = token.is_set();
    match account.filter(|_| has_token) {
        Some(account) => Ok((Door::Rest(concat(&[API, check_account_id(trim(account))?, "/ai"])), token)),
        None => Err(missing(account.is_some(), has_token, environment.browser)),
    }
}

fn missing(account: bool, token: bool, browser: bool) -> Error {
    if browser {
        return refuse(
            "baseURL",
            "In a web page give baseURL, a proxy of your own: new WorkersAI({ baseURL: \"/ai\" }).",
        );
    }
    let what = match (account, token) {
        (false, false) => "accountId and apiToken are missing",
        (false, true) => "accountId is missing",
        _ => "apiToken is missing",
    };
    refuse(
        if account { "apiToken" } else { "accountId" },
        &concat(&[
            what,
            ": pass { accountId, apiToken }, or set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN in the environment; in a Worker pass { binding: env.AI }, in front of a proxy { baseURL }.",
        ]),
    )
}

fn check_account_id(id: &str) -> Result<&str, Error> {
    if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(id);
    }
    // `chars().count()` is a kilobyte of code that is optimised for long texts.
    let length = decimal(id.bytes().filter(|byte| byte & 0xC0 != 0x80).count() as i64);
    let why = if length == "32" { "others than 0 to 9 and a to f" } else { &length };
    Err(refuse(
        "accountId",
        &concat(&[
            "accountId is not an account id: it has 32 hexadecimal characters, this one has ",
            why,
            ". Copy it from the dashboard, or set CLOUDFLARE_ACCOUNT_ID.",
        ]),
    ))
}

/// Validates a token's form, without repeating it in an error. `name` is its source.
pub fn check_token(token: &TokenSource, name: &str) -> Result<TokenSource, Error> {
    match token {
        TokenSource::Text(secret) => check_secret(secret.expose(), name),
        other => Ok(other.clone()),
    }
}

#[inline(never)]
fn check_secret(token: &str, name: &str) -> Result<TokenSource, Error> {
    let text = trim(token);
    let why = if text.is_empty() {
        " is empty: set it to an API token with the permission \"Workers AI Read\"."
    } else if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        " is the token alone, without \"Bearer \" before it."
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        " has a character that no API token has. Copy it again."
    } else {
        return Ok(TokenSource::Text(Secret::new(text)));
    };
    Err(refuse(name, &concat(&[name, why])))
}

/// Validates a base URL, and resolves it against the page's origin. `name` is its source.
fn check_base_url(name: &str, raw: &str, origin: Option<&str>) -> Result<String, Error> {
    let input = trim(raw);
    let text = trim_end(input, b"/");
    let scheme = find(text, "://", 0);
    let scheme = scheme.and_then(|at| Some((text.get(..at)?, text.get(at + 3..)?)));
    let (scheme, rest) = scheme.unwrap_or_default();
    let host_len = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
    let (host, path) = rest.as_bytes().split_at(host_len);
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let relative = input.starts_with("/") && !input.starts_with("//");
    let path = if scheme.is_empty() { text.as_bytes() } else { path };
    let has = |sign: u8| text.as_bytes().contains(&sign);
    let why = if input.is_empty() {
        "is empty."
    } else if text.chars().any(is_blank) || has(b'\\') {
        "has a character that no address has."
    } else if has(b'?') || has(b'#') {
        "ends at its path: leave out query and fragment."
    } else if scheme.is_empty() && !relative {
        "must be absolute (https://example.com/ai) or, in a web page, begin with one slash."
    } else if !scheme.is_empty() && !is("https") && !is("http") {
        "must begin with https:// or http://."
    } else if !scheme.is_empty() && host.is_empty() {
        "has no host."
    } else if host.contains(&b'@') {
        "must not carry a user name or password: use apiToken or headers."
    } else if relative && origin.is_none() {
        "is relative, which works only in a web page: give the whole address here, for instance https://example.com/ai."
    } else if path.split(|byte| *byte == b'/').any(|part| matches!(part, b"." | b"..")) {
        "must not have dot parts in its path."
    } else {
        return Ok(concat(&[origin.filter(|_| relative).unwrap_or_default(), text]));
    };
    Err(refuse(name, &concat(&[name, " ", why])))
}

fn refuse(field: &str, message: &str) -> Error {
    Error::config(field, message)
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
