//! The live catalogue: which models there are, and what a model takes and gives.

use super::read::{count, flag, malformed, members, name_of, raw};
use crate::error::{Code, Error};
use crate::text::concat;
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

/// Models on a page, unless the caller says otherwise.
const PER_PAGE: i64 = 100;

/// What a filter may hold: the name that the service knows, and the kind.
const FILTERS: &[(&str, &str, Kind)] = &[
    ("author", "author", Kind::String),
    ("task", "task", Kind::String),
    ("search", "search", Kind::String),
    ("source", "source", Kind::Number),
    ("hideExperimental", "hide_experimental", Kind::Bool),
    ("includeDeprecated", "include_deprecated", Kind::Bool),
    ("page", "page", Kind::Number),
    ("perPage", "per_page", Kind::Number),
];

/// The query for a page, `{ query, perPage, only }`; `only` where the caller wants this page and no other.
pub fn query(filter: Value<'_>, page: u32) -> Result<String, Error> {
    if filter.kind() != Kind::Object || filter.get("$").is_some() {
        return Err(Error::invalid(
            "filter",
            "filter must be an object, for instance { task: \"Text Generation\" }.",
        ));
    }
    let mut given = Vec::new();
    for (key, value) in filter.entries() {
        let name = name_of(key);
        if value.is_null() {
            continue;
        }
        let known = FILTERS.iter().find(|(option, wire, _)| *option == name || *wire == name);
        let right = match (known, value.kind()) {
            (Some((_, _, Kind::Number)), Kind::Number) => value.as_i64().is_some_and(|number| number >= 1),
            (Some((_, _, kind)), is) => *kind == is,
            (None, is) => matches!(is, Kind::String | Kind::Number | Kind::Bool),
        };
        if !right {
            let what = match known {
                Some((_, _, Kind::Number)) => "a whole number, 1 or more",
                Some((_, _, Kind::Bool)) => "a boolean",
                Some(_) => "a string",
                None => "a string, a number or a boolean",
            };
            return Err(Error::invalid(&name, &concat(&[&name, " must be ", what, "."])));
        }
        given.push((known.map_or(name.clone(), |(_, wire, _)| (*wire).to_owned()), value));
    }
    let find = |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let per_page = count(find("per_page")).unwrap_or(PER_PAGE);
    let only = find("page").is_some();
    Ok(Writer::object(|out| {
        out.member("query", |out| {
            for (name, value) in &given {
                if name != "per_page" {
                    out.raw(name, &raw(*value));
                }
            }
            if !only {
                out.number("page", page.into());
            }
            out.number("per_page", per_page);
        });
        out.number("perPage", per_page);
        out.flag("only", only);
    }))
}

/// `{ items, total? }`
pub fn page(whole: Value<'_>, result: Value<'_>) -> Result<String, Error> {
    if !result.is_array() {
        return Err(malformed("list of models"));
    }
    let total = whole.get("result_info").and_then(|info| count(info.get("total_count")));
    Ok(Writer::object(|out| {
        out.list("items", |out| {
            for item in result.items().filter(|item| item.is_object()) {
                out.item(|out| model(out, item));
            }
        });
        out.some_number("total", total);
    }))
}

/// The flags of a model, and the names of what they mean.
const CAPABILITIES: &[(&str, &str)] = &[
    ("function_calling", "functionCalling"),
    ("reasoning", "reasoning"),
    ("vision", "vision"),
    ("lora", "lora"),
    ("async_queue", "batch"),
    ("realtime", "realtime"),
    ("partner", "partner"),
    ("beta", "beta"),
    ("require_workers_paid", "paidPlan"),
];

/// One model: as the service has it, and beside that, with their right kinds, the properties that programs ask for.
fn model(out: &mut Writer, item: Value<'_>) {
    members(out, item, &[]);
    let properties = item.get("properties");
    let find = |name: &str| {
        let mut items = properties.into_iter().flat_map(|properties| properties.items());
        items.find(|property| property.get("property_id").is_some_and(|id| id.is(name)))?.get("value")
    };
    out.some_number("contextWindow", count(find("context_window")));
    out.some_number("maxInputTokens", count(find("max_input_tokens")));
    out.some_number("dimensions", count(find("output_dimensions")));
    out.list("capabilities", |out| {
        for (id, name) in CAPABILITIES {
            if find(id).and_then(flag) == Some(true) {
                out.text_item(name);
            }
        }
    });
    if let Some(languages) = find("languages").and_then(|languages| languages.text()) {
        out.list("languages", |out| {
            for language in languages.split(',').map(str::trim).filter(|language| !language.is_empty()) {
                out.text_item(language);
            }
        });
    }
    if let Some(price) = find("price").filter(|price| price.is_array()) {
        out.raw("price", &raw(price));
    }
    let ends = find("planned_deprecation_date").and_then(|date| date.text());
    out.some_text("deprecatedOn", ends.as_deref());
}

