//! What the fuzz targets check, one file a target: each takes any bytes and panics when something does not
//! hold.
//!
//! `targets/` makes them programs of libFuzzer; `tests/fuzzing.rs` includes this same code, and so replays
//! every file of the corpus in plain `cargo test`. Therefore nothing here knows of libFuzzer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "this is a test: it panics when it fails"
)]

mod base64;
mod cuts;
mod dialects;
mod envelope;
mod floats;
mod json;
mod long_streams;
mod media;
mod openai;
mod options;
mod partial_json;
mod player;
mod serve;
mod source;
mod sse;
mod sse_plain;
mod tasks;
mod templates;
mod tool_arguments;
mod tool_texts;

/// What a target does with an input.
type Check = fn(&[u8]);

/// The targets, by name. Each has a program in `targets/` and a folder in `corpus/`.
pub const TARGETS: &[(&str, Check)] = &[
    ("base64", base64::check),
    ("dialects", dialects::check),
    ("envelope", envelope::check),
    ("floats", floats::check),
    ("json", json::check),
    ("long_streams", long_streams::check),
    ("media", media::check),
    ("openai", openai::check),
    ("options", options::check),
    ("partial_json", partial_json::check),
    ("serve", serve::check),
    ("sse", sse::check),
    ("tasks", tasks::check),
    ("templates", templates::check),
    ("tool_arguments", tool_arguments::check),
    ("tool_texts", tool_texts::check),
];

/// Checks one input of a target.
pub fn check(target: &str, data: &[u8]) {
    let (_, check) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of this name");
    check(data);
}
