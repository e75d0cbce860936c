//! Converts a whole answer to a chat completion, and a chat completion to chunks.

use super::collected::{Collected, reason_word, usage_json};
use super::gathered::Gathered;
use super::repair::{Form, Repair, has_choice, is_in_place};
use super::{DONE, Head, Random, Settings, ToolCall, content, finish_reason, raw, write_event};
use crate::error::{Code, Error};
use crate::wire::dialect::{Dialect, Failure, FinishReason, REASONS, Thinking, Usage, beside, word_of};
use crate::wire::failure_kind::FailureKind;
use crate::wire::json::{self, Value};
use crate::wire::write::Writer;

/// The chat completion of an answer, as JSON text.
pub fn completion(answer: &[u8], head: &Head, settings: Settings, random: Random) -> Result<String, Error> {
    let no_answer = || {
        let why = "The answer has no choices and no response. Is it a language model?";
        Error::new(Code::MalformedResponse, why)
    };
    let answer = json::parse(answer).map_err(|_| no_answer())?;
    let [choices, response, calls, usage] = answer.pick(&["choices", "response", "tool_calls", "usage"]);
    let is_in_text = settings.reading.thinking != Thinking::Apart && !has_thinking(answer);
    if is_in_text || (settings.reading.reasoning_is_text && has_thinking(answer)) {
        return translated(answer, head, settings, random)?.ok_or_else(no_answer);
    }
    // An empty list of choices is not an answer.
    if choices.is_some_and(has_choice) {
        let (mut dialect, mut collected) = (Dialect::default(), Collected::default());
        if are_calls_unreadable(answer, &mut dialect, &mut collected) {
            return Err(FailureKind::ToolCalls.to_error(b"", 0));
        }
        // Neither is an empty choice.
        if !dialect.is_recognised() {
            return Err(no_answer());
        }
        if !collected.is_empty() && !choices.is_some_and(|choices| is_in_place(choices, Form::Whole)) {
            return translated(answer, head, settings, random)?.ok_or_else(no_answer);
        }
        let completion = Repair::default().answer(answer, Form::Whole, random);
        let completion = completion.unwrap_or_else(|| raw(answer));
        return json::parse(completion.as_bytes())
            .map(|completion| whole(completion, head, settings))
            .map_err(|_| no_answer());
    }
    let calls = calls.filter(Value::is_array);
    // Ollama has its finish reason in another member.
    if response.is_none() && calls.is_none() || answer.get("done").is_some() {
        return translated(answer, head, settings, random)?.ok_or_else(no_answer);
    }
    let calls = ToolCall::list(calls, random);
    let reason = match word_of(answer.pick(&REASONS)).map(FinishReason::of) {
        None | Some(FinishReason::Stop | FinishReason::ToolCalls) => {
            finish_reason(!calls.is_empty(), usage, settings)
        }
        Some(reason) => reason_word(reason),
    };
    let message = |out: &mut Writer| {
        out.raw("content", content(response).as_deref().unwrap_or("null"));
        out.raw("refusal", "null");
        if !calls.is_empty() {
            out.list("tool_calls", |out| calls.iter().for_each(|call| call.write(out, None)));
        }
    };
    Ok(written(head, &message, reason, usage.and_then(usage_whole)))
}

/// True if there are tool calls without a name, or in a form that cannot be read.
pub fn has_unreadable_calls(answer: Value<'_>) -> bool {
    are_calls_unreadable(answer, &mut Dialect::default(), &mut Collected::default())
}

/// The same, and collects the contents of the answer.
fn are_calls_unreadable(answer: Value<'_>, dialect: &mut Dialect, collected: &mut Collected) -> bool {
    match dialect.read(answer, collected) {
        Ok(()) => dialect.has_nameless_call(),
        Err(failure) => FailureKind::from(failure) == FailureKind::ToolCalls,
    }
}

/// The chat completion of a stream of chunks in any dialect.
pub fn of_stream(gathered: &Gathered, head: &Head, random: Random) -> String {
    let Gathered { collected, reason } = gathered;
    let usage = collected.tokens().as_ref().map(usage_json);
    let message = |out: &mut Writer| {
        collected.write(out, false, random);
        out.raw("refusal", "null");
    };
    written(head, &message, reason_word(*reason), usage)
}

