//! The live catalogue: lists of models, and their input and output schemas.

use serde::Serialize;

use super::fields::{count, flag, is_list, whole, wrong};
use crate::error::{Code, Error};
use crate::slip;
use crate::text::{concat, split_last};
use crate::value::{Shape, Tree, Value};

/// Default number of models per page.
const PER_PAGE: i64 = 100;
/// Limit of the pages, in case a service counts them wrongly.
const MAX_PAGES: u32 = 1000;

/// The type of a filter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Count,
    Flag,
}

/// The names of filters, the service's names for them, and their types.
const FILTERS: &[(&str, &str, Kind)] = &[
    ("author", "author", Kind::Text),
    ("task", "task", Kind::Text),
    ("search", "search", Kind::Text),
    ("source", "source", Kind::Count),
    ("hideExperimental", "hide_experimental", Kind::Flag),
    ("includeDeprecated", "include_deprecated", Kind::Flag),
    ("page", "page", Kind::Count),
    ("perPage", "per_page", Kind::Count),
];

/// Other clients' names of them.
const ALIASES: &slip::Aliases =
    &[("query q name", "search"), ("limit pagesize count", "perPage"), ("type category", "task")];

/// A validated filter of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter<V> {
    /// Under the service's names, without the page size.
    parameters: Vec<(String, Tree<V>)>,
    per_page: i64,
    /// True if the caller requests a single page.
    one_page: bool,
}

impl<V: Value> Filter<V> {
    /// Parses a caller's filter, in either spelling; unknown members are passed on, slips are rejected.
    pub fn read(filter: &V) -> Result<Self, Error> {
        if !filter.is_object() {
            return Err(Error::invalid(
                "filter",
                "filter must be an object, for instance { task: \"Text Generation\" }.",
            ));
        }
        let mut read = Filter { parameters: Vec::new(), per_page: PER_PAGE, one_page: false };
        for (name, value) in filter.members() {
            if value.is_null() {
                continue;
            }
            let known = FILTERS.iter().find(|(option, wire, _)| *option == name || *wire == name);
            if known.is_none() {
                let names = FILTERS.iter().map(|(option, _, _)| *option).collect::<Vec<_>>();
                if let Some(meant) = slip::meant(&name, &names, ALIASES) {
                    let message = slip::sentence(&name, "member of a filter", Some(meant), &[]);
                    return Err(Error::invalid(slip::clip(&name), &message));
                }
            }
            check(&name, &value, known.map(|(_, _, kind)| *kind))?;
            let wire = known.map_or(name.as_str(), |(_, wire, _)| *wire);
            if wire == "per_page" {
                read.per_page = whole(&value).unwrap_or(PER_PAGE);
                continue;
            }
            read.one_page |= wire == "page";
            read.parameters.push((wire.to_owned(), Tree::Value(value)));
        }
        Ok(read)
    }

    /// A filter for models whose name contains this, including deprecated ones; for all models if there is
    /// none.
    pub fn search(name: Option<&str>) -> Self {
        let mut parameters = Vec::new();
        if let Some(name) = name {
            parameters.push(("search".to_owned(), Tree::Text(name.to_owned())));
        }
        parameters.push(("include_deprecated".to_owned(), Tree::Boolean(true)));
        Filter { parameters, per_page: PER_PAGE, one_page: false }
    }

    /// The query of a page, counted from 1.
    pub fn query(&self, page: u32) -> Vec<(String, Tree<V>)> {
        let mut query = self.parameters.clone();
        if !self.one_page {
            query.push(("page".to_owned(), Tree::Number(page.into())));
        }
        query.push(("per_page".to_owned(), Tree::Number(self.per_page as f64)));
        query
    }

    /// True if there is another page after the current position. A service may return fewer models per page
    /// than requested, so the requested size does not decide. A service that always returns the same page is
    /// read once.
    pub fn goes_on(&self, at: &Standing, total: Option<i64>) -> bool {
        let last = match total {
            Some(total) => at.seen as i64 >= total,
            // The last page is shorter than the first one, or empty.
            None => at.items < at.first,
        };
        !self.one_page && !last && at.fresh > 0 && at.page < MAX_PAGES
    }
}

