//! Converts the chunks of a streamed answer in any dialect to events with chunks of a chat completion.

use super::collected::{Call, Collected, reason_word, usage_json};
use super::completion::usage_of;
use super::names::HeldCalls;
use super::renamed::{CallNames, has_call, has_empty_object, renamed, unnamed, with_arguments};
use super::repair::{Form, Repair, has_choice, has_message, is_in_place};
use super::{Head, Random, Settings, ToolCall, content, finish_reason, is_reason, quoted, raw, write_event};
use crate::wire::dialect::{Dialect, FinishReason, enveloped};
use crate::wire::json::{self, Key, Value};
use crate::wire::write::Writer;

/// The state of one stream.
pub struct Chunks {
    /// The members of a chunk except `choices` and `usage`: name and value as JSON text. The service's own
    /// chunks add members.
    common: Vec<(String, String)>,
    /// An event with a generated chunk up to its delta; empty after the members have changed.
    template: Vec<u8>,
    settings: Settings,
    random: Random,
    /// A chunk with a choice was written.
    begun: bool,
    /// A finish reason was written.
    finished: bool,
    /// The last usage, as JSON text.
    usage: Option<String>,
    tool_calls: usize,
    repair: Repair,
    /// HeldCalls of calls in generated chunks.
    names: HeldCalls,
    /// HeldCalls of calls in chunks that are passed on.
    call_names: CallNames,
    /// The bytes around `choices` and `usage` in the last correct chunk.
    frame: Vec<u8>,
    /// Chunks in which calls begin, held back until their names are complete.
    held: Vec<String>,
    /// The state of each call's arguments, by slot.
    arguments: Vec<(u32, Arguments)>,
    /// The finish reason of an answer in another dialect.
    reason: Option<FinishReason>,
}

/// The state of a call's arguments in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arguments {
    /// Nothing was received or written.
    Absent,
    /// An empty object was received, which other arguments may replace; nothing was written.
    StandIn,
    /// Arguments were written.
    Written,
}

/// The arguments of a call without any.
const NO_ARGUMENTS: &str = "{}";

/// The text between a delta and the finish reason.
const BEHIND_DELTA: &[u8] = br#","logprobs":null,"finish_reason":"#;

impl Chunks {
    /// A conversion without any input.
    pub fn new(head: &Head, settings: Settings, random: Random) -> Self {
        let own = |name: &str, value: String| (name.to_owned(), value);
        Chunks {
            common: vec![
                own("id", quoted(&head.id)),
                own("object", quoted(Form::Chunk.object())),
                own("created", crate::text::decimal(head.created)),
                own("model", quoted(&head.model)),
            ],
            template: Vec::new(),
            settings,
            random,
            begun: false,
            finished: false,
            usage: None,
            tool_calls: 0,
            repair: Repair::default(),
            names: HeldCalls::default(),
            call_names: CallNames::default(),
            frame: Vec::new(),
            held: Vec::new(),
            arguments: Vec::new(),
            reason: None,
        }
    }

    /// Writes the converted chunk. Writes nothing if the chunk has no counterpart in OpenAI's format, or if
    /// the name of a call in it may continue. `collected` has the chunk's contents.
    pub fn convert(
        &mut self,
        chunk: Value<'_>,
        collected: &mut Collected,
        dialect: &Dialect,
        out: &mut Vec<u8>,
    ) {
        const MEMBERS: [&str; 5] = ["choices", "response", "tool_calls", "usage", "type"];
        let mut chunk = chunk;
        let mut members = chunk.pick(&MEMBERS);
        if members.iter().all(Option::is_none)
            && let Some(within) = enveloped(chunk)
        {
            chunk = within;
            members = chunk.pick(&MEMBERS);
        }
        let [choices, response, calls, usage, kind] = members;
        self.reason = dialect.finish();
        if let Some(usage) = usage.filter(|usage| !usage.is_null()) {
            self.keep_usage(usage);
        }
        match choices.filter(Value::is_array) {
            // Its text is reasoning, or has both reasoning and text.
            choices if dialect.has_split() => {
                if choices.is_some_and(has_choice) {
                    self.adopt_all(chunk);
                }
                self.write_converted(collected, out);
            }
            Some(choices) => self.pass_on(chunk, choices, usage, collected, out),
            // Events of Responses have a `response` too; a whole answer in another dialect has neither
            // member.
            None if kind.is_none() && (collected.is_empty() || response.is_some() || calls.is_some()) => {
                self.translate(response, calls, collected, out);
            }
            None => {
                self.usage = collected.tokens().as_ref().map(usage_json).or(self.usage.take());
                self.write_converted(collected, out);
            }
        }
    }

    /// Writes contents that the reader had held back. Calls in chunks that were passed on are already
    /// written, or are completed at the end.
    pub fn more(&mut self, collected: &mut Collected, out: &mut Vec<u8>) {
        collected.calls.retain(|call| self.call_names.name(call.slot).is_empty());
        self.write_converted(collected, out);
    }

