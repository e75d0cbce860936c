//! Options of every kind: nothing breaks, no id leaves its place in an address, no header brings another, no refusal shows a secret.

use super::json::is_json;
use super::source::Source;
use serde_json::{Value as Tree, json};
use workers_ai_wasm::call::{self, Prepared};
use workers_ai_wasm::error::Error;
use workers_ai_wasm::options;
use workers_ai_wasm::plan::{endpoint, redirect, rest};
use workers_ai_wasm::secret::Hidden;
use workers_ai_wasm::wire::json::{self, Value};

const SECRET: &str = "zQ7-hush_Wx4.Kv9hush";
const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

/// Input: a byte for what to do, then texts parted by NUL: JSON as it is, or what options are made of.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    match source.byte() & 1 {
        0 => raw(source),
        _ => made(source),
    }
}

/// Any JSON in the place of each outline.
fn raw(mut source: Source<'_>) {
    let (client, options, model) = (source.text_part(), source.text_part(), source.text_part());
    let (token, given) = (source.text_part(), source.text_part());
    let Ok(client) = json::parse(client.as_bytes()) else { return };
    let fallback = json::parse(b"{}").unwrap();
    let options = json::parse(options.as_bytes()).unwrap_or(fallback);
    let given = json::parse(given.as_bytes()).unwrap_or(fallback);
    ask(client, options, &model, &token, given);
}

/// Ids, headers, tokens and queries, each as strange as the input wants them, in options that are right otherwise.
fn made(mut source: Source<'_>) {
    let bits = source.byte();
    let mut text = || source.text_part().into_owned();
    let (model, account, gateway) = (text(), text(), text());
    let (id, provider, name, value) = (text(), text(), text(), text());
    let (tag, session, query, base, token) = (text(), text(), text(), text(), text());
    let is = |bit: u8| bits & bit != 0;

    let account = if is(1) { account } else { ACCOUNT.to_owned() };
    let secret = format!("{SECRET}{token}");
    let mut client =
        json!({ "apiToken": secret, "$environment": { "browser": is(2), "origin": "https://page.example" } });
    client["dangerouslyAllowBrowser"] = json!(true);
    if is(4) {
        client["baseURL"] = json!(base);
    } else {
        client["accountId"] = json!(account);
    }
    let mut options = json!({});
    if is(8) {
        options["gateway"] =
            json!({ "id": gateway, "token": secret, "cacheKey": value, "metadata": { name.clone(): value } });
    }
    if is(16) {
        options["headers"] = json!([[name, value], ["authorization", secret]]);
    }
    if is(32) {
        options["tags"] = json!([tag]);
        options["sessionAffinity"] = json!(session);
    }
    options["queueRequest"] = json!(is(64));
    let given = json!({
        "contentType": value,
        "query": if is(128) { json!([[name, query], ["a", value]]) } else { json!({ name: query, "a": value, "n": 1.5 }) },
        "ids": { "gateway": gateway, "id": id, "logId": id, "provider": provider },
        "provider": provider,
    });
    let (client, options, given) = (client.to_string(), options.to_string(), given.to_string());
    ask(read(&client), read(&options), &model, &secret, read(&given));
}

fn read(text: &str) -> Value<'_> {
    json::parse(text.as_bytes()).expect("what serde_json writes is JSON")
}