/// `{ input, output }`
pub fn schema(result: Value<'_>) -> Result<String, Error> {
    let (Some(input), Some(output)) = (result.get("input"), result.get("output")) else {
        return Err(malformed("schema"));
    };
    Ok(Writer::object(|out| {
        out.raw("input", &raw(input));
        out.raw("output", &raw(output));
    }))
}

/// The error for a model that the catalogue has not.
pub fn missing(id: &str) -> Error {
    let why = concat(&["The catalogue has no model ", id, ". models.list() has those that can be used."]);
    Error::new(Code::ModelNotFound, &why).with_field("id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn parsed(text: &str) -> Value<'_> {
        json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn filters_in_either_spelling() {
        let query =
            |filter: &str| query(parsed(filter), 2).map_err(|error| error.field.clone().unwrap_or_default());
        assert_eq!(
            query(r#"{"task":"Text Generation","hideExperimental":true,"new_one":"x","search":null}"#)
                .as_deref(),
            Ok(concat!(
                r#"{"query":{"task":"Text Generation","hide_experimental":true,"new_one":"x","page":2,"per_page":100},"#,
                r#""perPage":100}"#
            ))
        );
        assert_eq!(
            query(r#"{"page":7,"per_page":5}"#).as_deref(),
            Ok(r#"{"query":{"page":7,"per_page":5},"perPage":5,"only":true}"#)
        );
        for (filter, field) in [
            ("[]", "filter"),
            (r#"{"task":5}"#, "task"),
            (r#"{"perPage":0}"#, "perPage"),
            (r#"{"hide_experimental":"yes"}"#, "hide_experimental"),
            (r#"{"x":{}}"#, "x"),
        ] {
            assert_eq!(query(filter), Err(field.to_owned()), "{filter}");
        }
    }

    #[test]
    fn a_model_is_what_the_service_says_and_its_properties_by_name() {
        let answer = r#"{"result":[{"id":"u-1","source":1,"name":"@cf/a/b","description":"d","task":{"id":"t","name":"Text Generation"},
            "created_at":"2025-01-01 00:00:00.000","tags":[],"properties":[
            {"property_id":"context_window","value":"24000"},{"property_id":"function_calling","value":"true"},
            {"property_id":"async_queue","value":"false"},{"property_id":"price","value":[{"unit":"per M input tokens","price":0.3}]},
            {"property_id":"languages","value":"en, de"},{"property_id":"planned_deprecation_date","value":"2026-05-30"}]}],
            "result_info":{"total_count":41}}"#;
        let whole = parsed(answer);
        let told = page(whole, whole.get("result").unwrap()).unwrap();
        let told = parsed(&told);
        assert_eq!(told.get("total").and_then(|total| total.as_i64()), Some(41));
        let item = told.get("items").unwrap().items().next().unwrap();
        for (name, value) in [
            ("id", r#""u-1""#),
            ("name", r#""@cf/a/b""#),
            ("contextWindow", "24000"),
            ("capabilities", r#"["functionCalling"]"#),
            ("languages", r#"["en","de"]"#),
            ("price", r#"[{"unit":"per M input tokens","price":0.3}]"#),
            ("deprecatedOn", r#""2026-05-30""#),
        ] {
            assert_eq!(raw(item.get(name).unwrap()), value, "{name}");
        }
        assert!(item.get("properties").unwrap().is_array() && item.get("dimensions").is_none());
        assert!(page(whole, parsed("{}")).is_err() && page(whole, parsed("[]")).is_ok());
    }

    #[test]
    fn a_schema_has_both_halves() {
        assert_eq!(
            schema(parsed(r#"{"input":{"a":1},"output":{}}"#)).as_deref(),
            Ok(r#"{"input":{"a":1},"output":{}}"#)
        );
        assert!(schema(parsed("{}")).is_err());
    }
}
