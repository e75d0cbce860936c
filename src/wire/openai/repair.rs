//! Corrects answers that have OpenAI's format but not its types: a choice with its text in another member,
//! content that is a number or a list of parts, tool calls. Most chunks are correct and stay unchanged.

use super::calls::Calls;
use super::collected::{Collected, reason_word};
use super::completion::delta;
use super::{Random, quoted, raw};
use crate::text::{concat, join};
use crate::wire::dialect::{FinishReason, REASONS, is_empty_list, is_piece, word, word_of};
use crate::wire::json::{self, Key, Kind, Value};
use crate::wire::write::Writer;

/// The form of an answer.
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

    /// The member of a choice with its contents, and the member that other services use.
    fn members(self) -> [&'static str; 2] {
        match self {
            Form::Whole => ["message", "delta"],
            Form::Chunk => ["delta", "message"],
        }
    }
}

/// The state of earlier chunks.
#[derive(Debug, Default)]
pub struct Repair {
    calls: Calls,
    /// The slots of the calls in the first choice of the next chunk, last one first.
    slots: Vec<u32>,
    /// This is the first chunk with a choice. It needs a role, without which OpenAI's clients fail.
    is_first: bool,
    /// The first choice has called a tool, in this chunk or an earlier one.
    has_calls: bool,
}

/// The members of a message that are strings.
const TEXTS: [&str; 3] = ["content", "reasoning_content", "reasoning"];

