//! Prepares the inputs of language models: converts the members that a model would reject to a form that it
//! accepts. Everything else is sent unchanged.
//!
//! | in the input | sent |
//! |---|---|
//! | `image_url` with bytes, a Blob, a stream, a Response, base64 | a data URL |
//! | `input_audio.data` in such a form | base64 |
//! | `file.file_data` as bytes, a Blob, a stream, a Response | a data URL |
//! | `image` beside the prompt (llama-3.2-vision) | an array of numbers |
//! | `content: null` or absent, in an agent's history | `""` |
//! | `content` of text parts only, unless the model is known to accept parts | one text, with a line break between two parts |
//! | parts of an answer in such a content, for any model: `thinking`; `refusal` | `reasoning_content` in the chat dialect, otherwise omitted; a text |
//! | tool calls and their results in the history | see [`super::turn_order`] |
//! | arguments and results that are not text, in items of the Responses dialect | JSON text |
//! | a flat tool, for a model of the chat dialect | `{ type: "function", function }` |
//! | `tool_choice: "any"`, and `"required"` if the model rejects it | `"required"`; the only tool by its name, otherwise `"auto"` |
//! | a JSON Schema in the wrapper of the other dialect | the model's own form |
//! | `max_completion_tokens`, for an older model | `max_tokens`; with `input`, `max_output_tokens` |

use super::edits::{Edit, Edits, Place, Step, at, field};
use super::kind;
use super::prepare::no_media;
use super::request::Route;
use super::turn_order::{self, Wants};
use crate::catalog::{self, Capability, Entry, InputShape, Status};
use crate::error::Error;
use crate::quirks;
use crate::text::{concat, join};
use crate::value::{Media, Members, Shape, Tree, Value, WireForm};

/// The form of input that a model requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// The legacy form.
    Legacy,
    /// Chat completions.
    Chat,
    /// gpt-oss, which supports both, and the Responses dialect.
    Both,
    /// Unknown.
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

/// True for the input of a language model. For an unknown model the input decides.
pub fn is_text<V: Value>(entry: Option<&Entry>, input: &V) -> bool {
    match entry {
        Some(_) => Family::of(entry).is_some(),
        None => ["prompt", "messages", "input"].iter().any(|name| input.get(name).is_some()),
    }
}

/// The members that are sent; `None` if the input is sent unchanged.
pub fn prepare<V: Value>(route: Route, model: &str, input: &V) -> Result<Option<Members<V>>, Error> {
    let entry = catalog::find(model);
    let Some(family) = Family::of(entry).filter(|_| input.is_object()) else { return Ok(None) };
    // The endpoint translates for the older models.
    let family = if route.openai && family != Family::Open { Family::Chat } else { family };
    let preparing = Preparing { model, entry, family };
    preparing.refused_parameter(input)?;
    if let Some((name, _)) =
        input.members().iter().find(|(name, value)| name != "image" && value.media().is_some())
    {
        return Err(no_media(entry.is_some(), name));
    }
    let mut edits = Edits::default();
    for name in ["messages", "input"] {
        let Some(messages) = input.get(name).map(|messages| messages.items()) else { continue };
        let mut turns = if name == "messages" { preparing.turns(&messages) } else { Vec::new() }.into_iter();
        for (index, message) in messages.iter().enumerate() {
            let place = [Step::Name(name), Step::Index(index)];
            for (below, edit) in turns.next().unwrap_or_default() {
                edits.add(&[place.as_slice(), &below].concat(), edit);
            }
            if name == "input"
                && preparing.is_own()
                && let Some((member, edit)) = turn_order::item_changes(message)
            {
                edits.add(&at(&place, &[member]), edit);
            }
            preparing.message(&mut edits, &place, message)?;
        }
    }
    if let Some(image) = input.get("image") {
        preparing.image_beside(&mut edits, &image)?;
    }
    preparing.tools(&mut edits, input);
    preparing.response_format(&mut edits, input);
    preparing.limit(&mut edits, input);
    Ok(Some(edits).filter(|edits| !edits.is_empty()).map(|edits| edits.apply(input)))
}

