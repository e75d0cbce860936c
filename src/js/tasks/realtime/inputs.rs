//! The binding's inputs for a connection.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::js::value::{Js, list};
use crate::value::Tree;

/// Converts a tree to a value. Parameters contain no media.
pub fn to_js(tree: &Tree<Js>) -> JsValue {
    match tree {
        // Copied, since the caller may change a list later.
        Tree::Value(Js(value)) => match list(value) {
            Some(copy) => copy.into(),
            None => value.clone(),
        },
        Tree::Boolean(boolean) => JsValue::from_bool(*boolean),
        Tree::Number(number) => JsValue::from_f64(*number),
        Tree::Text(text) => JsValue::from_str(text),
        Tree::List(items) => items.iter().map(to_js).collect::<Array>().into(),
        Tree::Object(members) => {
            let object = Object::new();
            for (name, member) in members {
                // Cannot fail on a plain object.
                let _ = Reflect::set(&object, &name.into(), &to_js(member));
            }
            object.into()
        }
        Tree::Media(_) => JsValue::UNDEFINED,
    }
}
