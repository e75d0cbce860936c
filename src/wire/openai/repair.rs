//! Puts right what has OpenAI's shape but not its types: content that is a number or parts, calls in the service's own form, calls with one id.
//! Nearly all chunks need none of it and stay as they came.

use super::collected::Collected;
use super::{Random, ToolCall, quoted, random_word, raw};
use crate::text::{concat, join};
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

/// The ids of an answer's tool calls so far, with their indices.
#[derive(Debug, Default)]
pub struct Repair {
    ids: Vec<(i64, String)>,
}

/// The members of a message that are texts.
const TEXTS: [&str; 3] = ["content", "reasoning_content", "reasoning"];

impl Repair {
    /// A completion, or a chunk of one, put right; none where it is right.
    pub fn answer(&mut self, answer: Value<'_>, random: Random) -> Option<String> {
        self.replaced(answer, &["choices"], &mut |repair, choices| {
            repair.items(choices, &mut |repair, _, choice| {
                repair.replaced(choice, &["delta", "message"], &mut |repair, message| {
                    repair.message(message, random)
                })
            })
        })
    }

    fn message(&mut self, message: Value<'_>, random: Random) -> Option<String> {
        let odd = |name: &&str| message.get(name).is_some_and(is_odd);
        let is_odd = TEXTS.iter().any(odd);
        let calls = message
            .get("tool_calls")
            .and_then(|calls| self.items(calls, &mut |repair, place, call| repair.call(place, call, random)));
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

    /// A call in the service's own form becomes OpenAI's; one whose id another has gets one of its own.
    fn call(&mut self, place: usize, call: Value<'_>, random: Random) -> Option<String> {
        let [index, id, function, name, arguments] =
            call.pick_present(&["index", "id", "function", "name", "arguments"]);
        let place = index.and_then(|index| index.as_i64()).unwrap_or(place as i64);
        let id = id.and_then(|id| id.text()).filter(|id| !id.is_empty());
        let repeated = id.as_ref().is_some_and(|id| {
            let known = self.ids.iter().any(|(other, known)| *other != place && known == id);
            if !known {
                self.ids.push((place, id.clone()));
            }
            known
        });
        let odd = function.and_then(|function| function.get("arguments")).is_some_and(is_odd);
        let native = function.is_none() && (name.is_some() || arguments.is_some());
        if native || odd {
            let mut call = ToolCall::of(call, random);
            if repeated {
                call.id = made_up(random);
            }
            return Some(call.object(index.is_some().then_some(place as usize)));
        }
        if !repeated {
            return None;
        }
        Some(Writer::object(|out| {
            for (key, value) in call.entries() {
                let own = if key.is("id") { made_up(random) } else { raw(value) };
                out.raw_key(key, &own);
            }
        }))
    }

    /// An object with other values for some members; none where all stay.
    fn replaced(
        &mut self,
        object: Value<'_>,
        names: &[&str],
        replace: &mut dyn FnMut(&mut Self, Value<'_>) -> Option<String>,
    ) -> Option<String> {
        let mut own = Vec::new();
        for (key, value) in object.entries() {
            own.push(if names.iter().any(|name| key.is(name)) { replace(self, value) } else { None });
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

    /// A list with other items in it; none where all stay.
    fn items(
        &mut self,
        list: Value<'_>,
        replace: &mut dyn FnMut(&mut Self, usize, Value<'_>) -> Option<String>,
    ) -> Option<String> {
        let mut own = Vec::new();
        for (place, item) in list.items().enumerate() {
            own.push(replace(self, place, item));
        }
        if own.iter().all(Option::is_none) {
            return None;
        }
        let items: Vec<String> =
            list.items().zip(own).map(|(item, own)| own.unwrap_or_else(|| raw(item))).collect();
        let items: Vec<&str> = items.iter().map(String::as_str).collect();
        Some(concat(&["[", &join(&items, ","), "]"]))
    }
}

fn made_up(random: Random) -> String {
    quoted(&concat(&["call_", &random_word(random, 9)]))
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
        Repair::default().answer(json::parse(answer.as_bytes()).unwrap(), half)
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
                r#"{"choices":[{"message":{"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"call_iiiiiiiii","function":{"name":"f","arguments":"{}"}}]}}]}"#
            )
        );
    }
}