struct Preparing<'a> {
    model: &'a str,
    entry: Option<&'static Entry>,
    family: Family,
}

impl Preparing<'_> {
    /// The edits of each message that tool calls require.
    fn turns<V: Value>(&self, messages: &[V]) -> Vec<Vec<(Place, Edit<V>)>> {
        let is_chat = self.family != Family::Legacy;
        turn_order::changes(Wants::of(self.model, self.entry, is_chat), messages)
    }

    fn message<V: Value>(&self, edits: &mut Edits<V>, place: &[Step], message: &V) -> Result<(), Error> {
        let in_messages = place.first() == Some(&Step::Name("messages"));
        let mut place = at(place, &["content"]);
        let Some(content) = message.member("content") else {
            // Items of the Responses dialect may have no content.
            if in_messages && self.is_own() && message.is_object() {
                edits.add(&place, Edit::Put(Tree::Text(String::new())));
            }
            return Ok(());
        };
        match content.shape() {
            Shape::Text(_) => {}
            Shape::Null => {
                if self.is_own() {
                    edits.add(&place, Edit::Put(Tree::Text(String::new())));
                }
            }
            Shape::Object => self.part(edits, &place, &content)?,
            _ if in_messages
                && self.is_own()
                && let Some(texts) = PartTexts::of(&content)
                && (self.wants_text() || !texts.is_plain) =>
            {
                let has_reasoning = message.get("reasoning_content").is_some();
                edits.add(&place, Edit::Put(Tree::Text(texts.text)));
                if self.family != Family::Legacy && !texts.thoughts.is_empty() && !has_reasoning {
                    place.pop();
                    edits.add(&at(&place, &["reasoning_content"]), Edit::Put(Tree::Text(texts.thoughts)));
                }
            }
            _ => {
                for (index, part) in content.items().iter().enumerate() {
                    place.push(Step::Index(index));
                    self.part(edits, &place, part)?;
                    place.pop();
                }
            }
        }
        Ok(())
    }

    /// True for a model of the service. Inputs of other authors' models are not validated.
    fn is_own(&self) -> bool {
        quirks::CONTENT_REQUIRED.holds_for(self.model)
    }

    /// True if the content of a message has to be a text, as far as is known. Every model accepts one.
    fn wants_text(&self) -> bool {
        self.is_own() && !self.entry.is_some_and(sees) && !quirks::TAKES_PARTS.holds_for(self.model)
    }

    fn part<V: Value>(&self, edits: &mut Edits<V>, place: &[Step], part: &V) -> Result<(), Error> {
        if let Some(image) = part.get("image_url") {
            let url = image.get("url").filter(|_| image.is_object());
            // In the Responses dialect this member is the URL itself.
            return match url {
                Some(url) => self.image(edits, &at(place, &["image_url", "url"]), &url),
                None => self.image(edits, &at(place, &["image_url"]), &image),
            };
        }
        let data = part.get("input_audio").and_then(|audio| audio.get("data"));
        if let Some(data) = data
            && (!matches!(data.shape(), Shape::Text(_)) || data.media_type().is_some())
        {
            put_media(edits, &at(place, &["input_audio", "data"]), &data, WireForm::Base64);
        }
        let data = part.get("file").and_then(|file| file.get("file_data"));
        if let Some(data) = data.filter(|data| matches!(data.shape(), Shape::Media(_))) {
            put_media(edits, &at(place, &["file", "file_data"]), &data, WireForm::DataUrl);
        }
        Ok(())
    }

    fn image<V: Value>(&self, edits: &mut Edits<V>, place: &[Step], image: &V) -> Result<(), Error> {
        self.must_see("messages")?;
        let head = image.head().unwrap_or_default();
        match image.shape() {
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
                put_media(edits, place, image, WireForm::DataUrl);
            }
            shape => {
                let why =
                    ["image_url.url must be bytes, a Blob, a stream, a Response, base64 or a data URL, not "];
                return Err(Error::invalid(
                    "messages",
                    &concat(&[why[0], &kind::of_shape(image, shape), "."]),
                ));
            }
        }
        Ok(())
    }

    /// Converts `image` beside the prompt.
    fn image_beside<V: Value>(&self, edits: &mut Edits<V>, image: &V) -> Result<(), Error> {
        if self.entry.is_none() || self.family == Family::Open {
            // All that is known about the model is that bytes are not JSON.
            if matches!(image.shape(), Shape::Media(_)) {
                put_media(edits, &[Step::Name("image")], image, WireForm::DataUrl);
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
                put_media(edits, &[Step::Name("image")], image, WireForm::Numbers);
                Ok(())
            }
            shape => {
                let why = [
                    "image must be bytes, a Blob, a stream, a Response, base64, a data URL or an array of bytes, not ",
                ];
                Err(Error::invalid("image", &concat(&[why[0], &kind::of_shape(image, shape), "."])))
            }
        }
    }

    /// Rejects images for a model that is known not to support them.
    fn must_see(&self, field: &str) -> Result<(), Error> {
        match self.entry {
            Some(entry) if !sees(entry) && self.family != Family::Open => {
                let why = concat(&[self.model, " takes no images. Some models that do: ", &seeing(), "."]);
                Err(Error::invalid(field, &why))
            }
            _ => Ok(()),
        }
    }

    fn tools<V: Value>(&self, edits: &mut Edits<V>, input: &V) {
        self.tool_choice(edits, input);
        if !matches!(self.family, Family::Chat | Family::Open) {
            return;
        }
        let tools = input.get("tools").map(|tools| tools.items()).unwrap_or_default();
        for (index, tool) in tools.into_iter().enumerate() {
            let is_flat =
                tool.get("type").is_none() && tool.get("function").is_none() && tool.get("name").is_some();
            if is_flat {
                let wrapped = [("type", Tree::Text("function".into())), ("function", Tree::Value(tool))];
                edits.add(&[Step::Name("tools"), Step::Index(index)], Edit::Put(Tree::object(wrapped)));
            }
        }
    }

    fn tool_choice<V: Value>(&self, edits: &mut Edits<V>, input: &V) {
        let Some(choice) = input.get("tool_choice") else { return };
        let is_any = choice.is_text("any");
        if !is_any && !choice.is_text("required") {
            return;
        }
        let place = [Step::Name("tool_choice")];
        if !quirks::NO_REQUIRED_TOOL_CHOICE.holds_for(self.model) {
            if is_any {
                edits.add(&place, Edit::Put(Tree::Text("required".into())));
            }
            return;
        }
        let tools = input.get("tools").map(|tools| tools.items()).unwrap_or_default();
        let name = |tool: &V| tool.get("function").unwrap_or_else(|| tool.clone()).get("name");
        // Naming the only tool is equivalent; among several the model chooses.
        let sent = match (tools.len(), tools.first().and_then(name)) {
            (1, Some(name)) => Tree::object([
                ("type", Tree::Text("function".into())),
                ("function", Tree::object([("name", Tree::Value(name))])),
            ]),
            _ => Tree::Text("auto".into()),
        };
        edits.add(&place, Edit::Put(sent));
    }

    /// Rejects a parameter that the model's family does not support.
    fn refused_parameter<V: Value>(&self, input: &V) -> Result<(), Error> {
        if !quirks::REFUSED_PARAMETERS.holds_for(self.model) {
            return Ok(());
        }
        let Some(name) = quirks::REFUSED_PARAMETERS.names.iter().find(|name| input.get(name).is_some())
        else {
            return Ok(());
        };
        let advice = match *name {
            "response_format" => {
                "For structured output use generateObject, which asks this model through a tool."
            }
            _ => "Leave it out, or choose another model.",
        };
        Err(Error::invalid(
            name,
            &concat(&[self.model, " takes no ", name, ": the service refuses it. ", advice]),
        ))
    }

    /// Older models require the bare JSON Schema, the chat dialect requires it with a name.
    fn response_format<V: Value>(&self, edits: &mut Edits<V>, input: &V) {
        if !matches!(self.family, Family::Legacy | Family::Chat) {
            return;
        }
        let schema = input.get("response_format").and_then(|format| format.get("json_schema"));
        let Some(schema) = schema.filter(V::is_object) else { return };
        let is_bare = ["type", "properties", "anyOf", "oneOf", "allOf", "$ref"]
            .iter()
            .any(|name| schema.get(name).is_some());
        let inner = schema.get("schema").filter(|inner| !is_bare && inner.is_object());
        let put = match (self.family, inner) {
            (Family::Legacy, Some(inner)) => Tree::Value(inner),
            (Family::Chat, None) if schema.get("name").is_none() => {
                Tree::object([("name", Tree::Text("response".into())), ("schema", Tree::Value(schema))])
            }
            _ => return,
        };
        edits.add(&[Step::Name("response_format"), Step::Name("json_schema")], Edit::Put(put));
    }

    fn limit<V: Value>(&self, edits: &mut Edits<V>, input: &V) {
        let name = match self.family {
            Family::Legacy => "max_tokens",
            Family::Both if input.get("prompt").is_some() => "max_tokens",
            Family::Both if input.get("input").is_some() => "max_output_tokens",
            _ => return,
        };
        if input.get("max_completion_tokens").is_some() && input.get(name).is_none() {
            edits.add(&[Step::Name("max_completion_tokens")], Edit::Rename(name));
        }
    }
}

