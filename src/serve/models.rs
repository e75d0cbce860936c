//! `/v1/models` and `/v1/models/{id}`, for the SDKs of both OpenAI and Anthropic: the members of their
//! formats do not collide.

use super::allowed::{Allowed, quoted};
use super::exchange::{Answer, Body, Step};
use super::plan::{Plan, ResultKind};
use crate::error::{Code, Error};
use crate::text::{before, concat};
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// Lists the allowed models.
pub fn list(allowed: &Allowed) -> Result<Step, Error> {
    match allowed.names() {
        Some(names) => {
            let models = names.map(|(name, id)| one(name, id, None)).collect::<Vec<_>>();
            Ok(Step::Reply(Body::json(listed(&models))))
        }
        None => Ok(Step::Call(
            Plan::new("models.list", ResultKind::Value, vec!["{}".to_owned()]),
            Box::new(Models),
        )),
    }
}

/// Returns one model.
pub fn get(name: &str, allowed: &Allowed) -> Result<Step, Error> {
    let id = allowed.id(name)?;
    if allowed.names().is_some() {
        return Ok(Step::Reply(Body::json(one(name, &id, None))));
    }
    Ok(Step::Call(Plan::new("models.get", ResultKind::Value, vec![quoted(&id)]), Box::new(Model)))
}

struct Models;

impl Answer for Models {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let models = value.items().filter_map(model_json).collect::<Vec<_>>();
        Ok(Body::json(listed(&models)))
    }
}

struct Model;

impl Answer for Model {
    fn whole(&mut self, value: Value<'_>) -> Result<Body, Error> {
        let unreadable =
            || Error::new(Code::MalformedResponse, "The service's description of the model cannot be read.");
        model_json(value).map(Body::json).ok_or_else(unreadable)
    }
}

/// A model in the client's format.
fn model_json(model: Value<'_>) -> Option<String> {
    let name = model.get("name")?.text()?;
    Some(one(&name, &name, model.get("created_at").and_then(|time| time.text()).as_deref()))
}

fn listed(models: &[String]) -> String {
    Writer::object(|out| {
        out.text("object", "list");
        out.raw("data", &concat(&["[", &models.join(","), "]"]));
        out.raw("has_more", "false");
    })
}

/// `created` has the service's format, `2025-04-01 12:00:00.000`.
fn one(name: &str, id: &str, created: Option<&str>) -> String {
    let day =
        created.and_then(|time| time.get(..10)).filter(|day| seconds(day).is_some()).unwrap_or("1970-01-01");
    Writer::object(|out| {
        out.text("id", name);
        out.text("object", "model");
        out.number("created", seconds(day).unwrap_or(0));
        out.text("owned_by", author(id));
        out.text("type", "model");
        out.text("display_name", name);
        out.text("created_at", &concat(&[day, "T00:00:00Z"]));
    })
}

/// The author in an id: `meta` for `@cf/meta/llama` and `meta/llama`.
fn author(id: &str) -> &str {
    let own = id.strip_prefix("@cf/").or(id.strip_prefix("@hf/")).unwrap_or(id);
    before(own, b'/')
}

/// The seconds since 1970 of a date such as `2025-04-01`.
fn seconds(day: &str) -> Option<i64> {
    let number = |from: usize, to: usize| crate::text::integer(day.as_bytes().get(from..to)?);
    let (year, month, date) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&date) {
        return None;
    }
    // If years begin in March, the leap day is their last day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + date - 1;
    const UNTIL_1970: i64 = 719_468;
    Some((days - UNTIL_1970) * 86_400)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{planned, planned_with};
    use super::*;

    #[test]
    fn days() {
        for (day, expected) in [
            ("1970-01-01", Some(0)),
            ("2000-02-29", Some(951_782_400)),
            ("2025-04-01", Some(1_743_465_600)),
            ("2025-13-01", None),
            ("day", None),
        ] {
            assert_eq!(seconds(day), expected, "{day}");
        }
    }

    #[test]
    fn models_are_listed() {
        let (mut exchange, plan) = planned("GET", "/v1/models", "");
        assert!(plan.unwrap().contains(r#""method":"models.list""#));
        let body = exchange.answer(br#"[{"name":"@cf/a/b","created_at":"2025-04-01 10:00:00.000"},{"x":1}]"#);
        let model = r#"{"id":"@cf/a/b","object":"model","created":1743465600,"owned_by":"a","type":"model","display_name":"@cf/a/b","created_at":"2025-04-01T00:00:00Z"}"#;
        assert_eq!(body, [r#"{"object":"list","data":["#, model, r#"],"has_more":false}"#].concat());
        let (mut exchange, _) = planned("GET", "/v1/models/%40cf%2Fa%2Fb", "");
        assert_eq!(exchange.answer(br#"{"name":"@cf/a/b","created_at":"2025-04-01"}"#), model);
        let settings = br#"{"method":"GET","path":"/v1/models","models":{"gpt-4o":"@cf/a/b"}}"#;
        let reply = planned_with(settings, b"").1.unwrap_err();
        assert!(reply.contains(r#""id":"gpt-4o""#) && reply.contains(r#""owned_by":"a""#), "{reply}");
    }
}
