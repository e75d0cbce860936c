use super::super::testing::{pieces_of_names, planned, streamed};

const PATH: &str = "/v1/messages";

fn request(more: &str) -> String {
    [r#"{"model":"@cf/m/n","max_tokens":9,"#, more, "}"].concat()
}

fn sent(more: &str) -> String {
    let plan = planned("POST", PATH, &request(more)).1.unwrap();
    let (_, input) = plan.split_once(r#"[["@cf/m/n",{"messages":"#).unwrap();
    input.split_once("]]").unwrap().0.to_owned()
}

#[test]
fn requests() {
    for (more, expected) in [
        (
            r#""system":[{"type":"text","text":"s","cache_control":{}}],"messages":[{"role":"user","content":"a"}],"stop_sequences":["x"],"metadata":{"user_id":"u"},"temperature":0.5"#,
            r#"[{"role":"system","content":"s"},{"role":"user","content":"a"}],"max_tokens":9,"stop":["x"],"temperature":0.5}"#,
        ),
        (
            r#""messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]}]"#,
            r#"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}],"max_tokens":9}"#,
        ),
        (
            concat!(
                r#""messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"t"},"#,
                r#"{"type":"tool_use","id":"i","name":"f","input":{"a":1.50}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"r"}]},{"type":"text","text":"go on"}]}],"#,
                r#""tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}"#
            ),
            concat!(
                r#"[{"role":"assistant","content":"t","reasoning_content":"hm","tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":"{\"a\":1.50}"}}]},"#,
                r#"{"role":"tool","tool_call_id":"i","content":"r"},{"role":"user","content":[{"type":"text","text":"go on"}]}],"max_tokens":9,"#,
                r#""tools":[{"type":"function","function":{"name":"f","description":"","parameters":{"type":"object"}}}],"tool_choice":"required"}"#
            ),
        ),
    ] {
        assert_eq!(sent(more), expected);
    }
    for (more, words) in [
        (r#""messages":{}"#, "messages"),
        (r#""messages":[{"role":"robot","content":"a"}]"#, "role"),
        (r#""messages":[{"role":"user","content":[{"type":"document"}]}]"#, "document"),
        (r#""messages":[],"tools":[{"type":"web_search_20250305","name":"web_search"}]"#, "tools.0"),
        (r#""messages":[],"tool_choice":{"type":"some"}"#, "tool_choice"),
    ] {
        let refused = planned("POST", PATH, &request(more)).1.unwrap_err();
        assert!(
            refused.starts_with(r#"{"type":"error","error":{"type":"invalid_request_error""#)
                && refused.contains(words),
            "{refused}"
        );
    }
    let foreign = r#"{"model":"openai/gpt-5","max_tokens":9,"messages":[]}"#;
    assert!(planned("POST", PATH, foreign).1.unwrap().contains(r#""max_completion_tokens":9"#));
    let missing = planned("POST", PATH, r#"{"model":"m","messages":[]}"#).1.unwrap_err();
    assert!(missing.contains("max_tokens"), "{missing}");
    assert!(planned("POST", "/v1/messages/count_tokens", "{}").1.unwrap_err().contains("not_found_error"));
}

#[test]
fn whole_answers() {
    let of = |more: &str, answer: &str| {
        let (mut exchange, plan) = planned("POST", PATH, &request(more));
        assert!(plan.is_ok());
        (exchange.answer(answer.as_bytes()), exchange.head().status)
    };
    let asking = r#""messages":[]"#;
    let thinking = r#""messages":[],"thinking":{"type":"enabled","budget_tokens":1024}"#;
    let head = r#"{"id":"msg_iiiiiiiiiiiiiiiiiiiiiiii","type":"message","role":"assistant","model":"@cf/m/n","content":["#;
    let chat = r#"{"choices":[{"message":{"content":"a","reasoning_content":"hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":3}}}"#;
    let text = r#"{"type":"text","text":"a","citations":null}],"stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":2,"output_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":3}}"#;
    assert_eq!(of(asking, chat).0, [head, text].concat());
    assert_eq!(
        of(thinking, chat).0,
        [head, r#"{"type":"thinking","thinking":"hm","signature":""},"#, text].concat()
    );
    let called = of(asking, r#"{"response":null,"tool_calls":[{"name":"f","arguments":{"a":1}}]}"#).0;
    assert!(called.contains(r#"[{"type":"tool_use","id":"call_iiiiiiiiiiiiiiiiiiiiiiii","name":"f","input":{"a":1}}],"stop_reason":"tool_use""#), "{called}");
    let broken = of(
        asking,
        r#"{"choices":[{"message":{"tool_calls":[{"id":"i","function":{"name":"f","arguments":"{"}}]}}]}"#,
    );
    assert!(broken.1 == 502 && broken.0.contains("api_error"), "{broken:?}");
}

#[test]
fn streams() {
    let events =
        |chunks: &[&str]| chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect::<String>();
    let chat = events(&[
        r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
        r#"{"choices":[{"delta":{"content":"a"}}]}"#,
        r#"{"choices":[{"delta":{"content":1.0}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}"#,
        "[DONE]",
    ]);
    let asking = request(r#""messages":[],"stream":true"#);
    let (status, body) = streamed(PATH, &asking, chat.as_bytes(), &[]);
    let kinds = body.lines().filter_map(|line| line.strip_prefix("event: ")).collect::<Vec<_>>();
    let block = |deltas: usize| {
        ["content_block_start"]
            .into_iter()
            .chain(std::iter::repeat_n("content_block_delta", deltas))
            .chain(["content_block_stop"])
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds,
        [vec!["message_start"], block(2), block(2), block(1), vec!["message_delta", "message_stop"]].concat()
    );
    assert_eq!(status, 200);
    assert!(
        body.contains(r#""delta":{"type":"text_delta","text":"1.0"}"#)
            && body.contains(r#""stop_reason":"tool_use""#),
        "{body}"
    );
    assert!(body.contains(r#""usage":{"input_tokens":4,"output_tokens":2,"#) && !body.contains("hm"));
    let thinking = request(r#""messages":[],"stream":true,"thinking":{"type":"adaptive"}"#);
    assert!(
        streamed(PATH, &thinking, chat.as_bytes(), &[])
            .1
            .contains(r#""delta":{"type":"thinking_delta","thinking":"hm"}"#)
    );
    for cut in 0..chat.len() {
        assert_eq!(streamed(PATH, &asking, chat.as_bytes(), &[cut]), (status, body.clone()), "{cut}");
    }
    let (status, body) = streamed(
        PATH,
        &asking,
        events(&[r#"{"response":"a"}"#, r#"{"errors":[{"code":3040,"message":"x"}]}"#]).as_bytes(),
        &[],
    );
    assert!(
        status == 200
            && body
                .contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\""),
        "{body}"
    );
    let (status, body) =
        streamed(PATH, &asking, br#"{"success":false,"errors":[{"code":3040,"message":"x"}]}"#, &[]);
    assert!(status == 529 && body.starts_with(r#"{"type":"error""#), "{body}");
    // The older dialect has no reasons: who has all the tokens that he may have was cut off.
    let cut = br#"{"response":"a","usage":{"prompt_tokens":1,"completion_tokens":9,"total_tokens":10}}"#;
    assert!(streamed(PATH, &asking, cut, &[]).1.contains(r#""stop_reason":"max_tokens""#));
    let other = br#"{"choices":[{"message":{"content":"a"},"finish_reason":"guided"}]}"#;
    assert!(streamed(PATH, &asking, other, &[]).1.contains(r#""stop_reason":"other""#));
    let (_, whole) = streamed(PATH, &asking, br#"{"response":"a"}"#, &[]);
    assert!(
        whole.contains(r#""text":"a""#)
            && whole.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
        "{whole}"
    );
}

#[test]
fn text_behind_a_call_is_another_block() {
    let asking = request(r#""messages":[],"stream":true"#);
    for arguments in [r#"{}"#, r#"{\"a\":1}"#, ""] {
        let call = format!(
            r#"{{"choices":[{{"delta":{{"tool_calls":[{{"index":0,"id":"x","function":{{"name":"f","arguments":"{arguments}"}}}}]}}}}]}}"#
        );
        let older = r#"{"response":"","tool_calls":[{"name":"f","arguments":{}}]}"#;
        for (call, text) in
            [(call.as_str(), r#"{"choices":[{"delta":{"content":"\n"}}]}"#), (older, r#"{"response":"b"}"#)]
        {
            let stream = format!("data: {call}\n\ndata: {text}\n\ndata: [DONE]\n\n");
            let (_, body) = streamed(PATH, &asking, stream.as_bytes(), &[]);
            let blocks = body.split("content_block_start").skip(1).count();
            assert!(!body.contains("event: error") && body.contains("message_stop"), "{body}");
            assert!(blocks == 4 && body.contains(r#""stop_reason":"tool_use""#), "{body}");
        }
    }
}

#[test]
fn a_block_ends_when_its_call_is_complete() {
    let tool = |call: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{call}]}}}}]}}\n\n");
    let text = |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    let begins = |arguments: &str| {
        tool(&format!(r#"{{"index":0,"id":"x","function":{{"name":"f","arguments":"{arguments}"}}}}"#))
    };
    let other = tool(r#"{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}"#);
    let more = |arguments: &str| tool(&format!(r#"{{"index":0,"function":{{"arguments":"{arguments}"}}}}"#));
    let asking = request(r#""messages":[],"stream":true"#);
    for events in [
        vec![begins("{}"), text("so"), more(r#"{\"a\":1}"#)],
        vec![begins(""), text("so"), more(r#"{\"a\":1}"#)],
        vec![begins(r#"{\"a\""#), text("s"), text("o"), more(":1}")],
        vec![begins(r#"{\"a\""#), text("s"), more(":1}"), text("o")],
        vec![begins(""), other.clone(), text("so"), more(r#"{\"a\""#), more(":1}")],
    ] {
        let stream = [events.concat(), "data: [DONE]\n\n".to_owned()].concat();
        let (_, body) = streamed(PATH, &asking, stream.as_bytes(), &[]);
        let pieces = |name: &str| {
            let begin = format!("\"{name}\":\"");
            let pieces = body.split(&begin).skip(1).map(|rest| rest.split("\"}").next().unwrap().to_owned());
            pieces.collect::<String>()
        };
        assert_eq!(pieces("partial_json").replace("{}", ""), r#"{\"a\":1}"#, "{body}");
        assert_eq!(pieces("text").replace("\",\"text\":\"", ""), "so", "{body}");
        assert!(body.contains(r#""stop_reason":"tool_use""#) && !body.contains("event: error"), "{body}");
        for cut in 0..stream.len() {
            assert_eq!(streamed(PATH, &asking, stream.as_bytes(), &[cut]).1, body, "{cut}");
        }
    }
}

#[test]
fn calls_and_text_in_turns_take_linear_time() {
    let chunk = |delta: &str| format!("data: {{\"choices\":[{{\"delta\":{{{delta}}}}}]}}\n\n");
    let piece = |index: u8, arguments: &str| {
        format!(r#"{{"index":{index},"function":{{"name":"f","arguments":"{arguments}"}}}}"#)
    };
    let calls =
        |arguments: &str| chunk(&format!("\"tool_calls\":[{},{}]", piece(0, arguments), piece(1, arguments)));
    let calls = |arguments: &str, has_name: bool| {
        if has_name { calls(arguments) } else { calls(arguments).replace(r#""name":"f","#, "") }
    };
    // With the arguments parsed for each piece, the test would take minutes.
    let between = [calls("xxxxxxxxxxxxxxxxxxxx", false), chunk(r#""content":"so""#)].concat();
    let stream = [
        &*calls(r#"{\"a\":\""#, true),
        &*between.repeat(20_000),
        &*calls(r#"\"}"#, false),
        "data: [DONE]\n\n",
    ];
    let asking = request(r#""messages":[],"stream":true"#);
    let (_, body) = streamed(PATH, &asking, stream.concat().as_bytes(), &[]);
    assert_eq!(body.matches("event: content_block_start").count(), 3);
    assert!(body.contains(&"so".repeat(20_000)) && body.contains(r#""stop_reason":"tool_use""#));
}

#[test]
fn names_in_pieces() {
    let stream = pieces_of_names();
    let asking = request(r#""messages":[],"stream":true"#);
    let (status, body) = streamed(PATH, &asking, stream.as_bytes(), &[]);
    assert_eq!(status, 200);
    for (id, name) in [("x", "get_weather"), ("y", "get_time")] {
        let block =
            format!(r#""content_block":{{"type":"tool_use","id":"{id}","name":"{name}","input":{{}}}}"#);
        assert_eq!(body.matches(&block).count(), 1, "{body}");
    }
    assert_eq!(body.matches("event: content_block_start").count(), 2, "{body}");
    for cut in 0..stream.len() {
        assert_eq!(streamed(PATH, &asking, stream.as_bytes(), &[cut]).1, body, "{cut}");
    }
}

#[test]
fn thinking_keeps_its_signature() {
    let event = |json: &str| format!("data: {json}\n\n");
    let stream = [
        event(r#"{"type":"message_start","message":{"content":[],"usage":{"input_tokens":2,"output_tokens":1}}}"#),
        event(r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#),
        event(r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#),
        event(r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s\u003d"}}"#),
        event(r#"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"x"}}"#),
        event(r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"a"}}"#),
        event(r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}"#),
        event(r#"{"type":"message_stop"}"#),
    ]
    .concat();
    let asking = r#"{"model":"anthropic/claude","max_tokens":9,"messages":[],"stream":true,"thinking":{"type":"adaptive"}}"#;
    let (_, body) = streamed(PATH, asking, stream.as_bytes(), &[]);
    for part in [
        r#""delta":{"type":"thinking_delta","thinking":"hm"}"#,
        r#""delta":{"type":"signature_delta","signature":"s="}"#,
        r#""content_block":{"type":"redacted_thinking","data":"x"}"#,
        r#""delta":{"type":"text_delta","text":"a"}"#,
    ] {
        assert_eq!(body.matches(part).count(), 1, "{part} {body}");
    }
    for cut in 0..stream.len() {
        assert_eq!(streamed(PATH, asking, stream.as_bytes(), &[cut]).1, body, "{cut}");
    }
    let blocks = r#"[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a"}]"#;
    let (mut exchange, _) = planned("POST", PATH, &asking.replace("\"stream\":true", "\"stream\":false"));
    let whole = exchange.answer(
        format!(r#"{{"type":"message","role":"assistant","content":{blocks},"stop_reason":"end_turn"}}"#)
            .as_bytes(),
    );
    assert!(
        whole.contains(r#""content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a""#),
        "{whole}"
    );
    // And back: to a model that has signed it as it is, to another one as thinking.
    let turn = |model: &str| {
        let request = format!(
            r#"{{"model":"{model}","max_tokens":9,"messages":[{{"role":"assistant","content":{blocks}}}]}}"#
        );
        planned("POST", PATH, &request).1.unwrap()
    };
    assert!(turn("anthropic/claude").contains(&format!(r#"{{"role":"assistant","content":{blocks}}}"#)));
    assert!(turn("@cf/a/b").contains(r#"{"role":"assistant","content":"a","reasoning_content":"hm"}"#));
}
