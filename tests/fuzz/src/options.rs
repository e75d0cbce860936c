//! Options of every kind: nothing breaks, no id leaves its place in an address, no header brings another,
//! no refusal shows a secret.

use super::source::Source;
use serde_json::json;
use workers_ai_wasm::error::Error;
use workers_ai_wasm::model::Model;
use workers_ai_wasm::options::{self, Environment};
use workers_ai_wasm::plan::endpoint::{self, Endpoint};
use workers_ai_wasm::plan::rest::{self, BodyFacts, Request};
use workers_ai_wasm::plan::{base, binding, redirect};
use workers_ai_wasm::secret::{Hidden, Secret};
use workers_ai_wasm::value::json::Json;
use workers_ai_wasm::value::{Tree, Value};

/// All of them that are requested over HTTP.
const ENDPOINTS: [Endpoint; 13] = [
    endpoint::MODELS_LIST,
    endpoint::MODELS_SCHEMA,
    endpoint::FINETUNES_LIST,
    endpoint::FINETUNES_PUBLIC,
    endpoint::FINETUNES_CREATE,
    endpoint::FINETUNES_UPLOAD,
    endpoint::MARKDOWN,
    endpoint::MARKDOWN_SUPPORTED,
    endpoint::GATEWAY_GET_LOG,
    endpoint::GATEWAY_PATCH_LOG,
    endpoint::CHAT_COMPLETIONS,
    endpoint::EMBEDDINGS,
    endpoint::RESPONSES,
];

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

/// Any JSON in the place of each object.
fn raw(mut source: Source<'_>) {
    let (client, options, model) = (source.text_part(), source.text_part(), source.text_part());
    let (token, inputs) = (source.text_part(), source.text_part());
    let Ok(client) = Json::parse(client.as_bytes()) else { return };
    let parse = |text: &str| Json::parse(text.as_bytes()).unwrap_or(Json::Object(Vec::new()));
    plan(&client, parse(&options), &model, &token, &parse(&inputs));
}

/// Ids, headers, tokens and queries, each as strange as the input wants them, in options that are right
/// otherwise.
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
    let inputs = json!({
        "contentType": value,
        "query": if is(128) { json!([[name, query], ["a", value]]) } else { json!({ name: query, "a": value, "n": 1.5 }) },
        "ids": { "gateway": gateway, "id": id, "logId": id, "provider": provider },
        "provider": provider,
    });
    plan(&read(&client), read(&options), &model, &secret, &read(&inputs));
}

fn read(value: &serde_json::Value) -> Json {
    Json::parse(value.to_string().as_bytes()).expect("what serde_json writes is JSON")
}

/// The client's options alone.
fn without_environment(client: &Json) -> Json {
    let mut client = client.clone();
    if let Json::Object(members) = &mut client {
        members.retain(|(name, _)| name != "$environment");
    }
    client
}

fn environment(client: &Json) -> Environment {
    let there = client.member("$environment");
    let there = there.as_ref();
    Environment {
        browser: there.and_then(|there| there.member("browser")?.boolean()) == Some(true),
        origin: there.and_then(|there| there.member("origin")?.text()),
        ..Environment::default()
    }
}

