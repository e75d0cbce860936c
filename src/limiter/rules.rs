//! The rules of the limits: the service's published ones, overridden by the caller's.

use super::window::Limit;
use crate::catalog::Task;
use crate::error::Error;
use crate::options::names::LIMITER;
use crate::slip::{self, clip};
use crate::text::{concat, join};
use crate::value::{Shape, Value};

/// Default limit of the calls that wait for one limit.
const MOST_WAITING: usize = 1_000;

/// A limit with its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    /// A task, or a model with a limit of its own.
    pub name: String,
    pub limit: Limit,
    /// True if answers consist of tokens.
    pub writes: bool,
}

/// The published limits of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The model's task.
    pub task: Task,
    /// Requests per minute, if the model has a limit of its own.
    pub requests_per_minute: Option<u32>,
}

impl Published {
    /// From the catalogue. An unknown model counts as text generation, which has the lowest limit.
    pub fn of(model: &str) -> Self {
        let entry = crate::catalog::find(model);
        Self {
            task: entry.map_or(Task::TextGeneration, |entry| entry.task),
            requests_per_minute: entry.and_then(|entry| entry.requests_per_minute),
        }
    }
}

/// One kind of limit, as the caller has set it.
#[derive(Debug, Default)]
enum LimitOption {
    /// The published ones, if there are any.
    #[default]
    Published,
    /// The same for each task; infinite for none.
    Each(f64),
    /// For some tasks and models; the published ones for the others.
    Named(Vec<(String, f64)>),
}

impl LimitOption {
    fn named(&self, name: &str) -> Option<f64> {
        match self {
            LimitOption::Named(limits) => limits.iter().find(|(own, _)| own == name).map(|(_, limit)| *limit),
            _ => None,
        }
    }
}

/// The limits of a client.
#[derive(Debug)]
pub struct Rules {
    requests: LimitOption,
    tokens: LimitOption,
    /// Calls that may wait for one limit.
    pub(super) most_waiting: usize,
}

impl Rules {
    /// Parses the option `limiter`: `true`, or an object.
    pub fn read<V: Value>(option: &V) -> Result<Self, Error> {
        if option.boolean() != Some(true) && !option.is_object() {
            return Err(Error::config(
                "limiter",
                "limiter takes true, or { requestsPerMinute, tokensPerMinute, maxQueue }.",
            ));
        }
        for (name, _) in option.members() {
            if !LIMITER.contains(&name.as_str()) {
                let field = concat(&["limiter.", clip(&name)]);
                let message = slip::sentence(&field, "option", slip::meant(&name, LIMITER, &[]), LIMITER);
                return Err(Error::config(&field, &message));
            }
        }
        Ok(Self {
            requests: limit_option(option, "requestsPerMinute", "limiter.requestsPerMinute")?,
            tokens: limit_option(option, "tokensPerMinute", "limiter.tokensPerMinute")?,
            most_waiting: most_waiting(option.member("maxQueue"))?,
        })
    }

    /// True if there is a limit of tokens. None is published.
    pub fn count_tokens(&self) -> bool {
        !matches!(self.tokens, LimitOption::Published)
    }

    /// The limit for a model.
    pub(super) fn of(&self, model: &str, published: Published) -> Rule {
        let task = published.task;
        let published = published.requests_per_minute.map(f64::from);
        let own = match self.requests {
            LimitOption::Each(_) => None,
            _ => self.requests.named(model).or(published),
        };
        let own_tokens = self.tokens.named(model);
        let name = if own.is_some() || own_tokens.is_some() { model } else { task.name() };
        let requests = own.or_else(|| match self.requests {
            LimitOption::Each(limit) => Some(limit),
            _ => self.requests.named(task.name()).or(task.requests_per_minute().map(f64::from)),
        });
        let tokens = own_tokens.or_else(|| match self.tokens {
            LimitOption::Each(limit) => Some(limit),
            _ => self.tokens.named(task.name()),
        });
        let finite = |limit: Option<f64>| limit.filter(|limit| limit.is_finite());
        Rule {
            name: name.to_owned(),
            limit: Limit { requests: finite(requests), tokens: finite(tokens) },
            writes: matches!(
                task,
                Task::TextGeneration | Task::ImageToText | Task::Summarization | Task::Translation
            ),
        }
    }
}

fn limit_option<V: Value>(option: &V, name: &'static str, field: &str) -> Result<LimitOption, Error> {
    let Some(value) = option.member(name) else { return Ok(LimitOption::Published) };
    if let Some(limit) = limit(&value) {
        return Ok(LimitOption::Each(limit));
    }
    if !value.is_object() {
        return Err(refused(field, "or an object of them, by task or model"));
    }
    let mut limits = Vec::new();
    for (key, member) in value.members() {
        let place = concat(&[field, ".", &key]);
        let is_task = Task::ALL.iter().any(|task| task.name() == key);
        // Ids contain slashes, tasks do not.
        if !is_task && !key.as_bytes().contains(&b'/') {
            let tasks: Vec<&str> = Task::ALL.iter().map(|task| task.name()).collect();
            let message = concat(&[
                &place,
                " is neither a model nor a task. The tasks are: ",
                &join(&tasks, ", "),
                ".",
            ]);
            return Err(Error::config(&place, &message));
        }
        limits.push((key, limit(&member).ok_or_else(|| refused(&place, "per minute"))?));
    }
    Ok(LimitOption::Named(limits))
}

fn refused(field: &str, more: &str) -> Error {
    Error::config(
        field,
        &concat(&[field, " takes a whole number from 1 on, Infinity for no limit, ", more, "."]),
    )
}

