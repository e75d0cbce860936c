//! Inputs of language models on their way out: the few things that a model refuses in the form that the caller gave them, in the form
//! that it takes. Everything else goes as it is.
//!
//! | given | sent |
//! |---|---|
//! | `image_url` with bytes, a Blob, a stream, a Response, base64 | a data URL |
//! | `input_audio.data` in such a form | base64 |
//! | `image` beside the prompt (llama-3.2-vision) | an array of numbers |
//! | `content: null`, where it must be a string | `""` |
//! | a flat tool, to a model of the chat dialect | `{ type: "function", function }` |
//! | `tool_choice: "any"` | `"required"` |
//! | a JSON Schema in the other dialect's wrapping | the model's own |
//! | `max_completion_tokens`, to an older model | `max_tokens`; beside `input`, `max_output_tokens` |

use super::edits::{At, Edit, Edits, Place, below, member, steps};
use super::outline::{Given, Shape};
use super::request::{Door, Way};
use super::template::{media_here, reference, reference_here};
use crate::catalog::{self, Capability, Entry, InputShape, Status};
use crate::error::Error;
use crate::text::concat;
use crate::wire::write::Writer;

/// How a model wants its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// The older one.
    Legacy,
    /// Chat completions.
    Chat,
    /// gpt-oss, which takes both, and the Responses dialect.
    Both,
    /// Nobody knows.
    Open,
}

impl Family {
    fn of(entry: Option<&Entry>) -> Option<Self> {
        Some(match entry.map(|entry| entry.input) {
            None | Some(InputShape::TextOpen) => Self::Open,
            Some(InputShape::TextGptOss) => Self::Both,
            Some(
                InputShape::TextChat
                | InputShape::TextChatBatch
                | InputShape::TextGemma4
                | InputShape::TextNemotron,
            ) => Self::Chat,
            Some(_) if entry.is_some_and(|entry| entry.serves(catalog::Method::GenerateText)) => Self::Legacy,
            Some(_) => return None,
        })
    }
}

/// Is it for a language model? Of a model that is not known the input tells.
pub fn is_text(entry: Option<&Entry>, input: Given<'_>) -> bool {
    match entry {
        Some(_) => Family::of(entry).is_some(),
        None => ["prompt", "messages", "input"].iter().any(|name| input.get(name).is_some()),
    }
}

/// The pattern of what is sent, none if the input can go as it is.
pub fn prepare(way: Way, model: &str, input: Given<'_>) -> Result<Option<String>, Error> {
    let entry = catalog::find(model);
    let Some(family) = Family::of(entry).filter(|_| input.shape() == Shape::Object) else { return Ok(None) };
    // The endpoint translates for the older models.
    let family = if way.openai && family != Family::Open { Family::Chat } else { family };
    let preparing = Preparing { door: way.door, model, entry, family };
    let mut edits = Edits::default();
    for name in ["messages", "input"] {
        let Some(messages) = input.get(name) else { continue };
        for (at, message) in messages.items().enumerate() {
            preparing.message(&mut edits, &[At::Name(name.into()), At::Index(at)], message)?;
        }
    }
    if let Some(image) = input.get("image") {
        preparing.image_beside(&mut edits, image)?;
    }
    preparing.tools(&mut edits, input);
    preparing.response_format(&mut edits, input);
    preparing.limit(&mut edits, input);
    Ok(Some(edits).filter(|edits| !edits.is_empty()).map(|edits| edits.pattern(input)))
}

struct Preparing<'a> {
    door: Door,
    model: &'a str,
    entry: Option<&'static Entry>,
    family: Family,
}

