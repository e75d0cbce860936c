use super::*;
use crate::options::Door;
use crate::value::json::Json;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn read_client(json: &str) -> Result<(Config, TokenSource), Error> {
    let options = Json::sample(json);
    let environment = options.member("$environment");
    let text = |name| environment.as_ref().and_then(|there| there.member(name)?.text());
    let environment = Environment {
        account_id: text("accountId"),
        token: text("apiToken"),
        origin: text("origin"),
        browser: environment.as_ref().and_then(|there| there.member("browser")?.boolean()) == Some(true),
    };
    client(&options, || environment)
}

fn rest(more: &str) -> Result<(Config, TokenSource), Error> {
    read_client(&format!(r#"{{"accountId":"{ACCOUNT}","apiToken":"tok-en"{more}}}"#))
}

fn read_call(json: &str) -> Result<Call, Error> {
    call(Json::sample(json), &rest("").unwrap().0)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> (Code, String) {
    let error = result.unwrap_err();
    (error.code, error.field.clone().unwrap_or_default())
}

#[test]
fn doors() {
    assert!(
        matches!(rest("").unwrap().0.door, Door::Rest(base) if base.ends_with("/0123456789abcdef0123456789abcdef/ai"))
    );
    assert_eq!(read_client(r#"{"binding":{"run":{"$":"a function"}}}"#).unwrap().0.door, Door::Binding);
    assert_eq!(refusal(read_client(r#"{"binding":null}"#)), (Code::Config, "binding".into()));
    assert_eq!(refusal(read_client("{}")), (Code::Config, "accountId".into()));
    let environment = format!(r#"{{"$environment":{{"accountId":"{ACCOUNT}","apiToken":"from-env"}}}}"#);
    assert_eq!(read_client(&environment).unwrap().1, TokenSource::Text(Secret::new("from-env")));
    let relative = r#"{"baseURL":"/ai","$environment":{"origin":"https://a.example","browser":true}}"#;
    assert_eq!(read_client(relative).unwrap().0.door, Door::Proxy("https://a.example/ai".into()));
}

#[test]
fn every_option_is_checked_by_name() {
    for (json, field) in [
        (r#","apiToken":7"#, "apiToken"),
        (r#","accountId":null"#, "accountId"),
        (r#","timeout":"1s""#, "timeout"),
        (r#","timeout":{"idle":-1}"#, "timeout.idle"),
        (r#","timeout":{"idle":"x"}"#, "timeout.idle"),
        (r#","maxRetries":1.5"#, "maxRetries"),
        (r#","gateway":7"#, "gateway"),
        (r#","gateway":{"id":"a","cacheTtl":"60"}"#, "gateway.cacheTtl"),
        (r#","gateway":{"cacheTtl":60}"#, "gateway.id"),
        (r#","headers":"x""#, "headers"),
        (r#","headers":[["a b","c"]]"#, "headers"),
        (r#","fetch":{}"#, "fetch"),
        (r#","hooks":{"onRetry":1}"#, "hooks.onRetry"),
        (r#","maxEventBytes":0"#, "maxEventBytes"),
    ] {
        assert_eq!(refusal(rest(json)), (Code::Config, field.to_owned()), "{json}");
    }
    for (json, field) in [
        (r#"{"signal":{}}"#, "signal"),
        (r#"{"tags":"a"}"#, "tags"),
        (r#"{"tags":["a b"]}"#, "tags"),
        (r#"{"rejectIfBusy":1}"#, "rejectIfBusy"),
        (r#"{"headers":[["a","b\n"]]}"#, "headers"),
    ] {
        assert_eq!(refusal(read_call(json)), (Code::InvalidInput, field.to_owned()), "{json}");
    }
    assert_eq!(refusal(call(Json::sample("[]"), &rest("").unwrap().0)).1, "options");
}

#[test]
fn values_arrive() {
    let (config, token) = rest(
        r#","apiToken":{"$":"a function"},"timeout":{"total":{"$":"Infinity"},"idle":1500},"maxRetries":0,"maxResponseBytes":1000,"headers":[["X-A","1"]],
        "gateway":{"id":"main","metadata":{"a":1},"cacheTtl":60,"retries":{"maxAttempts":3}},"fetch":{"$":"a function"}"#,
    )
    .unwrap();
    assert_eq!(token, TokenSource::Function);
    assert_eq!(config.timeouts, Timeouts { total: None, first_byte: None, idle: Some(1500.0) });
    assert_eq!((config.max_retries, config.bounds.response), (0, 1000.0));
    assert_eq!(config.gateway.as_ref().unwrap().settings.len(), 3);
    let call = call(
        Json::sample(r#"{"timeout":2.5,"headers":[["x-a",null]],"tags":["t"],"signal":{"aborted":false,"addEventListener":{"$":"a function"}}}"#),
        &config,
    )
    .unwrap();
    assert_eq!(call.timeouts.total, Some(2.5));
    assert_eq!(call.headers.get("x-a"), None);
    assert_eq!(call.gateway, config.gateway);
}
