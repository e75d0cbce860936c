//! Parses members that the service spells in different ways.

use crate::error::{Code, Error};
use crate::text::concat;
use crate::value::{Shape, Value};
use crate::wire::json;
use crate::wire::reported::{is_bare_failure, reports_failure};

/// The error of an answer that the endpoint should not give.
pub fn malformed(what: &str) -> Error {
    Error::new(Code::MalformedResponse, concat(&["The answer has no ", what, "."]))
}

/// The failure that a successful answer reports.
pub fn failure<V: Value>(answer: &V) -> Error {
    let text = answer.to_json().unwrap_or_default();
    match json::parse(text.as_bytes()) {
        Ok(value) => Error::from_event(value),
        Err(_) => Error::new(Code::Server, "The service failed without saying why. Try again."),
    }
}

/// The error of an answer that the endpoint should not give: the failure that it reports, or else the missing
/// member. A report is searched only then, since valid answers contain errors of other things: of files, of
/// log entries.
pub fn wrong<V: Value>(answer: &V, what: &str) -> Error {
    let text = answer.to_json().unwrap_or_default();
    match json::parse(text.as_bytes()) {
        Ok(value) if value.is_object() && (reports_failure(value) || is_bare_failure(value)) => {
            Error::from_event(value)
        }
        _ => malformed(what),
    }
}

/// A non-empty text.
pub fn text<V: Value>(value: &V, name: &'static str) -> Option<String> {
    value.member(name)?.text().filter(|text| !text.is_empty())
}

/// Above it not every integer has an `f64` of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An exact integer.
pub fn whole<V: Value>(value: &V) -> Option<i64> {
    let number = value.number().filter(|number| number.abs() <= EXACT)?;
    let whole = number as i64;
    (whole as f64 == number).then_some(whole)
}

/// An integer, or one in a string.
pub fn count<V: Value>(value: Option<V>) -> Option<i64> {
    let value = value?;
    match value.shape() {
        Shape::Number(_) => whole(&value),
        Shape::Text(_) => crate::text::integer(value.text()?.trim_ascii().as_bytes())
            .filter(|count| count.unsigned_abs() <= EXACT as u64),
        _ => None,
    }
}

/// `true`, or the string `"true"`; the same of `false`.
pub fn flag<V: Value>(value: &V) -> Option<bool> {
    value.boolean().or_else(|| match value.head()?.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

/// True for a list, even an empty one.
pub fn is_list<V: Value>(value: &V) -> bool {
    matches!(value.shape(), Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    #[test]
    fn a_failure_in_the_place_of_an_answer_is_that_failure() {
        let code = |text: &str| wrong(&Json::sample(text), "list").code;
        for failed in [r#"{"error":{"code":3040,"message":"busy"}}"#, r#"{"code":3040,"message":"busy"}"#] {
            assert_eq!(code(failed), Code::Capacity, "{failed}");
        }
        for other in ["{}", "5", "[]", "null", r#"{"error":null,"x":1}"#] {
            assert_eq!(code(other), Code::MalformedResponse, "{other}");
        }
    }

    #[test]
    fn numbers_and_flags_in_either_spelling() {
        let count = |text: &str| count(Some(Json::sample(text)));
        for (text, number) in [("3", Some(3)), ("3.0", Some(3)), (r#"" 24000 ""#, Some(24_000))] {
            assert_eq!(count(text), number, "{text}");
        }
        for text in ["3.5", "1e300", r#""3.5""#, r#""""#, "null", "[3]", r#"{"$":"NaN"}"#] {
            assert_eq!(count(text), None, "{text}");
        }
        let flag = |text: &str| flag(&Json::sample(text));
        assert_eq!((flag("true"), flag(r#""false""#)), (Some(true), Some(false)));
        assert_eq!((flag("1"), flag(r#""yes""#)), (None, None));
    }

    #[test]
    fn a_failure_keeps_its_number() {
        let error = failure(&Json::sample(r#"{"success":false,"errors":[{"code":3040,"message":"busy"}]}"#));
        assert_eq!((error.code, error.internal_code), (Code::Capacity, Some(3040)));
        assert_eq!(failure(&Json::sample("{}")).code, Code::Server);
    }
}
