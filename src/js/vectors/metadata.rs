//! The metadata of rows: any JSON values, stored in JavaScript by the ids of the rows.

use js_sys::{Array, JSON, Map};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::js::error::to_js;
use crate::js::package::check_references;
use crate::js::value::{Js, kind_of, list as items_of, set};
use crate::slip::{clip, meant, sentence};
use crate::text::{concat, decimal};
use crate::value::Value;
use crate::vectors::Id;

/// The options of an index.
const OPTIONS: &[&str] = &["dimensions", "metric"];

/// Rejects unknown options.
pub fn check_names(options: &JsValue) -> Result<(), Error> {
    let aliases = &[("dimension dims size length", "dimensions"), ("distance similarity measure", "metric")];
    for (name, _) in Js(options.clone()).members() {
        if !OPTIONS.contains(&name.as_str()) {
            let message = sentence(&name, "option of an index", meant(&name, OPTIONS, aliases), OPTIONS);
            return Err(Error::invalid(&name, &message));
        }
    }
    Ok(())
}

/// Members of the second argument of `add`.
const BESIDE: &[&str] = &["ids", "metadata"];

/// Rejects unknown members of the second argument of `add`.
pub fn check_beside(beside: &JsValue) -> Result<(), Error> {
    let aliases =
        &[("id keys key names", "ids"), ("meta metadatas payload payloads documents texts data", "metadata")];
    if let Some(name) = Js(beside.clone()).unreadable() {
        return Err(Error::invalid(clip(&name), &concat(&[clip(&name), " threw when it was read."])));
    }
    for (name, _) in Js(beside.clone()).members() {
        if !BESIDE.contains(&name.as_str()) {
            let message = sentence(&name, "option of add", meant(&name, BESIDE, aliases), BESIDE);
            return Err(Error::invalid(clip(&name), &message));
        }
    }
    Ok(())
}

/// A caller's list of metadata, one for each row; none if it is absent.
pub fn read(list: &JsValue, count: usize) -> Result<Option<Array>, JsValue> {
    if list.is_undefined() || list.is_null() {
        return Ok(None);
    }
    let refuse = |field: &str, why: &[&str]| {
        Err(to_js(&Error::invalid(field, &concat(&[field, " ", &concat(why), "."])), None))
    };
    let Some(list) = items_of(list) else {
        return refuse("metadata", &["must be an array, not ", kind_of(list)]);
    };
    let length = list.length() as usize;
    if length != count {
        return refuse(
            "metadata",
            &["has ", &decimal(length as i64), " items for ", &decimal(count as i64), " rows"],
        );
    }
    check_references(&list, "metadata")?;
    let copy = Array::new();
    for at in 0..list.length() {
        let item = list.get(at);
        // `serialize` would lose a value that is not JSON.
        let is_json = item.is_undefined() || JSON::stringify(&item).is_ok_and(|text| text.is_string());
        if !is_json {
            return refuse(
                &concat(&["metadata[", &decimal(i64::from(at)), "]"]),
                &["must be a value that JSON has"],
            );
        }
        copy.push(&item);
    }
    Ok(Some(copy))
}

/// See the module.
#[derive(Default)]
pub struct Metadata(Map);

impl Metadata {
    /// Sets the metadata of a row; `undefined` for none.
    pub fn set(&self, id: &JsValue, value: &JsValue) {
        if !value.is_undefined() {
            self.0.set(id, value);
        }
    }

    /// Deletes it.
    pub fn delete(&self, id: &JsValue) {
        self.0.delete(id);
    }

    /// Deletes all.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Calls `make` only if there is any metadata.
    pub fn only_some(&self, make: impl FnOnce() -> Vec<JsValue>) -> Vec<JsValue> {
        if self.0.size() == 0 { Vec::new() } else { make() }
    }

    /// Adds it to the results of a search.
    pub fn describe(&self, matches: &JsValue) {
        let Some(matches) = matches.dyn_ref::<Array>().filter(|_| self.0.size() > 0) else { return };
        for found in matches.iter() {
            let value = self.0.get(&crate::js::value::member(&found, "id"));
            if !value.is_undefined() {
                set(found.unchecked_ref(), "metadata", &value);
            }
        }
    }

    /// Adds it to the JSON text of an object, as its last member: that of all rows, or of some.
    pub fn beside(&self, mut names: String, some: Option<Vec<Id>>) -> Result<String, JsValue> {
        let entries = match some {
            None => Array::from(&self.0),
            Some(ids) => {
                let entry = |id: &JsValue| Array::of(&[id.clone(), self.0.get(id)]);
                ids.iter().map(super::ids::value).filter(|id| self.0.has(id)).map(|id| entry(&id)).collect()
            }
        };
        if entries.length() > 0 {
            let text = JSON::stringify(&entries)?.as_string().unwrap_or_default();
            names.pop();
            names = concat(&[&names, ",\"metadata\":", &text, "}"]);
        }
        Ok(names)
    }

    /// Restores it from that text.
    pub fn restore(&self, entries: &JsValue) {
        for entry in entries.dyn_ref::<Array>().into_iter().flat_map(|entries| entries.iter()) {
            if let Some(entry) = entry.dyn_ref::<Array>() {
                self.set(&entry.get(0), &entry.get(1));
            }
        }
    }
}
