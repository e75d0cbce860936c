//! The input of `runTools`.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::tool::{ApprovalRule, Tool};
use crate::client::tool_loop::Rules;
use crate::error::Error;
use crate::js::error::{refusal, to_js, unreadable};
use crate::js::model::model_id;
use crate::js::objects::transport::check_readable;
use crate::js::package::{check_input, copy_of};
use crate::js::value::{Js, Kind, entries, kind_of, list, member};
use crate::slip::{Aliases, meant, sentence};
use crate::tasks::tools::choice::{self, Choice};
use crate::tasks::tools::names::Names;
use crate::text::{concat, join};

/// Members of the input that are parameters of this method, not of the model.
const OURS: &[&str] = &[
    "tools",
    "maxSteps",
    "toolChoice",
    "parallel",
    "stream",
    "onStep",
    "approve",
    "onOverflow",
    "messages",
    "prompt",
];
/// Other clients' names for them.
const ALIASES: &Aliases = &[
    (
        "maxturns maxiterations maxtoolrounds maxchatcompletions maxrecursivetoolruns maxroundtrips maxtoolroundtrips maxtoolsteps maxrounds recursionlimit",
        "maxSteps",
    ),
    ("onstepfinish onstepend", "onStep"),
    ("streamfinalresponse", "stream"),
    ("functions", "tools"),
    ("paralleltoolcalls", "parallel"),
    ("approval onapprove needsapproval", "approve"),
    ("truncation trimfunction", "onOverflow"),
];
/// Other clients' options that do not exist here, and their replacement.
const WITHOUT: &Aliases = &[
    (
        "stopWhen",
        "maxSteps bounds the steps, onStep ends the run with \"stop\", and so does a call of a tool without execute",
    ),
    ("prepareStep", "each step has the same model, tools and parameters"),
    ("strictValidation", "arguments are always checked by the tool's schema"),
    ("verbose", "onStep is called with each step"),
];

/// Default limit of the steps.
const MAX_STEPS: usize = 8;
/// Default limit of tools that run at the same time.
const CONCURRENCY: usize = 8;

/// A parsed input.
#[derive(Debug)]
pub struct Input {
    /// The tools.
    pub tools: Vec<Tool>,
    /// Their names, in the same order.
    pub names: Names,
    /// The limits of the loop.
    pub rules: Rules,
    /// The tool choice.
    pub choice: Choice,
    /// True if the caller requests a stream.
    pub streams: bool,
    /// Called after each step.
    pub on_step: Option<Function>,
    /// Decides on calls.
    pub approve: Option<Function>,
    /// The conversation.
    pub history: Vec<JsValue>,
    /// The model's parameters.
    pub rest: Object,
    /// The options of the call.
    pub options: JsValue,
}

impl Input {
    /// Parses an input for a model, which is validated by the client.
    pub fn read(model: &JsValue, input: &JsValue, options: &JsValue) -> Result<Self, JsValue> {
        let refused = |error: Error| to_js(&error, None);
        let model = model_id(model).map_err(refused)?;
        check_readable(options)?;
        if Kind::of(input) != Kind::Object {
            let why =
                ["The input must be an object with tools, and messages or prompt, not ", kind_of(input), "."];
            return Err(refusal("input", &concat(&why)));
        }
        let rest = rest_of(input, &model)?;
        let (tools, names) = tools_of(&member(input, "tools"))?;
        let choice = choice::read(Some(&Js(member(input, "toolChoice"))), &names).map_err(refused)?;
        let concurrency = concurrency_of(&member(input, "parallel")).map_err(refused)?;
        let trims = match member(input, "onOverflow") {
            value if value.is_undefined() => false,
            value => match value.as_string().as_deref() {
                Some("trim") => true,
                Some("error") => false,
                _ => return Err(refusal("onOverflow", "onOverflow must be \"error\" or \"trim\".")),
            },
        };
        let rules =
            Rules { max_steps: steps_of(&member(input, "maxSteps")).map_err(refused)?, concurrency, trims };
        let approve = function(input, "approve")?;
        if approve.is_none()
            && let Some(at) = tools.iter().position(|tool| tool.approval == ApprovalRule::Always)
        {
            let field = concat(&["tools.", names.own(at)]);
            let why = [&field, " wants its calls approved: give approve, a function that decides on them."];
            return Err(refusal("approve", &concat(&why)));
        }
        Ok(Self {
            tools,
            names,
            rules,
            choice,
            streams: stream_of(&member(input, "stream"))?,
            on_step: function(input, "onStep")?,
            approve,
            history: history_of(input)?,
            rest,
            options: if options.is_undefined() { Object::new().into() } else { options.clone() },
        })
    }
}

