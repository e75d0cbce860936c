//! Every prefix of a corpus of texts, however it is cut, gives what the slow reader finds.

use super::record::{END, ESCAPED, KIND, Record, kind};
use super::reference::{Prefix, prefix};
use super::{MAX_CARRIED, Machine, Phase, Root};
use crate::value::json::Json;
use crate::wire::json::{self, MAX_DEPTH};

const ANY: Root = Root { array: true, scalar: true };

/// Does in Rust what `pkg-template/objects/builder.js` does with records.
#[derive(Default)]
struct Builder {
    root: Option<Json>,
    /// Names and places of what is open.
    path: Vec<Step>,
    text: Option<Vec<u16>>,
}

enum Step {
    Object(Option<String>),
    List,
}

impl Builder {
    fn apply(&mut self, record: Record, bytes: &[u8]) {
        let raw = &bytes[record.at as usize..(record.at + record.len) as usize];
        match record.head & KIND {
            kind::OPEN_OBJECT => self.open(Json::Object(Vec::new()), Step::Object(None)),
            kind::OPEN_ARRAY => self.open(Json::List(Vec::new()), Step::List),
            kind::CLOSE => drop(self.path.pop()),
            kind::KEY => {
                let name = String::from_utf16_lossy(&units(raw, record.head & ESCAPED != 0));
                *self.path.last_mut().unwrap() = Step::Object(Some(name));
            }
            kind::TEXT => {
                let begun = self.text.is_some();
                let text = self.text.get_or_insert_default();
                text.extend(units(raw, record.head & ESCAPED != 0));
                let value = Json::Text(String::from_utf16_lossy(text));
                if record.head & END != 0 {
                    self.text = None;
                }
                self.put(value, begun);
            }
            kind::NUMBER => {
                self.put(Json::Number(std::str::from_utf8(raw).unwrap().parse().unwrap()), false);
            }
            kind::TRUE => self.put(Json::Boolean(true), false),
            kind::FALSE => self.put(Json::Boolean(false), false),
            kind::NULL => self.put(Json::Null, false),
            kind::RESET => *self = Self::default(),
            other => panic!("no kind {other}"),
        }
    }

    fn open(&mut self, value: Json, step: Step) {
        self.put(value, false);
        self.path.push(step);
    }

    /// Puts a value in its place; `again`: it was put there before, shorter.
    fn put(&mut self, value: Json, again: bool) {
        let Some((last, before)) = self.path.split_last() else {
            self.root = Some(value);
            return;
        };
        let mut inner = self.root.as_mut().unwrap();
        for step in before {
            inner = match (step, inner) {
                (Step::Object(name), Json::Object(members)) => {
                    let name = name.as_ref().unwrap();
                    &mut members.iter_mut().find(|(own, _)| own == name).unwrap().1
                }
                (_, Json::List(items)) => items.last_mut().unwrap(),
                _ => panic!("no such place"),
            };
        }
        match (last, inner) {
            (Step::Object(name), Json::Object(members)) => {
                let name = name.clone().unwrap();
                match members.iter_mut().find(|(own, _)| *own == name) {
                    Some(member) => member.1 = value,
                    None => members.push((name, value)),
                }
            }
            (Step::List, Json::List(items)) if again => *items.last_mut().unwrap() = value,
            (Step::List, Json::List(items)) => items.push(value),
            _ => panic!("no such place"),
        }
    }
}

/// The UTF-16 units of a string's bytes.
fn units(raw: &[u8], escaped: bool) -> Vec<u16> {
    let text = std::str::from_utf8(raw).expect("whole characters");
    if !escaped {
        assert!(!text.contains('\\'));
        return text.encode_utf16().collect();
    }
    let mut units = Vec::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        let char = match char {
            '\\' => match chars.next().unwrap() {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let digits: String = chars.by_ref().take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).unwrap());
                    continue;
                }
                plain => plain,
            },
            char => char,
        };
        units.extend(char.encode_utf16(&mut [0; 2]).iter());
    }
    units
}

struct Fed {
    machine: Machine,
    builder: Builder,
}

impl Fed {
    fn new(root: Root) -> Self {
        Self { machine: Machine::new(root), builder: Builder::default() }
    }

    fn feed(&mut self, piece: &[u8]) {
        let mut bytes = self.machine.carried().to_vec();
        bytes.extend_from_slice(piece);
        let mut records = Vec::new();
        let before = format!("{:?}", self.machine);
        let within_text = self.machine.phase() == Phase::Text;
        self.machine.feed(&bytes, &mut records);
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        if within_text && !piece.is_empty() && piece.iter().all(is_plain) {
            let text = Record { head: kind::TEXT, at: 0, len: piece.len() as u32 };
            assert_eq!((format!("{:?}", self.machine), &records), (before, &vec![text]));
        }
        self.apply(&records, &bytes);
    }