fn plan(client: &Json, options: Json, model: &str, token: &str, inputs: &Json) {
    held(options::checked_token(token));
    let step = redirect::Step {
        status: 307,
        from: redirect::origin(token),
        to: Some(model),
        hops: 1,
        replayable: true,
    };
    held(redirect::follow(step));
    let Some((config, _)) = held(options::read::client(&without_environment(client), || environment(client)))
    else {
        return;
    };
    let Some(call) = held(options::read::call(options, &config, options::read::Caller::Run)) else { return };
    held(binding::plan(&call, None));
    let secret = Secret::new(token);
    let query = inputs.member("query").and_then(|query| query.pairs()).unwrap_or_default();
    let query = query.into_iter().filter_map(|(name, value)| Some((name.text()?, value?.text()?)));
    let facts = BodyFacts {
        content_type: inputs.member("contentType").and_then(|stated| stated.text()),
        query: query.collect(),
        names_model: false,
    };
    if let Some(model) = held(Model::parse(model))
        && let Some(request) = held(rest::run(&config, &call, &model, Some(&secret), &facts))
    {
        let rest = address(&request, config.door.base().unwrap_or_default(), client);
        let path = rest.split('?').next().unwrap_or_default();
        let run = path.strip_prefix("/run/").expect("a run");
        assert_eq!(decode(run), model.as_str().as_bytes(), "the model is the rest of the path");
        assert_eq!(run.split('/').count(), model.as_str().split('/').count());
    }
    let all = inputs.member("ids");
    let id = |name: &'static str| Some((name, all.as_ref()?.member(name)?));
    let ids: Vec<(&'static str, Json)> =
        ["gateway", "id", "logId", "provider"].into_iter().filter_map(id).collect();
    let query = inputs.member("query").map(|query| query.members()).unwrap_or_default();
    let query: Vec<(String, Tree<Json>)> =
        query.into_iter().map(|(name, value)| (name, Tree::Value(value))).collect();
    for endpoint in ENDPOINTS {
        held(endpoint.path_on_binding(&ids));
        let Some(base) = held(base::base(&config.door, endpoint.from)) else { continue };
        let Some(path) = held(endpoint.path_over_http(&ids)) else { continue };
        let url = [base, "/", &path, &endpoint::query(&query)].concat();
        if let Some(request) = held(rest::request(url, &call, Some(&secret), &facts)) {
            let rest = address(&request, base, client);
            let path = rest.split('?').next().unwrap_or_default();
            assert_eq!(path.split('/').count(), endpoint.path.len() + 1, "{path} has the endpoint's parts");
        }
    }
    let stated = client.member("accountId").and_then(|id| id.text());
    let account = base::account_id(&config.door, stated.as_deref());
    let gateway = held(endpoint::gateway_id(all.as_ref().and_then(|all| all.member("gateway")).as_ref()));
    let provider = held(endpoint::provider(inputs.member("provider").as_ref()));
    if let (Some(gateway), Some(provider)) = (gateway, provider)
        && let Some(url) = held(endpoint::gateway_url(account.as_deref(), &gateway, &provider))
    {
        let rest = url.strip_prefix("https://gateway.ai.cloudflare.com/v1/").expect("the gateway's address");
        let parts: Vec<&str> = rest.split('/').collect();
        assert_eq!(parts.len(), 3, "{url}");
        assert!(parts[0].len() == 32 && !parts[1].is_empty(), "{url}");
        assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte)), "{url}");
        assert!(!parts.contains(&"..") && !parts.contains(&"."), "{url}");
    }
}

/// What a refusal shows.
fn shown(error: &Error) -> String {
    let hidden = Hidden::default();
    hidden.out_of(&[&error.message, error.field.as_deref().unwrap_or_default()].join("\n"))
}

fn refused(error: &Error) {
    let shown = shown(error);
    assert!(!shown.contains(SECRET), "{shown}");
}

/// What a rule gives, if it does not refuse; a refusal shows no secret.
fn held<T>(answer: Result<T, Error>) -> Option<T> {
    answer.inspect_err(refused).ok()
}

/// Checks a request's address and headers; gives the address after its base.
fn address(request: &Request, base: &str, client: &Json) -> String {
    let url = &request.url;
    let rest = url.strip_prefix(base).unwrap_or_else(|| panic!("{url} is not below {base}"));
    assert!(rest.starts_with('/'), "{url}");
    // Where the base is a path, the page's own origin stands before it, which nobody has to check.
    let base_url = client.member("baseURL").and_then(|base| base.text()).unwrap_or_default();
    let checked = if base_url.trim_ascii().starts_with('/') { rest } else { url };
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
    for (name, value) in request.headers.iter() {
        assert!(
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={} ".contains(&byte)),
            "{name:?}"
        );
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