impl Preparing<'_> {
    fn message(&self, edits: &mut Edits, place: &[At], message: Given<'_>) -> Result<(), Error> {
        let content = below(place, &["content"]);
        match message.value().get("content").map(Given::new) {
            Some(nothing) if nothing.shape() == Shape::Null => {
                if self.door == Door::Binding || self.family == Family::Legacy {
                    edits.add(&content, Edit::Put("\"\"".into()));
                }
                Ok(())
            }
            Some(part) if part.shape() == Shape::Object => self.part(edits, &content, part),
            Some(parts) => {
                for (at, part) in parts.items().enumerate() {
                    let mut place = content.clone();
                    place.push(At::Index(at));
                    self.part(edits, &place, part)?;
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn part(&self, edits: &mut Edits, place: &[At], part: Given<'_>) -> Result<(), Error> {
        if let Some(image) = part.get("image_url") {
            let url = image.get("url").filter(|_| image.shape() == Shape::Object);
            // The Responses dialect has the URL itself there.
            let (place, given) = match url {
                Some(url) => (below(place, &["image_url", "url"]), url),
                None => (below(place, &["image_url"]), image),
            };
            return self.image(edits, &place, given);
        }
        let data = part.get("input_audio").and_then(|audio| audio.get("data"));
        if let Some(data) = data {
            let place = below(place, &["input_audio", "data"]);
            if !matches!(data.shape(), Shape::Text(_)) || data.media_type().is_some() {
                put_media(edits, &place, data, "base64");
            }
        }
        Ok(())
    }

    fn image(&self, edits: &mut Edits, place: &[At], given: Given<'_>) -> Result<(), Error> {
        self.must_see("messages")?;
        let head = given.head().unwrap_or_default();
        match given.shape() {
            Shape::Text(_) if head.starts_with("data:") => {}
            Shape::Text(_) if head.starts_with("http:") || head.starts_with("https:") => {
                if self.family != Family::Open {
                    let why = [
                        self.model,
                        " takes no address of an image: fetch it and give the Response, or bytes.",
                    ];
                    return Err(Error::invalid("messages", &concat(&why)));
                }
            }
            Shape::Text(1..) | Shape::Media(_) | Shape::Numbers(_, true) => {
                put_media(edits, place, given, "dataURL");
            }
            _ => {
                let why =
                    ["image_url.url must be bytes, a Blob, a stream, a Response, base64 or a data URL, not "];
                return Err(Error::invalid("messages", &concat(&[why[0], &given.kind(), "."])));
            }
        }
        Ok(())
    }

    /// `image` beside the prompt.
    fn image_beside(&self, edits: &mut Edits, image: Given<'_>) -> Result<(), Error> {
        if self.entry.is_none() || self.family == Family::Open {
            // No more is known than that bytes are not JSON.
            if matches!(image.shape(), Shape::Media(_)) {
                put_media(edits, &member("image"), image, "dataURL");
            }
            return Ok(());
        }
        self.must_see("image")?;
        if self.entry.is_none_or(|entry| entry.input != InputShape::TextLegacyImage) {
            let why = [
                self.model,
                " takes images in messages: { role: \"user\", content: [{ type: \"image_url\", image_url: { url: image } }] }.",
            ];
            return Err(Error::invalid("image", &concat(&why)));
        }
        match image.shape() {
            Shape::Numbers(_, true) => Ok(()),
            Shape::Text(1..) | Shape::Media(_) => {
                put_media(edits, &member("image"), image, "numbers");
                Ok(())
            }
            _ => {
                let why = [
                    "image must be bytes, a Blob, a stream, a Response, base64, a data URL or an array of bytes, not ",
                ];
                Err(Error::invalid("image", &concat(&[why[0], &image.kind(), "."])))
            }
        }
    }

    /// Refuses images for a model that is known not to see.
    fn must_see(&self, field: &str) -> Result<(), Error> {
        match self.entry {
            Some(entry) if !sees(entry) && self.family != Family::Open => {
                let why = concat(&[self.model, " takes no images. Some models that do: ", &seeing(), "."]);
                Err(Error::invalid(field, &why))
            }
            _ => Ok(()),
        }
    }

    fn tools(&self, edits: &mut Edits, input: Given<'_>) {
        if input.get("tool_choice").and_then(|choice| choice.head()).as_deref() == Some("any") {
            edits.add(&member("tool_choice"), Edit::Put("\"required\"".into()));
        }
        if !matches!(self.family, Family::Chat | Family::Open) {
            return;
        }
        let tools = input.get("tools").into_iter().flat_map(|tools| tools.items().enumerate());
        for (at, tool) in tools {
            let flat =
                tool.get("type").is_none() && tool.get("function").is_none() && tool.get("name").is_some();
            if flat {
                let place: Place = vec![At::Name("tools".into()), At::Index(at)];
                let wrapped = Writer::object(|out| {
                    out.text("type", "function");
                    reference(out, "function", &steps(&place));
                });
                edits.add(&place, Edit::Put(wrapped));
            }
        }
    }

    /// Older models want the bare JSON Schema, the chat dialect wants it with a name.
    fn response_format(&self, edits: &mut Edits, input: Given<'_>) {
        let schema = input.get("response_format").and_then(|format| format.get("json_schema"));
        let Some(schema) = schema.filter(|schema| schema.shape() == Shape::Object) else { return };
        let place = below(&member("response_format"), &["json_schema"]);
        let wrapped = schema.get("schema").is_some_and(|inner| inner.shape() == Shape::Object)
            && ["type", "properties", "anyOf", "oneOf", "allOf", "$ref"]
                .iter()
                .all(|name| schema.get(name).is_none());
        match self.family {
            Family::Legacy if wrapped => {
                let inner = below(&place, &["schema"]);
                edits.add(&place, Edit::Put(Writer::object(|out| reference_here(out, &steps(&inner)))));
            }
            Family::Chat if !wrapped && schema.get("name").is_none() => {
                let named = Writer::object(|out| {
                    out.text("name", "response");
                    reference(out, "schema", &steps(&place));
                });
                edits.add(&place, Edit::Put(named));
            }
            _ => {}
        }
    }

    fn limit(&self, edits: &mut Edits, input: Given<'_>) {
        let name = match self.family {
            Family::Legacy => "max_tokens",
            Family::Both if input.get("prompt").is_some() => "max_tokens",
            Family::Both if input.get("input").is_some() => "max_output_tokens",
            _ => return,
        };
        if input.get("max_completion_tokens").is_some() && input.get(name).is_none() {
            edits.add(&member("max_completion_tokens"), Edit::Rename(name));
        }
    }
}

fn put_media(edits: &mut Edits, place: &[At], given: Given<'_>, form: &str) {
    let pattern = Writer::object(|out| media_here(out, &steps(place), form, given.media_type().as_deref()));
    edits.add(place, Edit::Put(pattern));
}

/// Does a model see images?
fn sees(entry: &Entry) -> bool {
    // Those with guided decoding were made from one schema, with images in messages; the one that reasons takes them and is blind.
    let guided = matches!(entry.input, InputShape::TextGuided | InputShape::TextGuidedBatch);
    entry.can(Capability::Vision) || (guided && !entry.can(Capability::Reasoning))
}

/// Some models that see, for a sentence.
fn seeing() -> String {
    let models = catalog::all().iter().filter(|entry| {
        sees(entry)
            && entry.status == Status::Active
            && entry.serves(catalog::Method::GenerateText)
            && !entry.can(Capability::PaidPlan)
    });
    models.take(3).map(|entry| entry.id).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    const SCOUT: &str = "@cf/meta/llama-4-scout-17b-16e-instruct";
    const KIMI: &str = "@cf/moonshotai/kimi-k2.6";
    const LLAMA: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
    const VISION: &str = "@cf/meta/llama-3.2-11b-vision-instruct";
    const OSS: &str = "@cf/openai/gpt-oss-120b";

    fn over(way: &str, model: &str, input: &str) -> Result<Option<String>, Error> {
        prepare(Way::read(way), model, Given::new(json::parse(input.as_bytes()).unwrap()))
    }

    fn sent(model: &str, input: &str) -> Option<String> {
        over("rest", model, input).unwrap_or_else(|error| panic!("{input}: {error:?}"))
    }

    fn refused(model: &str, input: &str) -> String {
        over("rest", model, input).err().and_then(|error| error.field.clone()).unwrap_or_default()
    }

    fn asking(url: &str) -> String {
        format!(
            r#"{{"messages":[{{"role":"user","content":[{{"type":"text","text":"?"}},{{"type":"image_url","image_url":{{"url":{url}}}}}]}}]}}"#
        )
    }

    #[test]
    fn what_can_go_goes() {
        for input in [
            r#"{"prompt":"a"}"#,
            r#"{"messages":[{"role":"user","content":"a"}],"lora":"x"}"#,
            &asking(r#""data:image/png;base64,AAAA""#),
            r#"{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#,
        ] {
            assert_eq!(sent(SCOUT, input), None, "{input}");
        }
        // Not a language model's.
        assert_eq!(sent("@cf/openai/whisper", r#"{"audio":{"$":"media"}}"#), None);
    }

    #[test]
    fn images_become_data_urls() {
        for model in [
            SCOUT,
            KIMI,
            VISION,
            "@cf/swiss-ai/apertus-v1.5-8b",
            "@cf/mistralai/mistral-small-3.1-24b-instruct",
            "@cf/new/model",
        ] {
            for url in [r#"{"$":"media","form":"bytes","length":3}"#, r#""AAAA""#, "[1,2]"] {
                assert_eq!(
                    sent(model, &asking(url)).as_deref(),
                    Some(concat!(
                        r#"{"messages":[{"role":{"$ref":["messages",0,"role"]},"content":[{"$ref":["messages",0,"content",0]},"#,
                        r#"{"type":{"$ref":["messages",0,"content",1,"type"]},"image_url":{"url":"#,
                        r#"{"$media":["messages",0,"content",1,"image_url","url"],"as":"dataURL"}}}]}]}"#
                    )),
                    "{model} {url}"
                );
            }
        }
    }

    #[test]
    fn addresses_go_where_they_may_be_taken() {
        let remote = asking(r#""https://example.com/a.png""#);
        assert_eq!(sent("@cf/new/model", &remote), None);
        assert_eq!(refused(KIMI, &remote), "messages");
        assert_eq!(refused(SCOUT, &asking("true")), "messages");
    }

    #[test]
    fn a_blind_model_says_who_sees() {
        let error = over("rest", LLAMA, &asking(r#""AAAA""#)).err().unwrap();
        assert_eq!(error.field.as_deref(), Some("messages"));
        assert!(error.message.contains("Some models that do: @cf/"), "{}", error.message);
        assert!(!error.message.contains("clef"), "{}", error.message);
        assert_eq!(refused(LLAMA, r#"{"prompt":"a","image":[1]}"#), "image");
        assert_eq!(refused("@cf/qwen/qwq-32b", &asking(r#""AAAA""#)), "messages");
    }

    #[test]
    fn an_image_beside_the_prompt_is_numbers() {
        assert_eq!(sent(VISION, r#"{"prompt":"a","image":[1,2]}"#), None);
        assert_eq!(
            sent(VISION, r#"{"prompt":"a","image":{"$":"media","length":3}}"#).as_deref(),
            Some(r#"{"prompt":{"$ref":["prompt"]},"image":{"$media":["image"],"as":"numbers"}}"#)
        );
        assert_eq!(refused(VISION, r#"{"prompt":"a","image":[1,999]}"#), "image");
        assert_eq!(refused(KIMI, r#"{"prompt":"a","image":[1,2]}"#), "image");
    }

    #[test]
    fn no_content_is_an_empty_one_where_it_must_be() {
        let input = r#"{"messages":[{"content":null}]}"#;
        let empty = Some(r#"{"messages":[{"content":""}]}"#.to_owned());
        assert_eq!(sent(LLAMA, input), empty);
        assert_eq!(sent(KIMI, input), None);
        assert_eq!(over("binding", KIMI, input).ok(), Some(empty));
    }

    #[test]
    fn tools_have_the_models_form() {
        let input = r#"{"prompt":"a","tools":[{"name":"f","parameters":{}},{"type":"function","function":{"name":"g"}}],"tool_choice":"any"}"#;
        assert_eq!(
            sent(KIMI, input).as_deref(),
            Some(concat!(
                r#"{"prompt":{"$ref":["prompt"]},"tools":[{"type":"function","function":{"$ref":["tools",0]}},{"$ref":["tools",1]}],"#,
                r#""tool_choice":"required"}"#
            ))
        );
        assert_eq!(sent(LLAMA, r#"{"prompt":"a","tools":[{"name":"f","parameters":{}}]}"#), None);
    }

    #[test]
    fn schemas_have_the_models_wrapping() {
        let wrapped = r#"{"prompt":"a","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}"#;
        let bare = r#"{"prompt":"a","response_format":{"type":"json_schema","json_schema":{"type":"object","properties":{"schema":{"type":"object"}}}}}"#;
        assert_eq!(
            (sent(LLAMA, bare), sent(KIMI, wrapped), sent(OSS, bare), sent(OSS, wrapped)),
            (None, None, None, None)
        );
        let head = r#"{"prompt":{"$ref":["prompt"]},"response_format":{"type":{"$ref":["response_format","type"]},"json_schema":"#;
        assert_eq!(
            sent(LLAMA, wrapped),
            Some(concat(&[head, r#"{"$ref":["response_format","json_schema","schema"]}}}"#]))
        );
        assert_eq!(
            sent(KIMI, bare),
            Some(concat(&[
                head,
                r#"{"name":"response","schema":{"$ref":["response_format","json_schema"]}}}}"#
            ]))
        );
    }

    #[test]
    fn an_endpoint_of_openais_takes_its_shape_for_every_model() {
        let schema = r#"{"messages":[{"content":null}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}"#;
        assert_eq!(over("rest+openai", LLAMA, schema).ok(), Some(None));
        let tools = over("rest+openai", LLAMA, r#"{"tools":[{"name":"f"}],"max_completion_tokens":3}"#);
        assert_eq!(
            tools.ok().flatten().as_deref(),
            Some(concat!(
                r#"{"tools":[{"type":"function","function":{"$ref":["tools",0]}}],"#,
                r#""max_completion_tokens":{"$ref":["max_completion_tokens"]}}"#
            ))
        );
        assert!(over("rest+openai", LLAMA, &asking(r#""AAAA""#)).is_err());
    }

    #[test]
    fn the_limit_has_the_models_name() {
        let input = r#"{"prompt":"a","max_completion_tokens":5}"#;
        let renamed = Some(
            r#"{"prompt":{"$ref":["prompt"]},"max_tokens":{"$ref":["max_completion_tokens"]}}"#.to_owned(),
        );
        assert_eq!(
            (sent(LLAMA, input), sent(OSS, input), sent(KIMI, input)),
            (renamed.clone(), renamed, None)
        );
        assert_eq!(
            sent(OSS, r#"{"input":"a","max_completion_tokens":5}"#).as_deref(),
            Some(r#"{"input":{"$ref":["input"]},"max_output_tokens":{"$ref":["max_completion_tokens"]}}"#)
        );
        assert_eq!(sent(LLAMA, r#"{"prompt":"a","max_completion_tokens":5,"max_tokens":6}"#), None);
    }
}