    /// Most chunks repeat the members of the one before, except for a number.
    fn keep_usage(&mut self, usage: Value<'_>) {
        match &mut self.usage {
            Some(known) if known.as_bytes() == usage.raw() => {}
            known => *known = Some(raw(usage)),
        }
    }

    /// Writes a chunk in OpenAI's format.
    fn pass_on(
        &mut self,
        chunk: Value<'_>,
        choices: Value<'_>,
        usage: Option<Value<'_>>,
        collected: &mut Collected,
        out: &mut Vec<u8>,
    ) {
        // The usual case: the chunk differs from the one before only in its contents.
        let is_like = self.begun && self.held.is_empty() && self.is_like(chunk, choices, usage);
        if is_like && collected.calls.is_empty() && is_plain(choices) {
            return write_event(chunk.raw(), out);
        }
        // The service's closing chunk without choices is generated at the end, if it was requested.
        if usage.is_none()
            && let Some(usage) = usage_of(chunk)
        {
            self.keep_usage(usage);
        }
        if !has_choice(choices) {
            return;
        }
        // The contents are in another member, or in a whole message that may repeat deltas: only what is
        // new is written.
        if !is_in_place(choices, Form::Chunk) && (!collected.is_empty() || has_message(choices)) {
            self.release(out);
            self.adopt_all(chunk);
            return self.write_converted(collected, out);
        }
        let is_first = !std::mem::replace(&mut self.begun, true);
        let ends = choices.items().any(|choice| is_reason(choice.get("finish_reason")));
        self.finished |= ends;
        self.adopt_all(chunk);
        self.repair.expect(is_first, self.tool_calls > 0, collected.calls.iter().map(|call| call.slot));
        let repaired = self.repair.answer(chunk, Form::Chunk, self.random);
        if repaired.is_none() {
            self.frame = around(chunk, choices, usage).concat();
        }
        if collected.calls.is_empty() {
            if ends {
                self.end_calls(None, out);
            }
            self.release(out);
            write_event(repaired.as_deref().map_or(chunk.raw(), str::as_bytes), out);
        } else {
            self.pass_calls(repaired.unwrap_or_else(|| raw(chunk)), collected, ends, out);
        }
    }

    /// True if a chunk equals the last correct one, except for its choices and its usage.
    fn is_like(&self, chunk: Value<'_>, choices: Value<'_>, usage: Option<Value<'_>>) -> bool {
        let mut rest = self.frame.as_slice();
        let parts = around(chunk, choices, usage);
        let matches = parts.iter().all(|part| {
            let known = rest.strip_prefix(*part);
            rest = known.unwrap_or_default();
            known.is_some()
        });
        matches && rest.is_empty() && !self.frame.is_empty()
    }

    /// Writes a chunk with calls. Complete names stay in place; the rest of a divided name is added to the
    /// chunk in which the call begins. An empty object at the start of a call is left out, because it may
    /// be a placeholder for arguments that follow. It is restored when arguments of a later call, or the
    /// end, follow instead.
    fn pass_calls(&mut self, mut text: String, collected: &Collected, ends: bool, out: &mut Vec<u8>) {
        let name_changes = self.call_names.read(&collected.calls);
        let continues = ends
            || !collected.text.is_empty()
            || !collected.reasoning.is_empty()
            || collected.calls.iter().any(Call::has_arguments);
        for slot in &name_changes.continued {
            for held in &mut self.held {
                *held = renamed(held, *slot, self.call_names.name(*slot));
            }
        }
        let only_continues = !name_changes.continued.is_empty() && !name_changes.begins();
        if !self.held.is_empty() && only_continues && !continues {
            return;
        }
        if !self.held.is_empty() || name_changes.continued.is_empty() {
            text = unnamed(&text, &name_changes.begun);
        }
        for call in &collected.calls {
            self.tool_calls = self.tool_calls.max(call.slot as usize + 1);
            if call.has_arguments() {
                self.put_back(call.slot, &mut text, out);
                self.note_arguments(call.slot, Arguments::Written);
            } else if has_empty_object(&text, call.slot) {
                text = with_arguments(&text, call.slot, "").unwrap_or(text);
                self.note_arguments(call.slot, Arguments::StandIn);
            } else {
                // Arguments in the older form of a call are written separately.
                let is_older = !has_call(&text, call.slot);
                self.note_arguments(call.slot, if is_older { Arguments::Written } else { Arguments::Absent });
            }
        }
        if name_changes.begins() && !continues {
            return self.held.push(text);
        }
        if ends {
            self.end_calls(Some(&mut text), out);
        }
        self.release(out);
        write_event(text.as_bytes(), out);
    }

