//! What is wrong with an input's parameters, before it is sent. The rule, for each member:
//!
//! | a member | is |
//! |---|---|
//! | that the model takes | checked against the catalogue's schema: type, range, words |
//! | that is a slip of one that the model takes (case, one edit, another client's name) | refused, with the one that was meant |
//! | any other | left to the service |
//! | of `extra` | left to the service, whatever its name |
//!
//! A message needs a role and, but for an assistant's with calls, a content; what is known by other names is refused with the right one.
//! Models of other providers take what they take: nothing of theirs is checked. Of a model that this version does not know, slips are found if it
//! is asked as a language model.

use super::check::check_property;
use super::kind;
use super::request::other_task;
use crate::catalog::{self, Entry, InputShape, Kind, Method};
use crate::error::Error;
use crate::slip::{Aliases, clip, is_slip, meant, sentence};
use crate::text::{concat, decimal};
use crate::usual::{EXTRA, is_foreign};
use crate::value::{Shape, Value};

/// Other clients' names. Which of ours one stands for depends on what the model takes.
const ALIASES: &Aliases = &[
    (
        "maxoutputtokens maxnewtokens maxtokenstosample maxgentokens numpredict npredict maxlength",
        "max_tokens",
    ),
    ("maxoutputtokens maxtokens", "max_completion_tokens"),
    ("stopsequences stopsequence stopwords", "stop"),
    ("repeatpenalty", "repetition_penalty"),
    ("randomseed", "seed"),
    ("outputschema responseschema jsonschema jsonmode schema format responsemimetype", "response_format"),
    ("system systemprompt systeminstruction systemmessage instructions instruction", "messages"),
    ("temp", "temperature"),
    ("history conversation chat turns", "messages"),
    ("functiondeclarations toolconfig", "tools"),
    ("inputs text content question query userprompt", "prompt"),
    ("inputs input content texts sentences sentence document string", "text"),
    ("inputs text content document input", "input_text"),
    ("sourcelanguage sourcelang srclang src from fromlang", "source_lang"),
    ("targetlang targetlanguage tgtlang tgt to tolang", "target_lang"),
    ("targetlang tgtlang tgt to tolang", "target_language"),
    ("voice voiceid voicename speakerid", "speaker"),
    ("language locale langcode", "lang"),
    ("lang locale languagecode langcode", "language"),
    ("responseformat outputformat audioformat format", "encoding"),
    ("numinferencesteps inferencesteps steps samplingsteps", "num_steps"),
    ("numinferencesteps inferencesteps numsteps samplingsteps", "steps"),
    ("guidancescale cfgscale cfg", "guidance"),
    ("negative", "negative_prompt"),
    ("initimage sourceimage inputimage imageurl img", "image"),
    ("maskimage", "mask"),
    ("size imagesize resolution", "width"),
    ("topn topresults", "top_k"),
    ("documents passages texts", "contexts"),
    ("search text question", "query"),
    ("file audiofile audiodata", "audio"),
    ("maxtokens maxsummarylength maxlen", "max_length"),
];

/// Options of a call that have no meaning in an input, whatever the model.
const OPTIONS: &[&str] = &[
    "signal",
    "abortSignal",
    "abort_signal",
    "timeout",
    "maxRetries",
    "gateway",
    "headers",
    "extraHeaders",
    "sessionAffinity",
    "tags",
    "rejectIfBusy",
    "fallback",
    "queueRequest",
    "returnRawResponse",
];

/// Checks an input. `method` is none for `run`.
pub fn check<V: Value>(method: Option<Method>, model: &str, input: &V) -> Result<(), Error> {
    check_as(None, method, model, input)
}

/// The same, for an endpoint that takes a shape of its own, whatever the model's is.
pub fn check_as<V: Value>(
    shape: Option<InputShape>,
    method: Option<Method>,
    model: &str,
    input: &V,
) -> Result<(), Error> {
    if is_foreign(model) {
        return Ok(());
    }
    let entry = catalog::find(model);
    if let (Some(method), Some(entry)) = (method, entry)
        && !entry.serves(method)
    {
        return Err(other_task(entry, method));
    }
    // Bytes have no names, but members by the million.
    if !input.is_object() {
        return Ok(());
    }
    let mut names = Names::of(method, model, entry, input);
    names.shape = shape.or(names.shape);
    names.check_members(input)?;
    if !names.is_text {
        return Ok(());
    }
    check_tools(input)?;
    check_format(input)?;
    let messages = input.get("messages").map(|messages| messages.items()).unwrap_or_default();
    for (place, message) in messages.iter().enumerate() {
        check_message(&concat(&["messages.", &decimal(place as i64)]), message)?;
    }
    Ok(())
}