/// The texts of a list of parts.
struct PartTexts {
    /// The texts of the parts, with a line break between two parts.
    text: String,
    /// The reasoning.
    thoughts: String,
    /// True if all parts are plain text.
    is_plain: bool,
}

impl PartTexts {
    /// `None` if a part is anything else.
    fn of<V: Value>(parts: &V) -> Option<Self> {
        let (mut texts, mut thoughts, mut is_plain) = (Vec::new(), Vec::new(), true);
        for part in parts.items() {
            let is = |kind: &str| part.get("type").is_some_and(|own| own.is_text(kind));
            if ["thinking", "reasoning", "redacted_thinking"].iter().any(|kind| is(kind)) {
                is_plain = false;
                // Encrypted reasoning can be read only by the model that wrote it.
                thoughts
                    .extend(["thinking", "text", "reasoning"].iter().find_map(|name| part.get(name)?.text()));
            } else if is("refusal") {
                is_plain = false;
                texts.push(part.get("refusal")?.text()?);
            } else {
                let text = || part.get("text").filter(|_| is_text_part(&part))?.text();
                texts.push(part.text().or_else(text)?);
            }
        }
        let joined = |texts: &[String]| join(&texts.iter().map(String::as_str).collect::<Vec<_>>(), "\n");
        Some(PartTexts { text: joined(&texts), thoughts: joined(&thoughts), is_plain })
    }
}

