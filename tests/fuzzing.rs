//! The corpus of every fuzz target, what once failed included, without a fuzzer. `tests/fuzz` says what a
//! target checks.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "these are tests")]

#[path = "fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz");

/// Checks every input of a target; the harness tells which one failed by its output.
fn replay(target: &str) {
    let mut files = fs::read_dir(Path::new(FOLDER).join("corpus").join(target))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect::<Vec<_>>();
    files.sort();
    assert!(files.len() >= 10, "{target} has a corpus");
    for file in files {
        println!("{}", file.display());
        fuzz::check(target, &fs::read(&file).unwrap());
    }
}

macro_rules! replays {
    ($($target:ident),*) => {
        const REPLAYED: &[&str] = &[$(stringify!($target)),*];

        $(#[test]
        fn $target() {
            replay(stringify!($target));
        })*
    };
}

replays!(
    base64,
    dialects,
    envelope,
    floats,
    json,
    long_streams,
    media,
    openai,
    options,
    partial_json,
    serve,
    sse,
    tasks,
    templates,
    tool_arguments,
    tool_texts
);

#[test]
fn each_target_is_replayed_and_has_a_program() {
    let known: Vec<&str> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(known, REPLAYED);
    let mut programs: Vec<String> = fs::read_dir(Path::new(FOLDER).join("targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    programs.sort();
    assert_eq!(programs, known);
}
