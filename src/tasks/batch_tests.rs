use super::*;

const CHAT: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const BGE: &str = "@cf/baai/bge-base-en-v1.5";
const M3: &str = "@cf/baai/bge-m3";
const M2M: &str = "@cf/meta/m2m100-1.2b";

fn parsed(text: &str) -> Value<'_> {
    json::parse(text.as_bytes()).unwrap()
}

fn refused(model: &str, inputs: &str) -> (Code, String) {
    let error = plan("rest", model, parsed(inputs)).unwrap_err();
    (error.code, error.field.clone().unwrap_or_default())
}

fn requests(model: &str, inputs: &str) -> String {
    let planned = plan("rest", model, parsed(inputs)).unwrap();
    raw(parsed(&planned).get("body").unwrap().get("requests").unwrap())
}

#[test]
fn each_input_is_planned_by_its_own_method() {
    assert_eq!(
        requests(
            CHAT,
            r#"[{"prompt":"a","external_reference":"x"},{"messages":[{"role":"user","content":"b"}]}]"#
        ),
        concat!(
            r#"[{"prompt":{"$ref":[0,"prompt"]},"external_reference":{"$ref":[0,"external_reference"]}},"#,
            r#"{"messages":{"$ref":[1,"messages"]}}]"#
        )
    );
    assert_eq!(
        requests(
            M2M,
            r#"[{"text":"a","source_lang":"English","target_lang":"es","external_reference":null}]"#
        ),
        r#"[{"text":{"$ref":[0,"text"]},"source_lang":"en","target_lang":"es"}]"#
    );
    assert_eq!(
        requests(M3, r#"[{"query":"q","contexts":["a"]}]"#),
        r#"[{"query":{"$ref":[0,"query"]},"contexts":[{"text":{"$ref":[0,"contexts",0]}}]}]"#
    );
    assert_eq!(requests("@cf/new/one", r#"[{"what":1}]"#), r#"[{"what":{"$ref":[0,"what"]}}]"#);
}

#[test]
fn what_the_service_would_refuse_is_refused_with_its_place() {
    for (model, inputs, field) in [
        (CHAT, "[]", "requests"),
        (CHAT, r#"{"prompt":"a"}"#, "requests"),
        (CHAT, r#"[{"prompt":"a"},5]"#, "requests[1]"),
        (CHAT, r#"[{"prompt":"a"},{"prompt":1}]"#, "requests[1].prompt"),
        (CHAT, r#"[{"prompt":"a","temperature":99}]"#, "requests[0].temperature"),
        (CHAT, r#"[{"prompt":"a","stream":true}]"#, "requests[0].stream"),
        (CHAT, r#"[{"prompt":"a","external_reference":5}]"#, "requests[0].external_reference"),
        (BGE, r#"[{"text":"a"},{"text":["b",""]}]"#, "requests[1].text"),
        (BGE, r#"[{}]"#, "requests[0].text"),
        (M2M, r#"[{"text":["a","b"],"target_lang":"es"}]"#, "requests[0].text"),
        (M2M, r#"[{"text":"a"}]"#, "requests[0].target_lang"),
    ] {
        assert_eq!(refused(model, inputs), (Code::InvalidInput, field.to_owned()), "{inputs}");
    }
    assert!(check_size(9_999_999.0).is_ok());
    assert_eq!(check_size(10_000_000.0).unwrap_err().code, Code::TooLarge);
    assert!(check_id(parsed(r#""a-1""#)).is_ok());
    for id in [r#""""#, "5", "null", r#""a b""#] {
        assert!(check_id(parsed(id)).is_err(), "{id}");
    }
}

#[test]
fn a_bare_string_has_a_field() {
    assert_eq!(about(CHAT).as_deref(), Ok(r#"{"short":"prompt"}"#));
    assert_eq!(about(BGE).as_deref(), Ok(r#"{"short":"text"}"#));
    assert_eq!(about(M2M).as_deref(), Ok("{}"));
    assert!(about("../x").is_err());
}

fn look(model: &str, answer: &str) -> String {
    looked(model, parsed(answer), &Hidden::default()).unwrap()
}

#[test]
fn states_and_what_is_none() {
    for (answer, status) in [
        (r#"{"status":"queued","request_id":"1"}"#, "queued"),
        (r#"{"status":"running"}"#, "running"),
        (r#"{"responses":[]}"#, "completed"),
    ] {
        assert!(parsed(&look(CHAT, answer)).get("status").unwrap().is(status), "{answer}");
    }
    let wrong = |answer: &str| looked(CHAT, parsed(answer), &Hidden::default()).unwrap_err().code;
    assert_eq!(wrong(r#"{"status":"failed","message":"no"}"#), Code::Server);
    assert_eq!(wrong(r#"{"response":"hello"}"#), Code::MalformedResponse);
    assert_eq!(
        ticket(parsed(r#"{"status":"queued","request_id":"r"}"#)).as_deref(),
        Ok(r#"{"requestId":"r","status":"queued"}"#)
    );
    assert!(ticket(parsed(r#"{"response":"x"}"#)).is_err());
}

#[test]
fn items_are_in_the_order_of_the_requests_and_fail_alone() {
    let told = look(
        M2M,
        r#"{"responses":[
            {"id":1,"result":{},"success":false,"errors":[{"code":3040,"message":"busy"}],"external_reference":"b"},
            {"id":0,"result":{"translated_text":"hola"},"success":true,"external_reference":null},
            {"id":2,"result":{"nothing":1},"success":true},
            {"id":3,"success":false}],
            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
    );
    let told = parsed(&told);
    let items = told.get("items").unwrap().items().collect::<Vec<_>>();
    assert_eq!(raw(items[0].get("result").unwrap()), r#"{"text":"hola"}"#);
    assert!(items[0].get("externalReference").is_none());
    let code = |at: usize| items[at].get("error").unwrap().get("code").unwrap().text().unwrap();
    assert_eq!(
        (code(1), code(2), code(3)),
        ("CAPACITY".into(), "MALFORMED_RESPONSE".into(), "SERVER".into())
    );
    assert!(items[1].get("externalReference").unwrap().is("b"));
    assert_eq!(raw(told.get("usage").unwrap()), r#"{"promptTokens":3,"completionTokens":2,"totalTokens":5}"#);
}

#[test]
fn vectors_are_measured_and_scores_sorted() {
    let item = |model: &str, result: &str| {
        let told =
            look(model, &[r#"{"responses":[{"id":0,"success":true,"result":"#, result, "}]}"].concat());
        let item = parsed(&told).get("items").unwrap().items().next().map(raw).unwrap();
        let item = parsed(&item);
        item.get("result").or_else(|| item.get("error")?.get("code")).map(raw).unwrap()
    };
    assert_eq!(item(BGE, r#"{"shape":[2,3],"data":[[1,2,3],[4,5,6]]}"#), r#"{"count":2,"dimensions":3}"#);
    assert_eq!(
        item(M3, r#"{"response":[{"id":1,"score":0.1},{"id":0,"score":0.9}]}"#),
        r#"{"scores":[0.9,0.1]}"#
    );
    assert_eq!(item(M3, r#"{"response":[[1,2],[3,4]],"shape":[2,2]}"#), r#"{"count":2,"dimensions":2}"#);
    assert_eq!(item(BGE, r#"{"data":[[1,2],[3]]}"#), r#""MALFORMED_RESPONSE""#);
    assert_eq!(item(BGE, r#"{"data":[]}"#), r#""MALFORMED_RESPONSE""#);
}

#[test]
fn waits_grow_up_to_a_ceiling() {
    assert_eq!(delay(1, None, 1.0).ok(), Some(1000.0));
    assert_eq!(delay(1, None, 0.0).ok(), Some(500.0));
    assert_eq!(delay(3, None, 1.0).ok(), Some(2250.0));
    assert_eq!(delay(99, None, 1.0).ok(), Some(15_000.0));
    assert_eq!(delay(9, Some(parsed("250")), 0.3).ok(), Some(250.0));
    assert_eq!(delay(1, Some(parsed("0")), 0.3).ok(), Some(0.0));
    for bad in ["-1", r#""5""#, r#"{"$":"NaN"}"#] {
        assert!(delay(1, Some(parsed(bad)), 0.5).is_err(), "{bad}");
    }
}
