//! Corrects tool calls that do not have OpenAI's types: calls in the service's own form, without an id or
//! arguments, with a number as the id or the id of another call, and deltas without an index.

use super::repair::Form;
use super::{Random, quoted, random_word, raw};
use crate::text::{concat, decimal};
use crate::wire::dialect::{CALL_MEMBERS, meant_by, name_and_arguments};
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

/// The ids of an answer's tool calls so far, with their indices.
#[derive(Debug, Default)]
pub struct Calls {
    ids: Vec<(i64, String)>,
    /// The answer was cut off, so empty arguments may be incomplete.
    pub is_cut: bool,
}

impl Calls {
    /// The corrected call, or part of a call in a chunk; `None` if it is correct. Its index is its slot, if
    /// that is known.
    pub fn corrected(
        &mut self,
        place: usize,
        call: Value<'_>,
        slot: Option<u32>,
        form: Form,
        random: Random,
    ) -> Option<String> {
        let [index, id, kind, function] = call.pick_present(&["index", "id", "type", "function"]);
        let [name, arguments] = name_and_arguments(call);
        let function = function.filter(|function| function.is_object());
        if function.is_none() && name.is_none() && arguments.is_none() {
            return None;
        }
        let [name, arguments] = function.map_or([name, arguments], name_and_arguments);
        let has_name = name.is_some_and(|name| name.body().is_some_and(|name| !name.is_empty()));
        // Calls in the service's own form are never divided.
        let is_whole = form == Form::Whole || function.is_none();
        let begins = is_whole || has_name;
        let is_bare = is_whole && !self.is_cut && arguments.is_some_and(|arguments| arguments.is(""));
        let meant = match is_bare {
            true => Some("{}".to_owned()),
            false => arguments.filter(|_| begins).and_then(meant_by),
        };
        let received = id.and_then(id_of);
        let number = index.and_then(|index| index.as_i64());
        let at = slot.map(i64::from).or(number);
        let at = at.unwrap_or_else(|| self.index(received.as_deref(), begins, form, place));
        let id = self.id(at, received, begins, random);
        let is_right = is_text(call.get("id"), id.as_deref())
            && function.is_some_and(|function| {
                let [_, arguments, others @ ..] = function.pick(&CALL_MEMBERS);
                is_text_or_absent(arguments, is_whole) && others.iter().all(Option::is_none)
            })
            && (kind.is_some() || !begins)
            && meant.is_none()
            && (number == Some(at) || form == Form::Whole);
        if is_right {
            return None;
        }
        Some(Writer::object(|out| {
            if number.is_some() || form == Form::Chunk {
                out.raw("index", &decimal(at));
            }
            if let Some(id) = &id {
                out.text("id", id);
            }
            if begins || kind.is_some() {
                out.raw("type", &kind.map_or_else(|| quoted("function"), raw));
            }
            out.member("function", |out| {
                if let Some(name) = name {
                    out.raw("name", &raw(name));
                }
                match arguments {
                    Some(_) if meant.is_some() => out.some_text("arguments", meant.as_deref()),
                    Some(arguments) if arguments.is_string() => out.raw("arguments", &raw(arguments)),
                    Some(arguments) => out.raw("arguments", &quoted(&raw(arguments))),
                    None if is_whole => out.text("arguments", "{}"),
                    // More arguments will follow.
                    None => out.text("arguments", ""),
                }
                for (key, value) in function.into_iter().flat_map(|function| function.entries()) {
                    if !CALL_MEMBERS.iter().any(|known| key.is(known)) {
                        out.raw_key(key, &raw(value));
                    }
                }
            });
            let known = ["index", "id", "type", "function"];
            let known = known.iter().chain(&CALL_MEMBERS);
            for (key, value) in call.entries().filter(|(key, _)| !known.clone().any(|known| key.is(known))) {
                out.raw_key(key, &raw(value));
            }
        }))
    }

    /// The index of a call that has none: an id that is new, or a name, begins a new call; anything else
    /// continues the last one.
    fn index(&self, id: Option<&str>, begins: bool, form: Form, place: usize) -> i64 {
        if form == Form::Whole {
            return place as i64;
        }
        let known = id.and_then(|id| self.ids.iter().find(|(_, known)| known == id));
        let last = self.ids.iter().map(|(at, _)| *at).max();
        match (known, last) {
            (Some((at, _)), _) => *at,
            (None, Some(last)) if begins || id.is_some() => last + 1,
            (None, last) => last.unwrap_or(0),
        }
    }

    /// The id of a call, generated if necessary; `None` for a later part of a call.
    fn id(&mut self, at: i64, received: Option<String>, begins: bool, random: Random) -> Option<String> {
        let is_others = received
            .as_ref()
            .is_some_and(|id| self.ids.iter().any(|(other, known)| *other != at && known == id));
        let own = self.ids.iter().find(|(known, _)| *known == at).map(|(_, id)| id.clone());
        match received {
            Some(id) if !is_others => {
                if own.as_ref() != Some(&id) {
                    self.ids.push((at, id.clone()));
                }
                Some(id)
            }
            None if !begins || own.is_some() => None,
            _ => {
                let new = || concat(&["call_", &random_word(random, 9)]);
                let is_known = own.is_some();
                let id = own.unwrap_or_else(new);
                if !is_known {
                    self.ids.push((at, id.clone()));
                }
                Some(id)
            }
        }
    }
}

