use super::*;

fn read(status: u16, body: &str) -> Error {
    Error::from_body(status, body.as_bytes())
}

#[test]
fn words_in_a_list_are_words() {
    let nest = Error::from_body(
        400,
        br#"{"message":["a must be a string","b is missing"],"error":"Bad Request","statusCode":400}"#,
    );
    assert!(nest.message.starts_with("a must be a string; b is missing"), "{}", nest.message);
    let empty = Error::from_body(400, br#"{"message":[{"a":1}],"statusCode":400}"#);
    assert!(empty.message.starts_with("The service failed without saying why"), "{}", empty.message);
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

/// The output of `serve::refusal` is parsed back to the same error.
#[test]
fn kinds_that_have_no_number() {
    for (status, sign, code) in [
        (502, "malformed_response", Code::MalformedResponse),
        (502, "truncated", Code::Truncated),
        (503, "overloaded", Code::Capacity),
        (502, "network", Code::Network),
        (413, "too_large", Code::TooLarge),
        (422, "no_object", Code::NoObject),
        (404, "not_found", Code::NotFound),
        (404, "model_deprecated", Code::ModelDeprecated),
        (500, "config", Code::Config),
        (500, "internal", Code::Server),
        (429, "unknown", Code::RateLimited),
        (400, "aborted", Code::InvalidInput),
    ] {
        let error = read(status, &format!(r#"{{"error":{{"message":"it broke","code":"{sign}"}}}}"#));
        assert_eq!(error.code, code, "{sign}");
    }
    let quota = r#"{"error":{"message":"no more (code 3036). Wait.","type":"insufficient_quota","code":"insufficient_quota","internalCode":3036}}"#;
    let error = read(429, quota);
    assert_eq!((error.code, error.internal_code), (Code::DailyQuota, Some(3036)));
    assert!(error.message.starts_with("no more (code 3036). The free"), "{}", error.message);
}

#[test]
fn success_false_in_a_success_is_no_status() {
    let error = read(200, r#"{"success":false,"errors":[{"code":3040,"message":"busy"}],"result":{}}"#);
    assert_eq!((error.code, error.status), (Code::Capacity, None));
    let error = read(200, r#"{"success":false,"errors":[],"result":null}"#);
    assert_eq!(error.code, Code::Server);
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

#[test]
fn words_of_wrappers_and_of_what_they_wrap() {
    let says = |body: &str, words: &str| {
        let error = read(400, body);
        assert!(error.message.starts_with(words), "{body}: {}", error.message);
    };
    says(
        r#"{"message":"The wrapper has the words.","error":{"code":"nested"}}"#,
        "The wrapper has the words (",
    );
    says(r#"{"message":"The wrapper.","error":{"message":"The inner words."}}"#, "The inner words (");
    says(r#"{"statusCode":400,"message":"The sentence.","error":"Bad Request"}"#, "The sentence (");
    says(r#"{"error":"invalid_request","error_description":"The sentence."}"#, "The sentence (");
    says(r#"{"error":{"code":"only_a_code"}}"#, "only_a_code (");
    says(r#"{"detail":[{"loc":["body","x"],"msg":"field required","type":"missing"}]}"#, "field required (");
    says(r#"{"choices":[{"error":{"message":"of the provider"}}]}"#, "of the provider (");
    says(r#"{"result":{"description":"a cat"},"success":false}"#, "The service failed without saying why (");
    says(
        r#"{"error":{"message":"null","code":"null","param":"null"}}"#,
        "The service failed without saying why (",
    );
    assert_eq!(read(400, r#"{"error":{"message":"x","param":"null"}}"#).field, None);
    says(r#"{"errors":[{"message":"secr"#, "The service failed without saying why (");
}

#[test]
fn a_known_number_wins_over_an_unknown_one() {
    let error = read(400, r#"{"code":12345,"message":"AiError: 5007: No such model"}"#);
    assert_eq!((error.code, error.internal_code), (Code::ModelNotFound, Some(5007)));
    let error = read(429, r#"{"code":3040,"error":{"code":429,"message":"x"}}"#);
    assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)));
    let error = read(429, "12345: ctx 3040: out of capacity");
    assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)));
}

#[test]
fn the_error_of_a_model_server_in_the_words() {
    let inner = r#"{\"object\":\"error\",\"message\":\"The words.\",\"type\":\"BadRequestError\",\"param\":\"messages\",\"code\":400}"#;
    let body = format!(
        r#"{{"errors":[{{"code":8001,"message":"AiError: AiError: {inner} (0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d)"}}]}}"#
    );
    let error = read(400, &body);
    assert_eq!((error.code, error.internal_code), (Code::InvalidInput, Some(8001)));
    assert!(error.message.starts_with("The words (code 8001). Tools need"), "{}", error.message);
    assert_eq!(error.field.as_deref(), Some("messages"));
    assert_eq!(error.request_id.as_deref(), Some("0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d"));
    let error = read(400, &body.replace("8001", "8007"));
    assert_eq!((error.code, error.field.as_deref()), (Code::ContextExceeded, Some("messages")));
}

#[test]
fn server_sent_events_as_a_failed_body() {
    let quota = r#"{"errors":[{"code":3036,"message":"used up"}]}"#;
    for body in [
        format!("data: {quota}\n\n"),
        format!(": hello\r\nevent: error\r\ndata:{quota}\r\n\r\ndata: [DONE]\r\n\r\n"),
        format!("event: error\ndata: {}\n\n", quota.replace("[{", "[\ndata: {")),
    ] {
        let error = read(429, &body);
        assert_eq!((error.code, error.internal_code), (Code::DailyQuota, Some(3036)), "{body}");
    }
    // The error follows other events.
    for first in
        [r#"{"response":""}"#, r#"{"choices":[]}"#, r#"{"response":"a"}"#, r#"{"type":"ping"}"#, "[DONE]", ""]
    {
        for (second, code) in
            [(quota, Code::DailyQuota), ("3036: used up", Code::DailyQuota), ("Too fast", Code::RateLimited)]
        {
            let error = read(429, &format!("data: {first}\n\n: x\n\ndata: {second}\n\ndata: [DONE]\n\n"));
            assert_eq!(error.code, code, "{first} {second}");
            assert!(
                error.message.starts_with("used up") || error.message.starts_with("Too fast"),
                "{first} {}",
                error.message
            );
        }
    }
    let error = read(429, "data: {\"errors\":[{\"message\":\"a secret");
    assert_eq!(error.code, Code::RateLimited);
    assert!(!error.message.contains("secret"), "{}", error.message);
}

#[test]
fn a_plain_text_under_the_name_of_a_failure() {
    let data = |data: &str| {
        let body = format!(": x\nevent: error\ndata: {data}\n\ndata: [DONE]\n\n");
        String::from_utf8(event_data(body.as_bytes()).unwrap()).unwrap()
    };
    assert_eq!(data("plain words of failure"), r#"{"error":"plain words of failure"}"#);
    assert_eq!(data(r#"{"message":"a secr"#), r#"{"error":"error"}"#);
    assert_eq!(data(r#"{"message":"x"}"#), "{\"message\":\"x\"}\n");
    assert_eq!(event_data(b"data: words\n\nevent: error\ndata: x\n\n").unwrap(), b"words\n");
    for (words, code) in [
        ("plain words of failure", Code::Server),
        ("3040: busy", Code::Capacity),
        ("This model's maximum context length is 4096 tokens", Code::ContextExceeded),
    ] {
        assert_eq!(read(200, &data(words)).code, code, "{words}");
    }
}

#[test]
fn problem_details() {
    let error = read(
        429,
        r#"{"type":"https://x/1015/","title":"Error 1015: You are being rate limited","status":429,"detail":"Too many.","error_code":1015,"error_name":"rate_limited","retryable":true,"retry_after":30}"#,
    );
    assert_eq!((error.code, error.internal_code, error.status), (Code::RateLimited, Some(1015), Some(429)));
    assert_eq!(error.retry_after_ms, Some(30_000.0));
    assert!(error.message.starts_with("Too many (code 1015)."), "{}", error.message);
    assert_eq!(read(429, r#"{"message":"x","retry_after":1e30}"#).retry_after_ms, None);
    assert_eq!(read(429, r#"{"message":"x","retry_after":9999999999}"#).retry_after_ms, Some(LONGEST_MS));
}

#[test]
fn words_decide_where_no_number_does() {
    const USED: &str = "you have used up your daily free allocation of 10,000 neurons, please upgrade";
    for body in [
        USED.to_owned(),
        format!(r#"{{"error":"{USED}"}}"#),
        format!(r#"{{"message":"{USED}"}}"#),
        format!(r#"{{"success":false,"errors":[{{"message":"AiError: {USED}"}}]}}"#),
    ] {
        let error = read(429, &body);
        assert_eq!((error.code, error.retryable()), (Code::DailyQuota, false), "{body}");
    }
    let quota =
        r#"{"error":{"message":"Add credit.","type":"insufficient_quota","code":"insufficient_quota"}}"#;
    assert_eq!(read(429, quota).code, Code::PaymentRequired);
    // Within a JSON text.
    let within = r#"{"errors":[{"code":3000,"message":"{\"error\":{\"message\":\"You exceeded\",\"code\":\"insufficient_quota\"}}"}]}"#;
    let error = read(429, within);
    assert_eq!((error.code, error.retryable()), (Code::PaymentRequired, false));
    assert!(error.message.starts_with("You exceeded (code 3000)."), "{}", error.message);
    const LONG: &str = "This model's maximum context length is 8192 tokens. However, you requested 9000.";
    for body in [
        format!(r#"{{"error":{{"message":"{LONG}","type":"invalid_request_error"}}}}"#),
        format!(r#"{{"errors":[{{"code":5006,"message":"{LONG}"}}]}}"#),
        format!(r#"{{"object":"error","message":"{LONG}","code":400}}"#),
        r#"{"error":{"message":"Too much.","code":"context_length_exceeded"}}"#.to_owned(),
        LONG.to_owned(),
    ] {
        assert_eq!(read(400, &body).code, Code::ContextExceeded, "{body}");
    }
    assert_eq!(
        read(503, r#"{"error":{"type":"overloaded_error","message":"Overloaded"}}"#).code,
        Code::Capacity
    );
    // A known number takes precedence over the message.
    assert_eq!(read(429, &format!(r#"{{"code":3040,"message":"{USED}"}}"#)).code, Code::Capacity);
}

#[test]
fn refused_headers_and_routes() {
    let chain = r#"{"success":false,"errors":[{"code":6003,"message":"Invalid request headers","error_chain":[{"code":6111,"message":"Invalid format for Authorization header"}]}]}"#;
    let error = read(400, chain);
    assert_eq!((error.code, error.internal_code), (Code::Auth, Some(6003)));
    assert!(error.message.contains("API token"), "{}", error.message);
    let error = read(404, r#"{"success":false,"errors":[{"code":7000,"message":"No route for that URI"}]}"#);
    assert_eq!((error.code, error.retryable()), (Code::Config, false));
    assert_eq!(
        read(400, "5023: JSON Schema mode is not supported with stream mode").code,
        Code::InvalidInput
    );
    assert_eq!(read(400, r#"{"code":2005,"message":"can't be routed"}"#).code, Code::ModelNotFound);
}

#[test]
fn the_words_and_the_kind_of_every_provider() {
    for (status, body, code) in [
        (
            400,
            r#"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
            Code::ContextExceeded,
        ),
        (
            400,
            r#"{"object":"error","message":"The input (5000 tokens) is longer than the model's context length (4096 tokens).","code":400}"#,
            Code::ContextExceeded,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"too long","type":"exceed_context_size_error"}}"#,
            Code::ContextExceeded,
        ),
        (400, r#"{"message":"Input is too long for requested model."}"#, Code::ContextExceeded),
        (
            400,
            r#"{"error":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."}"#,
            Code::ContextExceeded,
        ),
        (
            422,
            r#"{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000","error_type":"validation"}"#,
            Code::ContextExceeded,
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
            Code::PaymentRequired,
        ),
        (
            429,
            r#"{"error":{"message":"Billing hard limit has been reached","code":"billing_hard_limit_reached"}}"#,
            Code::PaymentRequired,
        ),
        (200, r#"{"error":"Model is overloaded","error_type":"overloaded"}"#, Code::Capacity),
        (200, r#"{"error":{"message":"x"},"status_code":429}"#, Code::RateLimited),
        (200, r#"{"message":"x","statusCode":429}"#, Code::RateLimited),
    ] {
        assert_eq!(read(status, body).code, code, "{body}");
    }
    for (body, words) in [
        (r#"{"err_code":"Bad Request","err_msg":"corrupt data"}"#, "corrupt data"),
        (
            r#"{"message":{"detail":[{"msg":"Field required","loc":["body"]}]},"type":"invalid_request_error"}"#,
            "Field required",
        ),
        (r#"{"base_resp":{"status_code":2013,"status_msg":"no model"}}"#, "no model"),
        (r#"{"Error":{"Message":"boom"}}"#, "boom"),
    ] {
        let error = read(400, body);
        assert!(error.message.starts_with(words), "{}", error.message);
        assert_eq!(error.internal_code, None);
    }
}

#[test]
fn waits_of_every_form() {
    for (body, wait) in [
        (r#"{"message":"x","retry_after":9}"#, Some(9000.0)),
        (r#"{"message":"x","retry_after":"9"}"#, Some(9000.0)),
        (r#"{"message":"x","retryAfter":1.5}"#, Some(1500.0)),
        (r#"{"error":{"message":"x","retry_after_ms":1500}}"#, Some(1500.0)),
        (r#"{"error":{"message":"x","details":[{"a":1},{"retryDelay":"34s"}]}}"#, Some(34_000.0)),
        (r#"{"message":"x","retry_after":"soon"}"#, None),
        (r#"{"message":"x","retry_after":-1}"#, None),
        (r#"{"message":"x","details":"34s"}"#, None),
    ] {
        assert_eq!(read(429, body).retry_after_ms, wait, "{body}");
    }
}
