mod answer;

use answer::{Answer, read};

use crate::wire::dialect::{Failure, FinishReason, Malformed};

fn answer(json: &str) -> Answer {
    read(json.as_bytes()).unwrap_or_else(|failure| panic!("{failure:?}: {json}"))
}

#[test]
fn legacy_answers() {
    let whole = answer(
        r#"{"response":"Hi \"you\"","tool_calls":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"neurons":7.55}}"#,
    );
    assert_eq!(whole.text, "Hi \"you\"");
    assert_eq!(whole.finish_reason, FinishReason::Stop);
    let usage = whole.usage.unwrap();
    assert_eq!(
        (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
        (Some(1), Some(2), Some(3))
    );
    assert_eq!(usage.neurons.as_deref(), Some("7.55"));
    for (json, text) in [
        (r#"{"response":1.0}"#, "1.0"),
        (r#"{"response":0}"#, "0"),
        (r#"{"response":false}"#, "false"),
        (r#"{"response":null}"#, ""),
        (r#"{"response":{"a":"\n"}}"#, r#"{"a":"\n"}"#),
    ] {
        assert_eq!(answer(json).text, text, "{json}");
    }
}

#[test]
fn legacy_tool_calls_are_whole() {
    let calls = answer(
        r#"{"response":null,"tool_calls":[{"name":"f","arguments":{"x":1}},{"name":"g","arguments":"{\"y\":2}"}]}"#,
    );
    assert_eq!(calls.finish_reason, FinishReason::ToolCalls);
    let seen: Vec<_> =
        calls.tool_calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
    assert_eq!(seen, [("f", r#"{"x":1}"#), ("g", r#"{"y":2}"#)]);
}

#[test]
fn chat_answers() {
    let whole = answer(
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"hm","reasoning":"hm","tool_calls":[
        {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"custom","custom":{"name":"g","input":"x\ny"}}]},
        "finish_reason":"stop"},{"index":1,"message":{"content":"other"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":4}}}"#,
    );
    assert_eq!(whole.text, "");
    assert_eq!(whole.reasoning.as_deref(), Some("hm"));
    assert_eq!(whole.finish_reason, FinishReason::ToolCalls);
    assert_eq!(whole.tool_calls[0].id.as_deref(), Some("a"));
    assert_eq!(whole.tool_calls[1].arguments, r#""x\ny""#);
    let usage = whole.usage.unwrap();
    assert_eq!((usage.total_tokens, usage.cached_tokens), (Some(2), Some(4)));
}

#[test]
fn text_in_choices_and_response_counts_once() {
    assert_eq!(answer(r#"{"choices":[{"message":{"content":"a"}}],"response":"a"}"#).text, "a");
    assert_eq!(answer(r#"{"response":"a","choices":[]}"#).text, "a");
    let thought =
        answer(r#"{"choices":[{"message":{"content":"","reasoning_content":"hm"}}],"response":"hm"}"#);
    assert_eq!((thought.text.as_str(), thought.reasoning.as_deref()), ("", Some("hm")));
    assert_eq!(
        answer(r#"{"choices":[{"text":"b","finish_reason":"length"}]}"#).finish_reason,
        FinishReason::Length
    );
    assert_eq!(
        answer(
            r#"{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}"#
        )
        .text,
        "ab"
    );
}

#[test]
fn responses_answers() {
    let whole = answer(
        r#"{"id":"r","status":"completed","output":[{"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},
        {"type":"message","content":[{"type":"output_text","text":"Hi"},{"type":"output_text","text":"!"}]},
        {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"}],"usage":{"input_tokens":3,"output_tokens":4}}"#,
    );
    assert_eq!((whole.text.as_str(), whole.reasoning.as_deref()), ("Hi!", Some("hm")));
    assert_eq!(whole.finish_reason, FinishReason::ToolCalls);
    assert_eq!(whole.tool_calls[0].id.as_deref(), Some("c1"));
    assert_eq!(whole.usage.unwrap().total_tokens, Some(7));
    let cut =
        answer(r#"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}"#);
    assert_eq!(cut.finish_reason, FinishReason::Length);
}

#[test]
fn failures_are_distinguished_from_answers() {
    for json in [
        r#"{"errors":[{"code":3040,"message":"x"}]}"#,
        r#"{"error":{"message":"x"}}"#,
        r#"{"internalCode":5007,"description":"x"}"#,
        r#"{"type":"error","message":"x"}"#,
        r#"{"status":"failed","output":[],"error":{"code":"server_error"}}"#,
        r#"{"choices":[{"finish_reason":"error"}]}"#,
    ] {
        assert!(matches!(read(json.as_bytes()), Err(Failure::Service(..))), "{json}");
    }
    assert_eq!(answer(r#"{"response":"a","error":null,"errors":[]}"#).text, "a");
    for json in ["{}", r#"{"answers":{}}"#, "null", "[]"] {
        assert_eq!(read(json.as_bytes()).err(), Some(Failure::Malformed(Malformed::NoAnswer)), "{json}");
    }
    assert_eq!(read(b"{").err(), Some(Failure::Malformed(Malformed::NotJson)));
}

#[test]
fn a_tool_index_out_of_bounds_is_refused() {
    for index in ["1024", "-1", "1e4", "0.5", "\"1024\"", "\"x\"", "4294967296"] {
        let json = format!(r#"{{"tool_calls":[{{"index":{index},"name":"f","arguments":"1"}}]}}"#);
        assert_eq!(read(json.as_bytes()).err(), Some(Failure::Malformed(Malformed::ToolIndex)), "{index}");
    }
}