    fn finish(&mut self) {
        let bytes = self.machine.carried().to_vec();
        let mut records = Vec::new();
        self.machine.finish(&bytes, &mut records);
        self.apply(&records, &bytes);
    }

    fn apply(&mut self, records: &[Record], bytes: &[u8]) {
        for record in records {
            self.builder.apply(*record, bytes);
        }
    }

    fn is(&self, expected: &Prefix) -> bool {
        let (phase, value) = match expected {
            Prefix::Nothing => ([Phase::Before, Phase::Inside], None),
            Prefix::Begun(value) => ([Phase::Inside; 2], Some(value)),
            Prefix::Whole(value) => ([Phase::Done; 2], Some(value)),
            // What begins no value may be a sentence before it.
            Prefix::Lost(None) => ([Phase::Before, Phase::Lost], None),
            Prefix::Lost(value) => ([Phase::Lost; 2], value.as_ref()),
        };
        let found = if self.machine.phase() == Phase::Text { Phase::Inside } else { self.machine.phase() };
        phase.contains(&found) && self.builder.root.as_ref() == value
    }
}

fn fed(pieces: &[&[u8]]) -> Fed {
    let mut fed = Fed::new(ANY);
    pieces.iter().for_each(|piece| fed.feed(piece));
    fed
}

/// Texts that are JSON.
const ACCEPTED: &[&str] = &[
    "{}",
    "[]",
    " \t\r\n[ ] ",
    "0",
    "-0",
    "123456789012345678901234567890",
    "0.1e-7",
    "-1.5E+3",
    "[1,-2.5,3e2,0]",
    "[9007199254740993,1e400,-0.0]",
    "true",
    "[true,false,null]",
    "\"\"",
    "\"text\"",
    r#""\"\\\/\b\f\n\r\t""#,
    r#""\u0041\u00e9\u20ac\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ud83dx\ude00\ud83d\ud83d\ude00\ud83d\u0041""#,
    "\"é€😀\u{7f}\u{2028}\"",
    r#"{"a":1,"b":[{"c":null},{}],"d":{"e":"f"}}"#,
    r#"{ "a" : [ 1 , 2 ] , "b" : { } }"#,
    r#"{"":0,"\n":1,"\u0061":2,"é😀":3,"__proto__":{"x":1},"constructor":2}"#,
    r#"{"a":1,"b":2,"a":{"c":3}}"#,
    "[[],[[]],[[],[]]]",
    "[[[[[[\"deep\"]]]]]]",
    r#"[{"name":"Ada","age":36},{"name":"Grace","age":85},{"na":"x"}]"#,
    "\n{\n  \"indented\": [\n    1,\n    2\n  ]\n}\n",
];

/// Texts that are none.
const REJECTED: &[&str] = &[
    "{,}",
    "[,]",
    "[1,]",
    "{\"a\":1,}",
    "{\"a\"}",
    "{\"a\" 1}",
    "{a:1}",
    "{'a':1}",
    "[1 2]",
    "[1]]x",
    "]",
    "}",
    "{]",
    "[}",
    "01",
    "-",
    "+1",
    ".5",
    "1.",
    "1.e5",
    "1e",
    "1e+",
    "--1",
    "0x10",
    "NaN",
    "Infinity",
    "tru",
    "True",
    "nul",
    "truth",
    "\"\n\"",
    "\"\t\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "\"\\u\"",
    "\"unfinished",
    "[\"",
    "{\"a\":",
    "{\"a\":\"",
    "[1,",
    "{\"a\":tr",
    "[-]",
    "[1.]",
    "[01]",
    "[1e]",
    "{\"a\":1 \"b\":2}",
    "{\"a\"::1}",
    "{1:2}",
    "[\u{a0}1]",
    "// comment",
    "[1/*2*/]",
    "{\"a\":[1,{\"b\":\"c]}",
    "[\"a\":1]",
    "{\"a\":1]",
    "[nullx]",
    "[truefalse]",
];

#[test]
fn every_prefix_is_what_the_slow_reader_finds() {
    for text in ACCEPTED.iter().chain(REJECTED) {
        for end in 0..=text.len() {
            // The slow reader reads characters.
            let Some(head) = text.get(..end) else { continue };
            let expected = prefix(head, false);
            let fed = fed(&[head.as_bytes()]);
            assert!(fed.is(&expected), "{head:?}: {expected:?}, not {:?}", fed.builder.root);
        }
    }
}

