//! Finetunes: LoRA adapters that language models take. The service's rules are checked before anything is sent, since an asset cannot be
//! replaced once it is there.

use super::read::{malformed, raw, text};
use crate::error::{Code, Error};
use crate::model::Model;
use crate::text::concat;
use crate::wire::json::{self, Kind, Value};
use crate::wire::write::Writer;

/// The file with the settings of an adapter.
pub const CONFIG: &str = "adapter_config.json";
/// The file with its weights.
pub const WEIGHTS: &str = "adapter_model.safetensors";

/// Weights are smaller than this.
const MAX_BYTES: f64 = 500.0 * 1024.0 * 1024.0;
/// Settings are a page of text.
const MAX_CONFIG_BYTES: f64 = 1024.0 * 1024.0;
/// The largest rank.
const MAX_RANK: i64 = 32;
/// The kinds of base models.
const MODEL_TYPES: [&str; 3] = ["mistral", "gemma", "llama"];

/// The body of `POST /finetunes`, out of `{ model, name, description?, public? }`.
pub fn create(input: Value<'_>) -> Result<String, Error> {
    if input.kind() != Kind::Object || input.get("$").is_some() {
        return Err(Error::invalid(
            "input",
            "The input must be an object: { model, name, description?, public? }.",
        ));
    }
    let given = |name: &str| input.get(name).filter(|value| !value.is_null());
    let Some(model) = given("model").and_then(|model| model.text()) else {
        return Err(Error::invalid("model", "model must be the id of the base model."));
    };
    Model::parse(&model)?;
    let Some(name) = given("name").and_then(|name| name.text()).filter(|name| !name.trim().is_empty()) else {
        return Err(Error::invalid("name", "name must be a string, and not empty."));
    };
    if given("description").is_some_and(|value| !value.is_string()) {
        return Err(Error::invalid("description", "description must be a string."));
    }
    if given("public").is_some_and(|value| value.kind() != Kind::Bool) {
        return Err(Error::invalid("public", "public must be a boolean."));
    }
    Ok(Writer::object(|out| {
        out.text("model", &model);
        out.text("name", &name);
        for other in ["description", "public"] {
            if let Some(value) = given(other) {
                out.raw(other, &raw(value));
            }
        }
    }))
}

/// Checks the name and the size of a file that is to be uploaded.
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

/// Checks the settings of an adapter.
pub fn check_config(config: &str) -> Result<(), Error> {
    let refuse = |field: &str, why: &str| Err(Error::invalid(field, &concat(&[CONFIG, " ", why])));
    let bytes = config.as_bytes();
    let parsed = json::parse(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let Ok(config) =
        parsed.map_err(|_| ()).and_then(|config| if config.is_object() { Ok(config) } else { Err(()) })
    else {
        return refuse("blob", "is not a JSON object.");
    };
    if let Some(rank) = config.get("r").filter(|rank| !rank.is_null())
        && !rank.as_i64().is_some_and(|rank| (1..=MAX_RANK).contains(&rank))
    {
        return refuse("r", "must have a rank r from 1 to 32.");
    }
    let kind = text(config, "model_type");
    if !kind.as_deref().is_some_and(|kind| MODEL_TYPES.contains(&kind)) {
        return refuse(
            "model_type",
            "must say what it adapts: add \"model_type\": \"mistral\", \"gemma\" or \"llama\".",
        );
    }
    Ok(())
}

/// `{ items }`: some lists come inside another one.
pub fn list(result: Value<'_>) -> Result<String, Error> {
    if !result.is_array() {
        return Err(malformed("list of finetunes"));
    }
    Ok(Writer::object(|out| {
        out.list("items", |out| {
            for entry in result.items() {
                for item in entry.items().chain([entry]).filter(|item| item.is_object()) {
                    out.raw_item(&raw(item));
                }
            }
        });
    }))
}

/// The finetune that was made.
pub fn created(result: Value<'_>) -> Result<String, Error> {
    let result = result.items().next().unwrap_or(result);
    if text(result, "id").is_none() {
        return Err(malformed("id of the finetune"));
    }
    Ok(raw(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Value<'_> {
        json::parse(text.as_bytes()).unwrap()
    }

    fn field<T>(result: Result<T, Error>) -> Option<String> {
        result.err().and_then(|error| error.field.clone())
    }

    #[test]
    fn what_a_finetune_is_made_of() {
        assert_eq!(
            create(parsed(r#"{"model":"@cf/a/b","name":"n","public":true,"other":1,"description":null}"#))
                .as_deref(),
            Ok(r#"{"model":"@cf/a/b","name":"n","public":true}"#)
        );
        for (input, name) in [
            ("[]", "input"),
            (r#"{"name":"n"}"#, "model"),
            (r#"{"model":"../x","name":"n"}"#, "model"),
            (r#"{"model":"@cf/a/b","name":" "}"#, "name"),
            (r#"{"model":"@cf/a/b","name":"n","public":"yes"}"#, "public"),
            (r#"{"model":"@cf/a/b","name":"n","description":1}"#, "description"),
        ] {
            assert_eq!(field(create(parsed(input))).as_deref(), Some(name), "{input}");
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
        assert!(check_config(r#"{"model_type":"llama"}"#).is_ok());
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
        let once = concat(&[r#"{"items":["#, item, "]}"]);
        assert_eq!(list(parsed(&concat(&["[", item, "]"]))).as_deref(), Ok(once.as_str()));
        assert_eq!(list(parsed(&["[[", item, "]]"].concat())).as_deref(), Ok(once.as_str()));
        assert_eq!(list(parsed("[[]]")).as_deref(), Ok(r#"{"items":[]}"#));
        assert!(list(parsed("{}")).is_err() && created(parsed("{}")).is_err());
        assert_eq!(created(parsed(item)).as_deref(), Ok(item));
    }
}
