//! Puts right what has OpenAI's shape but not its types: a choice whose text is not where it belongs, content that is a number or parts, calls of
//! tools. Nearly all chunks need none of it and stay as they came.

use super::calls::Calls;
use super::collected::Collected;
use super::completion::delta;
use super::{Random, quoted, raw};
use crate::text::{concat, join};
use crate::wire::json::{self, Kind, Value};
use crate::wire::write::Writer;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A chat completion.
    Whole,
    /// A chunk of one.
    Chunk,
}

impl Form {
    /// Its member `object`.
    pub fn object(self) -> &'static str {
        match self {
            Form::Whole => "chat.completion",
            Form::Chunk => "chat.completion.chunk",
        }
    }

    /// The member of a choice that says something, and where others have it.
    fn members(self) -> [&'static str; 2] {
        match self {
            Form::Whole => ["message", "delta"],
            Form::Chunk => ["delta", "message"],
        }
    }
}

/// What has to be known of the chunks before.
#[derive(Debug, Default)]
pub struct Repair {
    calls: Calls,
}

/// The members of a message that are texts.
const TEXTS: [&str; 3] = ["content", "reasoning_content", "reasoning"];

/// Is there a choice among these?
pub fn has_choice(choices: Value<'_>) -> bool {
    choices.items().any(|choice| choice.is_object())
}

impl Repair {
    /// A completion, or a chunk of one, put right; none where it is right.
    pub fn answer(&mut self, answer: Value<'_>, form: Form, random: Random) -> Option<String> {
        replaced(answer, &["choices", "object"], &mut |value| {
            // The older completions have a name of their own.
            if value.is_string() {
                return value.is("text_completion").then(|| quoted(form.object()));
            }
            items(value, &mut |_, choice| self.choice(choice, form, random))
        })
    }

    fn choice(&mut self, choice: Value<'_>, form: Form, random: Random) -> Option<String> {
        let [wanted, other] = form.members();
        let [own, elsewhere, text] = choice.pick_present(&[wanted, other, "text"]);
        if own.is_some_and(|own| own.is_object()) {
            return replaced(choice, &[wanted], &mut |own| self.message(own, form, random));
        }
        let message = match elsewhere.filter(|elsewhere| elsewhere.is_object()) {
            // Not in pieces, whatever it is called.
            Some(whole) => {
                let message = self.message(whole, Form::Whole, random).unwrap_or_else(|| raw(whole));
                let numbered = || Some(delta(json::parse(message.as_bytes()).ok()));
                (form == Form::Chunk).then(numbered).flatten().unwrap_or(message)
            }
            None => Writer::object(|out| {
                if form == Form::Whole {
                    out.text("role", "assistant");
                }
                match text {
                    Some(text) if text.is_string() => out.raw("content", &raw(text)),
                    Some(text) => out.raw("content", &quoted(&raw(text))),
                    None if form == Form::Whole => out.raw("content", "null"),
                    None => {}
                }
            }),
        };
        Some(Writer::object(|out| {
            for (key, value) in choice.entries() {
                if ![wanted, other, "text"].iter().any(|name| key.is(name)) {
                    out.raw_key(key, &raw(value));
                }
            }
            out.raw(wanted, &message);
        }))
    }

    fn message(&mut self, message: Value<'_>, form: Form, random: Random) -> Option<String> {
        let odd = |name: &&str| message.get(name).is_some_and(is_odd);
        let is_odd = TEXTS.iter().any(odd);
        let calls = message.get("tool_calls").and_then(|calls| {
            items(calls, &mut |place, call| self.calls.put_right(place, call, form, random))
        });
        if !is_odd && calls.is_none() {
            return None;
        }
        let mut thoughts = String::new();
        Some(Writer::object(|out| {
            for (key, value) in message.entries() {
                if key.is("tool_calls")
                    && let Some(calls) = &calls
                {
                    out.raw_key(key, calls);
                } else if TEXTS.iter().any(|name| key.is(name)) && self::is_odd(value) {
                    let (text, reasoning) = Collected::content(value);
                    thoughts.push_str(&reasoning);
                    out.raw_key(key, &quoted(&text));
                } else {
                    out.raw_key(key, &raw(value));
                }
            }
            if !thoughts.is_empty() {
                out.text("reasoning_content", &thoughts);
            }
        }))
    }
}

/// An object with other values for some members; none where all stay.
fn replaced(
    object: Value<'_>,
    names: &[&str],
    replace: &mut dyn FnMut(Value<'_>) -> Option<String>,
) -> Option<String> {
    let mut own = Vec::new();
    for (key, value) in object.entries() {
        own.push(if names.iter().any(|name| key.is(name)) { replace(value) } else { None });
    }
    // Nothing is written where nothing is new.
    own.iter().any(Option::is_some).then(|| {
        Writer::object(|out| {
            for ((key, value), own) in object.entries().zip(own) {
                out.raw_key(key, &own.unwrap_or_else(|| raw(value)));
            }
        })
    })
}

/// A list with other items in it, and without those that are no objects; none where all stay.
fn items(list: Value<'_>, replace: &mut dyn FnMut(usize, Value<'_>) -> Option<String>) -> Option<String> {
    let mut own = Vec::new();
    let mut is_new = false;
    for (place, item) in list.items().enumerate() {
        let replaced = item.is_object().then(|| replace(place, item)).flatten();
        is_new |= replaced.is_some() || !item.is_object();
        own.push(replaced);
    }
    if !is_new {
        return None;
    }
    let kept = list.items().zip(own).filter(|(item, _)| item.is_object());
    let items: Vec<String> = kept.map(|(item, own)| own.unwrap_or_else(|| raw(item))).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    Some(concat(&["[", &join(&items, ","), "]"]))
}

