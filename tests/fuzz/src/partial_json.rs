//! JSON that comes in pieces: the same however it is cut, the same as what the reader of whole texts finds,
//! within bounds. And values in what a model says: whatever is found is JSON.

use workers_ai_wasm::tasks::object::answer::{Expected, find};
use workers_ai_wasm::tasks::object::root;
use workers_ai_wasm::wire::json;
use workers_ai_wasm::wire::partial_json::record::{END, ESCAPED, KIND, Record, kind};
use workers_ai_wasm::wire::partial_json::{MAX_CARRIED, Machine, Phase, Root};

/// What a machine has emitted, with the pieces of a string put together.
#[derive(Default, PartialEq, Debug)]
struct Log {
    emitted: Vec<(u32, Vec<u8>)>,
    is_open: bool,
}

impl Log {
    fn add(&mut self, record: Record, bytes: &[u8]) {
        let piece = &bytes[record.at as usize..(record.at + record.len) as usize];
        let kind = record.head & KIND;
        if record.head & ESCAPED != 0 {
            let quoted = [b"\"", piece, b"\""].concat();
            assert!(json::parse(&quoted).is_ok(), "no escape is divided");
        }
        if kind == kind::RESET {
            *self = Self::default();
        } else if kind == kind::TEXT && self.is_open {
            self.emitted.last_mut().expect("it has begun").1.extend_from_slice(piece);
        } else {
            self.emitted.push((kind, piece.to_vec()));
        }
        self.is_open = kind == kind::TEXT && record.head & END == 0;
    }
}

fn read(root: Root, text: &[u8], pieces: impl Fn(usize) -> usize) -> (Phase, Log) {
    let mut machine = Machine::new(root);
    let mut log = Log::default();
    let mut at = 0;
    while at < text.len() {
        let end = (at + pieces(at).max(1)).min(text.len());
        let bytes = [machine.carried(), &text[at..end]].concat();
        let mut records = Vec::new();
        machine.feed(&bytes, &mut records);
        assert!(records.len() <= end - at + 1, "records are linear in the text");
        assert!(machine.carried().len() <= MAX_CARRIED);
        records.iter().for_each(|record| log.add(*record, &bytes));
        at = end;
    }
    let bytes = machine.carried().to_vec();
    let mut records = Vec::new();
    machine.finish(&bytes, &mut records);
    records.iter().for_each(|record| log.add(*record, &bytes));
    (machine.phase(), log)
}

pub fn check(data: &[u8]) {
    let Some((&flags, text)) = data.split_first() else { return };
    let root = Root { array: flags & 1 != 0, scalar: flags & 2 != 0 };
    let whole = read(root, text, |_| text.len());
    // A token that is longer than what is carried is lost only where it is divided.
    if text.len() <= MAX_CARRIED {
        assert_eq!(read(root, text, |_| 1), whole, "byte by byte");
        let step = usize::from(flags >> 2) + 1;
        assert_eq!(read(root, text, |at| step + at % 7), whole, "in pieces of {step} and more");
    }
    let (phase, _) = whole;
    if let Ok(value) = json::parse(text)
        && (value.is_object() || if value.is_array() { root.array } else { root.scalar })
    {
        assert_eq!(phase, Phase::Done, "whole JSON");
    }
    let expected = Expected {
        root: root::Root { is_object: !root.array && !root.scalar, array: root.array, scalar: root.scalar },
        is_wrapped: flags & 4 != 0,
        tool: (flags & 8 != 0).then_some("answer"),
    };
    for found in find(&String::from_utf8_lossy(text), &expected) {
        assert!(json::parse(found.as_bytes()).is_ok(), "what is found is JSON");
    }
}
