//! The exchanges of `tests/fixtures`, as the suites of the package read them too: what the core plans for an input, and what it makes of
//! the reply. The bytes of media and the rows of embeddings are JavaScript's and the kernels'; here they are told of by their outline.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::{Value, json};
use workers_ai_wasm::tasks::request::{self, Ask};
use workers_ai_wasm::wire;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

#[test]
fn every_exchange_is_planned_and_understood() {
    let mut seen = 0;
    for (name, exchange) in exchanges() {
        let Some(method) = exchange["method"].as_str().filter(|method| is_a_tasks(method)) else { continue };
        let door = exchange["door"].as_str().unwrap();
        let model = exchange["model"].as_str().unwrap();
        let outline = outline(&exchange["input"]).to_string();
        let parsed = wire::json::parse(outline.as_bytes()).unwrap();
        let ask = Ask::read(method, door, model, parsed).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let plan = request::plan(&ask).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let told: Value = serde_json::from_str(&plan.describe(&ask)).unwrap();
        if told["take"] == "json" {
            let answer = &exchange["reply"]["body"];
            let answer = if door == "rest" { &answer["result"] } else { answer }.to_string();
            let answer = wire::json::parse(answer.as_bytes()).unwrap();
            let result = request::result(&ask, answer).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let result: Value = serde_json::from_str(&result).unwrap();
            assert!(
                holds(&exchange["result"], &result),
                "{name}: {result}\nis not in {}",
                exchange["result"]
            );
        }
        seen += 1;
    }
    assert!(seen >= 6, "{seen} exchanges");
}

/// Methods of text generation have their own tests; groups such as `embeddings.create` are JavaScript's over these.
fn is_a_tasks(method: &str) -> bool {
    !method.contains('.') && !matches!(method, "generateText" | "streamText")
}

fn exchanges() -> Vec<(String, Value)> {
    let mut files = Vec::new();
    collect(Path::new(FOLDER), &mut files).unwrap();
    files.sort();
    files
        .into_iter()
        .filter(|file| !file.to_string_lossy().contains("text_generation"))
        .map(|file| (file.display().to_string(), serde_json::from_slice(&fs::read(&file).unwrap()).unwrap()))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// What `pkg-template/tasks/outline.js` tells of an input.
fn outline(input: &Value) -> Value {
    match input {
        Value::Object(members) => match members.get("$base64").and_then(Value::as_str) {
            Some(base64) => json!({ "$": "media", "form": "bytes", "length": base64.len() / 4 * 3 }),
            None => members.iter().map(|(name, value)| (name.clone(), outline(value))).collect(),
        },
        Value::Array(items) => items.iter().map(outline).collect(),
        other => other.clone(),
    }
}

/// Is everything of `part` in `whole`?
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, value)| whole.get(name).is_some_and(|whole| holds(whole, value)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| holds(whole, part))
        }
        (Value::Number(whole), Value::Number(part)) => whole.as_f64() == part.as_f64(),
        _ => whole == part,
    }
}
