//! Validates an input's parameters before it is sent. The rule for each member:
//!
//! | member | result |
//! |---|---|
//! | that the model supports | validated by the catalogue's schema: type, range, words |
//! | that is a slip of a supported one (case, one edit, another client's name) | rejected, with the supported name |
//! | that is such a slip of a parameter of other language models | rejected, with that name |
//! | that is an option of a call, or of another method | rejected, with the right place |
//! | `model`, unless it is the model that is called | rejected |
//! | any other | left to the service |
//! | of `extra`, that is a slip of one that the model takes | refused, with the one that was meant |
//! | any other of `extra` | left to the service, whatever its value |
//!
//! An input of `run` for a known model has all that one of the model's forms of input must have.
//!
//! A message needs a role and, except for an assistant's with calls, a content; members with other names are
//! rejected with the right one. Each part of a content needs a type, each tool a name.
//! Parameters of models of other authors are not validated. For a model that this version does not know,
//! slips are detected if it is called as a language model.

use super::check::check_property;
use super::kind;
use super::object::keywords;
use super::reasoning::LEVELS;
use super::request::other_task;
use crate::catalog::{self, Entry, InputShape, Kind, Method};
use crate::error::Error;
use crate::precheck::{EXTRA, has_word, is_foreign};
use crate::slip::{Aliases, check_members, clip, is_respelt, is_slip, meant, sentence};
use crate::text::{concat, decimal, join};
use crate::value::{Shape, Value};

