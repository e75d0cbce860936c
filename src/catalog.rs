//! The catalogue: the known facts of each model and each input or output shape. The data is in
//! `src/catalog/*.json`, from which `build.rs` generates the table here, and `tools/build/` the typings and
//! `workers-ai-wasm/catalog`.
//!
//! Only modules that use it contain the table.

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// The status of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// In the service's own list.
    Active,
    /// Priced, announced or typed, but not in the list.
    Unlisted,
    /// In the list, but for accounts that request access.
    Gated,
    /// Past its announced end; may be answered by a successor, or rejected.
    Deprecated,
    /// Removed.
    Removed,
}

/// One model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The id, as in the URL's path.
    pub id: &'static str,
    /// Its task.
    pub task: Task,
    /// Its status.
    pub status: Status,
    /// The announced end, `YYYY-MM-DD`.
    pub deprecated_on: Option<&'static str>,
    /// The model that replaces it.
    pub successor: Option<&'static str>,
    /// Tokens of prompt and answer together.
    pub context_window: Option<u32>,
    /// Tokens of one input.
    pub max_input_tokens: Option<u32>,
    /// Tokens of one answer.
    pub max_output_tokens: Option<u32>,
    /// The length of a vector.
    pub dimensions: Option<u32>,
    /// Rate limit per account and minute, if it differs from that of its task.
    pub requests_per_minute: Option<u32>,
    /// True if it supports `stream`, which answers with server-sent events.
    pub streams: bool,
    /// What it supports or requires.
    pub capabilities: &'static [Capability],
    /// Its input shape.
    pub input: InputShape,
    /// Its output shape.
    pub output: OutputShape,
}

impl Entry {
    /// True if it is past its end.
    pub fn deprecated(&self) -> bool {
        matches!(self.status, Status::Deprecated | Status::Removed)
    }

    /// True if it has this capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// True if the method supports it.
    pub fn serves(&self, method: Method) -> bool {
        self.input.methods().contains(&method)
    }
}

/// The body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// A JSON object.
    Json,
    /// The bytes of the one media value.
    Binary,
    /// A form.
    Multipart,
    /// None: a WebSocket with the input in its query.
    WebSocket,
}

/// One form of an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// Indexes of its properties in the table of all, sorted by name.
    places: &'static [u16],
}

impl Variant {
    /// Its properties, sorted by name. `$body` is the body itself.
    pub fn properties(&self) -> impl Iterator<Item = &'static Property> + use<> {
        self.places.iter().map(|place| &PROPERTIES[usize::from(*place)])
    }

    /// A property by its name.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties().find(|property| property.name == name)
    }
}

impl InputShape {
    /// True if one of its forms has a member of this name.
    pub fn takes(self, name: &str) -> bool {
        self.property(name).is_some()
    }

    /// A member by its name, in the first form that has it.
    pub fn property(self, name: &str) -> Option<&'static Property> {
        self.variants().iter().find_map(|variant| variant.property(name))
    }
}

/// One property of an input, with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Property {
    /// The service's name.
    pub name: &'static str,
    /// The allowed types of its value.
    pub kinds: &'static [Kind],
    /// True if it is required.
    pub required: bool,
    /// True if it may be `null`.
    pub nullable: bool,
    /// The limits of its value.
    pub bounds: &'static Bounds,
    /// The allowed texts; empty if any is allowed.
    pub values: &'static [&'static str],
    /// For media: the forms that the service accepts, the best one first.
    pub wire: &'static [Wire],
}

/// Limits of a property.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The smallest number.
    pub minimum: Option<f64>,
    /// The largest number.
    pub maximum: Option<f64>,
    /// The fewest characters.
    pub min_length: Option<u32>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The fewest items.
    pub min_items: Option<u32>,
    /// The most items.
    pub max_items: Option<u32>,
}

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array,
    /// An object.
    Object,
    /// Bytes, in any of the caller's forms.
    Media,
}

