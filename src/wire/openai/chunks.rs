//! Chunks of a streamed answer in any dialect, as chunks of a chat completion.

use super::collected::{Collected, reason_word, usage_json};
use super::repair::{Form, Repair, has_choice};
use super::{Head, Random, Settings, ToolCall, content, finish_reason, is_reason, quoted, raw};
use crate::wire::dialect::{FinishReason, enveloped};
use crate::wire::json::{self, Key, Value};
use crate::wire::write::Writer;

/// State that later chunks depend on.
pub struct Chunks {
    /// The members of a chunk besides choices and usage: name and value, as JSON text. The service's own chunks add theirs.
    common: Vec<(String, String)>,
    settings: Settings,
    random: Random,
    /// There was a chunk with a choice.
    begun: bool,
    /// There was a finish reason.
    finished: bool,
    /// The last usage, as JSON text.
    usage: Option<String>,
    tool_calls: usize,
    repair: Repair,
    /// Why an answer of another dialect ended.
    reason: Option<FinishReason>,
}

impl Chunks {
    /// A conversion that has read nothing.
    pub fn new(head: &Head, settings: Settings, random: Random) -> Self {
        let own = |name: &str, value: String| (name.to_owned(), value);
        Chunks {
            common: vec![
                own("id", quoted(&head.id)),
                own("object", quoted(Form::Chunk.object())),
                own("created", crate::text::decimal(head.created)),
                own("model", quoted(&head.model)),
            ],
            settings,
            random,
            begun: false,
            finished: false,
            usage: None,
            tool_calls: 0,
            repair: Repair::default(),
            reason: None,
        }
    }

    /// What a chunk becomes, as JSON text; nothing where it has no counterpart in OpenAI's shape. `said` is what it says, and `reason` why the answer
    /// has ended, if it has.
    pub fn convert(
        &mut self,
        chunk: Value<'_>,
        said: &Collected,
        reason: Option<FinishReason>,
    ) -> Option<String> {
        let chunk = enveloped(chunk).unwrap_or(chunk);
        let [choices, response, calls, usage, kind] =
            chunk.pick(&["choices", "response", "tool_calls", "usage", "type"]);
        if let Some(usage) = usage.filter(|usage| !usage.is_null()) {
            self.usage = Some(raw(usage));
        }
        match choices.filter(Value::is_array) {
            Some(choices) => self.pass_on(chunk, choices),
            // Events of Responses have a `response` as well.
            None if kind.is_none() => self.translate(response, calls),
            None => {
                self.reason = reason;
                self.usage = said.usage.as_ref().map(usage_json).or(self.usage.take());
                self.say(said)
            }
        }
    }

    /// A chunk that has OpenAI's shape.
    fn pass_on(&mut self, chunk: Value<'_>, choices: Value<'_>) -> Option<String> {
        // The service's own tail without choices comes anew at the end, if it was requested.
        if !has_choice(choices) {
            return None;
        }
        self.begun = true;
        self.finished |= choices.items().any(|choice| is_reason(choice.get("finish_reason")));
        let apart = ["choices", "usage", "object"];
        for (key, value) in chunk.entries().filter(|(key, _)| !apart.iter().any(|apart| key.is(apart))) {
            self.adopt(key, value);
        }
        Some(self.repair.answer(chunk, Form::Chunk, self.random).unwrap_or_else(|| raw(chunk)))
    }

    /// A chunk of another dialect: Anthropic's, or that of Responses.
    fn say(&mut self, said: &Collected) -> Option<String> {
        if said.is_empty() || self.finished {
            return None;
        }
        let delta = Writer::object(|out| {
            said.write(out, true, self.random);
            if !self.begun {
                out.text("role", "assistant");
            }
        });
        self.begun = true;
        self.tool_calls += usize::from(said.calls_tools());
        Some(self.chunk(&delta, None))
    }

    /// Chunks that are made later have this member as well.
    fn adopt(&mut self, key: Key<'_>, value: Value<'_>) {
        match self.common.iter_mut().find(|(name, _)| key.is(name)) {
            Some((_, known)) if known.as_bytes() == value.raw() => {}
            Some((_, known)) => *known = raw(value),
            None => {
                let mut name = Vec::new();
                json::unescape(key.raw(), &mut name);
                self.common.push((crate::text::lossy(&name), raw(value)));
            }
        }
    }

    /// A chunk of the older dialect. A tail that repeats what came in choices has the usage and nothing else.
    fn translate(&mut self, response: Option<Value<'_>>, calls: Option<Value<'_>>) -> Option<String> {
        if self.finished {
            return None;
        }
        let text = content(response).filter(|text| text != "\"\"");
        let calls = ToolCall::list(calls, self.random);
        if text.is_none() && calls.is_empty() {
            return None;
        }
        let delta = Writer::object(|out| {
            if let Some(text) = text {
                out.raw("content", &text);
            }
            if !calls.is_empty() {
                out.list("tool_calls", |out| {
                    for (place, call) in calls.iter().enumerate() {
                        call.write(out, Some(self.tool_calls + place));
                    }
                });
            }
            if !self.begun {
                out.text("role", "assistant");
            }
        });
        self.begun = true;
        self.tool_calls += calls.len();
        Some(self.chunk(&delta, None))
    }

