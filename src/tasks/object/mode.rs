//! Which way a family of models takes a JSON Schema.

/// The ways to have a value of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// JSON mode of the older models: the bare schema in `response_format`.
    Schema,
    /// OpenAI's: the schema with a name around it in `response_format`.
    OpenaiSchema,
    /// The same of the Responses dialect, in `text.format`.
    ResponsesSchema,
    /// The schema as `guided_json`.
    GuidedJson,
    /// A tool that has to be called, whose parameters are the schema.
    Tool,
    /// As [`Mode::Schema`], not streamed although a stream is wanted: the whole answer comes at once.
    SchemaUnstreamed,
    /// As [`Mode::GuidedJson`], the same.
    GuidedJsonUnstreamed,
}

impl Mode {
    /// Its name, as `meta.objectMode` has it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Schema => "schema",
            Mode::OpenaiSchema => "openai-schema",
            Mode::ResponsesSchema => "responses-schema",
            Mode::GuidedJson => "guided-json",
            Mode::Tool => "tool",
            Mode::SchemaUnstreamed | Mode::GuidedJsonUnstreamed => "unstreamed",
        }
    }
}

/// What a family does.
struct Family {
    /// The ids begin with one of these.
    ids: &'static [&'static str],
    /// The whole answer at once.
    whole: Mode,
    /// A stream.
    streamed: Mode,
}

// `FAMILIES`: the facts `object-mode` of src/catalog/quirks.json, of which the first that fits counts. Whoever is in none takes OpenAI's envelope: the newer
// models of the service and third parties.
include!(concat!(env!("OUT_DIR"), "/object_modes.rs"));

/// The way of a model. `responses`: is the input of the Responses dialect?
pub fn of(model: &str, streamed: bool, responses: bool) -> Mode {
    let family = FAMILIES.iter().find(|family| family.ids.iter().any(|id| model.starts_with(id)));
    match family {
        _ if responses => Mode::ResponsesSchema,
        Some(family) if streamed => family.streamed,
        Some(family) => family.whole,
        None => Mode::OpenaiSchema,
    }
}

/// Is it one of third parties, whose models refuse a schema that is none of an object?
pub fn wants_objects(model: &str) -> bool {
    !model.starts_with('@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, InputShape, Method};

    #[test]
    fn each_family_has_its_way() {
        for (model, whole, streamed) in [
            ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", Mode::Schema, Mode::Tool),
            ("@cf/meta/llama-4-scout-17b-16e-instruct", Mode::Schema, Mode::Tool),
            ("@cf/meta/llama-3.1-8b-instruct-fast", Mode::Schema, Mode::SchemaUnstreamed),
            ("@cf/mistralai/mistral-small-3.1-24b-instruct", Mode::Tool, Mode::Tool),
            ("@cf/google/gemma-3-12b-it", Mode::GuidedJson, Mode::GuidedJsonUnstreamed),
            ("@cf/google/gemma-4-26b-a4b-it", Mode::OpenaiSchema, Mode::OpenaiSchema),
            ("@cf/moonshotai/kimi-k2.6", Mode::OpenaiSchema, Mode::OpenaiSchema),
            ("@cf/openai/gpt-oss-120b", Mode::OpenaiSchema, Mode::OpenaiSchema),
            ("anthropic/claude-sonnet-4.5", Mode::OpenaiSchema, Mode::OpenaiSchema),
        ] {
            assert_eq!((of(model, false, false), of(model, true, false)), (whole, streamed), "{model}");
        }
        assert_eq!(of("@cf/openai/gpt-oss-120b", false, true), Mode::ResponsesSchema);
        assert!(wants_objects("openai/gpt-5.2") && !wants_objects("@cf/openai/gpt-oss-20b"));
    }

    /// The table agrees with what the catalogue says of each model's input.
    #[test]
    fn models_of_the_older_dialect_get_the_bare_schema_and_newer_ones_the_envelope() {
        let mut seen = 0;
        for entry in catalog::all() {
            if !entry.serves(Method::GenerateText) {
                continue;
            }
            let newer = matches!(
                entry.input,
                InputShape::TextOpen
                    | InputShape::TextGptOss
                    | InputShape::TextChat
                    | InputShape::TextChatBatch
                    | InputShape::TextGemma4
                    | InputShape::TextNemotron
            );
            assert_eq!(newer, of(entry.id, false, false) == Mode::OpenaiSchema, "{}", entry.id);
            seen += 1;
        }
        assert!(seen > 30, "{seen}");
    }
}
