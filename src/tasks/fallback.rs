//! The fallback models of a call.

use crate::catalog;
use crate::error::Error;
use crate::model::Model;
use crate::text::{concat, decimal};
use crate::value::Value;

/// Limit of the models: more would only delay the failure.
const MOST: usize = 8;

/// The models in order, the first one and those of `fallback`. Rejects an invalid id, a model of another task
/// than the first one's, and a model that does not support the input's form: `is_responses` if that is the
/// Responses dialect.
pub fn models<V: Value>(first: &str, fallback: &V, is_responses: bool) -> Result<Vec<String>, Error> {
    Model::parse(first)?;
    let refuse = |place: &str, why: &str| Err(Error::invalid(place, &concat(&[place, " ", why, "."])));
    let items = fallback.items();
    if !fallback.is_list() || items.len() > MOST {
        return refuse("fallback", "must be an array of at most 8 model ids");
    }
    let known = catalog::find(first);
    let mut models = vec![first.to_owned()];
    for (index, item) in items.iter().enumerate() {
        let place = concat(&["fallback[", &decimal(index as i64), "]"]);
        let Some(id) = item.text().filter(|id| Model::parse(id).is_ok()) else {
            return refuse(&place, "is not the id of a model; one looks like @cf/author/model");
        };
        if let (Some(first), Some(other)) = (known, catalog::find(&id))
            && !first.input.methods().iter().any(|method| other.serves(*method))
        {
            return refuse(
                &place,
                &concat(&[
                    "is a model for ",
                    other.task.name(),
                    ", the first one is for ",
                    first.task.name(),
                ]),
            );
        }
        if is_responses && !catalog::find(&id).is_none_or(|entry| entry.input.takes("input")) {
            return refuse(
                &place,
                "does not take the input of Responses: give messages, which all of them take",
            );
        }
        models.push(id);
    }
    Ok(models)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    const CHAT: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

    fn of(fallback: &str) -> Result<Vec<String>, String> {
        models(CHAT, &Json::sample(fallback), false).map_err(|error| error.field.clone().unwrap_or_default())
    }

    #[test]
    fn models_of_the_same_task_in_their_order() {
        assert_eq!(
            of(r#"["@cf/openai/gpt-oss-20b","@cf/new/one"]"#),
            Ok(vec![CHAT.to_owned(), "@cf/openai/gpt-oss-20b".to_owned(), "@cf/new/one".to_owned()])
        );
        assert_eq!(of("[]"), Ok(vec![CHAT.to_owned()]));
    }

    #[test]
    fn an_input_of_responses_has_models_that_know_it() {
        let of = |fallback: &str| models("@cf/openai/gpt-oss-20b", &Json::sample(fallback), true);
        assert!(of(r#"["@cf/openai/gpt-oss-120b","openai/gpt-5","@cf/new/one"]"#).is_ok());
        let refused = of(&["[\"", CHAT, "\"]"].concat()).unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("fallback[0]"));
        assert!(refused.message.contains("messages"), "{}", refused.message);
    }

    #[test]
    fn what_is_none_is_named() {
        for (fallback, field) in [
            (r#""@cf/a/b""#, "fallback"),
            ("null", "fallback"),
            (r#"["a","b","c","d","e","f","g","h","i"]"#, "fallback"),
            (r#"["@cf/new/one",5]"#, "fallback[1]"),
            (r#"["../x"]"#, "fallback[0]"),
            (r#"["@cf/baai/bge-m3"]"#, "fallback[0]"),
        ] {
            assert_eq!(of(fallback), Err(field.to_owned()), "{fallback}");
        }
    }
}