fn ask(client: Value<'_>, options: Value<'_>, model: &str, token: &str, given: Value<'_>) {
    told(options::read::client(client).map(|(config, _)| options::describe(&config)));
    told(options::checked_token(token).map(|token| json!(token).to_string()));
    match Prepared::read(client, options, model) {
        Ok(prepared) => {
            told(call::describe(&prepared));
            let request = told(rest::describe(&prepared, token, given));
            if let (Some(request), Some(base)) = (request, prepared.config.door.base()) {
                let rest = address(&request, base, client);
                let path = rest.split('?').next().unwrap_or_default();
                let run = path.strip_prefix("/run/").expect("a run");
                assert_eq!(decode(run), model.as_bytes(), "the model is the rest of the path");
                assert_eq!(run.split('/').count(), model.split('/').count());
            }
        }
        Err(error) => refused(&error),
    }
    // Of a gateway's address nobody is asked over HTTP.
    for endpoint in endpoint::ENDPOINTS.iter().filter(|endpoint| !endpoint.path.is_empty()) {
        told(endpoint::prepare(client, endpoint.name, given));
        let request = told(endpoint::describe(client, options, endpoint.name, given, token, given));
        let config = options::read::client(client);
        if let (Some(request), Ok((config, _))) = (request, config) {
            let base = config.door.base().unwrap_or_default();
            let base = match endpoint.from {
                endpoint::From::AI => base,
                endpoint::From::Account => base.strip_suffix("/ai").unwrap_or_default(),
            };
            let rest = address(&request, base, client);
            let path = rest.split('?').next().unwrap_or_default();
            assert_eq!(path.split('/').count(), endpoint.path.len() + 1, "{path} has the endpoint's parts");
        }
    }
    if let Ok(Some(url)) = endpoint::gateway_url(client, given) {
        let rest = url.strip_prefix("https://gateway.ai.cloudflare.com/v1/").expect("the gateway's address");
        let parts: Vec<&str> = rest.split('/').collect();
        assert_eq!(parts.len(), 3, "{url}");
        assert!(parts[0].len() == 32 && !parts[1].is_empty(), "{url}");
        assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte)), "{url}");
        assert!(!parts.contains(&"..") && !parts.contains(&"."), "{url}");
    }
    told(redirect::describe(307, token, Some(model), 1, true));
}

/// What a refusal shows.
fn shown(error: &Error) -> String {
    error.to_json(&Hidden::default())
}

fn refused(error: &Error) {
    let json = shown(error);
    assert!(is_json(&json), "a refusal is JSON");
    assert!(!json.contains(SECRET), "{json}");
}

/// An answer is JSON; so is a refusal, which shows no secret.
fn told(answer: Result<String, Error>) -> Option<Tree> {
    match answer {
        Ok(json) => {
            assert!(is_json(&json), "an answer is JSON: {json}");
            serde_json::from_str(&json).ok()
        }
        Err(error) => {
            refused(&error);
            None
        }
    }
}

/// Checks a request's address and headers; gives the address behind its base.
fn address(request: &Tree, base: &str, client: Value<'_>) -> String {
    let url = request["url"].as_str().expect("an address");
    let rest = url.strip_prefix(base).unwrap_or_else(|| panic!("{url} is not below {base}"));
    assert!(rest.starts_with('/'), "{url}");
    // Where the base is a path, the page's own origin stands before it, which nobody has to check.
    let given = client.get("baseURL").and_then(|base| base.text()).unwrap_or_default();
    let checked = if given.trim_ascii().starts_with('/') { rest } else { url };
    assert!(
        checked.chars().all(|char| char > ' ' && char != '\u{7f}' && char != '\\' && char != '#'),
        "{url}"
    );
    let host = base.split('/').nth(2).unwrap_or_default();
    assert!(checked == rest || !host.is_empty() && !host.contains('@'), "{url}");
    assert!(rest.is_ascii() && rest.matches('?').count() <= 1, "{url}");
    let path = rest.split('?').next().unwrap_or_default();
    for part in path.split('/').skip(1) {
        let decoded = decode(part);
        assert!(!decoded.is_empty() && decoded != b"." && decoded != b"..", "{url}");
        assert!(!decoded.iter().any(|byte| matches!(byte, b'/' | b'\\' | 0)), "{url}");
    }
    for (name, value) in request["headers"].as_object().expect("headers") {
        assert!(
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={} ".contains(&byte)),
            "{name:?}"
        );
        let value = value.as_str().expect("a text");
        assert!(
            !value.contains(['\r', '\n', '\0']) && value.chars().all(|char| u32::from(char) <= 0xFF),
            "{value:?}"
        );
    }
    rest.to_owned()
}

fn decode(part: &str) -> Vec<u8> {
    let mut bytes = part.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&hex, 16).expect("percent and two digits")
            }
            byte => byte,
        });
    }
    decoded
}
