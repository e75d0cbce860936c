//! A fast validation of inputs for any model: a small table of parameters, generated from the catalogue by
//! `build.rs`, accepts nearly all inputs without loading the catalogue. All other inputs are passed to
//! [`crate::tasks::parameters`], in the tasks module, which knows each model and decides. So a false alarm
//! costs time only.

mod hash;

use crate::value::{Shape, Value};

include!(concat!(env!("OUT_DIR"), "/precheck.rs"));

/// The values of a parameter that are valid for all models.
struct Rule {
    /// Names, each followed by a space.
    names: &'static str,
    /// Types of value: a sum of the constants of [`kind`]; 0 if they depend on the model.
    kinds: u8,
    /// The smallest number, or of items.
    least: f64,
    /// The largest number, or of items.
    most: f64,
    /// The allowed strings, each followed by a space; empty if any is allowed.
    words: &'static str,
}

mod kind {
    pub const STRING: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const INTEGER: u8 = 4;
    pub const BOOLEAN: u8 = 8;
    pub const LIST: u8 = 16;
    pub const OBJECT: u8 = 32;
    /// Media are validated where they are converted.
    pub const MEDIA: u8 = 64;
}

/// The member whose members are parameters whose values are sent unvalidated.
pub const EXTRA: &str = "extra";

/// True for a model of another author: its parameters are sent unvalidated.
pub fn is_foreign(model: &str) -> bool {
    !model.starts_with("@cf/") && !model.starts_with("@hf/")
}

/// True if a member of an input may be invalid, or if the input may lack one that the model requires. `is_text`:
/// the method is for language models only.
pub fn is_doubtful<V: Value>(is_text: bool, model: &str, input: &V) -> bool {
    if is_foreign(model) {
        return false;
    }
    let id = hash::short_hash(model);
    let other = OTHERS.iter().find(|(.., ids)| ids.contains(&id));
    if is_text && other.is_some_and(|(takes_text, ..)| !takes_text) {
        return true;
    }
    // Bytes have no names, but millions of members.
    if !input.is_object() {
        return false;
    }
    let members = input.members();
    let has = |name: &str| members.iter().any(|(own, value)| own == name && !value.is_null());
    let forms = other.map_or(OF_TEXT, |(_, forms, _)| forms);
    let is_complete = forms.iter().any(|form| form.split_ascii_whitespace().all(has)) || has("body");
    !is_complete || members.iter().any(|(name, value)| !is_right_everywhere(name, value))
}

#[inline(never)]
fn is_right_everywhere<V: Value>(name: &str, value: &V) -> bool {
    if name == EXTRA {
        let is_known = |(name, _): &(String, V)| RULES.iter().any(|rule| has_word(rule.names, name));
        return value.is_object() && value.members().iter().all(is_known);
    }
    let Some(rule) = RULES.iter().find(|rule| has_word(rule.names, name)) else { return false };
    if rule.kinds & kind::MEDIA != 0 {
        return true;
    }
    let is = |kind: u8| rule.kinds & kind != 0;
    let fits = |number: f64| (rule.least..=rule.most).contains(&number);
    match value.shape() {
        Shape::Text(length) if rule.words.is_empty() => is(kind::STRING) && length > 0,
        Shape::Text(_) => is(kind::STRING) && value.head().is_some_and(|word| has_word(rule.words, &word)),
        Shape::Number(number) => {
            fits(number) && (is(kind::NUMBER) || (is(kind::INTEGER) && number.fract() == 0.0))
        }
        Shape::Boolean => is(kind::BOOLEAN),
        Shape::List(length) | Shape::Texts(length, None) | Shape::Numbers(length, _) => {
            is(kind::LIST) && length > 0 && fits(length as f64)
        }
        Shape::Object => is(kind::OBJECT),
        _ => false,
    }
}