/// Does a model take a parameter, as far as is known? Of a model that this version does not know, and of those of other providers, it is assumed.
pub fn takes(model: &str, name: &str) -> bool {
    let shape = catalog::find(model).map(|entry| entry.input).filter(|shape| *shape != InputShape::TextOpen);
    is_foreign(model) || shape.is_none_or(|shape| shape.takes(name))
}

/// The refusal of members that are slips of what a method's model takes. Their values are for the method to check.
pub fn check_names<V: Value>(
    method: Method,
    model: &str,
    entry: Option<&'static Entry>,
    input: &V,
) -> Result<(), Error> {
    if !input.is_object() {
        return Ok(());
    }
    let names = Names { has_values: false, ..Names::of(Some(method), model, entry, input) };
    names.check_members(input)
}

/// What a model takes.
struct Names<'a> {
    model: &'a str,
    shape: Option<InputShape>,
    /// Is it known what values it takes, and are they checked?
    has_values: bool,
    /// Names that the method has for it, which become the model's.
    own: &'static [&'static str],
    is_text: bool,
}

impl<'a> Names<'a> {
    fn of<V: Value>(method: Option<Method>, model: &'a str, entry: Option<&Entry>, input: &V) -> Self {
        let is_text = match (method, entry) {
            (_, Some(entry)) => entry.serves(Method::GenerateText),
            (Some(method), None) => method == Method::GenerateText,
            (None, None) => ["prompt", "messages"].iter().any(|name| input.get(name).is_some()),
        };
        // A language model of which nobody knows what it takes takes at least what all newer ones do.
        let shape = entry.map(|entry| entry.input).filter(|shape| *shape != InputShape::TextOpen);
        let has_values = shape.is_some();
        let shape =
            shape.or((is_text && (entry.is_some() || method.is_some())).then_some(InputShape::TextChat));
        let method = if is_text { Some(Method::GenerateText) } else { method };
        Names { model, shape, has_values, own: own_names(method, entry), is_text }
    }

    /// Checks the values that are known, and refuses names that are slips.
    fn check_members<V: Value>(&self, input: &V) -> Result<(), Error> {
        for (name, value) in input.members() {
            let is_extra = name == EXTRA && value.is_object();
            if is_extra || self.own.contains(&name.as_str()) {
                continue;
            }
            match self.shape.filter(|shape| shape.takes(&name)) {
                Some(shape) if self.has_values => check_value(shape, &name, &value)?,
                Some(_) => {}
                None => self.check(&name)?,
            }
        }
        Ok(())
    }

    /// Refuses a name that is a slip.
    fn check(&self, name: &str) -> Result<(), Error> {
        if self.shape.is_none() {
            return Ok(());
        }
        let known =
            self.shape.iter().flat_map(|shape| shape.variants()).flat_map(|variant| variant.properties());
        let known = known.map(|property| property.name).filter(|name| *name != "$body");
        let known = known.chain(self.own.iter().copied()).collect::<Vec<_>>();
        if OPTIONS.contains(&name) {
            let why = [name, " is an option of the call: it belongs into the argument behind the input."];
            return Err(Error::invalid(name, &concat(&why)));
        }
        let Some(meant) = meant(name, &known, ALIASES) else { return Ok(()) };
        let what = concat(&["parameter of ", self.model]);
        let mut message = sentence(name, &what, Some(meant), &[]);
        if meant == "messages" && !is_slip(name, meant) {
            message.push_str(" A system prompt is a message: { role: \"system\", content: \"…\" }.");
        }
        Err(Error::invalid(clip(name), &message))
    }
}