/// Is it there, and no text?
fn is_odd(value: Value<'_>) -> bool {
    !matches!(value.kind(), Kind::Null | Kind::String)
}

#[cfg(test)]
mod tests {
    use super::super::half;
    use super::*;
    use crate::wire::json;

    fn repaired(answer: &str) -> Option<String> {
        let form = if answer.contains("delta") { Form::Chunk } else { Form::Whole };
        Repair::default().answer(json::parse(answer.as_bytes()).unwrap(), form, half)
    }

    fn chunk(answer: &str) -> Option<String> {
        Repair::default().answer(json::parse(answer.as_bytes()).unwrap(), Form::Chunk, half)
    }

    fn whole(answer: &str) -> Option<String> {
        Repair::default().answer(json::parse(answer.as_bytes()).unwrap(), Form::Whole, half)
    }

    #[test]
    fn what_is_said_is_where_it_belongs() {
        let choices = |choice: &str| Some([r#"{"choices":["#, choice, "]}"].concat());
        for (given, expected) in [
            (
                r#"{"index":0,"text":"paid","finish_reason":null}"#,
                r#"{"index":0,"finish_reason":null,"delta":{"content":"paid"}}"#,
            ),
            (r#"{"text":5}"#, r#"{"delta":{"content":"5"}}"#),
            (r#"{"delta":null,"finish_reason":"stop"}"#, r#"{"finish_reason":"stop","delta":{}}"#),
            (
                r#"{"message":{"role":"assistant","content":"a"}}"#,
                r#"{"delta":{"role":"assistant","content":"a"}}"#,
            ),
            (
                r#"{"message":{"tool_calls":[{"id":7,"type":"function","function":{"name":"f","arguments":"{}"}}]}}"#,
                r#"{"delta":{"tool_calls":[{"index":0,"id":"7","type":"function","function":{"name":"f","arguments":"{}"}}]}}"#,
            ),
        ] {
            assert_eq!(chunk(&choices(given).unwrap()), choices(expected), "{given}");
        }
        for (given, expected) in [
            (
                r#"{"delta":{"role":"assistant","content":"a"}}"#,
                r#"{"message":{"role":"assistant","content":"a"}}"#,
            ),
            (r#"{"text":"a","index":0}"#, r#"{"index":0,"message":{"role":"assistant","content":"a"}}"#),
        ] {
            assert_eq!(whole(&choices(given).unwrap()), choices(expected), "{given}");
        }
        assert_eq!(
            whole(r#"{"choices":[null,{"message":{"content":"a"}}]}"#),
            choices(r#"{"message":{"content":"a"}}"#)
        );
        assert_eq!(
            chunk(r#"{"object":"text_completion","choices":[{"delta":{}}]}"#).as_deref(),
            Some(r#"{"object":"chat.completion.chunk","choices":[{"delta":{}}]}"#)
        );
        let both = r#"{"choices":[{"delta":{"content":"a"},"message":{"content":"ab"}}]}"#;
        assert_eq!(chunk(both), None);
    }

    #[test]
    fn what_is_right_stays() {
        for answer in [
            r#"{"choices":[{"delta":{"content":"6"},"finish_reason":null}],"own":1.50}"#,
            r#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}"#,
            r#"{"choices":[]}"#,
            "{}",
        ] {
            assert_eq!(repaired(answer), None, "{answer}");
        }
    }

    #[test]
    fn what_is_no_text_becomes_one() {
        for (content, text) in [
            ("6", r#""6""#),
            ("1.0", r#""1.0""#),
            ("true", r#""true""#),
            (r#"["a"]"#, r#""[\"a\"]""#),
            (r#"{"a":1}"#, r#""{\"a\":1}""#),
            (r#"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#, r#""ab""#),
        ] {
            let expected = [r#"{"choices":[{"delta":{"content":"#, text, "},\"own\":1}]}"].concat();
            let chunk = [r#"{"choices":[{"delta":{"content":"#, content, "},\"own\":1}]}"].concat();
            assert_eq!(repaired(&chunk), Some(expected));
        }
        assert_eq!(
            repaired(r#"{"choices":[{"message":{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"4"}]}}]}"#).as_deref(),
            Some(r#"{"choices":[{"message":{"content":"4","reasoning_content":"hm"}}]}"#)
        );
    }

    #[test]
    fn calls_of_the_service_become_openais() {
        assert_eq!(
            repaired(
                r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"name":"f","arguments":{"a":1}}]}}]}"#
            )
            .as_deref(),
            Some(
                r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"call_iiiiiiiii","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}}]}"#
            )
        );
        assert_eq!(
            repaired(r#"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}},{"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}"#)
                .as_deref(),
            Some(
                r#"{"choices":[{"message":{"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"call_iiiiiiiii","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}"#
            )
        );
    }
}