/// A limit; infinite for none.
fn limit<V: Value>(value: &V) -> Option<f64> {
    let Shape::Number(limit) = value.shape() else { return None };
    (limit == f64::INFINITY || (limit >= 1.0 && limit.fract() == 0.0)).then_some(limit)
}

fn most_waiting<V: Value>(value: Option<V>) -> Result<usize, Error> {
    let Some(value) = value else { return Ok(MOST_WAITING) };
    match value.shape() {
        Shape::Number(f64::INFINITY) => Ok(usize::MAX),
        Shape::Number(count) if count >= 0.0 && count.fract() == 0.0 => Ok(count as usize),
        _ => Err(Error::config(
            "limiter.maxQueue",
            "limiter.maxQueue takes a whole number of calls, 0 for none that waits, Infinity for any number.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::value::json::Json;

    const CHAT: &str = "@cf/meta/llama-3.1-8b-instruct";
    const PAID: &str = "@cf/zai-org/glm-5.2";

    fn rules(option: &str) -> Result<Rules, String> {
        Rules::read(&Json::sample(option)).map_err(|error| error.field.clone().unwrap_or_default())
    }

    /// The name of the limit, requests, tokens.
    fn of(option: &str, model: &str) -> (String, Option<f64>, Option<f64>) {
        let Rule { name, limit, .. } = rules(option).unwrap().of(model, Published::of(model));
        (name, limit.requests, limit.tokens)
    }

    #[test]
    fn the_published_limits_are_the_defaults() {
        for option in ["true", "{}"] {
            assert_eq!(of(option, CHAT), ("Text Generation".into(), Some(300.0), None));
            assert_eq!(of(option, "@cf/baai/bge-m3"), ("Text Embeddings".into(), Some(3000.0), None));
            assert_eq!(
                of(option, "@cf/baai/bge-large-en-v1.5"),
                ("@cf/baai/bge-large-en-v1.5".into(), Some(1500.0), None)
            );
            assert_eq!(of(option, PAID), (PAID.into(), Some(20.0), None));
            assert_eq!(of(option, "@cf/deepgram/aura-2-en"), ("Text-to-Speech".into(), None, None));
            assert_eq!(of(option, "@cf/new/one"), ("Text Generation".into(), Some(300.0), None));
        }
    }

    #[test]
    fn a_paid_model_has_a_limit_of_its_own() {
        for entry in catalog::all() {
            if entry.can(catalog::Capability::PaidPlan) {
                assert_eq!(entry.requests_per_minute, Some(20), "{}", entry.id);
            }
        }
    }

    #[test]
    fn the_typings_name_every_task() {
        for task in Task::ALL {
            let name = concat(&["  | \"", task.name(), "\""]);
            assert!(include_str!("../options.d.ts").contains(&name), "{name}");
        }
    }

    #[test]
    fn the_callers_limits_win() {
        let each = r#"{"requestsPerMinute":50,"tokensPerMinute":9000}"#;
        assert_eq!(of(each, CHAT), ("Text Generation".into(), Some(50.0), Some(9000.0)));
        assert_eq!(of(each, PAID), ("Text Generation".into(), Some(50.0), Some(9000.0)));
        let named = r#"{"requestsPerMinute":{"Text Generation":7,"@cf/zai-org/glm-5.2":50,"@cf/new/one":1},"tokensPerMinute":{"@cf/baai/bge-m3":5}}"#;
        assert_eq!(of(named, CHAT), ("Text Generation".into(), Some(7.0), None));
        assert_eq!(of(named, PAID), (PAID.into(), Some(50.0), None));
        assert_eq!(of(named, "@cf/new/one"), ("@cf/new/one".into(), Some(1.0), None));
        assert_eq!(of(named, "@cf/baai/bge-m3"), ("@cf/baai/bge-m3".into(), Some(3000.0), Some(5.0)));
        let none = r#"{"requestsPerMinute":{"$":"Infinity"}}"#;
        assert_eq!(of(none, PAID), ("Text Generation".into(), None, None));
    }

    #[test]
    fn what_is_no_limit_is_refused_by_its_name() {
        for (option, field) in [
            ("5", "limiter"),
            (r#""yes""#, "limiter"),
            ("[]", "limiter"),
            (r#"{"requestsPerMinute":0}"#, "limiter.requestsPerMinute"),
            (r#"{"requestsPerMinute":1.5}"#, "limiter.requestsPerMinute"),
            (r#"{"requestsPerMinute":"60"}"#, "limiter.requestsPerMinute"),
            (r#"{"requestsPerMinute":{"$":"a function"}}"#, "limiter.requestsPerMinute"),
            (r#"{"tokensPerMinute":{"Text Generation":-1}}"#, "limiter.tokensPerMinute.Text Generation"),
            (r#"{"tokensPerMinute":{"text":1}}"#, "limiter.tokensPerMinute.text"),
            (r#"{"maxQueue":-1}"#, "limiter.maxQueue"),
            (r#"{"maxQueue":"9"}"#, "limiter.maxQueue"),
        ] {
            assert_eq!(rules(option).err().as_deref(), Some(field), "{option}");
        }
        assert_eq!(rules(r#"{"maxQueue":0}"#).unwrap().most_waiting, 0);
        assert_eq!(rules(r#"{"maxQueue":{"$":"Infinity"}}"#).unwrap().most_waiting, usize::MAX);
        assert_eq!(rules("{}").unwrap().most_waiting, MOST_WAITING);
        assert!(!rules("{}").unwrap().count_tokens());
        assert!(rules(r#"{"tokensPerMinute":5}"#).unwrap().count_tokens());
    }
}