    fn note_arguments(&mut self, slot: u32, arguments: Arguments) {
        match self.arguments.iter_mut().find(|(known, _)| *known == slot) {
            Some((_, known)) if arguments == Arguments::Written => *known = arguments,
            Some(_) => {}
            None => self.arguments.push((slot, arguments)),
        }
    }

    /// Restores the empty objects of the calls before this one, whose arguments are in this chunk.
    fn put_back(&mut self, slot: u32, chunk: &mut String, out: &mut Vec<u8>) {
        let is_earlier = |(own, arguments): (u32, Arguments)| own < slot && arguments == Arguments::StandIn;
        self.write_empty_objects(is_earlier, Some(chunk), out);
    }

    /// Ends the calls in `last`, or after the chunks written: calls without arguments get an empty object,
    /// unless the answer was cut off.
    fn end_calls(&mut self, last: Option<&mut String>, out: &mut Vec<u8>) {
        let is_whole = matches!(self.reason, None | Some(FinishReason::Stop | FinishReason::ToolCalls));
        self.write_empty_objects(
            |(_, arguments)| match arguments {
                Arguments::Absent => is_whole,
                Arguments::StandIn => true,
                Arguments::Written => false,
            },
            last,
            out,
        );
        let mut calls = self.names.release();
        for call in calls.iter_mut().filter(|call| is_whole && !call.has_arguments()) {
            call.arguments = Some(NO_ARGUMENTS.to_owned());
        }
        self.write_calls(calls, out);
    }

    /// Writes an empty object for the selected calls without arguments: in the chunk in which the call
    /// begins, or in a chunk before `last`.
    fn write_empty_objects(
        &mut self,
        is_wanted: impl Fn((u32, Arguments)) -> bool,
        mut last: Option<&mut String>,
        out: &mut Vec<u8>,
    ) {
        let mut calls = Vec::new();
        for (slot, arguments) in &mut self.arguments {
            if !is_wanted((*slot, *arguments)) {
                continue;
            }
            *arguments = Arguments::Written;
            let mut chunks = self.held.iter_mut().chain(last.as_deref_mut());
            let is_in_chunk = chunks
                .any(|chunk| with_arguments(chunk, *slot, NO_ARGUMENTS).map(|with| *chunk = with).is_some());
            if !is_in_chunk {
                let arguments = Some(NO_ARGUMENTS.to_owned());
                calls.push(Call { slot: *slot, id: None, name: None, arguments });
            }
        }
        self.write_calls(calls, out);
    }

    /// Writes the chunks held back: their names are complete.
    pub fn release(&mut self, out: &mut Vec<u8>) {
        for held in std::mem::take(&mut self.held) {
            write_event(held.as_bytes(), out);
        }
    }

    /// Writes a chunk of another dialect: Anthropic's, or Responses.
    fn write_converted(&mut self, collected: &mut Collected, out: &mut Vec<u8>) {
        if collected.is_empty() || self.finished {
            return;
        }
        let begun = &self.arguments;
        let earlier = self.names.hold(collected, |slot| begun.iter().any(|(known, _)| *known == slot));
        self.write_calls(earlier, out);
        if !collected.is_empty() {
            self.write_collected(collected, out);
        }
    }

    fn write_calls(&mut self, calls: Vec<Call>, out: &mut Vec<u8>) {
        if !calls.is_empty() {
            self.write_collected(&Collected { calls, ..Collected::default() }, out);
        }
    }

    fn write_collected(&mut self, collected: &Collected, out: &mut Vec<u8>) {
        let delta = Writer::object(|out| {
            collected.write(out, true, self.random);
            if !self.begun {
                out.text("role", "assistant");
            }
        });
        self.begun = true;
        self.tool_calls += usize::from(collected.calls_tools());
        for call in &collected.calls {
            let has = call.has_arguments();
            self.note_arguments(call.slot, if has { Arguments::Written } else { Arguments::Absent });
        }
        self.write_chunk(delta.as_bytes(), None, out);
    }

    /// Adds the members of a chunk, except those of its choices, to the chunks that are generated later.
    fn adopt_all(&mut self, chunk: Value<'_>) {
        let apart = ["choices", "usage", "object", "error", "response", "tool_calls"];
        for (key, value) in chunk.entries().filter(|(key, _)| !apart.iter().any(|apart| key.is(apart))) {
            self.adopt(key, value);
        }
    }

    /// Adds a member to the chunks that are generated later.
    fn adopt(&mut self, key: Key<'_>, value: Value<'_>) {
        match self.common.iter_mut().find(|(name, _)| key.is(name)) {
            Some((_, known)) if known.as_bytes() == value.raw() => return,
            Some((_, known)) => *known = raw(value),
            None => {
                let mut name = Vec::new();
                json::unescape(key.raw(), &mut name);
                self.common.push((crate::text::lossy(&name), raw(value)));
            }
        }
        self.template.clear();
    }