fn check<V: Value>(name: &str, value: &V, kind: Option<Kind>) -> Result<(), Error> {
    let shape = value.shape();
    let finite = matches!(shape, Shape::Number(number) if number.is_finite());
    let (right, what) = match kind {
        Some(Kind::Count) => (whole(value).is_some_and(|number| number >= 1), "a whole number, 1 or more"),
        Some(Kind::Flag) => (shape == Shape::Boolean, "a boolean"),
        Some(Kind::Text) => (matches!(shape, Shape::Text(_)), "a string"),
        None => {
            (finite || matches!(shape, Shape::Text(_) | Shape::Boolean), "a string, a number or a boolean")
        }
    };
    if right { Ok(()) } else { Err(Error::invalid(name, &concat(&[name, " must be ", what, "."]))) }
}

/// The position in a list of models.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// The page that was read, counted from 1.
    pub page: u32,
    /// Models on it.
    pub items: usize,
    /// Models on it that are new.
    pub fresh: usize,
    /// Models on the first page.
    pub first: usize,
    /// Models on all pages so far.
    pub seen: usize,
}

impl Standing {
    /// Advances after another page.
    pub fn read(&mut self, page: u32, items: usize, fresh: usize) {
        let first = if page == 1 { items } else { self.first };
        *self = Standing { page, items, fresh, first, seen: self.seen + fresh };
    }
}

/// A page of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<V> {
    /// Its models, unchanged.
    pub items: Vec<V>,
    /// The number of models on all pages, if the service sends it.
    pub total: Option<i64>,
}

/// Parses a page: the answer with its envelope, and without.
pub fn page<V: Value>(whole: &V, result: &V) -> Result<Page<V>, Error> {
    if !is_list(result) {
        return Err(wrong(result, "list of models"));
    }
    let total = whole.get("result_info").and_then(|info| count(info.member("total_count")));
    Ok(Page { items: result.items().into_iter().filter(V::is_object).collect(), total })
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

/// Properties of a model in normalized types: the service has them as a list of strings, `properties`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties<V> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context_window: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_input_tokens: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<i64>,
    capabilities: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated_on: Option<String>,
}

/// Parses the properties of a model.
pub fn properties<V: Value>(model: &V) -> Properties<V> {
    let listed = model.get("properties").map(|properties| properties.items()).unwrap_or_default();
    let find = |name: &str| {
        listed
            .iter()
            .find(|property| property.member("property_id").is_some_and(|id| id.is_text(name)))?
            .member("value")
    };
    let languages = find("languages").and_then(|languages| languages.text());
    let known = |(id, name): &(&str, &'static str)| {
        find(id).and_then(|value| flag(&value)).filter(|is| *is).map(|_| *name)
    };
    Properties {
        context_window: count(find("context_window")),
        max_input_tokens: count(find("max_input_tokens")),
        dimensions: count(find("output_dimensions")),
        capabilities: CAPABILITIES.iter().filter_map(known).collect(),
        languages: languages.map(|languages| {
            languages.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        }),
        price: find("price").filter(is_list),
        deprecated_on: find("planned_deprecation_date").and_then(|date| date.text()),
    }
}

/// The input and output of a model, as JSON Schemas.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schema<V> {
    input: V,
    output: V,
}

/// Parses a schema.
pub fn schema<V: Value>(result: &V) -> Result<Schema<V>, Error> {
    match (result.member("input"), result.member("output")) {
        (Some(input), Some(output)) => Ok(Schema { input, output }),
        _ => Err(wrong(result, "schema")),
    }
}

/// The search term for a model: the end of its id. The service's search is undocumented, so the result is
/// only a preselection.
pub fn search_term(id: &str) -> &str {
    split_last(id, b'/').map_or(id, |(_, name)| name)
}

