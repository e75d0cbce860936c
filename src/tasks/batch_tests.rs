use super::*;
use crate::tasks::testing::{json_of, route, tree};
use crate::value::json::Json;

const CHAT: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const BGE: &str = "@cf/baai/bge-base-en-v1.5";
const M3: &str = "@cf/baai/bge-m3";
const M2M: &str = "@cf/meta/m2m100-1.2b";

fn planned(model: &str, inputs: &str) -> Result<Tree<Json>, Error> {
    plan(route("rest"), model, &Json::sample(inputs).items())
}

fn refused(model: &str, inputs: &str) -> (Code, String) {
    let error = planned(model, inputs).unwrap_err();
    (error.code, error.field.clone().unwrap_or_default())
}

fn requests(model: &str, inputs: &str) -> String {
    tree(&planned(model, inputs).unwrap())
}

#[test]
fn each_input_is_planned_by_its_own_method() {
    assert_eq!(
        requests(
            CHAT,
            r#"[{"prompt":"a","external_reference":"x"},{"messages":[{"role":"user","content":"b"}]}]"#
        ),
        concat!(
            r#"{"requests":[{"prompt":"a","external_reference":"x"},"#,
            r#"{"messages":[{"role":"user","content":"b"}]}]}"#
        )
    );
    assert_eq!(
        requests(
            M2M,
            r#"[{"text":"a","source_lang":"English","target_lang":"es","external_reference":null}]"#
        ),
        r#"{"requests":[{"text":"a","source_lang":"en","target_lang":"es"}]}"#
    );
    assert_eq!(
        requests(M3, r#"[{"query":"q","contexts":["a"]}]"#),
        r#"{"requests":[{"query":"q","contexts":[{"text":"a"}]}]}"#
    );
    assert_eq!(requests("@cf/new/one", r#"[{"what":1}]"#), r#"{"requests":[{"what":1}]}"#);
    assert_eq!(
        requests("@cf/moondream/moondream3.1-9B-A2B", r#"[{"question":"?"},{"question":"?","image":[1]}]"#),
        concat!(
            r#"{"requests":[{"question":"?","stream":false},"#,
            r#"{"question":"?","image":{"$media":"1.image","as":"dataURL"},"stream":false}]}"#
        )
    );
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
    assert!(check_id(&Json::sample(r#""a-1""#)).is_ok_and(|id| id == "a-1"));
    for id in [r#""""#, "5", "null", r#""a b""#] {
        assert!(check_id(&Json::sample(id)).is_err(), "{id}");
    }
}

#[test]
fn a_bare_string_has_a_field() {
    let field = |model: &str| about(model).unwrap().main_field;
    assert_eq!((field(CHAT), field(BGE), field(M2M)), (Some("prompt"), Some("text"), None));
    assert_eq!(about(CHAT).unwrap().deprecation, None);
    let deprecated = about("@cf/moonshotai/kimi-k2.5").unwrap().deprecation.unwrap();
    assert!(deprecated.contains("since 2026-05-30"), "{deprecated}");
    assert!(about("../x").is_err());
}

fn polled(model: &str, answer: &str) -> Result<Poll<Json>, Error> {
    poll(model, &Json::sample(answer))
}

/// A result as JSON text, or the code of the failure.
fn outcome_of(item: &Item<Json>) -> String {
    match &item.outcome {
        Ok((_, Outcome::Result(result))) => json_of(result),
        Ok((_, Outcome::Embedding(result))) => json_of(result),
        Ok((answer, _)) => json_of(answer),
        Err(error) => error.code.as_str().to_owned(),
    }
}

#[test]
fn states_and_what_is_none() {
    for (answer, status) in [
        (r#"{"status":"queued","request_id":"1"}"#, "queued"),
        (r#"{"status":"running"}"#, "running"),
        (r#"{"responses":[]}"#, "completed"),
    ] {
        assert_eq!(polled(CHAT, answer).unwrap().status.name(), status, "{answer}");
    }
    // It is not over before it says so, nor over without answers.
    for answer in [r#"{"status":"queued","responses":[]}"#, r#"{"status":"queued","responses":[{"id":0}]}"#] {
        let poll = polled(CHAT, answer).unwrap();
        assert_eq!((poll.status, poll.items.len()), (Status::Queued, 0), "{answer}");
    }
    let done = r#"{"status":"done","responses":[{"id":0,"success":false}]}"#;
    assert_eq!(polled(CHAT, done).unwrap().items.len(), 1);
    let wrong = |answer: &str| polled(CHAT, answer).unwrap_err().code;
    for answer in [
        r#"{"status":"completed"}"#,
        r#"{"status":"completed","responses":{}}"#,
        r#"{"responses":null}"#,
        r#"{"responses":{}}"#,
    ] {
        assert_eq!(wrong(answer), Code::MalformedResponse, "{answer}");
    }
    assert_eq!(wrong(r#"{"status":"failed","responses":[]}"#), Code::Server);
    assert_eq!(wrong(r#"{"status":"failed","message":"no"}"#), Code::Server);
    assert_eq!(wrong(r#"{"response":"hello"}"#), Code::MalformedResponse);
    let ticket = |answer: &str| ticket(&Json::sample(answer));
    assert_eq!(
        ticket(r#"{"status":"queued","request_id":"r"}"#),
        Ok(Ticket { request_id: "r".into(), status: Status::Queued })
    );
    assert!(ticket(r#"{"response":"x"}"#).is_err());
    let code = |answer: &str| ticket(answer).unwrap_err().code;
    assert_eq!(code(r#"{"status":"failed","request_id":"r"}"#), Code::Server);
    let busy = r#"{"status":"Error","request_id":"r","error":{"code":3040,"message":"busy"}}"#;
    assert_eq!(code(busy), Code::Capacity);
    // What is paid for is not lost for a word that is new.
    assert_eq!(ticket(r#"{"status":"accepted","request_id":"r"}"#).unwrap().status, Status::Queued);
    assert_eq!(ticket(r#"{"responses":[],"request_id":"r"}"#).unwrap().status, Status::Completed);
}

#[test]
fn items_are_in_the_order_of_the_requests_and_fail_alone() {
    let polled = polled(
        M2M,
        r#"{"responses":[
            {"id":1,"result":{},"success":false,"errors":[{"code":3040,"message":"busy"}],"external_reference":"b"},
            {"id":0,"result":{"translated_text":"hola"},"success":true,"external_reference":null},
            {"id":2,"result":{"nothing":1},"success":true},
            {"id":3,"success":false}],
            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
    )
    .unwrap();
    let outcomes = polled.items.iter().map(outcome_of).collect::<Vec<_>>();
    assert_eq!(outcomes, [r#"{"text":"hola"}"#, "CAPACITY", "MALFORMED_RESPONSE", "SERVER"]);
    let references = polled.items.iter().map(|item| item.external_reference.as_deref()).collect::<Vec<_>>();
    assert_eq!(references, [None, Some("b"), None, None]);
    assert_eq!(json_of(&polled.usage), r#"{"promptTokens":3,"completionTokens":2,"totalTokens":5}"#);
}

/// An item is judged by what stands around its result, as a whole answer is.
#[test]
fn failures_beside_a_result() {
    let item = |around: &str| {
        let answer = [r#"{"responses":[{"id":0,"result":{"a":1},"#, around, "}]}"].concat();
        outcome_of(&polled("@cf/new/one", &answer).unwrap().items[0])
    };
    for (around, code) in [
        (r#""success":"false""#, "SERVER"),
        (r#""ok":false"#, "SERVER"),
        (r#""status":"failed""#, "SERVER"),
        (r#""success":true,"error":{"message":"boom"}"#, "SERVER"),
        (r#""success":true,"error":{"code":3040,"message":"busy"}"#, "CAPACITY"),
        (r#""errors":[{"message":"boom"}]"#, "SERVER"),
    ] {
        assert_eq!(item(around), code, "{around}");
    }
    for around in [
        r#""success":"true""#,
        r#""status":"completed""#,
        r#""success":true,"error":null,"errors":[]"#,
        r#""success":true,"errors":[{"message":"a warning"}]"#,
    ] {
        assert_eq!(item(around), r#"{"a":1}"#, "{around}");
    }
}

#[test]
fn each_answer_is_that_of_another_request() {
    let of = |ids: [&str; 2]| {
        let [a, b] = ids.map(|id| format!(r#"{{{id}"success":true,"result":{{"translated_text":"x"}}}}"#));
        let polled = polled(M2M, &format!(r#"{{"responses":[{a},{b}]}}"#));
        polled.map(|poll| poll.items.iter().map(|item| (item.index, item.place)).collect::<Vec<_>>())
    };
    assert_eq!(of([r#""id":1,"#, r#""id":"0","#]), Ok(vec![(0, 1), (1, 0)]));
    assert_eq!(of(["", r#""id":null,"#]), Ok(vec![(0, 0), (1, 1)]));
    for ids in [
        [r#""id":0,"#, r#""id":0,"#],
        [r#""id":1,"#, ""],
        [r#""id":-1,"#, r#""id":0,"#],
        [r#""id":0,"#, r#""id":1.5,"#],
        [r#""id":0,"#, r#""id":"b","#],
    ] {
        assert_eq!(of(ids).unwrap_err().code, Code::MalformedResponse, "{ids:?}");
    }
}

#[test]
fn answers_that_other_readers_read_stay_as_they_are() {
    let outcome = |model: &str| {
        let polled = polled(model, r#"{"responses":[{"id":"0","success":true,"result":{"a":1}}]}"#).unwrap();
        let [item] = polled.items.as_slice() else { panic!("{polled:?}") };
        assert_eq!((item.index, outcome_of(item).as_str()), (0, r#"{"a":1}"#));
        item.outcome.clone().unwrap().1
    };
    assert_eq!(outcome(CHAT), Outcome::Text);
    assert_eq!(outcome("@cf/black-forest-labs/flux-1-schnell"), Outcome::Media);
    assert_eq!(outcome("@cf/new/one"), Outcome::Raw);
}

#[test]
fn requests_that_were_passed_over_are_reported() {
    let answer = r#"{"responses":[{"id":3,"success":true,"result":{"a":1}},{"id":1,"success":true,"result":{"a":2}}]}"#;
    let polled = polled("@cf/new/one", answer).unwrap();
    let all: Vec<_> = polled.items.iter().map(|item| (item.index, outcome_of(item))).collect();
    let missing = || "MALFORMED_RESPONSE".to_owned();
    assert_eq!(
        all,
        [(0, missing()), (1, r#"{"a":2}"#.to_owned()), (2, missing()), (3, r#"{"a":1}"#.to_owned())]
    );
    let far = r#"{"responses":[{"id":1000000000,"success":true,"result":{"a":1}}]}"#;
    assert!(super::poll("@cf/new/one", &Json::sample(far)).is_err());
}

#[test]
fn vectors_are_measured_and_scores_sorted() {
    let item = |model: &str, result: &str| {
        let answer = [r#"{"responses":[{"id":0,"success":true,"result":"#, result, "}]}"].concat();
        outcome_of(&polled(model, &answer).unwrap().items[0])
    };
    assert_eq!(item(BGE, r#"{"shape":[2,3],"data":[[1,2,3],[4,5,6]]}"#), r#"{"count":2,"dimensions":3}"#);
    assert_eq!(
        item(M3, r#"{"response":[{"id":1,"score":0.1},{"id":0,"score":0.9}]}"#),
        r#"{"scores":[0.9,0.1]}"#
    );
    assert_eq!(item(M3, r#"{"response":[[1,2],[3,4]],"shape":[2,2]}"#), r#"{"count":2,"dimensions":2}"#);
    assert_eq!(
        item(BGE, r#"{"data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":[3,4]}]}"#),
        r#"{"count":2,"dimensions":2}"#
    );
    for result in [
        r#"{"data":[{"index":1,"embedding":[1,2]},{"index":1,"embedding":[3,4]}]}"#,
        r#"{"response":[{"id":0,"score":0.1},{"id":0,"score":0.9}]}"#,
        r#"{"response":[{"id":0,"score":1e999}]}"#,
    ] {
        assert_eq!(item(M3, result), "MALFORMED_RESPONSE", "{result}");
    }
    assert_eq!(item(BGE, r#"{"data":[[1,2],[3]]}"#), "MALFORMED_RESPONSE");
    assert_eq!(item(BGE, r#"{"data":[]}"#), "MALFORMED_RESPONSE");
}

#[test]
fn answers_keep_their_spelling() {
    let responses = r#"{"responses":[{"id":"1","result":{"response":1.0}},{"result":"\u00e9é"},{"id":0}]}"#;
    let expected = vec![Some(r#"{"response":1.0}"#), Some(r#""\u00e9é""#), None];
    assert_eq!(answer_texts(responses), expected);
    assert_eq!(answer_texts(&[r#"{"success":true,"result":"#, responses, "}"].concat()), expected);
    assert_eq!(answer_texts("{"), []);
}

#[test]
fn messages_of_a_queue_are_read_with_and_without_their_envelope() {
    let body = |kind: &str| {
        format!(
            r#"{{"type":"cf.workersAi.model.batch.{kind}","source":{{"type":"workersAi.model","modelName":"@cf/a/b"}},"payload":{{"requestId":"r"}}}}"#
        )
    };
    let read =
        |text: &str| event(&Json::sample(text)).map_err(|error| error.field.clone().unwrap_or_default());
    for (kind, state) in
        [("queued", EventState::Queued), ("succeeded", EventState::Succeeded), ("failed", EventState::Failed)]
    {
        let whole = Event { model: "@cf/a/b".to_owned(), request_id: "r".to_owned(), state };
        assert_eq!(read(&body(kind)), Ok(whole.clone()));
        assert_eq!(read(&format!(r#"{{"id":"m","body":{}}}"#, body(kind))), Ok(whole));
    }
    for other in [&body("other"), r#"{"type":"cf.kv.namespace.created"}"#, "5", "{}"] {
        assert_eq!(read(other), Err("message".to_owned()), "{other}");
    }
    let without = body("succeeded").replace("requestId", "id");
    assert_eq!(read(&without), Err("message".to_owned()));
}