fn is_text_part<V: Value>(part: &V) -> bool {
    part.get("type")
        .is_none_or(|kind| ["text", "input_text", "output_text"].iter().any(|name| kind.is_text(name)))
}

fn put_media<V: Value>(edits: &mut Edits<V>, place: &[Step], value: &V, form: WireForm) {
    let media = Media { value: value.clone(), form, media_type: value.media_type(), field: field(place) };
    edits.add(place, Edit::Put(Tree::Media(media)));
}

/// True if a model supports images.
fn sees(entry: &Entry) -> bool {
    // Models with guided decoding share one schema, which has images in messages. The one that reasons
    // accepts them but ignores them.
    let guided = matches!(entry.input, InputShape::TextGuided | InputShape::TextGuidedBatch);
    entry.can(Capability::Vision) || (guided && !entry.can(Capability::Reasoning))
}

/// Some models that support images, for an error message.
fn seeing() -> String {
    let models = catalog::all().iter().filter(|entry| {
        sees(entry)
            && entry.status == Status::Active
            && entry.serves(catalog::Method::GenerateText)
            && !entry.can(Capability::PaidPlan)
    });
    join(&models.take(3).map(|entry| entry.id).collect::<Vec<_>>(), ", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::testing::{route, tree};
    use crate::value::json::Json;

    const SCOUT: &str = "@cf/meta/llama-4-scout-17b-16e-instruct";
    const KIMI: &str = "@cf/moonshotai/kimi-k2.6";
    const LLAMA: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
    const VISION: &str = "@cf/meta/llama-3.2-11b-vision-instruct";
    const OSS: &str = "@cf/openai/gpt-oss-120b";
    const CODER: &str = "@cf/qwen/qwen2.5-coder-32b-instruct";

    fn over(way: &str, model: &str, input: &str) -> Result<Option<String>, Error> {
        let members = prepare(route(way), model, &Json::sample(input))?;
        Ok(members.map(|members| tree(&Tree::Object(members))))
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
        // Not an input of a language model.
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
                        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"?"},"#,
                        r#"{"type":"image_url","image_url":{"url":"#,
                        r#"{"$media":"messages.0.content.1.image_url.url","as":"dataURL"}}}]}]}"#
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
            Some(r#"{"prompt":"a","image":{"$media":"image","as":"numbers"}}"#)
        );
        assert_eq!(refused(VISION, r#"{"prompt":"a","image":[1,999]}"#), "image");
        assert_eq!(refused(KIMI, r#"{"prompt":"a","image":[1,2]}"#), "image");
    }

    #[test]
    fn no_content_is_an_empty_one_where_it_must_be() {
        let input = r#"{"messages":[{"content":null}]}"#;
        let empty = Some(r#"{"messages":[{"content":""}]}"#.to_owned());
        let call = r#"{"messages":[{"role":"assistant","tool_calls":[{"id":"abcdefghi"}]}]}"#;
        let with_call = Some(
            r#"{"messages":[{"role":"assistant","tool_calls":[{"id":"abcdefghi"}],"content":""}]}"#
                .to_owned(),
        );
        for way in ["rest", "binding", "proxy", "rest+openai"] {
            for model in [LLAMA, KIMI, SCOUT, OSS, CODER, "@cf/new/model"] {
                assert_eq!(over(way, model, input).ok(), Some(empty.clone()), "{way} {model}");
                assert_eq!(over(way, model, call).ok(), Some(with_call.clone()), "{way} {model}");
            }
            for third in ["openai/gpt-5", "anthropic/claude-opus-4.5"] {
                assert_eq!(over(way, third, input).ok(), Some(None), "{way} {third}");
                assert_eq!(over(way, third, call).ok(), Some(None), "{way} {third}");
            }
        }
        // The items of the Responses dialect.
        assert_eq!(sent(OSS, r#"{"input":[{"type":"function_call","call_id":"a"}]}"#), None);
    }

    #[test]
    fn parts_of_text_are_one_text_for_models_that_take_no_parts() {
        let parts = r#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}"#;
        let text = Some(r#"{"messages":[{"role":"user","content":"a\u000ab"}]}"#.to_owned());
        for way in ["rest", "binding", "proxy", "rest+openai"] {
            for model in [
                CODER,
                "@cf/qwen/qwen3-30b-a3b-fp8",
                "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b",
                "@cf/qwen/qwq-32b",
            ] {
                assert_eq!(over(way, model, parts).ok(), Some(text.clone()), "{way} {model}");
            }
            for model in [SCOUT, LLAMA, KIMI, "@cf/mistralai/mistral-small-3.1-24b-instruct", "openai/gpt-5"]
            {
                assert_eq!(over(way, model, parts).ok(), Some(None), "{way} {model}");
            }
        }
        let one = |content: &str| {
            sent(CODER, &format!(r#"{{"messages":[{{"role":"user","content":{content}}}]}}"#))
        };
        assert_eq!(one(r#"["a"]"#).as_deref(), Some(r#"{"messages":[{"role":"user","content":"a"}]}"#));
        assert_eq!(one("[]").as_deref(), Some(r#"{"messages":[{"role":"user","content":""}]}"#));
        // Content that is not text is left to the service.
        assert_eq!(one(r#"[{"type":"text","text":"a"},{"type":"file","file":{}}]"#), None);
        assert_eq!(one(r#"[{"type":"text","text":5}]"#), None);
    }

    #[test]
    fn parts_of_an_answer_are_a_text_for_every_model() {
        let over = |model: &str, parts: &str| {
            sent(model, &format!(r#"{{"messages":[{{"role":"assistant","content":{parts}}}]}}"#))
        };
        let text = |rest: &str| Some(format!(r#"{{"messages":[{{"role":"assistant","content":{rest}}}]}}"#));
        let thinking = r#"[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a"}]"#;
        let refusal = r#"[{"type":"text","text":"a"},{"type":"refusal","refusal":"b"}]"#;
        for model in [CODER, LLAMA, SCOUT] {
            assert_eq!(over(model, thinking), text(r#""a""#), "{model}");
        }
        for model in [KIMI, OSS, "@cf/new/model"] {
            assert_eq!(over(model, thinking), text(r#""a","reasoning_content":"hm""#), "{model}");
        }
        for model in [CODER, LLAMA, SCOUT, KIMI, OSS, "@cf/new/model"] {
            assert_eq!(over(model, refusal), text(r#""a\u000ab""#), "{model}");
        }
        assert_eq!(over("openai/gpt-5", refusal), None);
    }

    #[test]
    fn tools_in_the_history_have_the_models_ids_and_order() {
        let input = concat!(
            r#"{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},"#,
            r#"{"role":"tool","tool_call_id":"call_1","content":"x"},{"role":"user","content":"b"}]}"#
        );
        let id = |model: &str| {
            let sent = Json::parse(sent(model, input).unwrap().as_bytes()).unwrap();
            let messages = sent.get("messages").unwrap().items();
            let result = messages.iter().find_map(|message| message.get("tool_call_id"));
            (messages.len(), result.and_then(|id| id.text()).unwrap_or_default())
        };
        let (turns, nine) = id("@cf/mistralai/mistral-small-3.1-24b-instruct");
        assert_eq!((turns, nine.len()), (4, 9));
        assert_eq!(id(SCOUT), (3, nine));
        assert_eq!(id(KIMI), (3, "functions.f:0".into()));
        assert_eq!(id(LLAMA), (3, "call_1".into()));
    }

    #[test]
    fn tools_have_the_models_form() {
        let input = r#"{"prompt":"a","tools":[{"name":"f","parameters":{}},{"type":"function","function":{"name":"g"}}],"tool_choice":"any"}"#;
        assert_eq!(
            sent(KIMI, input).as_deref(),
            Some(concat!(
                r#"{"prompt":"a","tools":[{"type":"function","function":{"name":"f","parameters":{}}},"#,
                r#"{"type":"function","function":{"name":"g"}}],"#,
                r#""tool_choice":"required"}"#
            ))
        );
        assert_eq!(sent(LLAMA, r#"{"prompt":"a","tools":[{"name":"f","parameters":{}}]}"#), None);
    }

    #[test]
    fn a_choice_and_parameters_that_a_family_refuses() {
        const GLM: &str = "@cf/zai-org/glm-4.7-flash";
        const MISTRAL: &str = "@cf/mistralai/mistral-small-3.1-24b-instruct";
        let input = |tools: &str, choice: &str| {
            format!(r#"{{"prompt":"a","tools":[{tools}],"tool_choice":"{choice}"}}"#)
        };
        let (f, g) = (
            r#"{"type":"function","function":{"name":"f"}}"#,
            r#"{"type":"function","function":{"name":"g"}}"#,
        );
        let both = [f, g].join(",");
        let named = format!(
            r#"{{"prompt":"a","tools":[{f}],"tool_choice":{{"type":"function","function":{{"name":"f"}}}}}}"#
        );
        for choice in ["required", "any"] {
            assert_eq!(sent(GLM, &input(f, choice)).as_deref(), Some(named.as_str()));
            assert_eq!(sent(GLM, &input(&both, choice)), Some(input(&both, "auto")));
        }
        assert_eq!(sent(KIMI, &input(f, "required")), None);
        assert_eq!(sent(GLM, &input(f, "auto")), None);
        for parameter in [r#""chat_template_kwargs":{}"#, r#""response_format":{"type":"json_object"}"#] {
            let input = format!(r#"{{"prompt":"a",{parameter}}}"#);
            let error = over("rest", MISTRAL, &input).unwrap_err();
            assert!(parameter.contains(error.field.as_deref().unwrap()), "{error:?}");
            assert_eq!(over("rest", KIMI, &input), Ok(None));
        }
    }

    #[test]
    fn schemas_have_the_models_wrapping() {
        let wrapped = r#"{"prompt":"a","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}"#;
        let bare = r#"{"prompt":"a","response_format":{"type":"json_schema","json_schema":{"type":"object","properties":{"schema":{"type":"object"}}}}}"#;
        assert_eq!(
            (sent(LLAMA, bare), sent(KIMI, wrapped), sent(OSS, bare), sent(OSS, wrapped)),
            (None, None, None, None)
        );
        let head = r#"{"prompt":"a","response_format":{"type":"json_schema","json_schema":"#;
        assert_eq!(sent(LLAMA, wrapped), Some(concat(&[head, r#"{"type":"object"}}}"#])));
        assert_eq!(
            sent(KIMI, bare),
            Some(concat(&[
                head,
                r#"{"name":"response","schema":{"type":"object","properties":{"schema":{"type":"object"}}}}}}"#
            ]))
        );
    }

    #[test]
    fn an_endpoint_of_openais_takes_its_shape_for_every_model() {
        let schema = r#"{"messages":[{"content":""}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}"#;
        assert_eq!(over("rest+openai", LLAMA, schema).ok(), Some(None));
        let tools = over("rest+openai", LLAMA, r#"{"tools":[{"name":"f"}],"max_completion_tokens":3}"#);
        assert_eq!(
            tools.ok().flatten().as_deref(),
            Some(concat!(
                r#"{"tools":[{"type":"function","function":{"name":"f"}}],"#,
                r#""max_completion_tokens":3}"#
            ))
        );
        assert!(over("rest+openai", LLAMA, &asking(r#""AAAA""#)).is_err());
    }

    #[test]
    fn the_limit_has_the_models_name() {
        let input = r#"{"prompt":"a","max_completion_tokens":5}"#;
        let renamed = Some(r#"{"prompt":"a","max_tokens":5}"#.to_owned());
        assert_eq!(
            (sent(LLAMA, input), sent(OSS, input), sent(KIMI, input)),
            (renamed.clone(), renamed, None)
        );
        assert_eq!(
            sent(OSS, r#"{"input":"a","max_completion_tokens":5}"#).as_deref(),
            Some(r#"{"input":"a","max_output_tokens":5}"#)
        );
        assert_eq!(sent(LLAMA, r#"{"prompt":"a","max_completion_tokens":5,"max_tokens":6}"#), None);
    }
}