/// True if a word is in a list in which each one is followed by a space.
#[inline(never)]
pub fn has_word(words: &str, word: &str) -> bool {
    let mut rest = words.as_bytes();
    while let Some(end) = rest.iter().position(|byte| *byte == b' ') {
        let (known, later) = rest.split_at(end);
        if known == word.as_bytes() {
            return true;
        }
        rest = later.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, InputShape, Kind, Method};
    use crate::tasks::check::check_property;
    use crate::tasks::parameters::check_complete;
    use crate::value::json::Json;

    const SAMPLES: &[&str] = &[
        "null",
        "true",
        "\"\"",
        "\"a\"",
        "\"low\"",
        "\"auto\"",
        "\"mean\"",
        "-3",
        "-2",
        "-0.5",
        "0",
        "0.0005",
        "0.5",
        "1",
        "1.5",
        "2",
        "3",
        "5",
        "8",
        "9",
        "20",
        "50",
        "51",
        "128",
        "300",
        "2048",
        "28672",
        "28673",
        "1e11",
        "[]",
        "[\"a\"]",
        "[\"a\",\"\"]",
        "[1,2]",
        "[{}]",
        "[{},{},{},{},{}]",
        "{}",
        "{\"a\":1}",
    ];

    #[test]
    fn what_is_cleared_is_right_for_every_language_model() {
        let shapes = InputShape::ALL.iter().filter(|shape| shape.methods().contains(&Method::GenerateText));
        let mut cleared = 0;
        for shape in shapes {
            for property in shape.variants().iter().flat_map(|variant| variant.properties()) {
                let media = |rule: &&Rule| rule.kinds == kind::MEDIA && has_word(rule.names, property.name);
                for sample in SAMPLES.iter().filter(|_| !RULES.iter().any(|rule| media(&rule))) {
                    let value = Json::sample(sample);
                    if is_right_everywhere(property.name, &value) && !property.kinds.contains(&Kind::Media) {
                        let others = ["text", "input", "stop", "reasoning"];
                        let right =
                            shape.variants().iter().filter_map(|variant| variant.property(property.name));
                        let is_right = right.clone().any(|property| check_property(&value, property).is_ok());
                        assert!(is_right || others.contains(&property.name), "{} {sample}", property.name);
                        cleared += 1;
                    }
                }
            }
        }
        assert!(cleared > 500, "{cleared}");
    }

    #[test]
    fn every_parameter_is_known() {
        for shape in InputShape::ALL {
            for property in shape.variants().iter().flat_map(|variant| variant.properties()) {
                let known =
                    property.name == "$body" || RULES.iter().any(|rule| has_word(rule.names, property.name));
                assert!(known, "{}", property.name);
            }
        }
    }

    #[test]
    fn models_of_other_tasks_are_doubtful_for_language_models_methods() {
        let input = Json::sample(r#"{"prompt":"a","messages":[{}]}"#);
        for entry in catalog::all() {
            let other = !entry.serves(Method::GenerateText);
            assert_eq!(is_doubtful(true, entry.id, &input), other, "{}", entry.id);
        }
    }

    #[test]
    fn inputs_that_lack_what_a_model_requires_are_doubtful() {
        let names = InputShape::ALL.iter().flat_map(|shape| shape.variants());
        let names = names.flat_map(|variant| variant.properties()).filter(|property| property.required);
        let names = names.map(|property| property.name).collect::<std::collections::BTreeSet<_>>();
        let mut incomplete = 0;
        for entry in catalog::all() {
            for name in &names {
                let input = Json::sample(&format!(r#"{{"{name}":"a"}}"#));
                if check_complete(entry.id, &input).is_err() {
                    assert!(is_doubtful(false, entry.id, &input), "{} {name}", entry.id);
                    incomplete += 1;
                }
            }
        }
        assert!(incomplete > 500, "{incomplete}");
        for (model, input) in [
            ("@cf/baai/bge-m3", r#"{"text":["a"]}"#),
            ("@cf/meta/m2m100-1.2b", r#"{"text":"a","target_lang":"de"}"#),
            ("@cf/meta/m2m100-1.2b", r#"{"requests":[{"text":"a","target_lang":"de"}]}"#),
            ("@cf/facebook/bart-large-cnn", r#"{"input_text":"a"}"#),
            ("@cf/openai/whisper", r#"{"audio":[1]}"#),
            ("@cf/meta/llama-3.1-8b-instruct", r#"{"prompt":"a"}"#),
        ] {
            assert!(!is_doubtful(false, model, &Json::sample(input)), "{model} {input}");
        }
    }

    #[test]
    fn plain_input_is_cleared_and_slips_are_not() {
        let model = "@cf/meta/llama-3.1-8b-instruct";
        let doubtful = |input: &str| is_doubtful(true, model, &Json::sample(input));
        for input in [
            r#"{"prompt":"a","max_tokens":300,"temperature":0.7,"top_p":0.9,"top_k":40,"seed":7,"stream":true}"#,
            r#"{"messages":[{"role":"user","content":"a"}],"tools":[{}],"tool_choice":"auto","response_format":{},"reasoning_effort":"low"}"#,
            r#"{"prompt":"a","extra":{"max_tokens":"a"},"chat_template_kwargs":{},"stop":["a"],"raw":true}"#,
            r#"{"requests":[{"prompt":"a"}]}"#,
        ] {
            assert!(!doubtful(input), "{input}");
        }
        for input in [
            r#"{"prompt":"a","maxTokens":3}"#,
            r#"{"prompt":"a","temprature":0.1}"#,
            r#"{"prompt":"a","temperature":99}"#,
            r#"{"prompt":"a","max_tokens":"100"}"#,
            r#"{"prompt":"a","max_tokens":1.5}"#,
            r#"{"messages":[{}],"tools":{}}"#,
            r#"{"prompt":"a","reasoning_effort":"lots"}"#,
            r#"{"prompt":"a","nonsense":1}"#,
            r#"{"prompt":"a","instructions":"b"}"#,
            r#"{"prompt":"a","extra":1}"#,
            r#"{"prompt":"a","extra":{"maxTokens":1}}"#,
            r#"{}"#,
            r#"{"max_tokens":5}"#,
            r#"{"prompt":null}"#,
        ] {
            assert!(doubtful(input), "{input}");
            assert!(!is_doubtful(true, "openai/gpt-5", &Json::sample(input)), "{input}");
        }
    }
}