/// An id as a string; numbers are accepted.
fn id_of(id: Value<'_>) -> Option<String> {
    match id.kind() {
        Kind::String => id.text().filter(|id| !id.is_empty()),
        Kind::Number => Some(raw(id)),
        _ => None,
    }
}

/// True if the value is this string. For a later part of a call, an empty string counts as absent.
fn is_text(value: Option<Value<'_>>, text: Option<&str>) -> bool {
    match (value, text) {
        (Some(value), Some(text)) => value.is_string() && value.text().as_deref() == Some(text),
        (Some(value), None) => value.is_string(),
        (None, text) => text.is_none(),
    }
}

fn is_text_or_absent(value: Option<Value<'_>>, is_needed: bool) -> bool {
    value.map_or(!is_needed, |value| value.is_string())
}

#[cfg(test)]
mod tests {
    use super::super::half;
    use super::*;
    use crate::wire::json;

    /// Converts calls one after another; correct ones stay unchanged.
    fn all(form: Form, calls: &[&str]) -> Vec<String> {
        let mut known = Calls::default();
        let corrected = |(place, call): (usize, &&str)| {
            let call = json::parse(call.as_bytes()).unwrap();
            let place = if form == Form::Whole { place } else { 0 };
            known.corrected(place, call, None, form, half).unwrap_or_else(|| raw(call))
        };
        calls.iter().enumerate().map(corrected).collect()
    }

    #[test]
    fn whole_calls_have_an_id_and_arguments() {
        let calls = [
            r#"{"id":7,"type":"function","function":{"name":"f","arguments":null}}"#,
            r#"{"type":"function","function":{"name":"g","strict":true},"extra_content":{"a":1}}"#,
            r#"{"id":"","function":{"name":"h","arguments":{"a":1}}}"#,
            r#"{"id":"a","type":"function","function":{"name":"i","arguments":"{}"}}"#,
        ];
        assert_eq!(
            all(Form::Whole, &calls),
            [
                r#"{"id":"7","type":"function","function":{"name":"f","arguments":"{}"}}"#,
                r#"{"id":"call_iiiiiiiii","type":"function","function":{"name":"g","arguments":"{}","strict":true},"extra_content":{"a":1}}"#,
                r#"{"id":"call_iiiiiiiii","type":"function","function":{"name":"h","arguments":"{\"a\":1}"}}"#,
                calls[3],
            ]
        );
    }

    #[test]
    fn no_arguments_are_an_empty_object_where_the_answer_is_whole() {
        let call = r#"{"id":"a","type":"function","function":{"name":"f","arguments":""}}"#;
        assert_eq!(all(Form::Whole, &[call]), [call.replace(r#""""#, r#""{}""#)]);
        assert_eq!(
            all(Form::Chunk, &[&call.replacen('{', r#"{"index":0,"#, 1)]),
            [call.replacen('{', r#"{"index":0,"#, 1)]
        );
        let mut cut = Calls { is_cut: true, ..Calls::default() };
        assert_eq!(cut.corrected(0, json::parse(call.as_bytes()).unwrap(), None, Form::Whole, half), None);
    }

    #[test]
    fn pieces_keep_to_their_call() {
        let calls = [
            r#"{"id":"a","type":"function","function":{"name":"f","arguments":null}}"#,
            r#"{"id":null,"function":{"arguments":"{\"a\""}}"#,
            r#"{"function":{"arguments":":1}"}}"#,
            r#"{"function":{"name":"g","arguments":""}}"#,
            r#"{"function":{"arguments":"{}"}}"#,
        ];
        assert_eq!(
            all(Form::Chunk, &calls),
            [
                r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#,
                r#"{"index":0,"function":{"arguments":"{\"a\""}}"#,
                r#"{"index":0,"function":{"arguments":":1}"}}"#,
                r#"{"index":1,"id":"call_iiiiiiiii","type":"function","function":{"name":"g","arguments":""}}"#,
                r#"{"index":1,"function":{"arguments":"{}"}}"#,
            ]
        );
        let right = [
            r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"id":"","function":{"arguments":"{"}}"#,
            r#"{"index":0,"function":{"name":"","arguments":"}"}}"#,
            r#"{"index":1,"id":"b","type":"function","function":{"name":"g"}}"#,
        ];
        assert_eq!(all(Form::Chunk, &right), right);
    }

    #[test]
    fn another_calls_id_is_replaced_in_all_pieces() {
        let made =
            r#"{"index":1,"id":"call_iiiiiiiii","type":"function","function":{"name":"f","arguments":""}}"#;
        let first = r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}"#;
        let second = r#"{"index":1,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#;
        assert_eq!(all(Form::Chunk, &[first, second, second]), [first, made, made]);
    }
}