/// The chat completion of an answer in another dialect; `None` if it is not an answer. `Err` if it reports
/// a failure.
fn translated(
    answer: Value<'_>,
    head: &Head,
    settings: Settings,
    random: Random,
) -> Result<Option<String>, Error> {
    let (mut dialect, mut collected) = (Dialect::new(settings.reading), Collected::default());
    dialect.set_whole();
    match dialect.read(answer, &mut collected) {
        Ok(()) if dialect.is_recognised() => {}
        Err(Failure::Service(..)) => return Err(Error::from_event(answer)),
        _ => return Ok(None),
    }
    dialect.end(&mut collected);
    let usage = collected.tokens().as_ref().map(usage_json);
    let message = |out: &mut Writer| {
        collected.write(out, false, random);
        out.raw("refusal", "null");
    };
    Ok(Some(written(head, &message, reason_word(dialect.final_reason()), usage)))
}

/// True if an answer has its reasoning in a member of its own.
fn has_thinking(answer: Value<'_>) -> bool {
    let choice = answer.get("choices").and_then(|choices| choices.items().next());
    let thinking = choice.and_then(|choice| choice.get("message"));
    let thinking = thinking.map_or([None; 2], |message| message.pick(&["reasoning_content", "reasoning"]));
    thinking.into_iter().flatten().any(|text| !text.is_null() && !text.is(""))
}

/// A completion in OpenAI's format with missing members added. Members that are present stay unchanged.
fn whole(completion: Value<'_>, head: &Head, settings: Settings) -> String {
    let [id, object, created, model] = completion.pick_present(&["id", "object", "created", "model"]);
    let usage = usage_of(completion);
    let is_text = |value: Option<Value<'_>>| value.is_some_and(|value| value.is_string() && !value.is(""));
    let own = [
        ("id", is_text(id)),
        ("object", is_text(object)),
        ("created", created.is_some_and(|created| created.as_number().is_some())),
        ("model", is_text(model)),
    ];
    Writer::object(|out| {
        for (name, _) in own.iter().filter(|(_, is_right)| !is_right) {
            match *name {
                "id" => out.text(name, &head.id),
                "object" => out.text(name, Form::Whole.object()),
                "created" => out.number(name, head.created),
                _ => out.text(name, &head.model),
            }
        }
        for (key, value) in completion.entries() {
            if own.iter().any(|(name, is_right)| !is_right && key.is(name)) || key.is("usage") {
                continue;
            }
            if !key.is("choices") {
                out.raw_key(key, &raw(value));
                continue;
            }
            out.list("choices", |out| {
                for (place, choice) in value.items().enumerate() {
                    out.item(|out| whole_choice(choice, place, usage, settings, out));
                }
            });
        }
        if let Some(usage) = usage.and_then(usage_whole) {
            out.raw("usage", &usage);
        }
    })
}

fn whole_choice(
    choice: Value<'_>,
    place: usize,
    usage: Option<Value<'_>>,
    settings: Settings,
    out: &mut Writer,
) {
    let [index, message] = choice.pick_present(&["index", "message"]);
    let [role, content, calls, call] = message.map_or([None; 4], |message| {
        let [role, calls, call] = message.pick_present(&["role", "tool_calls", "function_call"]);
        [role, message.get("content"), calls, call]
    });
    match index.and_then(|index| index.as_i64()) {
        Some(index) => out.number("index", index),
        None => out.raw("index", &crate::text::decimal(place as i64)),
    }
    out.member("message", |out| {
        if role.is_none() {
            out.text("role", "assistant");
        }
        if content.is_none() {
            out.raw("content", "null");
        }
        let entries = message.into_iter().flat_map(|message| message.entries());
        entries.filter(|(key, _)| role.is_some() || !key.is("role")).for_each(|(key, value)| {
            out.raw_key(key, &raw(value));
        });
    });
    for (key, value) in choice.entries() {
        if !["index", "message", "finish_reason"].iter().any(|name| key.is(name)) {
            out.raw_key(key, &raw(value));
        }
    }
    let has_calls = calls.is_some_and(|calls| calls.items().next().is_some());
    let reason = word_of(choice.pick(&REASONS));
    let own = reason.and_then(|reason| reason.text());
    let word = match reason.map(FinishReason::of) {
        Some(FinishReason::ToolCalls) if call.is_some() && !has_calls => "function_call",
        Some(FinishReason::ToolCalls | FinishReason::Stop) if has_calls => "tool_calls",
        // Without a call there is nothing to reply to, and a loop would never end.
        Some(FinishReason::ToolCalls) => "stop",
        // As in chunks.
        Some(FinishReason::Other) => own.as_deref().unwrap_or(reason_word(FinishReason::Other)),
        Some(reason) => reason_word(reason),
        None => finish_reason(has_calls, usage, settings),
    };
    out.text("finish_reason", word);
}

