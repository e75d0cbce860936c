//! Finetunes: LoRA adapters for language models. The service's rules are validated before anything is sent,
//! since an uploaded asset cannot be replaced.

use serde::Serialize;

use super::fields::{is_list, text, wrong};
use crate::error::{Code, Error};
use crate::model::Model;
use crate::slip::{Aliases, check_members};
use crate::text::concat;
use crate::value::{Shape, Value};
use crate::wire::json;

/// The file with the settings of an adapter.
pub const CONFIG: &str = "adapter_config.json";
/// The file with its weights.
pub const WEIGHTS: &str = "adapter_model.safetensors";

/// Size limit of the weights in bytes, exclusive.
pub const MAX_BYTES: f64 = 500.0 * 1024.0 * 1024.0;
/// Size limit of the settings.
const MAX_CONFIG_BYTES: f64 = 1024.0 * 1024.0;
/// The largest rank.
const MAX_RANK: i64 = 32;
/// The kinds of base models.
const MODEL_TYPES: [&str; 3] = ["mistral", "gemma", "llama"];

/// Members of the request to create a finetune.
const NAMES: &[&str] = &["model", "name", "description", "public"];

/// The body of `POST /finetunes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewFinetune {
    model: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public: Option<bool>,
}

impl NewFinetune {
    /// Reads `{ model, name, description?, public? }`.
    pub fn read<V: Value>(input: &V) -> Result<Self, Error> {
        if !input.is_object() {
            return Err(Error::invalid(
                "input",
                "The input must be an object: { model, name, description?, public? }.",
            ));
        }
        let aliases: &Aliases = &[("ispublic visibility", "public"), ("desc", "description")];
        check_members(input, "", "member of a finetune", NAMES, aliases, true)?;
        let Some(model) = input.get("model").and_then(|model| model.text()) else {
            return Err(Error::invalid("model", "model must be the id of the base model."));
        };
        Model::parse(&model)?;
        let name = input.get("name").and_then(|name| name.text()).filter(|name| !name.trim().is_empty());
        let Some(name) = name else {
            return Err(Error::invalid("name", "name must be a string, and not empty."));
        };
        let (description, public) = (input.get("description"), input.get("public"));
        if description.as_ref().is_some_and(|value| !matches!(value.shape(), Shape::Text(_))) {
            return Err(Error::invalid("description", "description must be a string."));
        }
        if public.as_ref().is_some_and(|value| value.shape() != Shape::Boolean) {
            return Err(Error::invalid("public", "public must be a boolean."));
        }
        Ok(NewFinetune {
            model,
            name,
            description: description.and_then(|text| text.text()),
            public: public.and_then(|flag| flag.boolean()),
        })
    }
}

/// Validates the name and the size of a file.
pub fn check_file(name: &str, bytes: f64) -> Result<(), Error> {
    let most = match name {
        CONFIG => MAX_CONFIG_BYTES,
        WEIGHTS => MAX_BYTES,
        _ => {
            let why = ["name must be \"", CONFIG, "\" or \"", WEIGHTS, "\": the service knows no others."];
            return Err(Error::invalid("name", &concat(&why)));
        }
    };
    if bytes < 1.0 {
        return Err(Error::invalid("blob", &concat(&["The file ", name, " is empty."])));
    }
    if bytes >= most {
        let mib = crate::text::decimal((most / 1024.0 / 1024.0) as i64);
        let why = concat(&["The file ", name, " is too large: it must have less than ", &mib, " MiB."]);
        return Err(Error::new(Code::TooLarge, &why).with_field("blob"));
    }
    Ok(())
}