/// The first choice, whatever its index; others are alternatives.
fn first(choices: Value<'_>) -> Option<Value<'_>> {
    let is_numbered =
        |choice: &Value<'_>| choice.get("index").and_then(|index| index.as_i64()).unwrap_or(0) == 0;
    let objects = || choices.items().filter(Value::is_object);
    objects().find(is_numbered).or_else(|| objects().next())
}

/// True if the contents of the first choice are in the correct member.
#[inline(never)]
pub fn is_in_place(choices: Value<'_>, form: Form) -> bool {
    let [wanted, other] = form.members();
    first(choices).is_some_and(|choice| {
        let [own, elsewhere, text] = choice.pick_present(&[wanted, other, "text"]);
        let says = |(key, value): (Key<'_>, Value<'_>)| {
            let is_empty = value.is_null() || value.is("") || matches!(value.raw(), b"[]" | b"{}");
            !is_empty && !key.is("role")
        };
        match own {
            Some(own) if own.is_object() => own.entries().any(says),
            own => own.is_none() && elsewhere.is_none() && text.is_some(),
        }
    })
}

/// True if the first choice of a chunk has a whole message, which may repeat deltas.
pub fn has_message(choices: Value<'_>) -> bool {
    first(choices).and_then(|choice| choice.get("message")).is_some_and(|message| !message.is_null())
}

/// True if the list has a choice.
pub fn has_choice(choices: Value<'_>) -> bool {
    choices.items().any(|choice| choice.is_object())
}

impl Repair {
    /// Sets the state for the next chunk: whether it is the first one, whether the first choice called a
    /// tool in an earlier chunk, and the slots of its calls, which may differ from the indices of the
    /// service.
    pub fn expect(&mut self, is_first: bool, has_calls: bool, slots: impl DoubleEndedIterator<Item = u32>) {
        self.is_first = is_first;
        self.slots = slots.rev().collect();
        self.has_calls = has_calls || !self.slots.is_empty();
    }

    /// The corrected completion or chunk; `None` if it is correct.
    pub fn answer(&mut self, answer: Value<'_>, form: Form, random: Random) -> Option<String> {
        // OpenAI's clients treat any object or list in `error` as a failure; this one is empty.
        if answer.get("error").is_some_and(|error| error.is_object() || error.is_array()) {
            let without = replaced(answer, &["error"], &mut |_| Some("null".to_owned()))?;
            let read = json::parse(without.as_bytes()).ok()?;
            return self.answer(read, form, random).or(Some(without));
        }
        replaced(answer, &["choices", "object"], &mut |value| {
            // The older completions have another member for text.
            if value.is_string() {
                return value.is("text_completion").then(|| quoted(form.object()));
            }
            items(value, &mut |_, choice| self.choice(choice, form, random))
        })
    }

    fn choice(&mut self, choice: Value<'_>, form: Form, random: Random) -> Option<String> {
        let is_first = choice.get("index").and_then(|index| index.as_i64()).unwrap_or(0) == 0;
        let has_calls = self.has_calls && is_first;
        let is_not_string = |reason: Value<'_>| {
            !reason.is_null() && !reason.is("") && finish_of(reason, has_calls).as_bytes() != reason.raw()
        };
        if choice.get("finish_reason").is_some_and(is_not_string) {
            let with =
                replaced(choice, &["finish_reason"], &mut |reason| Some(finish_of(reason, has_calls)))?;
            let read = json::parse(with.as_bytes()).ok()?;
            return self.choice(read, form, random).or(Some(with));
        }
        if !is_first {
            // An alternative, whose calls were not read.
            self.slots.clear();
        }
        let reason = word_of(choice.pick(&REASONS)).map(FinishReason::of);
        self.calls.is_cut = !matches!(reason, None | Some(FinishReason::Stop | FinishReason::ToolCalls));
        let [wanted, other] = form.members();
        let [own, elsewhere, text] = choice.pick_present(&[wanted, other, "text"]);
        if own.is_some_and(|own| own.is_object()) {
            return replaced(choice, &[wanted], &mut |own| {
                let message = self.message(own, form, random);
                if self.is_first {
                    with_role(message.as_deref().map_or(own.raw(), str::as_bytes)).or(message)
                } else {
                    message
                }
            });
        }
        let message = match elsewhere.filter(|elsewhere| elsewhere.is_object()) {
            // A whole message, even if it is named `delta`.
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
        let message = if self.is_first { with_role(message.as_bytes()).unwrap_or(message) } else { message };
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
        let odd = |name: &&str| message.get(name).is_some_and(is_not_string);
        let is_not_string = TEXTS.iter().any(odd);
        let calls = message.get("tool_calls").and_then(|calls| {
            items(calls, &mut |place, call| {
                let slot = if is_piece(call) { self.slots.pop() } else { None };
                self.calls.corrected(place, call, slot, form, random)
            })
        });
        if !is_not_string && calls.is_none() {
            return None;
        }
        let mut thoughts = String::new();
        Some(Writer::object(|out| {
            for (key, value) in message.entries() {
                if key.is("tool_calls")
                    && let Some(calls) = &calls
                {
                    out.raw_key(key, calls);
                } else if TEXTS.iter().any(|name| key.is(name)) && self::is_not_string(value) {
                    let (text, reasoning) = Collected::content(value);
                    thoughts.push_str(&reasoning);
                    // Beside calls, and in a chunk, an empty list is not an answer in JSON.
                    let is_none =
                        is_empty_list(value) && (form == Form::Chunk || message.get("tool_calls").is_some());
                    out.raw_key(key, &quoted(if is_none { "" } else { &text }));
                } else {
                    out.raw_key(key, &raw(value));
                }
            }
            // Reasoning in a member of its own repeats that of the content.
            let has_thoughts =
                |name: &&str| message.get(name).is_some_and(|own| !own.is_null() && !own.is(""));
            if !thoughts.is_empty() && !["reasoning_content", "reasoning"].iter().any(has_thoughts) {
                out.text("reasoning_content", &thoughts);
            }
        }))
    }
}

/// An object with new values for some members; `None` if none changes.
pub fn replaced(
    object: Value<'_>,
    names: &[&str],
    replace: &mut dyn FnMut(Value<'_>) -> Option<String>,
) -> Option<String> {
    let mut own = Vec::new();
    for (key, value) in object.entries() {
        own.push(if names.iter().any(|name| key.is(name)) { replace(value) } else { None });
    }
    // Nothing is written if no value changes.
    own.iter().any(Option::is_some).then(|| {
        Writer::object(|out| {
            for ((key, value), own) in object.entries().zip(own) {
                out.raw_key(key, &own.unwrap_or_else(|| raw(value)));
            }
        })
    })
}

/// A list with new items, and without those that are not objects; `None` if none changes.
pub fn items(list: Value<'_>, replace: &mut dyn FnMut(usize, Value<'_>) -> Option<String>) -> Option<String> {
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

/// A message with a role; `None` if it has one.
fn with_role(message: &[u8]) -> Option<String> {
    let message = json::parse(message).ok()?;
    let is_there = message.get("role").is_some_and(|role| role.is_string());
    (!is_there).then(|| {
        Writer::object(|out| {
            out.text("role", "assistant");
            message
                .entries()
                .filter(|(key, _)| !key.is("role"))
                .for_each(|(key, value)| out.raw_key(key, &raw(value)));
        })
    })
}

/// OpenAI's finish reason as JSON text: the equivalent if there is one, `null` if the reason is empty. A
/// stop after tool calls becomes `tool_calls`, as in whole completions, because tool loops continue by that
/// reason.
fn finish_of(reason: Value<'_>, has_calls: bool) -> String {
    let Some(word) = word(reason) else { return "null".to_owned() };
    match FinishReason::of(word) {
        _ if word.is("function_call") => raw(word),
        FinishReason::Other => raw(word),
        FinishReason::Stop if has_calls => quoted(reason_word(FinishReason::ToolCalls)),
        known => quoted(reason_word(known)),
    }
}

/// True if the member is present and not a string.
fn is_not_string(value: Value<'_>) -> bool {
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
    fn members_are_moved_to_where_they_belong() {
        let choices = |choice: &str| Some([r#"{"choices":["#, choice, "]}"].concat());
        for (input, expected) in [
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
            assert_eq!(chunk(&choices(input).unwrap()), choices(expected), "{input}");
        }
        for (input, expected) in [
            (
                r#"{"delta":{"role":"assistant","content":"a"}}"#,
                r#"{"message":{"role":"assistant","content":"a"}}"#,
            ),
            (r#"{"text":"a","index":0}"#, r#"{"index":0,"message":{"role":"assistant","content":"a"}}"#),
        ] {
            assert_eq!(whole(&choices(input).unwrap()), choices(expected), "{input}");
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
