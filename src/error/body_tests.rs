use super::*;

fn read(status: u16, body: &str) -> Error {
    Error::from_body(status, body.as_bytes())
}

#[test]
fn the_rest_envelope() {
    let error = read(
        400,
        r#"{"result":{},"success":false,"errors":[{"code":5006,"message":"AiError: AiError: Bad input: required properties at '/' are 'prompt' (0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d)"}],"messages":[]}"#,
    );
    assert_eq!((error.code, error.internal_code, error.status), (Code::InvalidInput, Some(5006), Some(400)));
    assert_eq!(error.request_id.as_deref(), Some("0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d"));
    assert!(
        error.message.starts_with("required properties at '/' are 'prompt' (code 5006)."),
        "{}",
        error.message
    );
}

#[test]
fn a_code_as_a_string_and_a_missing_code() {
    let error = read(429, r#"{"success":false,"errors":[{"code":"3040","message":"busy"}]}"#);
    assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)));
    let error =
        read(500, r#"{"success":false,"errors":[{"message":"AiError: AiError: Internal server error"}]}"#);
    assert_eq!((error.code, error.internal_code), (Code::Server, None));
}

#[test]
fn authentication_fails_with_null_as_result() {
    let error = read(
        401,
        r#"{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[]}"#,
    );
    assert_eq!((error.code, error.status), (Code::Auth, Some(401)));
    assert!(error.message.contains("Workers AI"), "{}", error.message);
}

#[test]
fn the_shape_of_openai() {
    let error = read(
        400,
        r#"{"error":{"code":"invalid_prompt","message":"AiError: no good","type":"x","param":"input"}}"#,
    );
    assert_eq!((error.code, error.field.as_deref()), (Code::InvalidInput, Some("input")));
    assert!(error.message.starts_with("no good (status 400)."), "{}", error.message);
    assert_eq!(read(503, r#"{"error":"upstream is away"}"#).code, Code::Server);
}

#[test]
fn the_native_shape_and_the_shape_of_the_gateway() {
    let error = read(
        413,
        r#"{"name":"AiError","internalCode":5021,"httpCode":413,"message":"m","description":"too many tokens"}"#,
    );
    assert_eq!((error.code, error.internal_code), (Code::ContextExceeded, Some(5021)));
    assert!(error.message.starts_with("too many tokens (code 5021)."));
    let error = read(429, r#"{"name":"AiGatewayError","internalCode":2003,"message":"Rate limited"}"#);
    assert_eq!((error.code, error.internal_code), (Code::RateLimited, Some(2003)));
    assert_eq!(read(402, r#"{"code":2021,"message":"Not enough credits"}"#).code, Code::PaymentRequired);
}

#[test]
fn plain_text_and_web_pages() {
    let error = read(500, "error code: 1031");
    assert_eq!((error.code, error.internal_code), (Code::Server, Some(1031)));
    assert_eq!(read(429, "error code: 1015").code, Code::RateLimited);
    let error = read(522, "<!DOCTYPE html><html><body>Connection timed out for prompt</body></html>");
    assert_eq!(error.code, Code::Server);
    assert!(!error.message.contains("prompt") && !error.message.contains('<'), "{}", error.message);
    assert_eq!(read(500, "").code, Code::Server);
    assert_eq!(read(400, "5007: No such model @cf/x/y or task").code, Code::ModelNotFound);
}

#[test]
fn quota_and_capacity_share_a_status_but_not_a_code() {
    for (number, code) in [
        (3036, Code::DailyQuota),
        (4006, Code::DailyQuota),
        (3040, Code::Capacity),
        (2003, Code::RateLimited),
    ] {
        let error = read(429, &format!(r#"{{"errors":[{{"code":{number},"message":"x"}}]}}"#));
        assert_eq!(error.code, code);
    }
}

#[test]
fn success_false_in_a_success_is_no_status() {
    let error = read(200, r#"{"success":false,"errors":[{"code":3040,"message":"busy"}],"result":{}}"#);
    assert_eq!((error.code, error.status), (Code::Capacity, None));
    let error = read(200, r#"{"success":false,"errors":[],"result":null}"#);
    assert_eq!(error.code, Code::Unknown);
}

#[test]
fn error_events_of_every_shape() {
    let event = |text: &str| {
        let value = json::parse(text.as_bytes()).map_err(|error| format!("{error:?}"));
        value.map(Error::from_event).map_err(|error| panic!("{error}")).unwrap_or_else(|()| unreachable!())
    };
    assert_eq!(event(r#"{"errors":[{"code":3040,"message":"busy"}]}"#).code, Code::Capacity);
    assert_eq!(event(r#"{"error":{"message":"out","code":3036}}"#).code, Code::DailyQuota);
    assert_eq!(event(r#"{"internalCode":5021,"description":"long"}"#).code, Code::ContextExceeded);
    let error = event(r#"{"type":"error","code":"server_error","message":"it broke","param":null}"#);
    assert_eq!((error.code, error.status), (Code::Server, None));
    assert!(error.message.starts_with("it broke."), "{}", error.message);
    let error =
        event(r#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"gone"}}}"#);
    assert!(error.message.starts_with("gone."), "{}", error.message);
    assert_eq!(event(r#"{"error":"3040: busy"}"#).code, Code::Capacity);
}

#[test]
fn hostile_bodies_do_no_harm() {
    for body in [
        "[]",
        "null",
        "0",
        "\"\"",
        "{}",
        "[[[[[1]]]]]",
        r#"{"errors":{}}"#,
        r#"{"error":null}"#,
        "\u{FEFF}{}",
        "{\"errors\":[nul",
    ] {
        assert_eq!(read(500, body).code, Code::Server, "{body}");
    }
    let error = Error::from_body(500, b"\xff\xfe\x00garbage");
    assert_eq!(error.code, Code::Server);
    assert!(!error.message.chars().any(char::is_control));
}

#[test]
fn a_field_is_as_short_as_a_name() {
    let field = |param: &str| {
        read(400, &format!(r#"{{"error":{{"message":"no good","param":"{param}"}}}}"#)).field.clone()
    };
    assert_eq!(field("messages[0].content").as_deref(), Some("messages[0].content"));
    assert_eq!(field(&"x".repeat(101)), None);
}
