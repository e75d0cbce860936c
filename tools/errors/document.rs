//! The documentation of every failure: `ERRORS.md` for people, JSON for tests. Generated from the tables that
//! the crate itself uses, so that it is always consistent with them.

use serde_json::{Value, json};
use workers_ai_wasm::codes::meanings::{MEANINGS, Meaning};
use workers_ai_wasm::codes::{Code, FLAGGED, TABLE, advice, by_status, kind};
use workers_ai_wasm::retry::{self, DEFAULT_MAX_RETRIES, MAX_WAIT_MS};

/// An error number of the service; two with the same number if the message decides.
struct Number {
    number: u32,
    statuses: &'static [u16],
    meaning: &'static str,
    /// Words one of which must be in the service's message.
    words: &'static [&'static str],
    code: Code,
    advice: &'static str,
}

/// A range of statuses with the same meaning.
struct Statuses {
    name: String,
    first: u16,
    last: u16,
    code: Code,
}

/// The maximum of the first delay and of all delays, in milliseconds.
#[derive(PartialEq)]
struct Backoff {
    first: f64,
    ceiling: f64,
}

/// The document in Markdown.
pub fn markdown() -> String {
    let mut out = String::from("# Errors\n");
    paragraph(
        &mut out,
        "Every failure is a `WorkersAIError`. Its `code` is one of the names below; `status` is the HTTP status, and \
         `internalCode` the service's own number, where there were any. `retryable` says whether the same request may succeed \
         a little later; such failures are retried before you see them.",
    );
    let seconds = |ms: f64| format!("{} s", ms / 1000.0);
    let waits = |code| {
        backoff(code).map_or_else(String::new, |Backoff { first, ceiling }| {
            format!(
                "at most {} at first, twice that each time, never over {}",
                seconds(first),
                seconds(ceiling)
            )
        })
    };
    paragraph(
        &mut out,
        &format!(
            "**Retried**: up to `maxRetries` times (default {DEFAULT_MAX_RETRIES}), after a random wait. The *usual* wait is {}; the \
             *long* one is {}. If the service says how long to wait, that counts instead; should it ask for more than {}, the \
             error comes at once, with the wait in `retryAfterMs`. A request whose body cannot be sent again, and a stream that \
             has begun, are never retried.",
            waits(Code::Server),
            waits(Code::Capacity),
            seconds(MAX_WAIT_MS),
        ),
    );
    heading(&mut out, "By `code`");
    row(&mut out, &["`code`", "what happened", "retried", "what to do"]);
    row(&mut out, &["---"; 4]);
    for &code in Code::ALL {
        row(&mut out, &[&name(code), code.meaning(), retried(code), help(code)]);
    }
    heading(&mut out, "By the service's number (`internalCode`)");
    row(&mut out, &["number", "HTTP status", "what the service means", "`code`", "retried", "what to do"]);
    row(&mut out, &["---"; 6]);
    for entry in numbers() {
        let statuses = match entry.statuses {
            [] => "varies".to_owned(),
            [one] => one.to_string(),
            [first, others @ ..] => format!("{first}, also {}", listed(others)),
        };
        row(
            &mut out,
            &[
                &entry.number.to_string(),
                &statuses,
                entry.meaning,
                &name(entry.code),
                retried(entry.code),
                entry.advice,
            ],
        );
    }
    heading(&mut out, "By HTTP status, where no known number came with it");
    row(&mut out, &["HTTP status", "`code`", "retried", "what to do"]);
    row(&mut out, &["---"; 4]);
    for Statuses { name: statuses, code, .. } in statuses() {
        row(&mut out, &[&statuses, &name(code), retried(code), help(code)]);
    }
    out
}

/// The same as JSON: `{ codes, numbers, statuses }`.
pub fn json() -> Value {
    let kind = |code: Code, advice: &str, mut row: Value| {
        row["code"] = code.as_str().into();
        row["retried"] = code.retryable().into();
        row["advice"] = advice.into();
        if let Some(Backoff { first, ceiling }) = backoff(code) {
            row["backoff"] = json!({ "firstMs": first, "ceilingMs": ceiling });
        }
        row
    };
    let codes = Code::ALL.iter().map(|&code| kind(code, help(code), json!({ "meaning": code.meaning() })));
    let numbers = numbers().into_iter().map(|entry| {
        let Number { number, statuses, meaning, words, code, advice } = entry;
        let row = json!({ "number": number, "statuses": statuses, "words": words, "meaning": meaning });
        kind(code, advice, row)
    });
    let statuses = statuses().into_iter().map(|Statuses { first, last, code, .. }| {
        kind(code, help(code), json!({ "first": first, "last": last }))
    });
    let list = |rows: &mut dyn Iterator<Item = Value>| rows.collect::<Vec<_>>();
    json!({
        "codes": list(&mut codes.into_iter()),
        "numbers": list(&mut numbers.into_iter()),
        "statuses": list(&mut statuses.into_iter()),
    })
}

