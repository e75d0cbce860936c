//! Messages for a model in place of a tool's result: one sentence about the error, one about what to do.

use super::arguments::Wrong;
use crate::text::concat;

/// Limit of foreign text in a message.
const MOST: usize = 4_000;

/// A tool that does not exist.
pub fn unknown(name: &str, there: &str) -> String {
    let name: String = name.chars().take(64).collect();
    if there.is_empty() {
        return concat(&["There is no tool \"", &name, "\", and no other one. Answer without tools."]);
    }
    concat(&["There is no tool \"", &name, "\". There are: ", there, "."])
}

/// A call that was cut off.
pub fn cut() -> String {
    "The call was cut off, since the answer ended before it was whole; the tool was not run. Call it again with shorter arguments."
        .to_owned()
}

/// Arguments that are not a JSON object. A call that was cut off is reported as such, so that the model does
/// not look for a mistake of its own.
pub fn malformed(wrong: Wrong, is_cut: bool) -> String {
    let what = match wrong {
        _ if is_cut => return cut(),
        Wrong::NotJson => "are not valid JSON",
        Wrong::NotObject => "are not a JSON object",
        Wrong::Several => "are several JSON objects",
    };
    concat(&["The arguments ", what, "; the tool was not run. Call it again with one JSON object."])
}

/// Arguments that do not match the tool's schema; `issues` as `city: must be a string`, one per line.
pub fn unfit(issues: &str) -> String {
    let issues = clipped(issues);
    concat(&[
        "The arguments do not fit the tool's schema; the tool was not run.\n",
        issues,
        "\nCall it again with arguments that do.",
    ])
}

/// A tool that has failed, with its message.
pub fn thrown(message: &str) -> String {
    if message.trim_ascii().is_empty() {
        return "The tool failed without saying why.".to_owned();
    }
    concat(&["The tool failed: ", clipped(message)])
}

/// A call that was not approved.
pub fn refused(reason: Option<&str>) -> String {
    match reason.filter(|reason| !reason.trim_ascii().is_empty()) {
        Some(reason) => {
            concat(&["The call was not approved; the tool was not run. The reason: ", clipped(reason)])
        }
        None => {
            "The call was not approved; the tool was not run. Do not call it again unless you are asked to."
                .to_owned()
        }
    }
}

/// A call where none was allowed.
pub fn not_now() -> String {
    "Tools are not to be called now; the tool was not run. Answer without it.".to_owned()
}

/// A call that was pending when the run ended.
pub fn interrupted() -> String {
    "The run ended before the tool's result was there; it may have been run, in part or in whole.".to_owned()
}

fn clipped(text: &str) -> &str {
    match text.char_indices().nth(MOST) {
        Some((at, _)) => text.get(..at).unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_have_bounds() {
        assert_eq!(unknown(&"é".repeat(1_000), "f").chars().filter(|char| *char == 'é').count(), 64);
        assert!(thrown(&"é".repeat(1_000_000)).len() < 10_000);
        assert!(refused(Some(" ")).contains("unless you are asked"));
        assert!(refused(Some("too late")).ends_with("The reason: too late"));
    }
}
