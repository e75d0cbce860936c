//! `trimMessages`: shortens a conversation for a model.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::RESERVE;
use super::conversation::measured;
use crate::error::Error;
use crate::js::error::{refusal, to_js};
use crate::js::fields::Fields;
use crate::js::model::model_id;
use crate::js::package::{Part, call_later, check_input};
use crate::js::promise::{promise, settled};
use crate::js::value::{Kind, keys, kind_of, list, member};
use crate::slip::{meant, sentence};
use crate::tasks::tools::trim::{Measured, trim};
use crate::text::{concat, decimal};

/// See `trimMessages` in `src/tasks/tools/tools.d.ts`.
#[wasm_bindgen(js_name = trimMessages, skip_typescript)]
pub fn trim_messages(messages: &JsValue, model: &JsValue, options: &JsValue) -> Promise {
    match read(messages, model, options) {
        Ok(trimming) => promise(trimming.run()),
        Err(error) => Promise::reject(&error),
    }
}

struct Trimming {
    messages: Vec<JsValue>,
    measured: Vec<Measured>,
    model: JsValue,
    window: Option<f64>,
    reserve: f64,
}

fn read(messages: &JsValue, model: &JsValue, options: &JsValue) -> Result<Trimming, JsValue> {
    let Some(own) = list(messages) else {
        let why = ["messages must be an array, not ", kind_of(messages), "."];
        return Err(refusal("messages", &concat(&why)));
    };
    model_id(model).map_err(|error| to_js(&error, None))?;
    check_input(messages)?;
    if !options.is_undefined() && Kind::of(options) != Kind::Object {
        let why = ["The options of trimMessages must be an object, not ", kind_of(options), "."];
        return Err(refusal("options", &concat(&why)));
    }
    const OPTIONS: [&str; 2] = ["contextWindow", "reserve"];
    for name in keys(options).iter().filter_map(|name| name.as_string()) {
        if !OPTIONS.contains(&name.as_str()) {
            let meant = meant(&name, &OPTIONS, &[]);
            return Err(refusal(&name, &sentence(&name, "option of trimMessages", meant, &OPTIONS)));
        }
    }
    let number = |name: &'static str| match member(options, name) {
        value if value.is_undefined() => Ok(None),
        value => match value.as_f64().filter(|number| *number >= 0.0 && number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(refusal(name, &concat(&[name, " must be a number of tokens, 0 or more."]))),
        },
    };
    let messages: Vec<JsValue> = own.iter().collect();
    if let Some(at) = messages.iter().position(|message| Kind::of(message) != Kind::Object) {
        let place = concat(&["messages.", &decimal(at as i64)]);
        let kind = messages.get(at).map_or("undefined", kind_of);
        let why = [&place, " must be an object with role and content, not ", kind, "."];
        return Err(refusal(&place, &concat(&why)));
    }
    let measured = messages.iter().map(measured).collect();
    Ok(Trimming {
        messages,
        measured,
        model: model.clone(),
        window: number("contextWindow")?,
        reserve: number("reserve")?.unwrap_or(RESERVE),
    })
}

impl Trimming {
    async fn run(self) -> Result<JsValue, JsValue> {
        let window = match self.window {
            Some(window) => Some(window),
            None => {
                let window = call_later(Part::Tasks, "contextWindowOf", &Array::of1(&self.model));
                settled(&window).await?.as_f64()
            }
        };
        let Some(window) = window else {
            let why = "It is not known how many tokens this model takes: give contextWindow.";
            return Err(to_js(&Error::invalid("contextWindow", why), None));
        };
        let limit = (window - self.reserve).max(0.0);
        let trimmed = trim(&self.measured, limit, 0);
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for (place, message) in self.messages.into_iter().enumerate() {
            let goes = trimmed.dropped.binary_search(&place).is_ok();
            if goes { &mut dropped } else { &mut kept }.push(message);
        }
        let fields = Fields::default();
        fields.value("messages", &kept.iter().collect::<Array>());
        fields.value("dropped", &dropped.iter().collect::<Array>());
        fields.number("estimatedTokens", Some(trimmed.tokens));
        fields.number("limit", Some(limit));
        fields.flag("fits", trimmed.tokens <= limit);
        Ok(fields.done().into())
    }
}
