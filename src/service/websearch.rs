//! Web search through an AI Gateway: its request and its results.

use serde::Serialize;

use super::fields::{text, whole, wrong};
use crate::error::Error;
use crate::text::concat;
use crate::value::{Shape, Value};

/// The service's limit of a query, in characters.
const MAX_QUERY: usize = 1024;
const PROVIDERS: [&str; 3] = ["ceramic", "exa", "linkup"];
const MAX_LIMIT: i64 = 10;

/// The options of the method, in addition to those of every call.
pub const OPTIONS: &[&str] = &["limit", "provider", "byokAlias"];

/// The request, without the gateway's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byok_alias: Option<String>,
}

impl Search {
    /// Parses a query and its options.
    pub fn read<V: Value>(query: &V, options: &V) -> Result<Self, Error> {
        let words = query.text().filter(|words| (1..=MAX_QUERY).contains(&words.chars().count()));
        let Some(words) = words else {
            return Err(Error::invalid("query", "query must be a string of 1 to 1024 characters."));
        };
        let provider = some(options, "provider").map(|provider| {
            let known = provider.text().filter(|name| PROVIDERS.contains(&name.as_str()));
            known.ok_or_else(|| refuse("provider", "\"ceramic\", \"exa\" or \"linkup\""))
        });
        let limit = some(options, "limit").map(|limit| {
            let right = whole(&limit).filter(|limit| (1..=MAX_LIMIT).contains(limit));
            right.ok_or_else(|| refuse("limit", "a whole number from 1 to 10"))
        });
        let alias = some(options, "byokAlias")
            .map(|alias| alias.text().ok_or_else(|| refuse("byokAlias", "the alias of a stored key")));
        Ok(Self {
            query: words,
            provider: provider.transpose()?,
            limit: limit.transpose()?,
            byok_alias: alias.transpose()?,
        })
    }
}

fn some<V: Value>(options: &V, name: &'static str) -> Option<V> {
    options.member(name).filter(|value| !matches!(value.shape(), Shape::Null))
}

fn refuse(name: &str, what: &str) -> Error {
    Error::invalid(name, &concat(&[name, " must be ", what, "."]))
}

/// A result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// Its URL.
    pub url: String,
    /// Its title; empty if it has none.
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_date: Option<String>,
}

/// The results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Best first.
    pub results: Vec<Page>,
}

/// Decodes an answer: `{ items, metadata }`.
pub fn found<V: Value>(answer: &V) -> Result<Found, Error> {
    let items = answer.get("items").filter(|items| items.is_list());
    let Some(items) = items else { return Err(wrong(answer, "list of items")) };
    let page = |item: V| {
        Some(Page {
            url: text(&item, "url")?,
            title: text(&item, "title").unwrap_or_default(),
            description: text(&item, "description"),
            image_url: text(&item, "imageUrl"),
            favicon_url: text(&item, "faviconUrl"),
            last_modified_date: text(&item, "lastModifiedDate"),
        })
    };
    Ok(Found { results: items.items().into_iter().filter_map(page).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn read(query: &str, options: &str) -> Result<String, Option<String>> {
        Search::read(&Json::sample(query), &Json::sample(options))
            .map(|search| serde_json::to_string(&search).unwrap())
            .map_err(|error| error.field.clone())
    }

    #[test]
    fn the_request_is_checked() {
        assert_eq!(read(r#""llamas""#, "{}"), Ok(r#"{"query":"llamas"}"#.to_owned()));
        assert_eq!(
            read(r#""a""#, r#"{"limit":3,"provider":"exa","byokAlias":"k","signal":1}"#),
            Ok(r#"{"query":"a","provider":"exa","limit":3,"byokAlias":"k"}"#.to_owned())
        );
        for (query, options, field) in [
            (r#""""#, "{}", "query"),
            ("5", "{}", "query"),
            (r#""a""#, r#"{"limit":11}"#, "limit"),
            (r#""a""#, r#"{"limit":1.5}"#, "limit"),
            (r#""a""#, r#"{"provider":"x"}"#, "provider"),
            (r#""a""#, r#"{"byokAlias":5}"#, "byokAlias"),
        ] {
            assert_eq!(read(query, options), Err(Some(field.to_owned())), "{query} {options}");
        }
    }

    #[test]
    fn what_is_found_has_an_address() {
        let answer = r#"{"items":[{"url":"https://a.example","title":"A","description":"d","score":1},{"title":"no"},{"url":"https://b.example"}]}"#;
        let found = found(&Json::sample(answer)).unwrap();
        assert_eq!(
            serde_json::to_string(&found).unwrap(),
            r#"{"results":[{"url":"https://a.example","title":"A","description":"d"},{"url":"https://b.example","title":""}]}"#
        );
        assert!(super::found(&Json::sample("{}")).is_err());
    }

    #[test]
    fn its_failures_have_the_codes_of_their_kind() {
        use crate::error::Code;
        let gateway = |code: &str, status: u16| {
            let body = concat(&[
                r#"{"ok":false,"error":{"category":"gateway","code":""#,
                code,
                r#"","retryable":false}}"#,
            ]);
            Error::from_body(status, body.as_bytes()).code
        };
        assert_eq!(gateway("web_search_payment_required", 402), Code::PaymentRequired);
        assert_eq!(gateway("web_search_payment_required", 200), Code::PaymentRequired);
        assert_eq!(gateway("web_search_unauthorized", 401), Code::Auth);
        assert_eq!(gateway("web_search_rate_limited", 429), Code::RateLimited);
    }
}