/// Other clients' names. The equivalent here depends on the model's parameters.
const ALIASES: &Aliases = &[
    (
        "maxoutputtokens maxnewtokens maxtokenstosample maxgentokens numpredict npredict maxlength",
        "max_tokens",
    ),
    ("maxoutputtokens maxtokens", "max_completion_tokens"),
    ("maxtokens maxcompletiontokens maxnewtokens", "max_output_tokens"),
    ("stopsequences stopsequence stopwords", "stop"),
    ("repeatpenalty", "repetition_penalty"),
    ("randomseed", "seed"),
    ("outputschema responseschema jsonschema jsonmode schema format responsemimetype", "response_format"),
    ("system systemprompt systeminstruction systemmessage instructions instruction", "messages"),
    ("temp", "temperature"),
    ("history conversation chat turns", "messages"),
    ("functiondeclarations toolconfig", "tools"),
    ("thinkinglevel", "reasoning_effort"),
    ("inputs input text content question query userprompt", "prompt"),
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

/// Limit of the unknown names that are compared with known ones: more are not misspellings, and each
/// comparison takes longer than all later work on the name.
const MOST_UNKNOWN: usize = 256;

/// Options of a call that have no meaning in an input of any model.
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

/// Options of `runTools`, and other clients' names of them: the other methods call no functions.
const OF_TOOLS: &[&str] = &[
    "maxSteps",
    "stopWhen",
    "prepareStep",
    "onStep",
    "onStepFinish",
    "maxToolRoundtrips",
    "maxRecursiveToolRuns",
    "activeTools",
    "toolApproval",
];

/// Validates an input. `method` is none for `run`.
pub fn check<V: Value>(method: Option<Method>, model: &str, input: &V) -> Result<(), Error> {
    check_as(None, method, model, input)
}

/// The same for an endpoint with a shape of its own, independent of the model's.
fn check_as<V: Value>(
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
    // Bytes have no names, but millions of members.
    if !input.is_object() {
        return Ok(());
    }
    let mut names = Names::of(method, model, entry, input);
    if let Some(shape) = shape {
        (names.shape, names.own) = (Some(shape), &[]);
    }
    names.check_members(input)?;
    if !names.is_text {
        return Ok(());
    }
    check_tools(input)?;
    check_format(input)?;
    check_parts_of_parameters(input)?;
    for name in ["messages", "input"] {
        let messages = input.get(name).map(|messages| messages.items()).unwrap_or_default();
        for (place, message) in messages.iter().enumerate() {
            check_message(&concat(&[name, ".", &decimal(place as i64)]), names.has_values, message)?;
        }
    }
    Ok(())
}

/// The same for a request in OpenAI's shape, which needs its prompt under one name: `messages`, or `input` of
/// a Response.
pub fn check_request<V: Value>(is_response: bool, model: &str, request: &V) -> Result<(), Error> {
    check_as(is_response.then_some(InputShape::TextGptOss), Some(Method::GenerateText), model, request)?;
    let (name, why) = match is_response {
        true => ("input", "input is missing: give a string, or an array of items."),
        false => ("messages", "messages must be an array with at least one message."),
    };
    let is_there = match request.get(name).map(|value| value.shape()) {
        Some(Shape::Text(length)) => is_response && length > 0,
        Some(Shape::List(length) | Shape::Texts(length, _) | Shape::Numbers(length, _)) => length > 0,
        _ => false,
    };
    // Endpoints of other authors may accept other members in its place.
    if is_there || is_foreign(model) { Ok(()) } else { Err(Error::invalid(name, why)) }
}

/// The names of a whole body in the catalogue; callers may pass it as `{ body, contentType }`.
const BODIES: [&str; 2] = ["$body", "multipart"];
/// Members of a batch, or of the poll of one; every model may take them.
const OF_BATCHES: [&str; 2] = ["requests", "request_id"];

/// Rejects an input of `run` in which every variant of a known model's input lacks a required member.
pub fn check_complete<V: Value>(model: &str, input: &V) -> Result<(), Error> {
    let Some(entry) = catalog::find(model).filter(|_| input.is_object()) else { return Ok(()) };
    let extra = input.get(EXTRA);
    let has = |name: &str| {
        let members = [Some(input), extra.as_ref()].into_iter().flatten();
        members.flat_map(|object| object.members()).any(|(own, value)| own == name && !value.is_null())
    };
    // A model whose parameters are unknown may take the Responses dialect.
    let is_open = entry.input == InputShape::TextOpen && has("input");
    if is_open || OF_BATCHES.iter().any(|name| has(name)) {
        return Ok(());
    }
    let mut least: Vec<Vec<&str>> = Vec::new();
    for variant in entry.input.variants() {
        let required = variant.properties().filter(|property| property.required);
        let is_there = |name: &str| has(name) || BODIES.contains(&name) && has("body");
        let missing: Vec<_> = required.map(|property| property.name).filter(|name| !is_there(name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let is_named = !missing.iter().any(|name| BODIES.contains(name) || OF_BATCHES.contains(name));
        let shortest = least.first().map_or(usize::MAX, Vec::len);
        if is_named && missing.len() <= shortest && !least.contains(&missing) {
            least.retain(|other| other.len() == missing.len());
            least.push(missing);
        }
    }
    let Some(field) = least.first().and_then(|names| names.first()) else { return Ok(()) };
    let forms = least.iter().map(|names| join(names, " and ")).collect::<Vec<_>>();
    let forms = join(&forms.iter().map(String::as_str).collect::<Vec<_>>(), " or ");
    Err(Error::invalid(field, &concat(&["The input of ", model, " lacks ", &forms, "."])))
}

/// The error of an `extra` that contains no parameters.
pub fn no_extra<V: Value>(value: &V) -> Error {
    let why = ["extra must be an object of further parameters, not ", &kind::of(value), "."];
    Error::invalid(EXTRA, &concat(&why))
}

/// True if a model supports a parameter, according to the catalogue. Assumed for unknown models and those of
/// other authors.
pub fn takes(model: &str, name: &str) -> bool {
    let shape = catalog::find(model).map(|entry| entry.input).filter(|shape| *shape != InputShape::TextOpen);
    is_foreign(model) || shape.is_none_or(|shape| shape.takes(name))
}

/// Rejects members that are slips of parameters of a method's model. The method validates the values.
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

/// The parameters of a model.
struct Names<'a> {
    model: &'a str,
    shape: Option<InputShape>,
    /// True if the allowed values are known, and validated.
    has_values: bool,
    /// Names of the method, which are converted to the model's.
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
        // A language model with unknown parameters supports at least those of all newer ones.
        let shape = entry.map(|entry| entry.input).filter(|shape| *shape != InputShape::TextOpen);
        let has_values = shape.is_some();
        let shape =
            shape.or((is_text && (entry.is_some() || method.is_some())).then_some(InputShape::TextChat));
        let method = if is_text { Some(Method::GenerateText) } else { method };
        Names { model, shape, has_values, own: own_names(method, entry), is_text }
    }

    /// Validates the values of known parameters, and rejects slips.
    fn check_members<V: Value>(&self, input: &V) -> Result<(), Error> {
        let mut unknown = 0;
        for (name, value) in input.members() {
            if name == EXTRA && value.is_object() {
                self.check_extra(&value)?;
                continue;
            }
            if self.own.contains(&name.as_str()) {
                continue;
            }
            if name == "model" && self.shape.is_some_and(|shape| self.is_text || !shape.takes("model")) {
                self.check_model(&value)?;
                continue;
            }
            match self.shape.filter(|shape| shape.takes(&name)) {
                Some(shape) if self.has_values => check_value(shape, &name, &value)?,
                Some(_) => {}
                None => {
                    unknown += 1;
                    if unknown <= MOST_UNKNOWN {
                        self.check(&name, &value)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Rejects further parameters that are misspelled names of known ones: they would have no effect.
    fn check_extra<V: Value>(&self, extra: &V) -> Result<(), Error> {
        if self.shape.is_none() {
            return Ok(());
        }
        let what = concat(&["parameter of ", self.model]);
        check_members(extra, "extra.", &what, &self.known(), ALIASES, false)
    }

    /// The names of the model's parameters, and those that the method converts to them.
    fn known(&self) -> Vec<&'static str> {
        let mut known = self.own.to_vec();
        self.shape.iter().for_each(|shape| add_names(*shape, &mut known));
        known
    }

    /// The service would ignore a model other than the called one.
    fn check_model<V: Value>(&self, value: &V) -> Result<(), Error> {
        // Some models have an inner name, the end of their id.
        let is_same = |name: String| self.model.ends_with(name.as_str()) && !name.is_empty();
        if value.is_null() || value.text().is_some_and(is_same) {
            return Ok(());
        }
        Err(Error::invalid("model", "model is the argument before the input: leave it out of the input."))
    }

    /// Rejects a name that is a slip.
    fn check<V: Value>(&self, name: &str, value: &V) -> Result<(), Error> {
        if self.shape.is_none() {
            return Ok(());
        }
        if name == EXTRA && !value.is_null() {
            return Err(no_extra(value));
        }
        if OPTIONS.contains(&name) {
            let why = [name, " is an option of the call: it belongs into the argument behind the input."];
            return Err(Error::invalid(name, &concat(&why)));
        }
        if OF_TOOLS.contains(&name) {
            let why = [name, " is for runTools, which calls the functions; other methods give the calls."];
            return Err(Error::invalid(name, &concat(&why)));
        }
        let what = concat(&["parameter of ", self.model]);
        let Some(meant) = meant(name, &self.known(), ALIASES) else {
            let other = self.of_other_models(name);
            return other.map_or(Ok(()), |other| {
                let why = [&sentence(name, &what, Some(other), &[]), " This model is not known to take it."];
                Err(Error::invalid(clip(name), &concat(&why)))
            });
        };
        let meant = if meant == "prompt" && value.is_list() { "messages" } else { meant };
        let mut message = sentence(name, &what, Some(meant), &[]);
        if meant == "messages" && !is_slip(name, meant) && !value.is_list() {
            message.push_str(" A system prompt is a message: { role: \"system\", content: \"…\" }.");
        }
        Err(Error::invalid(clip(name), &message))
    }

    /// The parameter of other models for the same methods that another client's name stands for, if this
    /// model has no equivalent.
    fn of_other_models(&self, name: &str) -> Option<&'static str> {
        let methods = self.shape?.methods();
        let mut others = Vec::new();
        for shape in InputShape::ALL {
            if shape.methods().iter().any(|method| methods.contains(method)) {
                add_names(*shape, &mut others);
            }
        }
        if others.contains(&name) {
            return None;
        }
        // A name one edit away from other models' parameters may be this model's own.
        meant(name, &others, ALIASES).filter(|other| is_respelt(name, other) || !is_slip(name, other))
    }
}

/// The names of all parameters of a shape, without `model`, which is an argument of its own.
#[inline(never)]
fn add_names(shape: InputShape, names: &mut Vec<&'static str>) {
    for variant in shape.variants() {
        for property in variant.properties() {
            if !["$body", "model"].contains(&property.name) {
                names.push(property.name);
            }
        }
    }
}

/// The names that a method accepts for any model, and converts to the model's.
fn own_names(method: Option<Method>, entry: Option<&Entry>) -> &'static [&'static str] {
    match method {
        Some(Method::GenerateText) => match entry.map(|entry| entry.input) {
            // The newer name is converted to the older one; the reverse is supported by all models.
            Some(
                InputShape::TextChat
                | InputShape::TextChatBatch
                | InputShape::TextGemma4
                | InputShape::TextNemotron,
            ) => &[],
            // It is unknown whether these support it.
            None | Some(InputShape::TextOpen) => &["max_completion_tokens", "tool_choice", "input"],
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
            // `run` creates the form of these itself.
            Some(InputShape::ImageFlux2 | InputShape::ImageFlux2Klein) => &["image", "body"],
            _ => &[],
        },
    }
}

/// Rejects a value that no form of the input allows.
fn check_value<V: Value>(shape: InputShape, name: &str, value: &V) -> Result<(), Error> {
    let mut wrong = None;
    for property in shape.variants().iter().filter_map(|variant| variant.property(name)) {
        // Media has several forms, and is validated where it is converted.
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

/// Members of parameters that are objects; `chat_template_kwargs` has further ones, by the model.
const INNER: &[(&str, &[&str])] = &[
    ("stream_options", &["include_usage", "include_obfuscation"]),
    ("chat_template_kwargs", &["enable_thinking", "clear_thinking", "low_effort", "force_nonempty_content"]),
    ("reasoning", &["effort", "summary"]),
];

/// Checks the contents of parameters that would be ignored or misinterpreted.
fn check_parts_of_parameters<V: Value>(input: &V) -> Result<(), Error> {
    for (name, known) in INNER {
        if let Some(object) = input.get(name).filter(|value| value.is_object()) {
            let what = concat(&["member of ", name]);
            check_members(&object, &concat(&[name, "."]), &what, known, &[], false)?;
        }
    }
    let stop = input.get("stop").map(|stop| stop.shape());
    if matches!(stop, Some(Shape::Texts(_, Some(_)) | Shape::Numbers(..) | Shape::List(1..))) {
        return Err(Error::invalid("stop", "stop must be strings that are not empty, and nothing else."));
    }
    let effort = input.get("reasoning_effort").and_then(|effort| effort.head()).unwrap_or_default();
    match meant(&effort, &LEVELS, &[]) {
        Some(meant) if meant != effort => {
            let why = ["reasoning_effort is no level that a model knows: did you mean \"", meant, "\"?"];
            Err(Error::invalid("reasoning_effort", &concat(&why)))
        }
        _ => Ok(()),
    }
}

/// Checks tools, whose errors the service reports incompletely or not at all.
fn check_tools<V: Value>(input: &V) -> Result<(), Error> {
    let choice = input.get("tool_choice");
    let is_object = choice.as_ref().is_some_and(|choice| choice.is_object());
    let stated =
        if is_object { choice.as_ref().and_then(|choice| choice.get("type")) } else { choice.clone() };
    let word = stated.and_then(|stated| stated.head()).unwrap_or_default();
    // An object with such a word is another client's form.
    let is_word = has_word("auto none required any ", &word);
    if choice.is_some() && (is_word == is_object || is_object && word == "tool") {
        let why = "tool_choice must be \"auto\", \"none\", \"required\" or an object that names a tool: { type: \"function\", function: { name } }.";
        return Err(Error::invalid("tool_choice", why));
    }
    let tools = input.get("tools").map(|tools| tools.items()).unwrap_or_default();
    if tools.is_empty() && has_word("required any ", &word) {
        return Err(Error::invalid("tool_choice", "tool_choice wants a call, and there are no tools."));
    }
    let mut names = Vec::new();
    for (place, tool) in tools.iter().enumerate() {
        let field = concat(&["tools.", &decimal(place as i64)]);
        let refused = |why: &[&str]| Err(Error::invalid(&field, &concat(&[&field, " ", &concat(why)])));
        if !tool.is_object() {
            return refused(&["must be an object that describes a tool, not ", &kind::of(tool), "."]);
        }
        check_tool(&field, tool)?;
        if let Some(name) = name_of(tool) {
            if names.contains(&name) {
                return refused(&["has the name of a tool before it: a call could mean either."]);
            }
            names.push(name);
        }
    }
    match choice.filter(|_| is_object).as_ref().and_then(name_of) {
        Some(named) if !names.contains(&named) => {
            Err(Error::invalid("tool_choice", "tool_choice names a tool that is not in tools."))
        }
        _ => Ok(()),
    }
}

/// The name of a tool, nested or flat.
fn name_of<V: Value>(tool: &V) -> Option<String> {
    let function = tool.get("function");
    function.as_ref().unwrap_or(tool).get("name")?.text().filter(|name| !name.is_empty())
}

/// Checks for a tool in another client's form, of which a model would receive half.
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
        Some(parameters) if is_function => {
            let below = if function.is_some() { ".function.parameters" } else { ".parameters" };
            check_schema(&concat(&[field, below]), &parameters)
        }
        _ => Ok(()),
    }
}

/// A misspelt keyword in a schema would be ignored.
fn check_schema<V: Value>(field: &str, schema: &V) -> Result<(), Error> {
    schema.to_json().map_or(Ok(()), |schema| keywords::check(field, &schema))
}

/// Services usually treat an unknown format as plain text.
fn check_format<V: Value>(input: &V) -> Result<(), Error> {
    const TYPES: &[&str] = &["text", "json_object", "json_schema"];
    let Some(format) = input.get("response_format").filter(|format| format.is_object()) else {
        return Ok(());
    };
    let refused = |why: &str| Err(Error::invalid("response_format", &concat(&["response_format ", why])));
    let Some(stated) = format.get("type").and_then(|kind| kind.text()) else {
        // Without a type it is plain text, whatever the other members are.
        let has_more = !format.members().is_empty();
        return if has_more { refused("has no type: \"json_schema\" or \"json_object\".") } else { Ok(()) };
    };
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
    let Some(schema) = format.get("json_schema").filter(|_| stated == "json_schema") else { return Ok(()) };
    // OpenAI's wrapper, or the schema itself.
    match schema.get("schema").filter(|inner| inner.is_object()) {
        Some(inner) => check_schema("response_format.json_schema.schema", &inner),
        None => check_schema("response_format.json_schema", &schema),
    }
}

/// The types of parts that all clients use, the required member of each, and the error without it.
const PARTS: &[(&str, &str, &str)] = &[
    ("text", "text", "a part of the type text without text."),
    ("image_url", "image_url", IMAGE),
    (
        "input_audio",
        "input_audio",
        "a recording that is no { type: \"input_audio\", input_audio: { data, format } }.",
    ),
    ("file", "file", "a file that is no { type: \"file\", file: { file_data } }."),
    // Other clients' types.
    ("image", "", IMAGE),
    ("tool-call", "", CALL),
    ("tool_use", "", CALL),
    ("tool-result", "", RESULT),
    ("tool_result", "", RESULT),
];
const IMAGE: &str =
    "an image that is no { type: \"image_url\", image_url: { url } }, whose url may be any media value.";
const CALL: &str = "a call of a tool among its parts: calls are tool_calls of the message.";
const RESULT: &str =
    "the result of a tool among its parts: give a message { role: \"tool\", tool_call_id, content }.";
/// The types that slips are compared with.
const USUAL: &[&str] = &["text", "image_url", "input_audio", "file"];
/// Other types that some model accepts, or that occur in answers, which are returned as history; each
/// followed by a space.
const UNUSUAL: &str = "video_url audio_url refusal thinking redacted_thinking reasoning input_text output_text input_image input_file input_video summary_text reasoning_text ";

/// The error of a part that a model would ignore: it has another client's form, or its required member is
/// missing. `is_known`: the types that the model supports are known.
fn wrong_part<V: Value>(part: &V, is_known: bool) -> Option<String> {
    if !is_part(part) {
        return Some(concat(&[&kind::of(part), " in its array: parts are like { type: \"text\", text }."]));
    }
    let Some(stated) = part.get("type") else {
        return part.get("text").map(|_| "a part without a type: a text is { type: \"text\", text }.".into());
    };
    let stated = stated.text().unwrap_or_default();
    if let Some((name, needed, why)) = PARTS.iter().find(|(name, ..)| *name == stated) {
        let value = part.get(needed);
        let is_right = value.as_ref().is_some_and(|value| *name != "text" || value.head().is_some());
        return if is_right { None } else { Some((*why).to_owned()) };
    }
    let aliases: &Aliases = &[("imageurl inputimage", "image_url"), ("audio", "input_audio")];
    match meant(&stated, USUAL, aliases) {
        _ if has_word(UNUSUAL, &stated) => None,
        Some(meant) => Some(concat(&["a part of an unknown type: did you mean \"", meant, "\"?"])),
        None if is_known => {
            Some("a part of an unknown type: there are text, image_url, input_audio and file.".into())
        }
        None => None,
    }
}

/// The roles that models support, and other clients' names of them.
const ROLES: &[&str] = &["system", "user", "assistant", "tool", "developer", "function"];
const ROLE_ALIASES: &Aliases =
    &[("human customer", "user"), ("ai bot model chatbot agent gpt", "assistant"), ("toolresult", "tool")];

fn check_message<V: Value>(place: &str, is_known: bool, message: &V) -> Result<(), Error> {
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
        // In the Responses dialect messages are mixed with items of other types.
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
    let aliases: &Aliases = &[("calls", "tool_calls"), ("callid tooluseid", "tool_call_id")];
    let members = concat(&[place, "."]);
    check_members(message, &members, "member of a message", &["tool_calls", "tool_call_id"], aliases, false)?;
    if let Some(calls) = message.get("tool_calls") {
        let is_call = |call: &V| ["function", "name", "custom"].iter().any(|name| call.get(name).is_some());
        if !calls.is_list() || !calls.items().iter().all(is_call) {
            let why = "must be an array of calls: { id, type: \"function\", function: { name, arguments } }.";
            return refuse(".tool_calls", &[why]);
        }
    }
    let content = message.member("content");
    match content.as_ref().map(|content| content.shape()) {
        Some(Shape::Null) if ["user", "system", "developer"].contains(&word.as_str()) => {
            refuse(".content", &["is null: it must be a string or an array of parts."])
        }
        Some(Shape::Number(_) | Shape::Boolean | Shape::Media(_) | Shape::Form | Shape::Other) => {
            let kind = content.as_ref().map(kind::of).unwrap_or_default();
            refuse(".content", &["must be a string or an array of parts, not ", &kind, "."])
        }
        Some(Shape::Object) => match content.as_ref().filter(|content| content.get("type").is_some()) {
            Some(part) => wrong_part(part, is_known).map_or(Ok(()), |why| refuse(".content", &["is ", &why])),
            None => {
                refuse(".content", &["must be a string or an array of parts, not an object without a type."])
            }
        },
        // A tool may return nothing, and an assistant may send only calls.
        Some(Shape::List(0)) if !["assistant", "tool", "function"].contains(&word.as_str()) => {
            refuse(".content", &["is empty: it must be a string or an array of parts."])
        }
        Some(Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..)) => {
            let parts = content.map(|content| content.items()).unwrap_or_default();
            match parts.iter().find_map(|part| wrong_part(part, is_known)) {
                Some(why) => refuse(".content", &["has ", &why]),
                None => Ok(()),
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

/// True if it is a part of a message's content, by its type or, for some, by its members.
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

    fn refusal_of(method: Option<Method>, model: &str, input: &str) -> String {
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
            (tool(r#"{"name":"f"},{"type":"function","function":{"name":"f"}}"#), "tools.1 has the name of a tool before"),
            (r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":{"type":"tool","name":"f"}}"#.to_owned(), "tool_choice must"),
            (r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":{"type":"any"}}"#.to_owned(), "tool_choice must"),
            (message(r#"{"role":"user","content":["a"]}"#), "has a string in its array"),
            (message(r#"{"role":"user","content":[{"text":"a"}]}"#), "has a part without a type"),
            (message(r#"{"role":"user","content":[{"type":"text","text":5}]}"#), "without text"),
            (message(r#"{"role":"user","content":[{"type":"txt","text":"a"}]}"#), "did you mean \"text\"?"),
            (message(r#"{"role":"user","content":[{"type":"imageUrl","url":"a"}]}"#), "did you mean \"image_url\"?"),
            (message(r#"{"role":"user","content":[{"type":"sound","url":"a"}]}"#), "there are text, image_url"),
            (message(r#"{"role":"user","content":[{"type":"input_audio","data":"a"}]}"#), "a recording that is no"),
            (message(r#"{"role":"user","content":[{"type":"file","data":"a"}]}"#), "a file that is no"),
            (message(r#"{"role":"user","content":[]}"#), "messages.0.content is empty"),
            (message(r#"{"role":"user","content":null}"#), "messages.0.content is null"),
            (message(r#"{"role":"assistant","tool_calls":"f"}"#), "messages.0.tool_calls must be an array of calls"),
            (message(r#"{"role":"assistant","tool_calls":[null]}"#), "messages.0.tool_calls must be an array of calls"),
            (message(r#"{"role":"assistant","tool_calls":[{"id":"a"}]}"#), "messages.0.tool_calls must be an array of calls"),
            (format(r#"{"json_schema":{}}"#), "response_format has no type"),
            (format(r#"{"type":5}"#), "response_format has no type"),
            (r#"{"prompt":"a","tool_choice":"required"}"#.to_owned(), "there are no tools"),
            (r#"{"prompt":"a","stop":[1]}"#.to_owned(), "stop must be strings"),
            (r#"{"prompt":"a","stop":["b",""]}"#.to_owned(), "stop must be strings"),
            (r#"{"prompt":"a","stop":["b",null]}"#.to_owned(), "stop must be strings"),
            (r#"{"prompt":"a","reasoning_effort":"hihg"}"#.to_owned(), "did you mean \"high\"?"),
            (r#"{"prompt":"a","reasoning_effort":"Low"}"#.to_owned(), "did you mean \"low\"?"),
            (r#"{"prompt":"a","stream_options":{"includeUsage":true}}"#.to_owned(), "did you mean include_usage?"),
            (
                r#"{"prompt":"a","chat_template_kwargs":{"enableThinking":false}}"#.to_owned(),
                "enableThinking is no member of chat_template_kwargs: did you mean enable_thinking?",
            ),
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
            let message = refusal_of(Some(Method::GenerateText), CHAT, &input);
            assert!(message.contains(says), "{input}: {message}");
        }
        for input in [
            tool(r#"{"type":"web_search"}"#),
            tool(r#"{"name":"f"}"#),
            r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":{"type":"function","name":"f"}}"#
                .to_owned(),
            format(r#"{"type":"json_schema","json_schema":{}}"#),
            format(r#"{"type":"grammar"}"#),
            format("{}"),
            r#"{"prompt":"a","tool_choice":"auto","stop":["b"],"reasoning_effort":"ultra"}"#.to_owned(),
            r#"{"prompt":"a","chat_template_kwargs":{"thinking":true},"stop":[]}"#.to_owned(),
        ] {
            assert_eq!(refusal_of(Some(Method::GenerateText), CHAT, &input), "", "{input}");
        }
    }

    #[test]
    fn what_belongs_elsewhere_is_refused_with_where() {
        let text = Some(Method::GenerateText);
        for (model, input, says) in [
            (
                CHAT,
                r#"{"input":"a"}"#,
                "input is no parameter of @cf/zai-org/glm-4.7-flash: did you mean prompt?",
            ),
            (LEGACY, r#"{"input":[{"role":"user","content":"a"}]}"#, "did you mean messages?"),
            (
                LEGACY,
                r#"{"prompt":"a","stopSequences":["b"]}"#,
                "did you mean stop? This model is not known to take it.",
            ),
            (LEGACY, r#"{"prompt":"a","reasoningEffort":"low"}"#, "did you mean reasoning_effort? This"),
            (LEGACY, r#"{"prompt":"a","parallelToolCalls":true}"#, "did you mean parallel_tool_calls? This"),
            (LEGACY, r#"{"prompt":"a","maxSteps":3}"#, "maxSteps is for runTools"),
            (CHAT, r#"{"prompt":"a","topK":3}"#, "did you mean top_k? This model is not known to take it."),
            (CHAT, r#"{"prompt":"a","repeat_penalty":1}"#, "did you mean repetition_penalty? This"),
            (NEW, r#"{"prompt":"a","stopWhen":3}"#, "stopWhen is for runTools"),
            (LEGACY, r#"{"prompt":"a","model":"other"}"#, "model is the argument before the input"),
            (CHAT, r#"{"prompt":"a","model":"other"}"#, "model is the argument before the input"),
            (CHAT, r#"{"prompt":"a","model":5}"#, "model is the argument before the input"),
            (
                LEGACY,
                r#"{"prompt":"a","extra":5}"#,
                "extra must be an object of further parameters, not a number.",
            ),
            (CHAT, r#"{"prompt":"a","max_tokens":-1}"#, "max_tokens must be a whole number of at least 0."),
            (LEGACY, r#"{"prompt":"a","max_tokens":-1}"#, "max_tokens must be a whole number of at least 0."),
        ] {
            let message = refusal_of(text, model, input);
            assert!(message.contains(says), "{input}: {message}");
        }
        for (model, input) in [
            (LEGACY, r#"{"prompt":"a","stop":["b"],"reasoning_effort":"low","parallel_tool_calls":true}"#),
            (CHAT, r#"{"prompt":"a","model":"glm-4.7-flash"}"#),
            (LEGACY, r#"{"prompt":"a","mode":"json","stops":["b"]}"#),
            (CHAT, r#"{"prompt":"a","mode":"json"}"#),
            ("@cf/openai/gpt-oss-20b", r#"{"input":"a"}"#),
            (NEW, r#"{"input":"a"}"#),
        ] {
            assert_eq!(refusal_of(text, model, input), "", "{input}");
        }
        let image = "@cf/black-forest-labs/flux-1-schnell";
        let size = refusal_of(None, image, r#"{"prompt":"a","size":"1024x1024"}"#);
        assert!(size.ends_with("did you mean width? This model is not known to take it."), "{size}");
        let voice = refusal_of(None, "@cf/myshell-ai/melotts", r#"{"prompt":"a","voice":"b"}"#);
        assert!(voice.ends_with("did you mean speaker? This model is not known to take it."), "{voice}");
        assert_eq!(refusal_of(None, image, r#"{"prompt":"a","width":512,"n":2}"#), "");
        assert_eq!(refusal_of(None, "@cf/cloudflare/clef", r#"{"model":"clef"}"#), "");
        assert_eq!(refusal_of(None, "@cf/deepgram/nova-3", r#"{"extra":"a"}"#), "");
        assert_eq!(refusal_of(None, NEW, r#"{"prompt":"a","extra":"a","model":"b"}"#), "");
    }

    #[test]
    fn requests_need_what_is_to_be_answered() {
        let refused = |is_response, model: &str, request: &str| {
            check_request(is_response, model, &Json::sample(request))
                .err()
                .and_then(|error| error.field.clone())
        };
        for model in [LEGACY, CHAT, NEW] {
            for request in [r#"{"prompt":"a"}"#, r#"{"messages":[]}"#, r#"{"messages":"a"}"#, "{}"] {
                assert_eq!(refused(false, model, request).as_deref(), Some("messages"), "{request}");
            }
            for request in ["{}", r#"{"input":[]}"#, r#"{"input":""}"#, r#"{"input":5}"#] {
                assert_eq!(refused(true, model, request).as_deref(), Some("input"), "{request}");
            }
            assert_eq!(refused(false, model, r#"{"messages":[{"role":"user","content":"a"}]}"#), None);
            assert_eq!(refused(true, model, r#"{"input":"a"}"#), None);
            assert_eq!(refused(true, model, r#"{"input":[{"role":"user","content":"a"}]}"#), None);
            assert_eq!(refused(true, model, r#"{"input":[{"type":"reasoning","summary":[]}]}"#), None);
            for (items, field) in [
                ("null", "input.0"),
                (r#""a""#, "input.0"),
                (r#"{"content":"a"}"#, "input.0.role"),
                (r#"{"role":"user","content":{"text":"a"}}"#, "input.0.content"),
            ] {
                let request = format!(r#"{{"input":[{items}]}}"#);
                assert_eq!(refused(true, model, &request).as_deref(), Some(field), "{items}");
            }
        }
        assert_eq!(refused(true, "openai/gpt-5.2", r#"{"prompt":{"id":"p"}}"#), None);
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
                    refusal_of(method, model, &input).starts_with(&expected),
                    "{model} {name}: {}",
                    refusal_of(method, model, &input)
                );
            }
        }
        for input in [
            r#"{"prompt":"a","min_p":1,"chat_template":1,"something":2}"#,
            r#"{"prompt":"a","max_completion_tokens":5}"#,
            r#"{"prompt":"a","extra":{"max_tokens":"5","top_a":1,"timeout":5}}"#,
        ] {
            assert_eq!(refusal_of(text, LEGACY, input), "", "{input}");
            assert_eq!(refusal_of(text, NEW, input), "", "{input}");
            assert_eq!(refusal_of(text, "openai/gpt-5", input), "", "{input}");
        }
        assert_eq!(refusal_of(None, NEW, r#"{"maxTokens":3}"#), "", "nobody knows what it takes");
        assert!(
            refusal_of(text, LEGACY, r#"{"prompt":"a","signal":{}}"#)
                .starts_with("signal is an option of the call")
        );
    }

    #[test]
    fn slips_in_extra_are_refused_with_what_was_meant() {
        let text = Some(Method::GenerateText);
        for (method, model, name, meant) in [
            (text, LEGACY, "maxTokens", "max_tokens"),
            (text, LEGACY, "temprature", "temperature"),
            (text, CHAT, "stopSequences", "stop"),
            (text, NEW, "maxTokens", "max_tokens"),
            (None, LEGACY, "maxTokens", "max_tokens"),
            (None, "@cf/baai/bge-m3", "txt", "text"),
            (Some(Method::Rerank), "@cf/baai/bge-reranker-base", "topK", "top_k"),
        ] {
            let input = format!(r#"{{"extra":{{"{name}":1}}}}"#);
            let message = match method {
                Some(Method::Rerank) => {
                    check_names(Method::Rerank, model, catalog::find(model), &Json::sample(&input))
                        .unwrap_err()
                        .message
                        .clone()
                }
                _ => refusal_of(method, model, &input),
            };
            let expected = format!("extra.{name} is no parameter of {model}: did you mean {meant}?");
            assert_eq!(message, expected);
        }
        for model in [NEW, "openai/gpt-5"] {
            assert_eq!(refusal_of(None, model, r#"{"prompts":"a","extra":{"maxTokens":5}}"#), "");
        }
    }

    #[test]
    fn an_input_of_run_has_all_of_one_form() {
        let refused = |model: &str, input: &str| {
            let error = check_complete(model, &Json::sample(input)).err();
            error.map(|error| (error.field.clone().unwrap_or_default(), error.message.clone()))
        };
        for (model, input, field, missing) in [
            (LEGACY, "{}", "prompt", "prompt or messages"),
            (LEGACY, r#"{"max_tokens":5,"prompt":null}"#, "prompt", "prompt or messages"),
            (OPEN, r#"{"stream":true}"#, "prompt", "prompt or messages"),
            ("@cf/openai/gpt-oss-20b", "{}", "prompt", "prompt or messages or input"),
            ("@cf/baai/bge-base-en-v1.5", "{}", "text", "text"),
            ("@cf/baai/bge-m3", r#"{"query":"a"}"#, "contexts", "contexts or text"),
            ("@cf/baai/bge-reranker-base", "{}", "contexts", "contexts and query"),
            ("@cf/baai/bge-reranker-base", r#"{"query":"a"}"#, "contexts", "contexts"),
            ("@cf/meta/m2m100-1.2b", r#"{"text":"a"}"#, "target_lang", "target_lang"),
            ("@cf/openai/whisper", "{}", "audio", "audio"),
            ("@cf/microsoft/resnet-50", "{}", "image", "image"),
            ("@cf/black-forest-labs/flux-1-schnell", r#"{"steps":4}"#, "prompt", "prompt"),
            ("@cf/cloudflare/clef-flash", "{}", "questions", "questions and state"),
            ("@cf/black-forest-labs/flux-2-dev", "{}", "prompt", "prompt"),
        ] {
            let message = format!("The input of {model} lacks {missing}.");
            assert_eq!(refused(model, input), Some((field.to_owned(), message)), "{model} {input}");
        }
        for (model, input) in [
            (LEGACY, r#"{"prompt":"a"}"#),
            (LEGACY, r#"{"requests":[]}"#),
            (LEGACY, r#"{"request_id":"a"}"#),
            (LEGACY, r#"{"extra":{"prompt":"a"}}"#),
            (OPEN, r#"{"input":"a"}"#),
            (NEW, "{}"),
            ("openai/gpt-5", "{}"),
            (LEGACY, "[]"),
            ("@cf/openai/whisper", r#"{"body":"a"}"#),
            ("@cf/black-forest-labs/flux-2-dev", r#"{"body":"a"}"#),
            ("@cf/black-forest-labs/flux-2-dev", r#"{"multipart":{}}"#),
        ] {
            assert_eq!(refused(model, input), None, "{model} {input}");
        }
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
                let message_text = refusal_of(method, model, &input);
                assert!(
                    message_text.contains("belongs into the argument behind the input"),
                    "{name}: {message_text}"
                );
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
            (r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":5}"#, "tool_choice "),
            (r#"{"prompt":"a","tools":[{"name":"f"}],"tool_choice":[]}"#, "tool_choice "),
        ] {
            for model in [LEGACY, CHAT, OPEN, NEW] {
                assert!(refusal_of(text, model, input).starts_with(field), "{model}: {input}");
            }
        }
        for choice in
            [r#""auto""#, r#""none""#, r#""any""#, r#""required""#, r#"{"type":"function"}"#, "null"]
        {
            let input = format!(r#"{{"prompt":"a","tools":[{{"name":"f"}}],"tool_choice":{choice}}}"#);
            assert_eq!(refusal_of(text, CHAT, &input), "", "{choice}");
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
                "max_tokens must be a whole number of at least 0, not a string.",
            ),
            (
                LEGACY,
                r#"{"messages":[{"role":"user","content":"a"}],"tools":{}}"#,
                "tools must be an array, not an object.",
            ),
            (CHAT, r#"{"prompt":"a","temperature":2.5}"#, "temperature must be a number from 0 to 2."),
            ("@cf/baai/bge-m3", r#"{"text":7}"#, ""),
        ] {
            let message_text = refusal_of(None, model, input);
            if message.is_empty() {
                assert!(message_text.starts_with("text must be"), "{message_text}");
            } else {
                assert_eq!(message_text, message);
            }
        }
        assert_eq!(refusal_of(None, LEGACY, r#"{"prompt":"a","temperature":4.5}"#), "");
        let model = refusal_of(Some(Method::GenerateText), "@cf/baai/bge-m3", r#"{"prompt":"a"}"#);
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
            (r#"{"role":"user","content":{"text":"a"}}"#, "messages.0.content"),
            (r#"{"role":"user","content":{"image_url":{"url":"a"}}}"#, "messages.0.content"),
            (r#"{"role":"user","content":{"type":"text"}}"#, "messages.0.content"),
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
            r#"{"role":"user","content":{"type":"text","text":"a"}}"#,
            r#"{"role":"assistant","content":null}"#,
            r#"{"role":"assistant","tool_calls":[{"name":"f"}]}"#,
            r#"{"role":"assistant","content":null,"tool_calls":[]}"#,
            r#"{"role":"ipython","content":"a"}"#,
            r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#,
            r#"{"role":"user","content":[{"image_url":{"url":"data:,"}}]}"#,
            r#"{"role":"tool","content":[]}"#,
            r#"{"role":"assistant","content":[],"tool_calls":[{"function":{"name":"f"}}]}"#,
        ] {
            assert_eq!(
                refusal_of(Some(Method::GenerateText), LEGACY, &format!(r#"{{"messages":[{message}]}}"#)),
                "",
                "{message}"
            );
        }
    }
}