/// The names that a method takes for any model, and writes as the model has them.
fn own_names(method: Option<Method>, entry: Option<&Entry>) -> &'static [&'static str] {
    match method {
        Some(Method::GenerateText) => match entry.map(|entry| entry.input) {
            // The newer name is written as the older one, the other way round it is taken by all.
            Some(
                InputShape::TextChat
                | InputShape::TextChatBatch
                | InputShape::TextGemma4
                | InputShape::TextNemotron,
            ) => &["input"],
            _ => &["max_completion_tokens", "tool_choice"],
        },
        Some(Method::Translate) => &["text", "source_lang", "target_lang"],
        Some(Method::GenerateSpeech) => &["text", "prompt"],
        Some(Method::GenerateImage) => &["prompt", "image"],
        Some(Method::DescribeImage) => &["image", "prompt", "question"],
        Some(Method::Embed) => &["text"],
        Some(Method::Transcribe | Method::DetectTurn) => &["audio"],
        Some(Method::ClassifyImage | Method::DetectObjects) => &["image"],
        _ => match entry.map(|entry| entry.input) {
            // `run` makes the form of these by itself.
            Some(InputShape::ImageFlux2 | InputShape::ImageFlux2Klein) => &["image", "body"],
            _ => &[],
        },
    }
}

/// A value that no form of the input takes is wrong.
fn check_value<V: Value>(shape: InputShape, name: &str, value: &V) -> Result<(), Error> {
    let mut wrong = None;
    for property in shape.variants().iter().filter_map(|variant| variant.property(name)) {
        // Media has forms of its own, and is checked where it is converted.
        if property.kinds.contains(&Kind::Media) {
            return Ok(());
        }
        match check_property(value, property) {
            Ok(()) => return Ok(()),
            Err(error) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(()), Err)
}

/// What the service says of tools in half a sentence, or not at all.
fn check_tools<V: Value>(input: &V) -> Result<(), Error> {
    const CHOICES: [&str; 4] = ["auto", "none", "required", "any"];
    let choice = input.get("tool_choice");
    let word = choice.as_ref().and_then(|choice| choice.head());
    if word.is_some_and(|word| !CHOICES.contains(&word.as_str())) {
        let why = "tool_choice must be \"auto\", \"none\", \"required\" or an object that names a tool: { type: \"function\", function: { name } }.";
        return Err(Error::invalid("tool_choice", why));
    }
    let tools = input.get("tools").map(|tools| tools.items()).unwrap_or_default();
    for (place, tool) in tools.iter().enumerate() {
        let field = concat(&["tools.", &decimal(place as i64)]);
        if !tool.is_object() {
            let why =
                concat(&[&field, " must be an object that describes a tool, not ", &kind::of(tool), "."]);
            return Err(Error::invalid(&field, &why));
        }
        check_tool(&field, tool)?;
    }
    let named = choice.as_ref().filter(|choice| choice.is_object()).and_then(name_of);
    match named {
        Some(named) if !tools.iter().any(|tool| name_of(tool).as_deref() == Some(&named)) => {
            Err(Error::invalid("tool_choice", "tool_choice names a tool that is not in tools."))
        }
        _ => Ok(()),
    }
}

/// The name of a tool, nested or not.
fn name_of<V: Value>(tool: &V) -> Option<String> {
    let function = tool.get("function");
    function.as_ref().unwrap_or(tool).get("name")?.text().filter(|name| !name.is_empty())
}

/// A tool in the form of another client's, which a model would see half of.
fn check_tool<V: Value>(field: &str, tool: &V) -> Result<(), Error> {
    const FORM: &str = " Tools are { type: \"function\", function: { name, description, parameters } }.";
    let refused = |why: &[&str]| Err(Error::invalid(field, &concat(&[field, " ", &concat(why), FORM])));
    let function = tool.get("function");
    let own = function.as_ref().filter(|function| function.is_object()).unwrap_or(tool);
    for name in ["input_schema", "inputSchema", "functionDeclarations", "function_declarations", "toolSpec"] {
        if own.get(name).is_some() {
            return refused(&["has ", name, ", which is another client's."]);
        }
    }
    // Tools of other types are the service's own.
    let is_function =
        function.is_some() || tool.get("type").is_none_or(|kind| kind.text().as_deref() == Some("function"));
    if is_function && name_of(tool).is_none() {
        return refused(&["has no name."]);
    }
    match own.member("parameters") {
        Some(parameters) if is_function && !parameters.is_object() => {
            refused(&["has parameters that are no JSON Schema but ", &kind::of(&parameters), "."])
        }
        _ => Ok(()),
    }
}

/// What a service makes of a format that it doesn't know is nobody's to say: mostly plain text.
fn check_format<V: Value>(input: &V) -> Result<(), Error> {
    const TYPES: &[&str] = &["text", "json_object", "json_schema"];
    let Some(format) = input.get("response_format").filter(|format| format.is_object()) else {
        return Ok(());
    };
    let refused = |why: &str| Err(Error::invalid("response_format", &concat(&["response_format ", why])));
    let Some(stated) = format.get("type").and_then(|kind| kind.text()) else { return Ok(()) };
    if !TYPES.contains(&stated.as_str()) {
        return match meant(
            &stated,
            TYPES,
            &[("json jsonmode object", "json_object"), ("schema", "json_schema")],
        ) {
            Some(meant) => refused(&concat(&["has an unknown type: did you mean \"", meant, "\"?"])),
            None => Ok(()),
        };
    }
    if stated == "json_schema" && !format.get("json_schema").is_some_and(|schema| schema.is_object()) {
        return refused("of the type json_schema needs the schema in its member json_schema.");
    }
    Ok(())
}

/// Why a part says nothing to a model: it is another client's, or what it is to have is missing.
fn foreign_part<V: Value>(part: &V) -> Option<&'static str> {
    const IMAGE: &str =
        "an image that is no { type: \"image_url\", image_url: { url } }, whose url may be any media value.";
    match part.get("type")?.text()?.as_str() {
        "text" if part.get("text").is_none() => Some("a part of the type text without text."),
        "image_url" if part.get("image_url").is_none() => Some(IMAGE),
        "image" if part.get("image").is_some() => Some(IMAGE),
        "tool-call" | "tool_use" => {
            Some("a call of a tool among its parts: calls are tool_calls of the message.")
        }
        "tool-result" | "tool_result" => Some(
            "the result of a tool among its parts: give a message { role: \"tool\", tool_call_id, content }.",
        ),
        _ => None,
    }
}

