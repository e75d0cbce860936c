//! Decodes answers to `embeddings.create`: OpenAI's list, or a model's own rows. Both occur on both doors.

use super::answer::malformed;
use super::text_embeddings::{numbers, order, rows};
use crate::error::{Code, Error};
use crate::text::{concat, decimal};
use crate::value::{Shape, Value};

/// The items of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<V> {
    /// In the order of the texts: vectors, or objects with them.
    pub items: Vec<V>,
    /// True if they are objects in OpenAI's form.
    pub are_openai: bool,
    /// True if they were in the order of the texts.
    pub in_order: bool,
}

/// Decodes them: one for each text, each with a vector of the same length. The values of the numbers are not
/// validated.
pub fn read<V: Value>(answer: &V, texts: usize) -> Result<Listed<V>, Error> {
    let mut items = rows(answer)?;
    if texts == 1 && items.first().is_some_and(|item| item.number().is_some()) {
        // A single vector may have no list around it.
        items = answer.get("data").or_else(|| answer.get("response")).into_iter().collect();
    }
    if items.len() != texts {
        let (has, wanted) = (decimal(items.len() as i64), decimal(texts as i64));
        let why = concat(&["The answer has ", &has, " vectors for ", &wanted, " texts."]);
        return Err(Error::new(Code::MalformedResponse, why));
    }
    let mut dimensions = None;
    for item in &items {
        match numbers(item).shape() {
            // In base64, if the caller has requested that.
            Shape::Text(1..) | Shape::Media(Some(1..)) => {}
            Shape::Numbers(length @ 1.., _) if *dimensions.get_or_insert(length) == length => {}
            _ => return Err(malformed("data of vectors, all of one length and with nothing but numbers")),
        }
    }
    let are_openai = items.iter().all(|item| item.get("embedding").is_some());
    let order = order(&items)?;
    let in_order = order.is_none();
    if let Some(order) = order {
        items = order.into_iter().filter_map(|place| items.get(place).cloned()).collect();
    }
    Ok(Listed { items, are_openai, in_order })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn listed(answer: &str, texts: usize) -> Result<(Vec<String>, bool, bool), Code> {
        let listed = read(&Json::sample(answer), texts).map_err(|error| error.code)?;
        let items = listed.items.iter().filter_map(Value::to_json).collect();
        Ok((items, listed.are_openai, listed.in_order))
    }

    #[test]
    fn both_forms_are_read() {
        let own = |items: [&str; 2]| (items.map(str::to_owned).to_vec(), false, true);
        assert_eq!(listed(r#"{"shape":[2,2],"data":[[1,2],[3,4]]}"#, 2), Ok(own(["[1,2]", "[3,4]"])));
        assert_eq!(listed(r#"{"response":[[1,2],[3,4]]}"#, 2), Ok(own(["[1,2]", "[3,4]"])));
        assert_eq!(listed(r#"{"data":[1,2]}"#, 1), Ok((vec!["[1,2]".to_owned()], false, true)));
        let (a, b) = (r#"{"index":0,"embedding":[1]}"#, r#"{"index":1,"embedding":[2]}"#);
        let expected = vec![a.to_owned(), b.to_owned()];
        assert_eq!(listed(&format!(r#"{{"data":[{a},{b}]}}"#), 2), Ok((expected.clone(), true, true)));
        assert_eq!(listed(&format!(r#"{{"data":[{b},{a}]}}"#), 2), Ok((expected, true, false)));
        assert!(listed(r#"{"data":[{"embedding":"AACAPw=="}]}"#, 1).is_ok());
    }

    #[test]
    fn there_is_one_vector_for_each_text() {
        for (answer, texts) in [
            (r#"{"data":[]}"#, 1),
            (r#"{"data":[]}"#, 2),
            (r#"{"data":[[1,2]]}"#, 2),
            (r#"{"data":[[1,2],[3]]}"#, 2),
            (r#"{"data":[[null,null]]}"#, 1),
            (r#"{"data":[[null,null]]}"#, 2),
            (r#"{"data":[[1,null]]}"#, 1),
            (r#"{"data":[[]]}"#, 1),
            (r#"{"data":[{"index":0}]}"#, 1),
            (r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}"#, 2),
            (r#"{"data":null}"#, 1),
            (r#"{"data":"x"}"#, 1),
        ] {
            assert_eq!(listed(answer, texts), Err(Code::MalformedResponse), "{answer}");
        }
    }
}