#[test]
fn a_text_is_the_same_however_it_is_cut() {
    for text in ACCEPTED.iter().chain(REJECTED) {
        let bytes = text.as_bytes();
        let mut slowly = Fed::new(ANY);
        for (at, byte) in bytes.iter().enumerate() {
            slowly.feed(&[*byte]);
            // In the middle of a character no more is said than that no record divides it.
            if let Some(head) = text.get(..=at) {
                assert!(slowly.is(&prefix(head, false)), "{head:?}: {:?}", slowly.builder.root);
            }
        }
        let expected = prefix(text, true);
        slowly.finish();
        assert!(slowly.is(&expected), "{text:?}");
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let mut fed = fed(&[&bytes[..first], &bytes[first..second], &bytes[second..]]);
                fed.finish();
                assert!(fed.is(&expected), "{text:?} cut at {first} and {second}");
            }
        }
    }
}

#[test]
fn what_is_accepted_is_what_other_readers_accept() {
    for text in ACCEPTED {
        let mut fed = fed(&[text.as_bytes()]);
        fed.finish();
        assert_eq!(fed.machine.phase(), Phase::Done, "{text}");
        assert!(json::parse(text.as_bytes()).is_ok(), "{text}");
        if !text.contains("\\ud83d") && !text.contains("1e400") {
            let theirs: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(fed.builder.root).unwrap().to_string(), floats(theirs), "{text}");
        }
    }
    for text in REJECTED {
        assert!(json::parse(text.as_bytes()).is_err(), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
    }
}

/// With all numbers as floats, which is what the builder makes of them.
fn floats(value: serde_json::Value) -> String {
    fn convert(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Number(number) => number.as_f64().into(),
            serde_json::Value::Array(items) => items.into_iter().map(convert).collect(),
            serde_json::Value::Object(members) => {
                members.into_iter().map(|(name, member)| (name, convert(member))).collect()
            }
            other => other,
        }
    }
    convert(value).to_string()
}

#[test]
fn what_stands_before_the_value_is_skipped() {
    let value = r#"{"a":[1]}"#;
    for before in [
        "",
        "\u{feff}",
        "```json\n",
        "```\n",
        "``` ",
        "Sure! ",
        "Sure:\n```json\n",
        "<think>\nIs it {\"b\": 2} or [3]?</think>\n",
        "<think></think>",
        "<tool_call>",
        "<thin>",
        "no tag at first {\"b\":1}</think>",
        "{\"b\":</think>",
        "[</think></think>",
    ] {
        let text = [before, value, "\n```\nDone {} []"].concat();
        let mut slowly = Fed::new(Root { array: false, scalar: false });
        text.bytes().for_each(|byte| slowly.feed(&[byte]));
        assert_eq!(slowly.machine.phase(), Phase::Done, "{before}");
        assert_eq!(slowly.builder.root, Some(Json::sample(value)), "{before}");
    }
    for text in ["5", "\"a\"", "true", "[1]", "none", ""] {
        let mut fed = Fed::new(Root { array: false, scalar: false });
        fed.feed(text.as_bytes());
        fed.finish();
        assert_eq!((fed.machine.phase(), fed.builder.root), (Phase::Before, None), "{text}");
    }
}

#[test]
fn nesting_and_tokens_have_bounds() {
    for (open, depth, phase) in [
        ("[", MAX_DEPTH, Phase::Inside),
        ("[", MAX_DEPTH + 1, Phase::Lost),
        ("{\"a\":", MAX_DEPTH + 1, Phase::Lost),
    ] {
        assert_eq!(fed(&[open.repeat(depth).as_bytes()]).machine.phase(), phase);
    }
    let long = "x".repeat(MAX_CARRIED + 1);
    for text in [["{\"", &long].concat(), "1".repeat(MAX_CARRIED + 1)] {
        let mut fed = Fed::new(ANY);
        text.as_bytes().chunks(1000).for_each(|piece| fed.feed(piece));
        assert_eq!(fed.machine.phase(), Phase::Lost);
        assert!(fed.machine.carried().is_empty());
    }
    // A string may be as long as it is.
    let mut fed = Fed::new(ANY);
    fed.feed(b"\"");
    (0..100).for_each(|_| fed.feed(long.as_bytes()));
    assert_eq!(fed.machine.phase(), Phase::Text);
    assert!(fed.machine.carried().is_empty());
}

#[test]
fn records_are_linear_in_the_text() {
    for text in ["[[],", "{\"\":0,", "[1,1,", "\"a\\n"] {
        let text = text.repeat(500);
        let mut records = Vec::new();
        Machine::new(ANY).feed(text.as_bytes(), &mut records);
        assert!(records.len() <= text.len());
    }
}
