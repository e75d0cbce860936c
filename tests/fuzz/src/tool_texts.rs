//! Texts that may be calls of tools, arguments that are nearly JSON, and histories with calls in them.

use super::source::Source;
use workers_ai_wasm::catalog;
use workers_ai_wasm::tasks::edits::{Edits, Place, Step};
use workers_ai_wasm::tasks::tools::arguments;
use workers_ai_wasm::tasks::tools::names::Names;
use workers_ai_wasm::tasks::tools::text_calls::{self, Known};
use workers_ai_wasm::tasks::tools::tokens::of_message;
use workers_ai_wasm::tasks::turn_order::{Wants, changes};
use workers_ai_wasm::value::Value as _;
use workers_ai_wasm::value::json::Json;
use workers_ai_wasm::wire::json;

/// Longer texts are cut at some places only.
const CUTS: usize = 400;

/// Input: one byte for what to do, then text.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let what = source.below(4);
    let text = String::from_utf8_lossy(source.rest()).into_owned();
    match what {
        0 => calls(&text, None),
        1 => calls(&text, Some(0)),
        2 => mended(&text),
        _ => history(&text),
    }
}

/// What is taken for calls was held back all the while, and calls nothing but tools that there are.
fn calls(text: &str, forced: Option<usize>) {
    let names = Names::new(["f", "get_weather", "files.read"]);
    let known = Known { names: &names, forced, is_text: &|place, name| place == 1 && name == "city" };
    let Some(calls) = text_calls::read(text, &known) else { return };
    assert!(!calls.is_empty());
    for call in &calls {
        assert!(names.find(&call.name).is_some(), "{}", call.name);
    }
    for (at, _) in text.char_indices().take(CUTS) {
        assert!(text_calls::may_become(&text[..at]), "{:?} of {text:?}", &text[..at]);
    }
    assert!(text_calls::may_become(text));
}

/// What is mended is an object, to which nothing is to be mended; and an object stays as it is.
fn mended(text: &str) {
    let is_object = json::parse(text.as_bytes()).is_ok_and(|value| value.is_object());
    match arguments::read(text) {
        Ok(read) => {
            assert!(json::parse(read.json.as_bytes()).unwrap().is_object());
            let again = arguments::read(&read.json).unwrap();
            assert_eq!((&again.json, again.repairs.len()), (&read.json, 0));
            if is_object {
                assert!(read.repairs.is_empty() && read.json == text.trim_ascii(), "{text}");
            }
        }
        Err(_) => assert!(!is_object, "{text}"),
    }
}

/// Each call has an id of its own, which its result has as well.
fn history(text: &str) {
    let Ok(input) = Json::parse(text.as_bytes()) else { return };
    let messages = input.items();
    for model in [
        "@cf/mistralai/mistral-small-3.1-24b-instruct",
        "@cf/moonshotai/kimi-k2.6",
        "@cf/zai-org/glm-4.7-flash",
    ] {
        let changes = changes(Wants::of(model, catalog::find(model), true), &messages);
        assert!(changes.is_empty() || changes.len() == messages.len());
        let mut edits = Edits::default();
        for (index, own) in changes.into_iter().enumerate() {
            for (below, edit) in own {
                let place: Place = [Step::Name("m"), Step::Index(index)].into_iter().chain(below).collect();
                edits.add(&place, edit);
            }
        }
        let all = Json::Object(vec![("m".to_owned(), Json::List(messages.clone()))]);
        assert_eq!(edits.apply(&all).len(), 1);
    }
    for message in &messages {
        assert!(of_message(message) >= 4.0);
    }
}