/// The usage of a completion, or of a chunk: at the top level or, as Moonshot sends it, in the first
/// choice.
pub fn usage_of(completion: Value<'_>) -> Option<Value<'_>> {
    let in_choice = || completion.get("choices")?.items().next()?.get("usage").filter(Value::is_object);
    beside(completion).or_else(in_choice)
}

/// A usage with the counts of prompt, completion and total as numbers, which clients add up; `None` if it
/// has no token counts. A total below the sum of its parts is replaced by the sum.
fn usage_whole(usage: Value<'_>) -> Option<String> {
    const COUNTS: [&str; 3] = ["prompt_tokens", "completion_tokens", "total_tokens"];
    let counted = Usage::read(usage)?;
    let own = COUNTS.map(|name| usage.get(name).and_then(|count| count.as_i64()));
    if let [Some(prompt), Some(completion), Some(total)] = own
        && total >= prompt.saturating_add(completion)
    {
        return Some(raw(usage));
    }
    let counts = [counted.prompt_tokens, counted.completion_tokens, counted.total_tokens];
    Some(Writer::object(|out| {
        for (name, count) in COUNTS.iter().zip(counts) {
            out.number(name, count.unwrap_or(0));
        }
        for (key, value) in usage.entries().filter(|(key, _)| !COUNTS.iter().any(|name| key.is(name))) {
            out.raw_key(key, &raw(value));
        }
    }))
}

/// A completion with one choice. `message` writes the members of the message except its role.
fn written(head: &Head, message: &dyn Fn(&mut Writer), reason: &str, usage: Option<String>) -> String {
    Writer::object(|out| {
        out.text("id", &head.id);
        out.text("object", "chat.completion");
        out.number("created", head.created);
        out.text("model", &head.model);
        out.list("choices", |out| {
            out.item(|out| {
                out.number("index", 0);
                out.member("message", |out| {
                    out.text("role", "assistant");
                    message(out);
                });
                out.raw("logprobs", "null");
                out.text("finish_reason", reason);
            });
        });
        if let Some(usage) = usage {
            out.raw("usage", &usage);
        }
    })
}

/// A chat completion as a stream of chunks, for a client that requested a stream.
pub fn event_stream(completion: &str, settings: Settings) -> Vec<u8> {
    let mut stream = Vec::new();
    if let Ok(completion) = json::parse(completion.as_bytes()) {
        let [choices, usage] = completion.pick(&["choices", "usage"]);
        for choice in choices.into_iter().flat_map(|choices| choices.items()) {
            let [index, message, logprobs, reason] =
                choice.pick(&["index", "message", "logprobs", "finish_reason"]);
            let write = |delta: &str, logprobs: &str, reason: Option<&str>| {
                chunk(completion, |out| {
                    out.item(|out| {
                        if let Some(index) = index {
                            out.raw("index", &raw(index));
                        }
                        out.raw("delta", delta);
                        out.raw("logprobs", logprobs);
                        if let Some(reason) = reason {
                            out.raw("finish_reason", reason);
                        }
                    });
                })
            };
            let logprobs = logprobs.map_or_else(|| "null".to_owned(), raw);
            write_event(write(&delta(message), &logprobs, Some("null")).as_bytes(), &mut stream);
            write_event(write("{}", "null", reason.map(raw).as_deref()).as_bytes(), &mut stream);
        }
        if let Some(usage) = usage.filter(|_| settings.include_usage) {
            let mut tail = chunk(completion, |_| {});
            // After the choices.
            tail.truncate(tail.len() - 1);
            tail.push_str(",\"usage\":");
            tail.push_str(&raw(usage));
            tail.push('}');
            write_event(tail.as_bytes(), &mut stream);
        }
    }
    stream.extend_from_slice(DONE);
    stream
}

/// A chunk with members that do not belong to a choice.
fn chunk(completion: Value<'_>, choices: impl FnOnce(&mut Writer)) -> String {
    Writer::object(|out| {
        for (key, value) in completion.entries() {
            if !["choices", "usage", "object", "response", "tool_calls"].iter().any(|apart| key.is(apart)) {
                out.raw_key(key, &raw(value));
            }
        }
        out.text("object", "chat.completion.chunk");
        out.list("choices", choices);
    })
}

/// A message as a delta, in which tool calls have an index.
pub fn delta(message: Option<Value<'_>>) -> String {
    Writer::object(|out| {
        for (key, value) in message.into_iter().flat_map(|message| message.entries()) {
            if !key.is("tool_calls") || !value.is_array() {
                out.raw_key(key, &raw(value));
                continue;
            }
            out.list("tool_calls", |out| {
                for (place, call) in value.items().enumerate() {
                    out.item(|out| {
                        let own = call.get("index").map(raw);
                        out.raw("index", own.as_deref().unwrap_or(&crate::text::decimal(place as i64)));
                        for (key, value) in call.entries().filter(|(key, _)| !key.is("index")) {
                            out.raw_key(key, &raw(value));
                        }
                    });
                }
            });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::half;
    use super::*;
    use crate::wire::dialect::Reading;

    fn head() -> Head {
        Head { id: "chatcmpl-r".to_owned(), created: 7, model: "@cf/a/b".to_owned() }
    }

    fn of(answer: &str) -> Result<String, Error> {
        completion(
            answer.as_bytes(),
            &head(),
            Settings { reading: Reading { max_tokens: 3, ..Reading::default() }, ..Settings::default() },
            half,
        )
    }

    fn with(message: &str, reason: &str) -> Result<String, Error> {
        Ok([
            r#"{"id":"chatcmpl-r","object":"chat.completion","created":7,"model":"@cf/a/b","choices":[{"index":0,"message":{"role":"assistant","#,
            message,
            r#"},"logprobs":null,"finish_reason":""#,
            reason,
            r#""}]"#,
        ]
        .concat())
    }

    #[test]
    fn the_older_dialect_may_have_a_reason() {
        for (reason, expected) in [
            ("length", "length"),
            ("content_filter", "content_filter"),
            ("stop", "stop"),
            ("eos", "stop"),
            ("odd", "other"),
        ] {
            let completion = of(&format!(r#"{{"response":"a","finish_reason":"{reason}"}}"#)).unwrap();
            assert!(completion.contains(&format!(r#""finish_reason":"{expected}""#)), "{completion}");
        }
    }

    #[test]
    fn a_total_below_its_parts_is_their_sum() {
        let usage = r#""usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":4}"#;
        let completion = of(&format!(r#"{{"choices":[{{"message":{{"content":"a"}}}}],{usage}}}"#)).unwrap();
        assert!(completion.contains(&usage.replace('4', "5")), "{completion}");
    }

    #[test]
    fn a_completion_stays_as_it_is() {
        let answer = r#"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"own":1.0,"finish_reason":"length"}],"own":1.50,"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"more":1}}"#;
        assert_eq!(of(answer).as_deref(), Ok(answer));
    }

    #[test]
    fn what_a_completion_lacks_is_added() {
        let head = r#"{"id":"chatcmpl-r","object":"chat.completion","created":7,"model":"@cf/a/b","choices":[{"index":0,"message":{"role":"assistant","content":"#;
        for (answer, rest) in [
            (
                r#"{"choices":[{"message":{"content":"a"}}],"own":1.50}"#,
                r#""a"},"finish_reason":"stop"}],"own":1.50}"#,
            ),
            (
                r#"{"id":"","choices":[{"message":{"content":"a"},"finish_reason":"MAX_TOKENS"}],"usage":{"prompt_tokens":"5","completion_tokens":2}}"#,
                r#""a"},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#,
            ),
            (
                r#"{"choices":[{"message":{"tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":"{\"n\":1.0}"}}]},"finish_reason":"stop"}],"usage":null}"#,
                r#"null,"tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":"{\"n\":1.0}"}}]},"finish_reason":"tool_calls"}]}"#,
            ),
            (
                r#"{"choices":[{"message":{"content":"a"},"finish_reason":"guided"}]}"#,
                r#""a"},"finish_reason":"guided"}]}"#,
            ),
            (
                r#"{"choices":[{"message":{"content":12345678901234567890},"finish_reason":"tool_calls"}]}"#,
                r#""12345678901234567890"},"finish_reason":"stop"}]}"#,
            ),
        ] {
            assert_eq!(of(answer), Ok([head, rest].concat()), "{answer}");
        }
    }

    #[test]
    fn older_answers_become_completions() {
        for (answer, message, reason, rest) in [
            (r#"{"response":"a\n"}"#, r#""content":"a\n","refusal":null"#, "stop", "}"),
            (r#"{"response":null}"#, r#""content":null,"refusal":null"#, "stop", "}"),
            (r#"{"response":1.0}"#, r#""content":"1.0","refusal":null"#, "stop", "}"),
            (r#"{"response":{"a":"b"}}"#, r#""content":"{\"a\":\"b\"}","refusal":null"#, "stop", "}"),
            (
                r#"{"response":"a","usage":{"completion_tokens":3}}"#,
                r#""content":"a","refusal":null"#,
                "length",
                r#","usage":{"prompt_tokens":0,"completion_tokens":3,"total_tokens":3}}"#,
            ),
            (
                r#"{"tool_calls":[{"name":"f","arguments":{"a":1}},{"id":"i","function":{"name":"g","arguments":"{}"}},{"name":"h"}]}"#,
                concat!(
                    r#""content":null,"refusal":null,"tool_calls":["#,
                    r#"{"id":"call_iiiiiiiii","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},"#,
                    r#"{"id":"i","type":"function","function":{"name":"g","arguments":"{}"}},"#,
                    r#"{"id":"call_iiiiiiiii","type":"function","function":{"name":"h","arguments":"{}"}}]"#
                ),
                "tool_calls",
                "}",
            ),
        ] {
            assert_eq!(of(answer), with(message, reason).map(|text| text + rest), "{answer}");
        }
    }

    #[test]
    fn what_is_no_answer_of_a_language_model() {
        for answer in [
            "{}",
            r#"{"choices":[],"usage":{"total_tokens":1}}"#,
            r#"{"tool_calls":{}}"#,
            "[]",
            "null",
            r#""a""#,
            "{",
        ] {
            let error = of(answer).unwrap_err();
            assert_eq!(error.code, Code::MalformedResponse, "{answer}");
            assert!(error.message.contains("no choices and no response"));
        }
    }

    fn stream(completion: &str, include_usage: bool) -> String {
        let settings = Settings { include_usage, ..Settings::default() };
        String::from_utf8(event_stream(completion, settings)).unwrap()
    }

    #[test]
    fn a_completion_becomes_chunks() {
        let completion = concat!(
            r#"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":["#,
            r#"{"index":0,"message":{"role":"assistant","content":"a","tool_calls":[{"id":"i"},{"index":7,"id":"j"}]},"finish_reason":"stop"}],"#,
            r#""usage":{"total_tokens":3}}"#
        );
        let start = r#"data: {"id":"c","created":1,"model":"m","object":"chat.completion.chunk","choices":["#;
        let chunks = [
            start,
            r#"{"index":0,"delta":{"role":"assistant","content":"a","tool_calls":[{"index":0,"id":"i"},{"index":7,"id":"j"}]},"logprobs":null,"finish_reason":null}]}"#,
            "\n\n",
            start,
            r#"{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"#,
            "\n\n",
        ]
        .concat();
        let done = "data: [DONE]\n\n";
        assert_eq!(stream(completion, false), [&chunks, done].concat());
        let usage = "],\"usage\":{\"total_tokens\":3}}\n\n";
        assert_eq!(stream(completion, true), [&chunks, start, usage, done].concat());
        assert_eq!(
            stream(r#"{"choices":[{"message":{"content":"a"}}]}"#, true).matches("finish_reason").count(),
            1
        );
    }

    #[test]
    fn what_repeats_a_choice_is_in_no_chunk() {
        let stream =
            stream(r#"{"response":"a","tool_calls":[{}],"choices":[{"message":{"content":"a"}}]}"#, false);
        assert!(!stream.contains("response") && !stream.contains("tool_calls"), "{stream}");
    }

    #[test]
    fn lines_of_json_are_one_event() {
        let stream =
            stream("{\"id\":\n\"c\",\"choices\":[{\"index\":0,\n\"message\":{\"x\":[1,\r\n2]}}]}", false);
        assert_eq!(stream.lines().filter(|line| !line.is_empty()).count(), 3);
        assert!(stream.lines().all(|line| line.is_empty() || line.starts_with("data: ")));
    }
}