/// The roles that models know, and other clients' names of them.
const ROLES: &[&str] = &["system", "user", "assistant", "tool", "developer", "function"];
const ROLE_ALIASES: &Aliases =
    &[("human customer", "user"), ("ai bot model chatbot agent gpt", "assistant"), ("toolresult", "tool")];

fn check_message<V: Value>(place: &str, message: &V) -> Result<(), Error> {
    let refuse = |name: &str, why: &[&str]| {
        let field = concat(&[place, name]);
        Err(Error::invalid(&field, &concat(&[&field, " ", &concat(why)])))
    };
    if !message.is_object() {
        return refuse("", &["must be an object with role and content, not ", &kind::of(message), "."]);
    }
    let role = message.get("role");
    let word = role.as_ref().and_then(|role| role.head());
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        // The Responses dialect has items of other kinds among its messages.
        if role.is_none() && message.get("type").is_some() {
            return Ok(());
        }
        return refuse(".role", &["must be \"system\", \"user\", \"assistant\" or \"tool\"."]);
    };
    if !ROLES.contains(&word.as_str())
        && let Some(meant) = meant(&word, ROLES, ROLE_ALIASES)
    {
        return refuse(".role", &["is no role that a model knows: did you mean \"", meant, "\"?"]);
    }
    const MEMBERS: &[&str] = &["tool_calls", "tool_call_id"];
    let aliases: &Aliases = &[("calls", "tool_calls"), ("callid tooluseid", "tool_call_id")];
    for (name, _) in message.members() {
        if !MEMBERS.contains(&name.as_str())
            && let Some(meant) = meant(&name, MEMBERS, aliases)
        {
            let field = concat(&[place, ".", clip(&name)]);
            return Err(Error::invalid(&field, &sentence(&field, "member of a message", Some(meant), &[])));
        }
    }
    let content = message.member("content");
    match content.as_ref().map(|content| content.shape()) {
        Some(Shape::Number(_) | Shape::Boolean | Shape::Other) => {
            let kind = content.as_ref().map(kind::of).unwrap_or_default();
            refuse(".content", &["must be a string or an array of parts, not ", &kind, "."])
        }
        Some(Shape::Object) if content.as_ref().is_some_and(|content| !is_part(content)) => {
            refuse(".content", &["must be a string or an array of parts, not an object without a type."])
        }
        Some(Shape::List(_) | Shape::Numbers(..)) => {
            let parts = content.map(|content| content.items()).unwrap_or_default();
            let is_wrong = |part: &&V| !matches!(part.shape(), Shape::Text(_)) && !is_part(*part);
            match parts.iter().find(is_wrong) {
                Some(part) => {
                    let kind = kind::of(part);
                    let why = ["has ", &kind, " in its array: parts are like { type: \"text\", text }."];
                    refuse(".content", &why)
                }
                None => match parts.iter().find_map(foreign_part) {
                    Some(why) => refuse(".content", &["has ", why]),
                    None => Ok(()),
                },
            }
        }
        Some(_) => Ok(()),
        None => {
            let calls = ["tool_calls", "function_call", "reasoning", "reasoning_content", "refusal", "audio"];
            if word == "assistant" && calls.iter().any(|name| message.get(name).is_some()) {
                return Ok(());
            }
            let names = message.members();
            let aliases: &Aliases = &[("text message value prompt parts body", "content")];
            let other = names.iter().find(|(name, _)| meant(name, &["content"], aliases).is_some());
            let more = other.map(|(other, _)| concat(&[" Move into it what is in ", clip(other), "."]));
            let more = more.unwrap_or_default();
            refuse(".content", &["is missing: a message needs a role and a content.", &more])
        }
    }
}