/// Every number, followed by its second meaning.
fn numbers() -> Vec<Number> {
    let (flagged, ref words) = FLAGGED;
    let mut all = Vec::new();
    for (row, &Meaning { number, statuses, text: meaning }) in TABLE.iter().zip(MEANINGS) {
        all.push(Number { number, statuses, meaning, words: &[], code: row.code, advice: row.advice });
        if row.number == flagged {
            let code = kind(Some(row), words[0]).unwrap_or(row.code);
            all.push(Number {
                number: row.number,
                statuses,
                meaning: "The prompt or the picture is refused: the text says so",
                words,
                code,
                advice: advice(code),
            });
        }
    }
    all
}

/// Every status of a failure; those of a class without a code of their own are last.
fn statuses() -> Vec<Statuses> {
    // The last statuses of a class are unused, so they have the meaning of unknown ones.
    let others = by_status(499);
    let single = |status: u16| {
        let (name, code) = (status.to_string(), by_status(status));
        Statuses { name, first: status, last: status, code }
    };
    let mut all: Vec<_> = (400..500).filter(|status| by_status(*status) != others).map(single).collect();
    let class =
        |first: u16, name: &str, code| Statuses { name: name.to_owned(), first, last: first + 99, code };
    all.push(class(400, "any other 4xx", others));
    all.push(class(500, "any 5xx", by_status(500)));
    all
}

/// What to do. Codes whose messages give specific advice have it only here.
fn help(code: Code) -> &'static str {
    match code {
        Code::NotFound => "Check the id that `field` names.",
        Code::Aborted => {
            "Nothing: your signal, or leaving the stream, ended the call. `cause` is the signal's reason."
        }
        Code::Truncated => "Ask again, or use what has come: it is in `partial`.",
        Code::MalformedResponse => {
            "Ask again; if it stays, report the request's id. What had come is in `partial`."
        }
        Code::NoObject => "Simplify the schema, raise max_tokens, or ask again.",
        Code::Config => "Correct the option that `field` names.",
        Code::StreamConsumed => "Read a stream once, or split it with `tee()` first.",
        Code::Internal => "Call again; report it with its `cause` if it comes back.",
        Code::Unknown => "Look `internalCode` and `status` up in Cloudflare's documentation.",
        _ => advice(code),
    }
}

/// The maximum first and last delays of a client, computed by its own code.
fn backoff(code: Code) -> Option<Backoff> {
    let after = |attempts| {
        let policy = retry::Policy { max_retries: attempts, total_ms: None };
        let failure = retry::Failure {
            code,
            retry_after_ms: None,
            attempts,
            elapsed_ms: 0.0,
            replayable: true,
            reject_if_busy: false,
        };
        match policy.decide(failure, 1.0) {
            retry::Decision::Wait(ms) => Some(ms),
            _ => None,
        }
    };
    Some(Backoff { first: after(1)?, ceiling: after(17)? })
}

fn retried(code: Code) -> &'static str {
    match backoff(code) {
        None => "no",
        wait if wait == backoff(Code::Server) => "yes",
        Some(_) => "yes, long wait",
    }
}

fn name(code: Code) -> String {
    format!("`{}`", code.as_str())
}

fn listed(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

fn paragraph(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text);
    out.push('\n');
}

fn heading(out: &mut String, text: &str) {
    paragraph(out, &format!("## {text}"));
    out.push('\n');
}

fn row(out: &mut String, cells: &[&str]) {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_what_happened_and_what_to_do() {
        for &code in Code::ALL {
            for text in [code.meaning(), help(code)] {
                assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{code:?}: {text}");
            }
        }
    }

    #[test]
    fn what_is_retried_has_a_wait_and_nothing_else_has() {
        for &code in Code::ALL {
            assert_eq!(backoff(code).is_some(), code.retryable(), "{code:?}");
        }
    }

    #[test]
    fn every_status_of_a_failure_has_a_row() {
        let all = statuses();
        for status in 400..600 {
            let found = all.iter().find(|row| (row.first..=row.last).contains(&status)).map(|row| row.code);
            assert_eq!(found, Some(by_status(status)), "{status}");
        }
    }

    #[test]
    fn every_number_has_its_row_and_no_cell_is_empty() {
        let text = markdown();
        for row in TABLE {
            assert!(text.contains(&format!("\n| {} | ", row.number)), "{}", row.number);
        }
        assert!(!text.contains("|  |"), "{text}");
        let tables = text.split("\n## ").skip(1);
        for table in tables {
            let mut widths =
                table.lines().filter(|line| line.starts_with('|')).map(|line| line.matches(" |").count());
            let width = widths.next();
            assert!(widths.all(|other| Some(other) == width), "{table}");
        }
    }

    #[test]
    fn the_second_meaning_has_a_row_of_its_own() {
        let of_flagged: Vec<_> =
            numbers().iter().filter(|row| row.number == FLAGGED.0).map(|row| row.code).collect();
        assert_eq!(of_flagged, [Code::ContextExceeded, Code::ContentBlocked]);
    }

    #[test]
    fn the_json_says_the_same() {
        let document = json();
        let count = |name: &str| document[name].as_array().unwrap().len();
        assert_eq!(count("codes"), Code::ALL.len());
        assert_eq!(count("numbers"), TABLE.len() + 1);
        assert_eq!(count("statuses"), statuses().len());
    }
}