/// The form in which the service accepts media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// A list of the bytes as numbers.
    Numbers,
    /// Base64, without a prefix.
    Base64,
    /// `data:…;base64,…`
    DataURL,
    /// An `https:` URL.
    Url,
    /// `{ body, contentType }`, the body a stream.
    Stream,
    /// A part of a form.
    Part,
    /// The request's body itself.
    Body,
}

/// All models, sorted by id.
pub fn all() -> &'static [Entry] {
    &ENTRIES
}

/// A model by its id.
pub fn find(id: &str) -> Option<&'static Entry> {
    let at = ENTRIES.binary_search_by(|entry| entry.id.cmp(id)).ok()?;
    ENTRIES.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_found_by_its_id() {
        assert!(all().len() > 100);
        for entry in all() {
            assert_eq!(find(entry.id), Some(entry), "{}", entry.id);
        }
        for id in ["", "@cf/meta/llama-9", "@cf/baai/bge-m", "@cf/baai/bge-m33", "zzz"] {
            assert_eq!(find(id), None, "{id}");
        }
    }

    #[test]
    fn a_model_says_what_it_takes_and_gives() {
        let model = find("@cf/baai/bge-m3").unwrap();
        assert_eq!(model.task, Task::TextEmbeddings);
        assert_eq!((model.input, model.output), (InputShape::EmbeddingBgeM3, OutputShape::EmbeddingBgeM3));
        assert_eq!(model.context_window, Some(60_000));
        assert_eq!(model.dimensions, Some(1024));
        assert!(model.serves(Method::Embed) && !model.serves(Method::Rerank));
        assert!(!model.deprecated() && !model.streams);

        let model = find("@cf/moonshotai/kimi-k2.5").unwrap();
        assert!(model.deprecated() && model.can(Capability::FunctionCalling));
        assert_eq!(model.deprecated_on, Some("2026-05-30"));
        assert_eq!(model.successor, Some("@cf/moonshotai/kimi-k2.6"));
    }

    #[test]
    fn a_successor_is_a_model_that_lives() {
        for entry in all() {
            let Some(successor) = entry.successor else { continue };
            assert!(find(successor).is_some_and(|successor| !successor.deprecated()), "{}", entry.id);
        }
    }

    #[test]
    fn a_model_past_its_date_is_deprecated() {
        for entry in all() {
            assert_eq!(entry.deprecated_on.is_some(), entry.status == Status::Deprecated, "{}", entry.id);
        }
    }

    #[test]
    fn bounds_are_those_of_the_data() {
        let [prompt, messages] = InputShape::TextLegacy.variants() else { panic!("two forms") };
        assert_eq!((prompt.name, messages.name), ("prompt", "messages"));
        let temperature = prompt.property("temperature").unwrap();
        assert_eq!((temperature.bounds.minimum, temperature.bounds.maximum), (Some(0.0), Some(5.0)));
        assert!(prompt.property("prompt").is_some_and(|property| property.required));
        assert_eq!(prompt.property("messages"), None);
        let seed = messages.property("seed").unwrap();
        assert_eq!((seed.kinds, seed.bounds.maximum), (&[Kind::Integer][..], Some(9_999_999_999.0)));
        let steps = InputShape::ImageFlux1.variants()[0].property("steps").unwrap();
        assert_eq!(steps.bounds.maximum, Some(8.0));
    }

    #[test]
    fn media_say_how_they_travel() {
        for shape in InputShape::ALL {
            assert!(!shape.methods().is_empty() && !shape.bodies().is_empty(), "{}", shape.name());
            for property in shape.variants().iter().flat_map(|variant| variant.properties()) {
                let media = property.kinds.contains(&Kind::Media);
                assert_eq!(media, !property.wire.is_empty(), "{} {}", shape.name(), property.name);
            }
        }
        let audio = InputShape::SpeechWhisperTurbo.variants()[0].property("audio").unwrap();
        assert_eq!(audio.wire, [Wire::Base64]);
        assert_eq!(InputShape::ImageFlux2.bodies(), [Body::Multipart]);
    }
}