    /// Writes a chunk of the legacy dialect. Of a closing chunk that repeats what the choices contained,
    /// only the usage is used.
    fn translate(
        &mut self,
        response: Option<Value<'_>>,
        calls: Option<Value<'_>>,
        collected: &mut Collected,
        out: &mut Vec<u8>,
    ) {
        if self.finished {
            return;
        }
        let are_whole = collected.calls.iter().all(|call| call.name.is_some() && call.has_arguments());
        if !self.names.is_empty() || !are_whole {
            return self.write_converted(collected, out);
        }
        let calls = ToolCall::list(calls, self.random);
        match response.filter(|response| response.is_string() && calls.is_empty()) {
            // The usual case.
            Some(text) if self.begun && text.raw() != br#""""# => {
                self.write_around(&[br#"{"content":"#, text.raw(), b"}"], None, out);
            }
            _ => self.translate_parts(response, &calls, out),
        }
    }

    fn translate_parts(&mut self, response: Option<Value<'_>>, calls: &[ToolCall], out: &mut Vec<u8>) {
        let text = content(response).filter(|text| text != "\"\"");
        if text.is_none() && calls.is_empty() {
            return;
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
        self.write_chunk(delta.as_bytes(), None, out);
    }

    /// Writes the chunks that end the stream.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.end_calls(None, out);
        self.release(out);
        if !self.begun {
            self.write_chunk(br#"{"role":"assistant","content":""}"#, None, out);
        }
        if !self.finished {
            let usage = self.usage.as_ref().and_then(|usage| json::parse(usage.as_bytes()).ok());
            let has_calls = self.tool_calls > 0;
            let reason = match self.reason {
                Some(FinishReason::Stop | FinishReason::ToolCalls) if has_calls => "tool_calls",
                // Without a call, clients have nothing to reply to.
                Some(FinishReason::ToolCalls) => "stop",
                Some(reason) => reason_word(reason),
                None => finish_reason(has_calls, usage, self.settings),
            };
            self.write_chunk(b"{}", Some(reason), out);
        }
        if let Some(usage) = self.usage.as_ref().filter(|_| self.settings.include_usage) {
            let last = Writer::object(|out| {
                self.write_common(out);
                out.raw("choices", "[]");
                out.raw("usage", usage);
            });
            write_event(last.as_bytes(), out);
        }
    }

    /// Writes an event with a generated chunk.
    fn write_chunk(&mut self, delta: &[u8], reason: Option<&str>, out: &mut Vec<u8>) {
        self.write_around(&[delta], reason, out);
    }

    /// Writes an event with a generated chunk, whose delta is given in parts.
    fn write_around(&mut self, delta: &[&[u8]], reason: Option<&str>, out: &mut Vec<u8>) {
        if self.template.is_empty() {
            let chunk = Writer::object(|out| {
                self.write_common(out);
                out.list("choices", |out| {
                    out.item(|out| {
                        out.number("index", 0);
                        out.raw("delta", "");
                    });
                });
            });
            let before = chunk.strip_suffix("}]}").unwrap_or(&chunk);
            write_event(before.as_bytes(), &mut self.template);
            // Without the line feeds that end the event.
            self.template.truncate(self.template.len().saturating_sub(2));
        }
        out.extend_from_slice(&self.template);
        delta.iter().for_each(|part| out.extend_from_slice(part));
        out.extend_from_slice(BEHIND_DELTA);
        match reason {
            Some(reason) => {
                out.push(b'"');
                out.extend_from_slice(reason.as_bytes());
                out.push(b'"');
            }
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b"}]}\n\n");
    }

    fn write_common(&self, out: &mut Writer) {
        self.common.iter().for_each(|(name, value)| out.raw(name, value));
    }
}

/// The bytes around `choices` and `usage` in a chunk. If one of them is repeated, the last one counts, and
/// the other is part of the result.
fn around<'a>(chunk: Value<'a>, choices: Value<'a>, usage: Option<Value<'a>>) -> [&'a [u8]; 3] {
    let base = chunk.span().0;
    let place = |value: Value<'_>| (value.span().0 - base, value.span().1 - base);
    let (start, end) = place(choices);
    let text = |from: usize, to: usize| chunk.raw().get(from..to).unwrap_or_default();
    let len = chunk.raw().len();
    match usage.map(place) {
        None => [text(0, start), text(end, len), b""],
        Some((from, to)) if from > end => [text(0, start), text(end, from), text(to, len)],
        Some((from, to)) => [text(0, from), text(to, start), text(end, len)],
    }
}

/// True if the choices contain only text, in the correct form.
fn is_plain(choices: Value<'_>) -> bool {
    let mut count = 0;
    let all = choices.items().all(|choice| {
        count += 1;
        let [delta, message, reason] = choice.pick(&["delta", "message", "finish_reason"]);
        let delta = delta.filter(Value::is_object);
        message.is_none()
            && reason.is_none_or(|reason| reason.is_null())
            && delta.is_some_and(|delta| {
                let [calls, texts @ ..] =
                    delta.pick(&["tool_calls", "content", "reasoning_content", "reasoning"]);
                let is_right =
                    |text: &Option<Value<'_>>| text.is_none_or(|text| text.is_null() || text.is_string());
                calls.is_none() && texts.iter().all(is_right)
            })
    });
    all && count > 0
}

#[cfg(test)]
mod tests {
    use super::super::half;
    use super::*;
    use crate::wire::dialect::{Dialect, Reading};