/// The error for a model that is not in the catalogue.
pub fn missing(id: &str) -> Error {
    let why = concat(&["The catalogue has no model ", id, ". models.list() has those that can be used."]);
    Error::new(Code::ModelNotFound, &why).with_field("id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::endpoint;
    use crate::value::json::Json;

    fn read(filter: &str) -> Result<Filter<Json>, String> {
        Filter::read(&Json::sample(filter)).map_err(|error| error.field.clone().unwrap_or_default())
    }

    #[test]
    fn filters_in_either_spelling() {
        let query = |filter: &str, page| endpoint::query(&read(filter).unwrap().query(page));
        assert_eq!(
            query(r#"{"task":"Text Generation","hideExperimental":true,"new_one":"x","search":null}"#, 2),
            "?task=Text%20Generation&hide_experimental=true&new_one=x&page=2&per_page=100"
        );
        assert_eq!(query(r#"{"page":7,"per_page":5,"source":1}"#, 1), "?page=7&source=1&per_page=5");
        for (filter, field) in [
            ("[]", "filter"),
            (r#""Text Generation""#, "filter"),
            (r#"{"task":5}"#, "task"),
            (r#"{"perPage":0}"#, "perPage"),
            (r#"{"per_page":1.5}"#, "per_page"),
            (r#"{"hide_experimental":"yes"}"#, "hide_experimental"),
            (r#"{"x":{}}"#, "x"),
            (r#"{"x":{"$":"NaN"}}"#, "x"),
            (r#"{"search":{"$":"a function"}}"#, "search"),
        ] {
            assert_eq!(read(filter).err().as_deref(), Some(field), "{filter}");
        }
    }

    #[test]
    fn pages_end() {
        let goes_on = |filter: &str, pages: &[(u32, usize, usize)], total| {
            let mut standing = Standing::default();
            pages.iter().for_each(|(page, items, fresh)| standing.read(*page, *items, *fresh));
            read(filter).unwrap().goes_on(&standing, total)
        };
        let all = |pages: &[(u32, usize, usize)], total| goes_on(r#"{"per_page":2}"#, pages, total);
        assert!(all(&[(1, 2, 2)], None) && all(&[(1, 2, 2)], Some(3)));
        assert!(!all(&[(1, 2, 2), (2, 1, 1)], None) && !all(&[(1, 2, 2), (2, 1, 1)], Some(3)));
        // A service that returns fewer than requested.
        assert!(all(&[(1, 1, 1)], None) && all(&[(1, 1, 1), (2, 1, 1)], None));
        assert!(all(&[(1, 1, 1), (2, 1, 1)], Some(3)) && !all(&[(1, 1, 1), (2, 1, 1), (3, 1, 1)], Some(3)));
        assert!(!all(&[(1, 0, 0)], None) && !all(&[(1, 0, 0)], Some(3)));
        assert!(!all(&[(3, 2, 0)], None) && !all(&[(MAX_PAGES, 2, 2)], None));
        assert!(!goes_on(r#"{"page":1,"per_page":2}"#, &[(1, 2, 2)], None));
    }

    #[test]
    fn a_search_shortens_the_way() {
        assert_eq!(search_term("@cf/baai/bge-m3"), "bge-m3");
        let query = |name| endpoint::query(&Filter::<Json>::search(name).query(1));
        assert_eq!(query(Some("bge-m3")), "?search=bge-m3&include_deprecated=true&page=1&per_page=100");
        assert_eq!(query(None), "?include_deprecated=true&page=1&per_page=100");
    }

    #[test]
    fn a_model_is_what_the_service_says_and_its_properties_by_name() {
        let answer = Json::sample(
            r#"{"result":[{"id":"u-1","name":"@cf/a/b","properties":[
            {"property_id":"context_window","value":"24000"},{"property_id":"function_calling","value":"true"},
            {"property_id":"async_queue","value":"false"},{"property_id":"price","value":[{"unit":"per M input tokens","price":0.3}]},
            {"property_id":"languages","value":"en, de"},{"property_id":"planned_deprecation_date","value":"2026-05-30"}]},5],
            "result_info":{"total_count":41}}"#,
        );
        let page = page(&answer, &answer.member("result").unwrap()).unwrap();
        assert_eq!((page.items.len(), page.total), (1, Some(41)));
        assert_eq!(
            serde_json::to_string(&properties(&page.items[0])).unwrap(),
            concat!(
                r#"{"contextWindow":24000,"capabilities":["functionCalling"],"languages":["en","de"],"#,
                r#""price":[{"unit":"per M input tokens","price":0.3}],"deprecatedOn":"2026-05-30"}"#
            )
        );
        assert_eq!(
            serde_json::to_string(&properties(&Json::sample("{}"))).unwrap(),
            r#"{"capabilities":[]}"#
        );
        assert!(super::page(&answer, &Json::sample("{}")).is_err());
        assert!(super::page(&answer, &Json::sample("[]")).is_ok());
        let failed = Json::sample(r#"{"error":{"code":3040,"message":"busy"}}"#);
        assert_eq!(super::page(&answer, &failed).unwrap_err().code, Code::Capacity);
    }

    #[test]
    fn a_schema_has_both_halves() {
        let schema =
            |text: &str| schema(&Json::sample(text)).map(|schema| serde_json::to_string(&schema).unwrap());
        assert_eq!(
            schema(r#"{"output":{},"input":{"a":1}}"#).as_deref(),
            Ok(r#"{"input":{"a":1.0},"output":{}}"#)
        );
        assert!(schema(r#"{"input":{}}"#).is_err());
    }
}
