//! The exchanges of `tests/fixtures`, as the suites of the package read them too: what the core plans for
//! an input, and what it makes of the reply. The bytes of media and the rows of embeddings are JavaScript's
//! and the kernels'.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;
use workers_ai_wasm::catalog::Method;
use workers_ai_wasm::tasks::request::{self, Door, Route, Take, TaskRequest};
use workers_ai_wasm::value::MediaForm;
use workers_ai_wasm::value::json::Json;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

#[test]
fn every_exchange_is_planned_and_understood() {
    let mut seen = 0;
    for (name, exchange) in exchanges() {
        let Some(method) = exchange["method"].as_str().filter(|method| is_a_tasks(method)) else { continue };
        let door = exchange["door"].as_str().unwrap();
        let model = exchange["model"].as_str().unwrap();
        let method = Method::ALL.iter().copied().find(|known| known.name() == method).unwrap();
        let route = Route::new(if door == "binding" { Door::Binding } else { Door::Http });
        let request = TaskRequest::new(method, model, route, input(&exchange["input"]))
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let plan = request::plan(&request).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        if plan.take == Take::Json {
            let answer = &exchange["reply"]["body"];
            let answer = input(if door == "rest" { &answer["result"] } else { answer });
            let result = request::decode(method, &answer, Some(&request.input))
                .unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let result = serde_json::to_value(&result).unwrap();
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

/// Methods of text generation have their own tests; groups such as `embeddings.create` are JavaScript's
/// over these.
fn is_a_tasks(method: &str) -> bool {
    !method.contains('.') && !matches!(method, "generateText" | "streamText" | "run")
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

/// JSON in which `{"$base64":"…"}` stands for bytes.
fn input(json: &Value) -> Json {
    match json {
        Value::Object(members) => match members.get("$base64").and_then(Value::as_str) {
            Some(base64) => {
                Json::Media { form: MediaForm::Bytes, length: Some(base64.len() / 4 * 3), media_type: None }
            }
            None => Json::Object(members.iter().map(|(name, value)| (name.clone(), input(value))).collect()),
        },
        Value::Array(items) => Json::List(items.iter().map(input).collect()),
        plain => Json::parse(plain.to_string().as_bytes()).unwrap(),
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
