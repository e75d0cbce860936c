//! Tool calls whose arguments come in pieces: the same calls with the same arguments as if each had come
//! whole.

use super::cuts::{Dice, cut};
use super::player::{Emitted, play};
use super::source::Source;
use workers_ai_wasm::wire::reader::Mode;

const NO_LIMIT: usize = 1 << 24;

/// A call as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Call {
    id: Option<String>,
    name: Option<String>,
    arguments: String,
}

/// Input: two bytes for the cuts, one for the dialect, one for how many calls there are, then their
/// arguments, parted by NUL.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let seed = source.number();
    let dialect = source.below(3);
    let many = 1 + source.below(4);
    let calls: Vec<Call> = (0..many)
        .map(|at| Call {
            id: Some(format!("call_{at}")),
            name: Some(format!("tool {at}")),
            arguments: source.text_part().into_owned(),
        })
        .collect();
    let mut dice = Dice::new(seed);
    let events = match dialect {
        0 => chat(&calls, seed, &mut dice, true),
        1 => chat(&calls, seed, &mut dice, false),
        _ => responses(&calls, seed, &mut dice),
    };
    let stream: String = events.concat();
    let whole = stream.as_bytes();
    for mode in [Mode::Events, Mode::Text, Mode::Chunks] {
        let emitted = play(mode, NO_LIMIT, &[whole], false);
        if calls.iter().all(|call| is_taken_as_it_is(&call.arguments)) {
            assert_eq!(merge(&emitted), calls, "{mode:?}: {stream}");
        }
        assert_eq!(play(mode, NO_LIMIT, &cut(whole, seed), true), emitted);
    }
}

/// Are arguments what they say? An empty object may stand for what follows, `null` is none, and a string
/// may have an object in it.
fn is_taken_as_it_is(arguments: &str) -> bool {
    let text = arguments.trim_start();
    arguments == "{}" || !["{}", "null", "\""].iter().any(|odd| text.starts_with(odd))
}

/// Puts the calls together as JavaScript does.
fn merge(emitted: &[Emitted]) -> Vec<Call> {
    let mut calls: Vec<(u32, Call)> = Vec::new();
    let mut done = Vec::new();
    for one in emitted {
        match one {
            Emitted::Tool { slot, id, name, arguments } => {
                if !calls.iter().any(|(known, _)| known == slot) {
                    calls.push((*slot, Call::default()));
                }
                let Some((_, call)) = calls.iter_mut().find(|(known, _)| known == slot) else { continue };
                call.id = id.clone().or(call.id.take());
                call.name = name.clone().or(call.name.take());
                call.arguments.push_str(arguments.as_deref().unwrap_or_default());
            }
            Emitted::ToolCall(slot) => done.push(*slot),
            Emitted::Failure(..) => panic!("{one:?}"),
            _ => {}
        }
    }
    calls.sort_by_key(|(slot, _)| *slot);
    assert_eq!(
        calls.iter().map(|(slot, _)| *slot).collect::<Vec<_>>(),
        done,
        "each call is announced complete, once"
    );
    // They are in the order in which they began.
    let mut calls: Vec<Call> = calls.into_iter().map(|(_, call)| call).collect();
    calls.sort_by(|one, other| one.id.cmp(&other.id));
    calls
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

/// The arguments in pieces, at least one, and of several calls in turns that keep the order within each.
fn pieces(calls: &[Call], seed: u16, dice: &mut Dice) -> Vec<(usize, String)> {
    let mut waiting: Vec<(usize, Vec<String>)> = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let characters: Vec<char> = call.arguments.chars().collect();
        let marks = vec![0; characters.len()];
        let mut pieces = Vec::new();
        let mut from = 0;
        // What is cut here is characters; the bytes stand for them.
        for piece in cut(&marks, seed.wrapping_add(at as u16)) {
            pieces.push(characters[from..from + piece.len()].iter().collect());
            from += piece.len();
        }
        pieces.reverse();
        waiting.push((at, pieces));
    }
    let mut pieces = Vec::new();
    while !waiting.is_empty() {
        let turn = dice.below(waiting.len());
        match waiting[turn].1.pop() {
            Some(piece) => pieces.push((waiting[turn].0, piece)),
            None => {
                waiting.remove(turn);
            }
        }
    }
    pieces
}

/// `choices[0].delta.tool_calls`; the first delta of a call names it, and may bring arguments already.
fn chat(calls: &[Call], seed: u16, dice: &mut Dice, named_first: bool) -> Vec<String> {
    let delta = |call: String| {
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{call}]}}}}]}}\n\n")
    };
    let opening = |at: usize, arguments: &str| {
        let Call { id, name, .. } = &calls[at];
        let (id, name) =
            (quoted(id.as_deref().unwrap_or_default()), quoted(name.as_deref().unwrap_or_default()));
        let arguments = quoted(arguments);
        delta(format!(
            "{{\"index\":{at},\"id\":{id},\"type\":\"function\",\"function\":{{\"name\":{name},\"arguments\":{arguments}}}}}"
        ))
    };
    let mut events = Vec::new();
    let mut begun = vec![named_first; calls.len()];
    if named_first {
        events.extend((0..calls.len()).map(|at| opening(at, "")));
    }
    for (at, piece) in pieces(calls, seed, dice) {
        if begun[at] {
            let arguments = quoted(&piece);
            events.push(delta(format!("{{\"index\":{at},\"function\":{{\"arguments\":{arguments}}}}}")));
        } else {
            events.push(opening(at, &piece));
            begun[at] = true;
        }
    }
    events.extend((0..calls.len()).filter(|at| !begun[*at]).map(|at| opening(at, "")));
    events.push("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n".into());
    events
}

/// Events of the Responses dialect, which say everything again at the end.
fn responses(calls: &[Call], seed: u16, dice: &mut Dice) -> Vec<String> {
    let event = |kind: &str, rest: String| format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{rest}}}\n\n");
    let item = |call: &Call, arguments: &str| {
        let (id, name) = (
            quoted(call.id.as_deref().unwrap_or_default()),
            quoted(call.name.as_deref().unwrap_or_default()),
        );
        format!(
            "{{\"type\":\"function_call\",\"id\":\"fc\",\"call_id\":{id},\"name\":{name},\"arguments\":{}}}",
            quoted(arguments)
        )
    };
    let mut events = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let item = item(call, "");
        events.push(event("response.output_item.added", format!("\"output_index\":{at},\"item\":{item}")));
    }
    for (number, (at, piece)) in pieces(calls, seed, dice).into_iter().enumerate() {
        let rest = format!("\"output_index\":{at},\"delta\":{},\"sequence_number\":{number}", quoted(&piece));
        events.push(event("response.function_call_arguments.delta", rest));
    }
    for (at, call) in calls.iter().enumerate() {
        let arguments = quoted(&call.arguments);
        events.push(event(
            "response.function_call_arguments.done",
            format!("\"output_index\":{at},\"arguments\":{arguments}"),
        ));
    }
    let output: Vec<String> = calls.iter().map(|call| item(call, &call.arguments)).collect();
    let response = format!("\"response\":{{\"status\":\"completed\",\"output\":[{}]}}", output.join(","));
    events.push(event("response.completed", response));
    events
}
