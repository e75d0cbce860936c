use super::super::testing::{pieces_of_names, planned, streamed};

const PATH: &str = "/v1/responses";

fn request(more: &str) -> String {
    [r#"{"model":"m","#, more, "}"].concat()
}

#[test]
fn requests() {
    for (more, expected) in [
        (
            r#""input":"a","instructions":"s","max_output_tokens":9,"store":false,"temperature":0.50,"reasoning":{"effort":"low"},"prompt_cache_key":"k""#,
            r#"[["m",{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"}],"max_completion_tokens":9,"reasoning_effort":"low","temperature":0.50}]],"options":{"sessionAffinity":"k"}"#,
        ),
        (
            concat!(
                r#""input":[{"role":"developer","content":"d"},{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:,"}]},"#,
                r#"{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"t"}]},"#,
                r#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r"}],"#,
                r#""tools":[{"type":"function","name":"f","parameters":{},"strict":null}],"tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_schema","name":"n","schema":{}}}"#
            ),
            concat!(
                r#"[["m",{"messages":[{"role":"system","content":"d"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:,"}}]},"#,
                r#"{"role":"assistant","content":"t","reasoning_content":"hm","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"#,
                r#"{"role":"tool","tool_call_id":"c","content":"r"}],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"#,
                r#""tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}}]]"#
            ),
        ),
    ] {
        let plan = planned("POST", PATH, &request(more)).1.unwrap();
        assert!(plan.contains(expected), "{plan}");
    }
    for (more, field) in [
        (r#""input":"a","previous_response_id":"resp_1""#, "previous_response_id"),
        (r#""input":"a","conversation":"c""#, "conversation"),
        (r#""input":"a","background":true"#, "background"),
        (r#""input":5"#, "input"),
        (r#""input":[{"type":"item_reference","id":"x"}]"#, "input.0"),
        (r#""input":"a","tools":[{"type":"web_search"}]"#, "tools.0"),
        (r#""input":[{"role":"user","content":[{"type":"input_file"}]}]"#, "input.0.content"),
    ] {
        let refused = planned("POST", PATH, &request(more)).1.unwrap_err();
        assert!(refused.contains(&format!(r#""param":"{field}""#)), "{refused}");
    }
    let own =
        planned("POST", PATH, r#"{"model":"@cf/openai/gpt-oss-20b","input":"a","store":false}"#).1.unwrap();
    assert!(own.contains(r#""method":"responses.create","result":"value","calls":[[{"model":"@cf/openai/gpt-oss-20b","input":"a"}]]"#), "{own}");
}

#[test]
fn whole_answers() {
    let of = |answer: &str| {
        let (mut exchange, _) = planned("POST", PATH, &request(r#""input":"a""#));
        exchange.answer(answer.as_bytes())
    };
    let body = of(
        r#"{"choices":[{"message":{"content":"a","reasoning_content":"hm"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#,
    );
    for part in [
        r#"{"id":"resp_iiiiiiiiiiiiiiiiiiiiiiii","object":"response","status":"completed","error":null,"incomplete_details":null,"output":[{"id":"rs_"#,
        r#"{"type":"output_text","text":"a","annotations":[],"logprobs":[]}"#,
        r#""usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":7}"#,
        r#""created_at":7,"model":"m","instructions":null"#,
    ] {
        assert!(body.contains(part), "{body}");
    }
    let cut = of(r#"{"choices":[{"message":{"content":"a"},"finish_reason":"length"}]}"#);
    assert!(
        cut.contains(
            r#""status":"incomplete","error":null,"incomplete_details":{"reason":"max_output_tokens"}"#
        ),
        "{cut}"
    );
    // What nobody knows is no success.
    let other = of(r#"{"choices":[{"message":{"content":"a"},"finish_reason":"guided"}]}"#);
    assert!(other.contains(r#""status":"incomplete","error":null,"incomplete_details":{"reason":"other"}"#));
    let called = of(r#"{"tool_calls":[{"name":"f","arguments":{"a":1}}],"response":null}"#);
    assert!(
        called.contains(r#""call_id":"call_iiiiiiiiiiiiiiiiiiiiiiii","name":"f","arguments":"{\"a\":1}""#),
        "{called}"
    );
}

#[test]
fn streams() {
    let events =
        |chunks: &[&str]| chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect::<String>();
    let asking = request(r#""input":"a","stream":true"#);
    let chat = events(&[
        r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
        r#"{"choices":[{"delta":{"content":"a"}}]}"#,
        r#"{"choices":[{"delta":{"content":5}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"y","function":{"name":"g","arguments":""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":4,"completion_tokens":2}}"#,
        "[DONE]",
    ]);
    let (status, body) = streamed(PATH, &asking, chat.as_bytes(), &[]);
    let kinds = body.lines().filter_map(|line| line.strip_prefix("event: response.")).collect::<Vec<_>>();
    assert_eq!(
        (status, kinds.join(" ")),
        (
            200,
            concat!(
                "created in_progress output_item.added content_part.added reasoning_text.delta reasoning_text.done content_part.done output_item.done ",
                "output_item.added content_part.added output_text.delta output_text.delta output_text.done content_part.done output_item.done ",
                "output_item.added function_call_arguments.delta output_item.added function_call_arguments.delta ",
                "function_call_arguments.done output_item.done function_call_arguments.done output_item.done completed"
            )
            .to_owned()
        )
    );
    for part in [
        r#""text":"a5""#,
        r#""call_id":"x","name":"f","arguments":"{}""#,
        r#""call_id":"y","name":"g","arguments":"{}""#,
        r#""total_tokens":6"#,
    ] {
        assert!(body.contains(part), "{part} {body}");
    }
    for cut in 0..chat.len() {
        assert_eq!(streamed(PATH, &asking, chat.as_bytes(), &[cut]), (status, body.clone()), "{cut}");
    }
    let (status, body) = streamed(PATH, &asking, events(&[r#"{"response":"a"}"#, "{"]).as_bytes(), &[]);
    assert!(
        status == 200
            && body.contains("event: response.failed")
            && body.contains("event: error\ndata: {\"type\":\"error\""),
        "{body}"
    );
    let (status, body) = streamed(PATH, &asking, b"", &[]);
    assert!(status == 502 && body.starts_with(r#"{"error":{"#), "{body}");
}

#[test]
fn names_in_pieces() {
    let stream = pieces_of_names();
    let asking = request(r#""input":"a","stream":true"#);
    let (status, body) = streamed(PATH, &asking, stream.as_bytes(), &[]);
    assert_eq!((status, body.matches("event: response.output_item.added").count()), (200, 2), "{body}");
    for (id, name) in [("x", "get_weather"), ("y", "get_time")] {
        // Where it begins, where it ends, and in the whole response.
        let call = format!(r#""call_id":"{id}","name":"{name}""#);
        assert_eq!(body.matches(&call).count(), 3, "{body}");
    }
    for cut in 0..stream.len() {
        assert_eq!(streamed(PATH, &asking, stream.as_bytes(), &[cut]).1, body, "{cut}");
    }
}