/// The model's own parameters; misspelt parameters of this method are rejected.
fn rest_of(input: &JsValue, model: &str) -> Result<Object, JsValue> {
    let rest = Object::new();
    let thrown = |cause| to_js(&unreadable(false), Some(&cause));
    for (name, value) in entries(input).map_err(thrown)? {
        let Some(own) = name.as_string() else { continue };
        if OURS.contains(&own.as_str()) || value.is_undefined() {
            continue;
        }
        if let Some(meant) = meant(&own, OURS, ALIASES) {
            let what = concat(&["parameter of runTools for ", model]);
            return Err(refusal(&own, &sentence(&own, &what, Some(meant), &[])));
        }
        if let Some((_, instead)) = WITHOUT.iter().find(|(theirs, _)| *theirs == own) {
            return Err(refusal(&own, &concat(&[&own, " is no option of runTools: ", instead, "."])));
        }
        if own == "input" {
            return Err(refusal(
                "input",
                "runTools takes messages or prompt, not the Responses dialect's input.",
            ));
        }
        // Cannot fail on a plain object.
        let _ = Reflect::set(&rest, &name, &value);
    }
    check_input(&rest)?;
    Ok(copy_of(&rest)?.unchecked_into())
}

fn tools_of(value: &JsValue) -> Result<(Vec<Tool>, Names), JsValue> {
    if Kind::of(value) != Kind::Object {
        let why = [
            "tools must be an object of tools by their names, { get_weather: tool({ description, input, execute }) }, not ",
            kind_of(value),
            ".",
        ];
        return Err(refusal("tools", &concat(&why)));
    }
    let thrown = |cause| to_js(&unreadable(false), Some(&cause));
    let (mut tools, mut names) = (Vec::new(), Vec::new());
    for (name, value) in entries(value).map_err(thrown)? {
        if value.is_undefined() {
            continue;
        }
        let name = name.as_string().unwrap_or_default();
        tools.push(Tool::read(&name, &value)?);
        names.push(name);
    }
    // A Map has its entries elsewhere, an instance of a class may have its tools in the prototype.
    if tools.is_empty() && !is_plain(value) {
        let why = "tools has no members of its own: give a plain object of tools by their names.";
        return Err(refusal("tools", why));
    }
    let names = Names::new(names.iter().map(String::as_str));
    Ok((tools, names))
}

fn is_plain(value: &JsValue) -> bool {
    let Ok(prototype) = Reflect::get_prototype_of(value) else { return false };
    let prototype: JsValue = prototype.into();
    prototype.is_null()
        || Reflect::get_prototype_of(&prototype).is_ok_and(|base| JsValue::from(base).is_null())
}

fn whole(value: &JsValue) -> Option<usize> {
    let number =
        value.as_f64().filter(|number| number.fract() == 0.0 && (1.0..=1_000_000.0).contains(number));
    number.map(|number| number as usize)
}

fn steps_of(value: &JsValue) -> Result<usize, Error> {
    if value.is_undefined() {
        return Ok(MAX_STEPS);
    }
    whole(value).ok_or_else(|| Error::invalid("maxSteps", "maxSteps must be a whole number above 0."))
}

fn concurrency_of(value: &JsValue) -> Result<usize, Error> {
    match value.as_bool() {
        _ if value.is_undefined() => Ok(CONCURRENCY),
        Some(true) => Ok(CONCURRENCY),
        Some(false) => Ok(1),
        None => whole(value).ok_or_else(|| {
            Error::invalid(
                "parallel",
                "parallel must be true, false, or how many tools run at a time at most.",
            )
        }),
    }
}

fn stream_of(value: &JsValue) -> Result<bool, JsValue> {
    match value.as_bool() {
        _ if value.is_undefined() => Ok(false),
        Some(streams) => Ok(streams),
        None => Err(refusal("stream", &concat(&["stream must be true or false, not ", kind_of(value), "."]))),
    }
}

fn function(input: &JsValue, name: &'static str) -> Result<Option<Function>, JsValue> {
    let value = member(input, name);
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let refused =
        |other: JsValue| refusal(name, &concat(&[name, " must be a function, not ", kind_of(&other), "."]));
    value.dyn_into().map(Some).map_err(refused)
}

/// A copy of the conversation, so that later changes by the caller have no effect.
fn history_of(input: &JsValue) -> Result<Vec<JsValue>, JsValue> {
    let (messages, prompt) = (member(input, "messages"), member(input, "prompt"));
    match (messages.is_undefined(), prompt.is_undefined()) {
        (false, true) => {
            check_input(&messages)?;
            let Some(messages) = list(&copy_of(&messages)?).filter(|messages: &Array| messages.length() > 0)
            else {
                return Err(refusal("messages", "messages must be an array with at least one message."));
            };
            Ok(messages.iter().collect())
        }
        (true, false) => match prompt.is_string() && prompt.is_truthy() {
            true => Ok(vec![super::conversation::turn("user", &prompt)]),
            false => Err(refusal("prompt", "prompt must be a string that is not empty.")),
        },
        (true, true) => Err(refusal("prompt", "Give prompt (a string) or messages (an array).")),
        (false, false) => Err(refusal("prompt", "prompt and messages exclude each other: leave one out.")),
    }
}

/// Lists names for a message.
pub fn listed(names: &[String]) -> String {
    join(&names.iter().map(String::as_str).collect::<Vec<_>>(), ", ")
}