    const COMMON: &str =
        r#"{"id":"chatcmpl-r","object":"chat.completion.chunk","created":7,"model":"@cf/a/b","#;

    fn converted(chunks: &[&str], include_usage: bool, max_tokens: u32) -> Vec<String> {
        let head = Head { id: "chatcmpl-r".to_owned(), created: 7, model: "@cf/a/b".to_owned() };
        let reading = Reading { max_tokens, ..Reading::default() };
        let mut conversion = Chunks::new(&head, Settings { include_usage, reading }, half);
        let (mut dialect, mut collected, mut out) = (Dialect::default(), Collected::default(), Vec::new());
        for chunk in chunks {
            let chunk = json::parse(chunk.as_bytes()).unwrap();
            collected.begin();
            let _ = dialect.read(chunk, &mut collected);
            conversion.convert(chunk, &mut collected, &dialect, &mut out);
        }
        conversion.finish(&mut out);
        let events = String::from_utf8(out).unwrap();
        events
            .split_terminator("\n\n")
            .map(|event| event.strip_prefix("data: ").unwrap().to_owned())
            .collect()
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
        assert_eq!(converted(&chunks, false, 3), expected);
        expected.push([COMMON, r#""choices":[],"usage":{"completion_tokens":2,"total_tokens":3}}"#].concat());
        assert_eq!(converted(&chunks, true, 0), expected);
        assert_eq!(converted(&chunks, false, 2)[2], choice("{}", r#""length""#));
    }

    #[test]
    fn tool_calls_are_numbered_through() {
        let chunks = [
            r#"{"response":null,"tool_calls":[{"name":"f","arguments":{"a":1}},{"id":"i","name":"g","arguments":"x"}]}"#,
            r#"{"tool_calls":[{"function":{"name":"h"}}]}"#,
            r#"{"tool_calls":[]}"#,
        ];
        assert_eq!(
            converted(&chunks, true, 0),
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
        let chunks = converted(&["{}", "null", "5"], true, 0);
        assert_eq!(
            chunks,
            [choice(r#"{"role":"assistant","content":""}"#, "null"), choice("{}", r#""stop""#)]
        );
    }

    #[test]
    fn chunks_in_openais_shape_stay_and_are_followed() {
        let first = r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"a"}}],"own":1.50}"#;
        let last = r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":1}}"#;
        let tail = r#"{"id":"c","choices":[],"usage":{"total_tokens":3}}"#;
        let repetition = r#"{"response":"a","tool_calls":[{"name":"f"}],"usage":{"total_tokens":4}}"#;
        let common = r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","own":1.50,"#;
        assert_eq!(
            converted(&[first, last, tail, repetition], true, 0),
            [first, last, &[common, r#""choices":[],"usage":{"total_tokens":4}}"#].concat()]
        );
        assert_eq!(converted(&[first, last], false, 0), [first, last]);
        // Without a finish reason, one is generated.
        let made = [common, r#""choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"#];
        assert_eq!(converted(&[first], false, 0), [first.to_owned(), made.concat()]);
    }

    #[test]
    fn dialects_may_be_mixed() {
        let chat = r#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#;
        let chunks = converted(&[chat, r#"{"response":"b"}"#], false, 0);
        assert_eq!(chunks[1], choice(r#"{"content":"b"}"#, "null"));
    }

    /// The first chunk of OpenAI's own streams.
    const FIRST: &str = r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#;

    /// OpenAI's clients fail if no chunk has a role.
    #[test]
    fn the_first_chunk_has_a_role() {
        for (delta, expected) in [
            (r#""delta":{"content":"a"}"#, r#""delta":{"role":"assistant","content":"a"}"#),
            (r#""delta":{"content":"a","role":null}"#, r#""delta":{"role":"assistant","content":"a"}"#),
            (r#""delta":{}"#, r#""delta":{"role":"assistant"}"#),
            (r#""text":"a""#, r#""delta":{"role":"assistant","content":"a"}"#),
        ] {
            let chunk = |delta: &str| format!(r#"{{"choices":[{{"index":0,{delta}}}]}}"#);
            for before in [&[][..], &[r#"{"choices":[],"usage":null}"#]] {
                let more = chunk(r#""delta":{"content":"b"}"#);
                let begin = chunk(delta);
                let chunks = [before, &[&begin, &more]].concat();
                assert_eq!(converted(&chunks, false, 0)[..2], [chunk(expected), more], "{delta}");
            }
        }
    }

    #[test]
    fn calls_are_numbered_from_0_on() {
        let call_of = |index: u32, id: &str| {
            call(&format!(
                r#"{{"index":{index},"id":"{id}","type":"function","function":{{"name":"f","arguments":"{{}}"}}}}"#
            ))
        };
        let (first, second) = (call_of(1, "a"), call_of(5, "b"));
        assert_eq!(
            converted(&[FIRST, &first, &second], false, 0)[..3],
            [FIRST.to_owned(), call_of(0, "a"), call_of(1, "b")]
        );
    }

    /// The concatenated arguments of each call.
    fn joined(chunks: &[String]) -> Vec<String> {
        let mut joined: Vec<String> = Vec::new();
        for chunk in chunks {
            let chunk = json::parse(chunk.as_bytes()).unwrap();
            let delta = chunk.get("choices").and_then(|choices| choices.items().next()?.get("delta"));
            for call in
                delta.and_then(|delta| delta.get("tool_calls")).into_iter().flat_map(|calls| calls.items())
            {
                let at = call.get("index").and_then(|index| index.as_i64()).unwrap() as usize;
                joined.resize(joined.len().max(at + 1), String::new());
                let arguments = call.get("function").and_then(|function| function.get("arguments")?.text());
                joined[at].push_str(&arguments.unwrap_or_default());
            }
        }
        joined
    }

    #[test]
    fn no_arguments_are_an_empty_object_unless_the_answer_is_cut() {
        let end = |reason: &str| {
            format!(r#"{{"choices":[{{"index":0,"delta":{{}},"finish_reason":"{reason}"}}]}}"#)
        };
        let bare = |index: u32, more: &str| {
            format!(
                r#"{{"index":{index},"id":"c{index}","type":"function","function":{{"name":"f"{more}}}}}"#
            )
        };
        let at_once = |reason: &str| {
            format!(
                r#"{{"choices":[{{"index":0,"delta":{{"tool_calls":[{}]}},"finish_reason":"{reason}"}}]}}"#,
                bare(0, "")
            )
        };
        let text = r#"{"choices":[{"index":0,"delta":{"content":"x"}}]}"#.to_owned();
        let (none, empty, null) =
            (bare(0, ""), bare(0, r#","arguments":"""#), bare(0, r#","arguments":null"#));
        let call_names = bare(0, r#","arguments":"null""#);
        let stand_in = bare(0, r#","arguments":"{}""#);
        let object = bare(0, r#","arguments":{}"#);
        let more = call(r#"{"index":0,"function":{"arguments":"{\"x\":1}"}}"#);
        let last = |ends: bool, reason: &str| if ends { vec![end(reason)] } else { Vec::new() };
        for ends in [true, false] {
            for first in [&none, &empty, &null, &call_names, &stand_in, &object] {
                let begin = vec![FIRST.to_owned(), call(first)];
                for (between, expected) in [
                    (vec![], vec!["{}"]),
                    (vec![text.clone()], vec!["{}"]),
                    (vec![call(&bare(1, r#","arguments":"{}""#))], vec!["{}", "{}"]),
                    (vec![call(&bare(1, ""))], vec!["{}", "{}"]),
                    (vec![text.clone(), call(&bare(1, ""))], vec!["{}", "{}"]),
                    (vec![more.clone()], vec![r#"{"x":1}"#]),
                    (vec![call(&bare(1, "")), more.clone()], vec![r#"{"x":1}"#, "{}"]),
                    (vec![text.clone(), more.clone()], vec![r#"{"x":1}"#]),
                ] {
                    for reason in ["stop", "tool_calls"] {
                        let chunks = [begin.clone(), between.clone(), last(ends, reason)].concat();
                        let chunks = chunks.iter().map(String::as_str).collect::<Vec<_>>();
                        let found = converted(&chunks, false, 0);
                        assert_eq!(joined(&found), expected, "{chunks:?}\n{found:?}");
                        assert!(found.last().unwrap().contains(r#""finish_reason":""#), "{found:?}");
                        let ending = found.iter().filter(|chunk| chunk.contains(r#""finish_reason":""#));
                        assert_eq!(ending.count(), 1, "{found:?}");
                    }
                }
            }
        }
        for first in [&none, &empty, &null] {
            for reason in ["length", "content_filter", "pause_turn"] {
                let found = converted(&[FIRST, &call(first), &end(reason)], false, 0);
                assert_eq!(joined(&found), [""], "{found:?}");
            }
        }
        let older = r#"{"choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":""}}}]}"#;
        assert!(joined(&converted(&[FIRST, older, &end("function_call")], false, 0)).is_empty());
        assert_eq!(joined(&converted(&[FIRST, &at_once("tool_calls")], false, 0)), ["{}"]);
        assert_eq!(joined(&converted(&[FIRST, &at_once("length")], false, 0)), [""]);
        // In other dialects.
        for reason in ["tool_use", "max_tokens"] {
            let stop = format!(r#"{{"type":"message_delta","delta":{{"stop_reason":"{reason}"}}}}"#);
            let found = converted(
                &[
                    r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
                    r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"x"}}"#,
                    r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"u","name":"g"}}"#,
                    &stop,
                ],
                false,
                0,
            );
            assert_eq!(
                joined(&found),
                if reason == "tool_use" { ["{}", "{}"] } else { ["", ""] },
                "{found:?}"
            );
        }
    }

    fn call(function: &str) -> String {
        format!(r#"{{"choices":[{{"index":0,"delta":{{"tool_calls":[{function}]}}}}]}}"#)
    }

    #[test]
    fn calls_that_are_numbered_alike_get_numbers_of_their_own() {
        let call_of = |index: u32, id: &str, name: &str, arguments: &str| {
            format!(
                r#"{{"index":{index},"id":"{id}","type":"function","function":{{"name":"{name}","arguments":"{arguments}"}}}}"#
            )
        };
        let more = |index: u32, arguments: &str| {
            call(&format!(r#"{{"index":{index},"function":{{"arguments":"{arguments}"}}}}"#))
        };
        let last = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#;
        let all = |chunks: &[String], expected: &[String]| {
            let within = |chunks: &[String]| [&[FIRST.to_owned()], chunks, &[last.to_owned()]].concat();
            let chunks = within(chunks);
            let chunks = chunks.iter().map(String::as_str).collect::<Vec<_>>();
            assert_eq!(converted(&chunks, false, 0), within(expected));
        };
        let (first, second) = (call_of(0, "a", "f", "{}"), call_of(0, "b", "g", "{"));
        all(
            &[call(&first), call(&second), more(0, "}")],
            &[call(&first), call(&call_of(1, "b", "g", "{")), more(1, "}")],
        );
        all(
            &[call(&format!("{first},{second}")), more(0, "}")],
            &[call(&format!("{first},{}", call_of(1, "b", "g", "{"))), more(1, "}")],
        );
        let nameless = |arguments: &str| call(&call_of(0, "", "f", arguments));
        let found = converted(&[&nameless(r#"{\"x\":1}"#), &nameless(r#"{\"x\":2}"#), last], false, 0);
        assert!(found[0].contains(r#""index":0"#) && found[1].contains(r#""index":1"#), "{found:?}");
        // An empty object as a placeholder for arguments that follow.
        all(
            &[call(&first), more(0, r#"{\"x\""#), more(0, ":1}")],
            &[call(&call_of(0, "a", "f", "")), more(0, r#"{\"x\""#), more(0, ":1}")],
        );
    }

    #[test]
    fn what_repeats_a_chunk_is_left_out() {
        let chunk = |choice: &str| format!(r#"{{"id":"c","choices":[{{"index":0,{choice}}}]}}"#);
        let own = |delta: &str, reason: &str| choice(delta, reason).replace("chatcmpl-r", "c");
        let delta = chunk(r#""delta":{"role":"assistant","content":"Hello"}"#);
        let whole = chunk(r#""message":{"content":"Hello"},"finish_reason":"length""#);
        assert_eq!(converted(&[&delta, &whole], false, 0), [delta.clone(), own("{}", r#""length""#)]);
        // Contents in other members are moved.
        for odd in [
            r#"{"id":"c","response":"Hello","choices":[{"index":0,"delta":{"content":""}}]}"#.to_owned(),
            chunk(r#""delta":"Hello""#),
            chunk(r#""delta":{},"text":"Hello""#),
            chunk(r#""delta":{},"message":{"content":"Hello"}"#),
        ] {
            assert_eq!(
                converted(&[&odd], false, 0),
                [own(r#"{"content":"Hello","role":"assistant"}"#, "null"), own("{}", r#""stop""#)]
            );
        }
        let beside =
            chunk(r#""text":"Hello","delta":{"role":"assistant","content":"Hello"},"finish_reason":"stop""#);
        assert_eq!(converted(&[&beside], false, 0), [beside]);
    }

    #[test]
    fn finish_reasons_that_are_none_or_objects() {
        let chunk = |reason: &str| {
            format!(
                r#"{{"choices":[{{"index":0,"delta":{{"role":"assistant","content":"a"}},"finish_reason":{reason}}}]}}"#
            )
        };
        for (reason, expected) in
            [(r#""null""#, "null"), (r#""None""#, "null"), (r#"{"type":"length","length":3}"#, r#""length""#)]
        {
            assert_eq!(converted(&[&chunk(reason)], false, 0)[0], chunk(expected));
        }
        // A finish reason beside a choice's delta, under the name of another dialect.
        let stopped = r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"stop_reason":"max_tokens"}]}"#;
        assert_eq!(converted(&[stopped], false, 0), [stopped.to_owned(), choice("{}", r#""length""#)]);
    }

    #[test]
    fn a_stop_behind_calls_says_that_tools_are_called() {
        let begin = r#"{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":null}]}"#;
        let last = |index: u32, reason: &str| {
            format!(r#"{{"choices":[{{"index":{index},"delta":{{}},"finish_reason":"{reason}"}}]}}"#)
        };
        for (index, reason, expected) in [
            (0, "stop", "tool_calls"),
            (0, "eos_token", "tool_calls"),
            (0, "tool_calls", "tool_calls"),
            (0, "length", "length"),
            (1, "stop", "stop"),
        ] {
            let events = converted(&[begin, &last(index, reason)], false, 0);
            assert_eq!(events[1], last(index, expected), "{reason}");
        }
        let both = begin.replace(r#""finish_reason":null"#, r#""finish_reason":"stop""#);
        let expected = begin.replace(r#""finish_reason":null"#, r#""finish_reason":"tool_calls""#);
        assert_eq!(converted(&[&both], false, 0), [expected]);
    }

    #[test]
    fn names_in_pieces_are_joined() {
        let begin = |name: &str, arguments: &str| {
            call(&format!(
                r#"{{"index":0,"id":"a","type":"function","function":{{"name":"{name}","arguments":"{arguments}"}},"extra_content":{{"a":1}}}}"#
            ))
        };
        let more = |name: &str, arguments: &str| {
            call(&format!(
                r#"{{"index":0,"type":"function","function":{{"name":"{name}","arguments":"{arguments}"}}}}"#
            ))
        };
        let arguments =
            |arguments: &str| call(&format!(r#"{{"index":0,"function":{{"arguments":"{arguments}"}}}}"#));
        let last = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#.to_owned();
        let all = |chunks: &[String]| {
            let mut chunks = chunks.iter().map(String::as_str).collect::<Vec<_>>();
            chunks.insert(0, FIRST);
            chunks.push(&last);
            let mut out = converted(&chunks, false, 0);
            assert_eq!(out.pop().as_deref(), Some(last.as_str()));
            out.remove(0);
            out
        };
        // Correct chunks stay unchanged.
        let right = [begin("get", ""), arguments("{"), arguments("}")];
        assert_eq!(all(&right), right);
        let whole = [begin("get", "{}")];
        assert_eq!(all(&whole), whole);
        // A call without arguments until the end gets an empty object.
        assert_eq!(all(&[begin("get", "")]), [begin("get", "{}")]);
        assert_eq!(
            all(&[begin("get_", ""), more("wea", ""), more("ther", "{"), arguments("}")]),
            [begin("get_weather", ""), more("", "{"), arguments("}")]
        );
        // The same name again, or a continued one that starts with it.
        assert_eq!(
            all(&[begin("get", ""), more("get", ""), more("get", "{}")]),
            [begin("get", ""), more("", ""), more("", "{}")]
        );
        assert_eq!(all(&[begin("get", ""), more("get_it", "{}")]), [begin("get_it", ""), more("", "{}")]);
        // Two calls, one after the other.
        let second =
            call(r#"{"index":1,"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}"#);
        assert_eq!(all(&[begin("a", ""), more("b", ""), second.clone()]), [begin("ab", "{}"), second]);
    }

    #[test]
    fn names_in_pieces_of_other_dialects_are_joined() {
        let chunks = [
            r#"{"response":null,"tool_calls":[{"index":0,"id":"a","function":{"name":"get_"}}]}"#,
            r#"{"response":null,"tool_calls":[{"index":0,"function":{"name":"it"}}]}"#,
            r#"{"response":null,"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}"#,
            r#"{"response":null,"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}"#,
        ];
        let call = |call: &str, more: &str| {
            choice(&format!(r#"{{"tool_calls":[{{"index":0,{call}}}]{more}}}"#), "null")
        };
        assert_eq!(
            converted(&chunks, false, 0),
            [
                call(
                    r#""id":"a","type":"function","function":{"name":"get_it","arguments":"{\"a\""}"#,
                    r#","role":"assistant""#
                ),
                call(r#""function":{"arguments":":1}"}"#, ""),
                choice("{}", r#""tool_calls""#),
            ]
        );
        assert_eq!(
            converted(&chunks[..2], false, 0),
            [
                call(
                    r#""id":"a","type":"function","function":{"name":"get_it","arguments":"{}"}"#,
                    r#","role":"assistant""#
                ),
                choice("{}", r#""tool_calls""#),
            ]
        );
    }
}
