//! How a model family accepts a JSON Schema.

/// The modes of structured output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// JSON mode of the older models: the bare schema in `response_format`.
    Schema,
    /// OpenAI's form: the schema and its name in `response_format`.
    OpenaiSchema,
    /// The same of the Responses dialect, in `text.format`.
    ResponsesSchema,
    /// The schema as `guided_json`.
    GuidedJson,
    /// A tool that must be called, whose parameters are the schema.
    Tool,
    /// Like [`Mode::Schema`], not streamed although a stream is requested.
    SchemaUnstreamed,
    /// Like [`Mode::GuidedJson`], not streamed.
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

/// The modes of a family.
struct Family {
    /// Prefixes of the ids.
    ids: &'static [&'static str],
    /// The mode of a complete answer.
    whole: Mode,
    /// The mode of a stream.
    streamed: Mode,
}

// `FAMILIES`: the facts `object-mode` of src/catalog/quirks.json; the first match counts. All other models
// use OpenAI's form: the newer models of the service and those of other authors.
include!(concat!(env!("OUT_DIR"), "/object_modes.rs"));

/// The mode of a model. `responses`: the input is in the Responses dialect.
pub fn of(model: &str, streamed: bool, responses: bool) -> Mode {
    let family = FAMILIES.iter().find(|family| family.ids.iter().any(|id| model.starts_with(id)));
    match family {
        _ if responses => Mode::ResponsesSchema,
        Some(family) if streamed => family.streamed,
        Some(family) => family.whole,
        None => Mode::OpenaiSchema,
    }
}

/// True for models of other authors that reject a schema of anything but an object.
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

    /// The table is consistent with the catalogue's input of each model.
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