/// Validates the settings of an adapter, the text of a file.
pub fn check_config(config: &str) -> Result<(), Error> {
    let refuse = |field: &str, why: &str| Err(Error::invalid(field, &concat(&[CONFIG, " ", why])));
    let bytes = config.as_bytes();
    let parsed = json::parse(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let Some(config) = parsed.ok().filter(|config| config.is_object()) else {
        return refuse("blob", "is not a JSON object.");
    };
    if let Some(rank) = config.get("r").filter(|rank| !rank.is_null())
        && !rank.as_i64().is_some_and(|rank| (1..=MAX_RANK).contains(&rank))
    {
        return refuse("r", "must have a rank r from 1 to 32.");
    }
    let kind = config.get("model_type").and_then(|kind| kind.text());
    if !kind.as_deref().is_some_and(|kind| MODEL_TYPES.contains(&kind)) {
        return refuse(
            "model_type",
            "must say what it adapts: add \"model_type\": \"mistral\", \"gemma\" or \"llama\".",
        );
    }
    Ok(())
}

/// Parses a list of finetunes: some are nested in another list.
pub fn list<V: Value>(result: &V) -> Result<Vec<V>, Error> {
    if !is_list(result) {
        return Err(wrong(result, "list of finetunes"));
    }
    let mut list = Vec::new();
    for entry in result.items() {
        let inner = entry.items();
        list.extend(inner.into_iter().chain([entry]).filter(V::is_object));
    }
    Ok(list)
}

/// Parses the new finetune.
pub fn created<V: Value>(result: &V) -> Result<V, Error> {
    let result = result.items().into_iter().next().unwrap_or_else(|| result.clone());
    if text(&result, "id").is_none() {
        return Err(wrong(&result, "id of the finetune"));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn field<T>(result: Result<T, Error>) -> Option<String> {
        result.err().and_then(|error| error.field.clone())
    }

    fn create(input: &str) -> Result<String, Error> {
        NewFinetune::read(&Json::sample(input)).map(|finetune| serde_json::to_string(&finetune).unwrap())
    }

    #[test]
    fn what_a_finetune_is_made_of() {
        assert_eq!(
            create(r#"{"model":"@cf/a/b","name":"n","public":true,"description":null}"#).as_deref(),
            Ok(r#"{"model":"@cf/a/b","name":"n","public":true}"#)
        );
        for (input, name) in [
            ("[]", "input"),
            ("null", "input"),
            (r#"{"model":"@cf/a/b","name":"n","other":1}"#, "other"),
            (r#"{"name":"n"}"#, "model"),
            (r#"{"model":"../x","name":"n"}"#, "model"),
            (r#"{"model":"@cf/a/b","name":" "}"#, "name"),
            (r#"{"model":"@cf/a/b","name":"n","public":"yes"}"#, "public"),
            (r#"{"model":"@cf/a/b","name":"n","description":1}"#, "description"),
        ] {
            assert_eq!(field(create(input)).as_deref(), Some(name), "{input}");
        }
    }

    #[test]
    fn two_files_and_their_sizes() {
        assert_eq!(field(check_file("adapter_model.bin", 10.0)).as_deref(), Some("name"));
        assert_eq!(field(check_file(WEIGHTS, 0.0)).as_deref(), Some("blob"));
        assert!(check_file(WEIGHTS, 499.0 * 1024.0 * 1024.0).is_ok());
        let error = check_file(WEIGHTS, 500.0 * 1024.0 * 1024.0).unwrap_err();
        assert_eq!((error.code, error.field.as_deref()), (Code::TooLarge, Some("blob")));
    }

    #[test]
    fn settings_say_rank_and_kind() {
        assert!(check_config(r#"{"r":8,"model_type":"mistral"}"#).is_ok());
        assert!(check_config("\u{feff}{\"model_type\":\"llama\"}").is_ok());
        for (config, name) in [
            ("weights", "blob"),
            ("[]", "blob"),
            (r#"{"r":64,"model_type":"llama"}"#, "r"),
            (r#"{"r":"8","model_type":"llama"}"#, "r"),
            (r#"{"r":8}"#, "model_type"),
            (r#"{"r":8,"model_type":"qwen"}"#, "model_type"),
        ] {
            assert_eq!(field(check_config(config)).as_deref(), Some(name), "{config}");
        }
    }

    #[test]
    fn lists_in_lists_are_one_list() {
        let item = r#"{"id":"1","name":"n","model":"m","created_at":"2024-01-01","public":false}"#;
        let once = vec![Json::sample(item)];
        assert_eq!(list(&Json::sample(&["[", item, "]"].concat())), Ok(once.clone()));
        assert_eq!(list(&Json::sample(&["[[", item, "]]"].concat())), Ok(once.clone()));
        assert_eq!(list(&Json::sample("[[]]")), Ok(Vec::new()));
        assert!(list(&Json::sample("{}")).is_err() && created(&Json::sample("{}")).is_err());
        assert_eq!(created(&Json::sample(item)).as_ref(), Ok(&once[0]));
        assert_eq!(created(&Json::sample(&["[", item, "]"].concat())).as_ref(), Ok(&once[0]));
    }
}