/// Is it a part of a message's content? Most say their type; of some it is known without.
fn is_part<V: Value>(part: &V) -> bool {
    let known = ["type", "text", "image_url", "input_audio", "file"];
    part.is_object() && known.iter().any(|name| part.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::value::json::Json;

    const LEGACY: &str = "@cf/meta/llama-3.1-8b-instruct";
    const CHAT: &str = "@cf/zai-org/glm-4.7-flash";
    const OPEN: &str = "@cf/swiss-ai/apertus-v1.5-8b";
    const NEW: &str = "@cf/nobody/new-model";

    fn said(method: Option<Method>, model: &str, input: &str) -> String {
        match check(method, model, &Json::sample(input)) {
            Ok(()) => String::new(),
            Err(error) => {
                assert_eq!(error.code, Code::InvalidInput);
                assert!(error.field.is_some());
                error.message.clone()
            }
        }
    }

    #[test]
    fn what_is_another_clients_is_refused() {
        let tool = |tool: &str| format!(r#"{{"prompt":"a","tools":[{tool}]}}"#);
        let message = |message: &str| format!(r#"{{"messages":[{message}]}}"#);
        let format = |format: &str| format!(r#"{{"prompt":"a","response_format":{format}}}"#);
        for (input, says) in [
            (tool(r#"{"name":"f","input_schema":{}}"#), "tools.0 has input_schema"),
            (tool(r#"{"name":"f","inputSchema":{}}"#), "tools.0 has inputSchema"),
            (tool(r#"{"functionDeclarations":[]}"#), "tools.0 has functionDeclarations"),
            (tool(r#"{"type":"function","function":{"description":"d"}}"#), "tools.0 has no name"),
            (tool(r#"{"name":"f","parameters":"x"}"#), "tools.0 has parameters that are no JSON Schema"),
            (
                r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":{"type":"function","function":{"name":"g"}}}"#.to_owned(),
                "tool_choice names a tool that is not in tools.",
            ),
            (message(r#"{"role":"assistant","content":"","toolCalls":[]}"#), "did you mean tool_calls?"),
            (message(r#"{"role":"tool","content":"","toolCallId":"a"}"#), "did you mean tool_call_id?"),
            (message(r#"{"role":"user","content":[{"type":"text","txt":"a"}]}"#), "text without text"),
            (message(r#"{"role":"user","content":[{"type":"image","image":{}}]}"#), "an image that is no"),
            (message(r#"{"role":"user","content":[{"type":"image_url","imageUrl":"a"}]}"#), "an image that is no"),
            (message(r#"{"role":"assistant","content":[{"type":"tool-call"}]}"#), "a call of a tool among"),
            (format(r#"{"type":"json"}"#), "did you mean \"json_object\"?"),
            (format(r#"{"type":"json_obect"}"#), "did you mean \"json_object\"?"),
            (format(r#"{"type":"json_schema","schema":{}}"#), "in its member json_schema"),
        ] {
            let message = said(Some(Method::GenerateText), CHAT, &input);
            assert!(message.contains(says), "{input}: {message}");
        }
        for input in [
            tool(r#"{"type":"web_search"}"#),
            tool(r#"{"name":"f"}"#),
            r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":{"type":"function","name":"f"}}"#
                .to_owned(),
            format(r#"{"type":"json_schema","json_schema":{}}"#),
            format(r#"{"type":"grammar"}"#),
        ] {
            assert_eq!(said(Some(Method::GenerateText), CHAT, &input), "", "{input}");
        }
    }

    #[test]
    fn slips_of_parameters_are_refused_with_what_was_meant() {
        let text = Some(Method::GenerateText);
        for (model, name, meant) in [
            (LEGACY, "maxTokens", "max_tokens"),
            (LEGACY, "temprature", "temperature"),
            (LEGACY, "max_output_tokens", "max_tokens"),
            (CHAT, "max_output_tokens", "max_tokens"),
            (CHAT, "stopSequences", "stop"),
            (CHAT, "toolChoice", "tool_choice"),
            (LEGACY, "systemPrompt", "messages"),
            (NEW, "maxTokens", "max_tokens"),
            (OPEN, "topP", "top_p"),
        ] {
            let input = format!(r#"{{"prompt":"a","{name}":1}}"#);
            for method in [text, None] {
                if method.is_none() && model == NEW {
                    continue;
                }
                let expected = format!("{name} is no parameter of {model}: did you mean {meant}?");
                assert!(
                    said(method, model, &input).starts_with(&expected),
                    "{model} {name}: {}",
                    said(method, model, &input)
                );
            }
        }
        for input in [
            r#"{"prompt":"a","min_p":1,"chat_template":1,"something":2}"#,
            r#"{"prompt":"a","max_completion_tokens":5}"#,
            r#"{"prompt":"a","extra":{"maxTokens":5}}"#,
        ] {
            assert_eq!(said(text, LEGACY, input), "", "{input}");
            assert_eq!(said(text, NEW, input), "", "{input}");
            assert_eq!(said(text, "openai/gpt-5", input), "", "{input}");
        }
        assert_eq!(said(None, NEW, r#"{"maxTokens":3}"#), "", "nobody knows what it takes");
        assert!(
            said(text, LEGACY, r#"{"prompt":"a","signal":{}}"#)
                .starts_with("signal is an option of the call")
        );
    }

    #[test]
    fn a_model_takes_what_its_shape_has() {
        assert!(takes(LEGACY, "top_k") && !takes(LEGACY, "stop"));
        assert!(takes(CHAT, "stop") && !takes(CHAT, "top_k"));
        for model in [OPEN, NEW, "openai/gpt-5.2"] {
            assert!(takes(model, "top_k") && takes(model, "stop"), "{model}");
        }
    }

    #[test]
    fn options_of_a_call_are_no_parameters() {
        for name in OPTIONS {
            let input = format!(r#"{{"prompt":"a","{name}":{{}}}}"#);
            for (method, model) in
                [(None, LEGACY), (Some(Method::GenerateText), NEW), (None, OPEN), (None, CHAT)]
            {
                let said = said(method, model, &input);
                assert!(said.contains("belongs into the argument behind the input"), "{name}: {said}");
            }
            for shape in InputShape::ALL {
                assert!(!shape.takes(name), "{name}");
            }
        }
    }

    #[test]
    fn tools_and_their_choice() {
        let text = Some(Method::GenerateText);
        for (input, field) in [
            (r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":"always"}"#, "tool_choice "),
            (r#"{"prompt":"a","tools":[{"name":"f"},null]}"#, "tools.1 "),
            (r#"{"prompt":"a","tools":["f"]}"#, "tools.0 "),
        ] {
            for model in [LEGACY, CHAT, OPEN, NEW] {
                assert!(said(text, model, input).starts_with(field), "{model}: {input}");
            }
        }
        for choice in
            [r#""auto""#, r#""none""#, r#""any""#, r#""required""#, r#"{"type":"function"}"#, "null"]
        {
            let input = format!(r#"{{"prompt":"a","tools":[{{"name":"f"}}],"tool_choice":{choice}}}"#);
            assert_eq!(said(text, CHAT, &input), "", "{choice}");
        }
    }

    #[test]
    fn slips_are_found_for_every_task() {
        for (method, model, input, meant) in [
            (Method::Embed, "@cf/baai/bge-m3", r#"{"inputs":["a"]}"#, "text"),
            (Method::Rerank, "@cf/baai/bge-reranker-base", r#"{"query":"a","documents":["b"]}"#, "contexts"),
            (
                Method::Rerank,
                "@cf/baai/bge-reranker-base",
                r#"{"query":"a","contexts":["b"],"topK":1}"#,
                "top_k",
            ),
            (Method::Translate, "@cf/meta/m2m100-1.2b", r#"{"text":"a","targetLang":"de"}"#, "target_lang"),
            (
                Method::GenerateImage,
                "@cf/black-forest-labs/flux-1-schnell",
                r#"{"prompt":"a","num_steps":4}"#,
                "steps",
            ),
            (Method::GenerateSpeech, "@cf/deepgram/aura-1", r#"{"text":"a","voice":"luna"}"#, "speaker"),
            (
                Method::Transcribe,
                "@cf/openai/whisper-large-v3-turbo",
                r#"{"audio":"a","lang":"de"}"#,
                "language",
            ),
            (
                Method::Summarize,
                "@cf/facebook/bart-large-cnn",
                r#"{"input_text":"a","maxLength":5}"#,
                "max_length",
            ),
        ] {
            let input = Json::sample(input);
            let error = check_names(method, model, catalog::find(model), &input).unwrap_err();
            assert!(error.message.ends_with(&format!(": did you mean {meant}?")), "{}", error.message);
        }
    }

    #[test]
    fn values_are_checked_by_the_catalogues_schema() {
        for (model, input, message) in [
            (LEGACY, r#"{"prompt":"a","temperature":99}"#, "temperature must be a number from 0 to 5."),
            (
                LEGACY,
                r#"{"prompt":"a","max_tokens":"100"}"#,
                "max_tokens must be a whole number, not a string.",
            ),
            (
                LEGACY,
                r#"{"messages":[{"role":"user","content":"a"}],"tools":{}}"#,
                "tools must be an array, not an object.",
            ),
            (CHAT, r#"{"prompt":"a","temperature":2.5}"#, "temperature must be a number from 0 to 2."),
            ("@cf/baai/bge-m3", r#"{"text":7}"#, ""),
        ] {
            let said = said(None, model, input);
            if message.is_empty() {
                assert!(said.starts_with("text must be"), "{said}");
            } else {
                assert_eq!(said, message);
            }
        }
        assert_eq!(said(None, LEGACY, r#"{"prompt":"a","temperature":4.5}"#), "");
        let model = said(Some(Method::GenerateText), "@cf/baai/bge-m3", r#"{"prompt":"a"}"#);
        assert!(model.ends_with("use embed."), "{model}");
    }

    #[test]
    fn messages_have_a_role_and_a_content() {
        for (message, field) in [
            (r#"{"role":"user"}"#, "messages.0.content"),
            (r#"{"role":"user","text":"a"}"#, "messages.0.content"),
            (r#"{"role":"assistant"}"#, "messages.0.content"),
            (r#"{"content":"a"}"#, "messages.0.role"),
            (r#"{"role":"User","content":"a"}"#, "messages.0.role"),
            (r#"{"role":"asistant","content":"a"}"#, "messages.0.role"),
            (r#"{"role":"model","content":"a"}"#, "messages.0.role"),
            (r#"{"role":"user","content":5}"#, "messages.0.content"),
            (r#"{"role":"user","content":{}}"#, "messages.0.content"),
            (r#"{"role":"user","content":[null]}"#, "messages.0.content"),
            (r#"{"role":"user","content":[{}]}"#, "messages.0.content"),
            (r#"{"role":"user","content":[1,2]}"#, "messages.0.content"),
            (r#"{"role":"user","content":[{"$":"media"}]}"#, "messages.0.content"),
            (r#""hello""#, "messages.0"),
        ] {
            let input = Json::sample(&format!(r#"{{"messages":[{message}]}}"#));
            for model in [LEGACY, CHAT, NEW] {
                let error = check(Some(Method::GenerateText), model, &input).unwrap_err();
                assert_eq!(error.field.as_deref(), Some(field), "{message}");
            }
        }
        for message in [
            r#"{"role":"user","content":"a"}"#,
            r#"{"role":"assistant","content":null}"#,
            r#"{"role":"assistant","tool_calls":[{}]}"#,
            r#"{"role":"ipython","content":"a"}"#,
            r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#,
            r#"{"role":"user","content":["a",{"image_url":{"url":"data:,"}}]}"#,
            r#"{"role":"user","content":[]}"#,
        ] {
            assert_eq!(
                said(Some(Method::GenerateText), LEGACY, &format!(r#"{{"messages":[{message}]}}"#)),
                "",
                "{message}"
            );
        }
    }
}
