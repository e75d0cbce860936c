use super::*;
use crate::options::Door;
use crate::value::json::Json;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

fn read_client(json: &str) -> Result<(Config, TokenSource), Error> {
    let mut options = Json::sample(json);
    let environment = options.member("$environment");
    if let Json::Object(members) = &mut options {
        members.retain(|(name, _)| name != "$environment");
    }
    let text = |name| environment.as_ref().and_then(|there| there.member(name)?.text());
    let environment = Environment {
        account_id: text("accountId"),
        token: text("apiToken"),
        base_url: text("baseURL"),
        base_token: text("baseToken"),
        origin: text("origin"),
        browser: environment.as_ref().and_then(|there| there.member("browser")?.boolean()) == Some(true),
    };
    client(&options, || environment)
}

fn rest(more: &str) -> Result<(Config, TokenSource), Error> {
    read_client(&format!(r#"{{"accountId":"{ACCOUNT}","apiToken":"tok-en"{more}}}"#))
}

fn read_call(json: &str) -> Result<Call, Error> {
    call(Json::sample(json), &rest("").unwrap().0, Caller::Method)
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
    let function = r#"{"$":"a function"}"#;
    let client = format!(r#"{{"binding":{{"run":{function},"generateText":{function}}}}}"#);
    assert_eq!(refusal(read_client(&client)), (Code::Config, "binding".into()));
    let itself = format!(r#"{{"run":{function},"lastRequestId":null}}"#);
    assert_eq!(refusal(read_client(&itself)), (Code::Config, "binding".into()));
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
        (r#","gateway":{"id":"a","cacheTtl":-1}"#, "gateway.cacheTtl"),
        (r#","gateway":{"id":"a","cacheTtl":2678401}"#, "gateway.cacheTtl"),
        (r#","gateway":{"id":"a","cacheTtl":1.5}"#, "gateway.cacheTtl"),
        (r#","gateway":{"id":"a","requestTimeoutMs":-1}"#, "gateway.requestTimeoutMs"),
        (r#","gateway":{"id":"a","requestTimeoutMs":{"$":"NaN"}}"#, "gateway.requestTimeoutMs"),
        (r#","gateway":{"id":"a","retries":{"maxAttempts":0}}"#, "gateway.retries.maxAttempts"),
        (r#","gateway":{"id":"a","retries":{"maxAttempts":6}}"#, "gateway.retries.maxAttempts"),
        (r#","gateway":{"id":"a","retries":{"retryDelayMs":5001}}"#, "gateway.retries.retryDelayMs"),
        (r#","gateway":{"id":"a","retries":{"backoff":"linar"}}"#, "gateway.retries.backoff"),
        (r#","gateway":{"id":"a","metadata":{"a":{}}}"#, "gateway.metadata"),
        (r#","gateway":{"id":"a","metadata":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}}"#, "gateway.metadata"),
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
        (r#"{"aborted":false,"addEventListener":{"$":"a function"}}"#, "options"),
        (r#"{"tags":"a"}"#, "tags"),
        (r#"{"tags":["a b"]}"#, "tags"),
        (r#"{"rejectIfBusy":1}"#, "rejectIfBusy"),
        (r#"{"headers":[["a","b\n"]]}"#, "headers"),
    ] {
        assert_eq!(refusal(read_call(json)), (Code::InvalidInput, field.to_owned()), "{json}");
    }
    assert_eq!(refusal(call(Json::sample("[]"), &rest("").unwrap().0, Caller::Run)).1, "options");
}

#[test]
fn values_arrive() {
    let (config, token) = rest(
        r#","apiToken":{"$":"a function"},"timeout":{"total":{"$":"Infinity"},"idle":1500},"maxRetries":0,"maxResponseBytes":1000,"headers":[["X-A","1"]],
        "gateway":{"id":"main","metadata":{"a":1},"cacheTtl":60,"retries":{"maxAttempts":3,"backoff":"linear"}},"fetch":{"$":"a function"}"#,
    )
    .unwrap();
    assert_eq!(token, TokenSource::Function);
    assert_eq!(config.timeouts, Timeouts { total: None, first_byte: None, idle: Some(1500.0) });
    assert_eq!((config.max_retries, config.bounds.response), (0, 1000.0));
    assert_eq!(config.gateway.as_ref().unwrap().settings.len(), 4);
    let call = call(
        Json::sample(r#"{"timeout":2.5,"headers":[["x-a",null]],"tags":["t"],"signal":{"aborted":false,"addEventListener":{"$":"a function"}}}"#),
        &config,
        Caller::Method,
    )
    .unwrap();
    assert_eq!(call.timeouts.total, Some(2.5));
    assert_eq!(call.headers.get("x-a"), None);
    assert_eq!(call.gateway, config.gateway);
}

#[test]
fn unknown_options_are_refused_with_what_was_meant() {
    let message = |result: Result<(Config, TokenSource), Error>| result.unwrap_err().message.clone();
    for (json, meant) in [
        (r#","baseUrl":"/ai""#, "baseUrl is no option: did you mean baseURL?"),
        (r#","apiKey":"x""#, "apiKey is no option: did you mean apiToken?"),
        (
            r#","gateway":{"id":"a","cacheTTL":1}"#,
            "gateway.cacheTTL is no option: did you mean gateway.cacheTtl?",
        ),
        (r#","timeout":{"firstbyte":1}"#, "timeout.firstbyte is no option: did you mean timeout.firstByte?"),
        (r#","hooks":{"onRequests":null}"#, "hooks.onRequests is no option: did you mean hooks.onRequest?"),
    ] {
        assert_eq!(message(rest(json)), meant);
    }
    assert!(
        message(rest(r#","nonsense":1"#)).starts_with("nonsense is no option. There are binding, accountId,")
    );
    let call_message = |json: &str| read_call(json).unwrap_err().message.clone();
    assert_eq!(
        call_message(r#"{"abortSignal":null}"#),
        "abortSignal is no option of this call: did you mean signal?"
    );
    assert!(call_message(r#"{"max_tokens":1}"#).ends_with("belong into the input, the argument before."));
    assert_eq!(refusal(read_call(r#"{"returnRawResponse":true}"#)).1, "returnRawResponse");
}

#[test]
fn options_of_run_that_are_no_slips_are_the_bindings() {
    let run = |json: &str| call(Json::sample(json), &rest("").unwrap().0, Caller::Run);
    assert_eq!(run(r#"{"tags":["a"],"future":1,"other_one":{}}"#).unwrap().others, ["future", "other_one"]);
    assert_eq!(refusal(run(r#"{"future":1,"Tags":["a"]}"#)), (Code::InvalidInput, "Tags".into()));
    for name in names::OF_INPUTS {
        let error = run(&format!(r#"{{"{name}":true}}"#)).unwrap_err();
        assert!(error.message.ends_with("belong into the input, the argument before."), "{}", error.message);
    }
    let checked = call(Json::sample(r#"{"batchSize":5}"#), &rest("").unwrap().0, Caller::Checked);
    assert!(checked.unwrap().others.is_empty());
    assert!(check_names(&Json::sample(r#"{"batchSize":5,"signal":null}"#), &["batchSize"]).is_ok());
    let error = check_names(&Json::sample(r#"{"batchsize":5}"#), &["batchSize"]).unwrap_err();
    assert_eq!(error.message, "batchsize is no option of this call: did you mean batchSize?");
}

#[test]
fn the_environment_may_name_another_service_with_a_token_of_its_own() {
    let environment = |more: &str, options: &str| {
        read_client(&format!(
            r#"{{{options}"$environment":{{"baseURL":"http://127.0.0.1:8788/ai","apiToken":"cloudflares","accountId":"{ACCOUNT}"{more}}}}}"#
        ))
    };
    let (config, token) = environment(r#","baseToken":"local-token""#, "").unwrap();
    assert_eq!(config.door, Door::Proxy("http://127.0.0.1:8788/ai".into()));
    assert_eq!(token, TokenSource::Text(Secret::new("local-token")));
    assert_eq!(environment("", "").unwrap().1, TokenSource::Absent, "Cloudflare's token stays here");
    let other = |options: &str| environment("", options).unwrap().0.door;
    assert_eq!(other(r#""baseURL":"https://a.example/ai","#), Door::Proxy("https://a.example/ai".into()));
    for options in [format!(r#""accountId":"{ACCOUNT}","#), r#""apiToken":"mine","#.to_owned()] {
        assert!(matches!(other(&options), Door::Rest(_)), "{options}");
    }
    assert_eq!(other(r#""binding":{"run":{"$":"a function"}},"#), Door::Binding);
    let relative = r#"{"$environment":{"baseURL":"/ai"}}"#;
    assert_eq!(refusal(read_client(relative)), (Code::Config, "WORKERS_AI_BASE_URL".into()));
    let wrong = environment(r#","baseToken":"Bearer x""#, "");
    assert_eq!(refusal(wrong), (Code::Config, "WORKERS_AI_TOKEN".into()));
}