    /// The chunks behind the last one.
    pub fn finish(&mut self) -> Vec<String> {
        let mut chunks = Vec::new();
        if !self.begun {
            chunks.push(self.chunk(r#"{"role":"assistant","content":""}"#, None));
        }
        if !self.finished {
            let usage = self.usage.as_ref().and_then(|usage| json::parse(usage.as_bytes()).ok());
            let reason = match self.reason {
                Some(reason) if reason != FinishReason::Stop || self.tool_calls == 0 => reason_word(reason),
                _ => finish_reason(self.tool_calls > 0, usage, self.settings),
            };
            chunks.push(self.chunk("{}", Some(reason)));
        }
        if let Some(usage) = self.usage.as_ref().filter(|_| self.settings.include_usage) {
            chunks.push(Writer::object(|out| {
                self.write_common(out);
                out.raw("choices", "[]");
                out.raw("usage", usage);
            }));
        }
        chunks
    }

    fn chunk(&self, delta: &str, reason: Option<&str>) -> String {
        Writer::object(|out| {
            self.write_common(out);
            out.list("choices", |out| {
                out.item(|out| {
                    out.number("index", 0);
                    out.raw("delta", delta);
                    out.raw("logprobs", "null");
                    match reason {
                        Some(reason) => out.text("finish_reason", reason),
                        None => out.raw("finish_reason", "null"),
                    }
                });
            });
        })
    }

    fn write_common(&self, out: &mut Writer) {
        self.common.iter().for_each(|(name, value)| out.raw(name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::super::half;
    use super::*;

    const COMMON: &str =
        r#"{"id":"chatcmpl-r","object":"chat.completion.chunk","created":7,"model":"@cf/a/b","#;

    fn converted(chunks: &[&str], include_usage: bool, max_tokens: Option<f64>) -> Vec<String> {
        let head = Head { id: "chatcmpl-r".to_owned(), created: 7, model: "@cf/a/b".to_owned() };
        let mut conversion = Chunks::new(&head, Settings { include_usage, max_tokens }, half);
        let mut out = Vec::new();
        for chunk in chunks {
            out.extend(conversion.convert(
                json::parse(chunk.as_bytes()).unwrap(),
                &Collected::default(),
                None,
            ));
        }
        out.extend(conversion.finish());
        out
    }

    fn choice(delta: &str, reason: &str) -> String {
        [
            COMMON,
            r#""choices":[{"index":0,"delta":"#,
            delta,
            r#","logprobs":null,"finish_reason":"#,
            reason,
            "}]}",
        ]
        .concat()
    }

    #[test]
    fn the_older_dialect() {
        let usage = r#"{"response":"","usage":{"completion_tokens":2,"total_tokens":3}}"#;
        let chunks = [r#"{"response":"a\"","p":"x"}"#, r#"{"response":""}"#, r#"{"response":1.0}"#, usage];
        let mut expected = vec![
            choice(r#"{"content":"a\"","role":"assistant"}"#, "null"),
            choice(r#"{"content":"1.0"}"#, "null"),
            choice("{}", r#""stop""#),
        ];
        assert_eq!(converted(&chunks, false, Some(3.0)), expected);
        expected.push([COMMON, r#""choices":[],"usage":{"completion_tokens":2,"total_tokens":3}}"#].concat());
        assert_eq!(converted(&chunks, true, None), expected);
        assert_eq!(converted(&chunks, false, Some(2.0))[2], choice("{}", r#""length""#));
    }

    #[test]
    fn tool_calls_are_numbered_through() {
        let chunks = [
            r#"{"response":null,"tool_calls":[{"name":"f","arguments":{"a":1}},{"id":"i","name":"g","arguments":"x"}]}"#,
            r#"{"tool_calls":[{"function":{"name":"h"}}]}"#,
            r#"{"tool_calls":[]}"#,
        ];
        assert_eq!(
            converted(&chunks, true, Some(0.0)),
            [
                choice(
                    concat!(
                        r#"{"tool_calls":[{"index":0,"id":"call_iiiiiiiii","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},"#,
                        r#"{"index":1,"id":"i","type":"function","function":{"name":"g","arguments":"x"}}],"role":"assistant"}"#
                    ),
                    "null"
                ),
                choice(
                    r#"{"tool_calls":[{"index":2,"id":"call_iiiiiiiii","type":"function","function":{"name":"h","arguments":"{}"}}]}"#,
                    "null"
                ),
                choice("{}", r#""tool_calls""#),
            ]
        );
    }

    #[test]
    fn no_text_is_an_empty_answer() {
        let chunks = converted(&["{}", "null", "5"], true, None);
        assert_eq!(
            chunks,
            [choice(r#"{"role":"assistant","content":""}"#, "null"), choice("{}", r#""stop""#)]
        );
    }

    #[test]
    fn chunks_in_openais_shape_stay_and_are_followed() {
        let first = r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"}}],"own":1.50}"#;
        let last = r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":1}}"#;
        let tail = r#"{"id":"c","choices":[],"usage":{"total_tokens":3}}"#;
        let repetition = r#"{"response":"a","tool_calls":[{"name":"f"}],"usage":{"total_tokens":4}}"#;
        let common = r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","own":1.50,"#;
        assert_eq!(
            converted(&[first, last, tail, repetition], true, None),
            [first, last, &[common, r#""choices":[],"usage":{"total_tokens":4}}"#].concat()]
        );
        assert_eq!(converted(&[first, last], false, None), [first, last]);
        // Where no reason came, one is made.
        let made = [common, r#""choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"#];
        assert_eq!(converted(&[first], false, None), [first.to_owned(), made.concat()]);
    }

    #[test]
    fn dialects_may_be_mixed() {
        let chat = r#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#;
        let chunks = converted(&[chat, r#"{"response":"b"}"#], false, None);
        assert_eq!(chunks[1], choice(r#"{"content":"b"}"#, "null"));
    }
}
