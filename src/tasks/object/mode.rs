//! Which way a family of models takes a JSON Schema. One table, by the beginnings of ids.

/// The ways to have a value of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// JSON mode of the older models: the bare schema in `response_format`.
    Schema,
    /// OpenAI's: the schema with a name around it in `response_format`.
    Envelope,
    /// The same of the Responses dialect, in `text.format`.
    Responses,
    /// The schema as `guided_json`.
    Guided,
    /// A tool that has to be called, whose parameters are the schema.
    Tool,
    /// As [`Mode::Schema`], not streamed although a stream is wanted: the whole answer comes at once.
    Unstreamed,
    /// As [`Mode::Guided`], the same.
    GuidedUnstreamed,
}

impl Mode {
    /// Its name, as `meta.objectMode` has it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Schema => "schema",
            Mode::Envelope => "openai-schema",
            Mode::Responses => "responses-schema",
            Mode::Guided => "guided-json",
            Mode::Tool => "tool",
            Mode::Unstreamed | Mode::GuidedUnstreamed => "unstreamed",
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

/// The first row that fits counts. Whoever is in no row takes OpenAI's envelope: the newer models of the service and third parties.
const FAMILIES: &[Family] = &[
    // They have no `response_format`.
    Family { ids: &["@cf/mistralai/"], whole: Mode::Tool, streamed: Mode::Tool },
    // JSON Schema mode does not stream (5023), tools do.
    Family {
        ids: &["@cf/meta/llama-3.3-70b", "@cf/meta/llama-4-scout"],
        whole: Mode::Schema,
        streamed: Mode::Tool,
    },
    // They have a parameter for it. Whether it streams is not known: JSON mode of the same dialect does not.
    Family {
        ids: &["@cf/google/gemma-3-", "@cf/qwen/qwq-"],
        whole: Mode::Guided,
        streamed: Mode::GuidedUnstreamed,
    },
    // The newer ones of authors that have older ones as well.
    Family {
        ids: &["@cf/google/gemma-4", "@cf/deepseek-ai/deepseek-v"],
        whole: Mode::Envelope,
        streamed: Mode::Envelope,
    },
    Family { ids: &["@cf/qwen/qwen3-30b"], whole: Mode::Schema, streamed: Mode::Tool },
    // The older dialect: JSON Schema mode does not stream (5023), and not all of them know tools.
    Family {
        ids: &[
            "@hf/",
            "@cf/meta/",
            "@cf/meta-llama/",
            "@cf/mistral/",
            "@cf/google/",
            "@cf/deepseek-ai/",
            "@cf/qwen/qwen1.5",
            "@cf/qwen/qwen2.5",
            "@cf/ibm-granite/",
            "@cf/thebloke/",
            "@cf/tiiuae/",
            "@cf/microsoft/",
            "@cf/defog/",
            "@cf/tinyllama/",
            "@cf/openchat/",
            "@cf/fblgit/",
            "@cf/aisingapore/",
        ],
        whole: Mode::Schema,
        streamed: Mode::Unstreamed,
    },
];

/// The way of a model. `responses`: is the input of the Responses dialect?
pub fn of(model: &str, streamed: bool, responses: bool) -> Mode {
    let family = FAMILIES.iter().find(|family| family.ids.iter().any(|id| model.starts_with(id)));
    match family {
        _ if responses => Mode::Responses,
        Some(family) if streamed => family.streamed,
        Some(family) => family.whole,
        None => Mode::Envelope,
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
            ("@cf/meta/llama-3.1-8b-instruct-fast", Mode::Schema, Mode::Unstreamed),
            ("@cf/mistralai/mistral-small-3.1-24b-instruct", Mode::Tool, Mode::Tool),
            ("@cf/google/gemma-3-12b-it", Mode::Guided, Mode::GuidedUnstreamed),
            ("@cf/google/gemma-4-26b-a4b-it", Mode::Envelope, Mode::Envelope),
            ("@cf/moonshotai/kimi-k2.6", Mode::Envelope, Mode::Envelope),
            ("@cf/openai/gpt-oss-120b", Mode::Envelope, Mode::Envelope),
            ("anthropic/claude-sonnet-4.5", Mode::Envelope, Mode::Envelope),
        ] {
            assert_eq!((of(model, false, false), of(model, true, false)), (whole, streamed), "{model}");
        }
        assert_eq!(of("@cf/openai/gpt-oss-120b", false, true), Mode::Responses);
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
            assert_eq!(newer, of(entry.id, false, false) == Mode::Envelope, "{}", entry.id);
            seen += 1;
        }
        assert!(seen > 30, "{seen}");
    }
}
