//! `VectorIndex`, the only export of the vectors module. The public class is in
//! `pkg-template/vectors/index.js`, which compiles the module for the first index. Rows are copied in pieces
//! from the caller's memory into the index; a search crosses the boundary only for its query and its result.

mod arguments;
mod ids;
mod metadata;

use std::cell::RefCell;

use js_sys::{Array, JSON, Uint8Array};
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::value::{Js, kind_of, member};
use crate::error::{Code, Error};
use crate::value::Value;
use crate::vectors::format::{self, Serialized, damaged};
use crate::vectors::{Collection, Id, Metric};
use arguments::{File, Floats};
use metadata::{Metadata, check_beside, check_names};

#[wasm_bindgen(raw_module = "./vectors/matches.js")]
extern "C" {
    /// `[{ id, score }]` of lists of equal length.
    #[wasm_bindgen(js_name = matches)]
    fn matches_of_numbers(ids: &[f64], scores: &[f64]) -> JsValue;
    #[wasm_bindgen(js_name = matches)]
    fn matches_of(ids: &Array, scores: &[f64]) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Uint8Array, extends = Uint8Array)]
    type Output;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new(length: f64) -> Result<Output, JsValue>;

    /// How JavaScript writes a number.
    #[wasm_bindgen(js_name = String)]
    fn spell(number: f64) -> String;
}

/// See `src/vectors.d.ts`.
#[wasm_bindgen(skip_typescript)]
pub struct VectorIndex {
    dimensions: usize,
    metric: Metric,
    /// None once it is closed.
    collection: RefCell<Option<Collection>>,
    /// The metadata of rows, by id.
    metadata: Metadata,
}

impl VectorIndex {
    fn of(collection: Collection) -> Self {
        VectorIndex {
            dimensions: collection.index.dimensions(),
            metric: collection.index.metric(),
            collection: RefCell::new(Some(collection)),
            metadata: Metadata::default(),
        }
    }

    /// No code of the caller may run meanwhile.
    fn with<T>(&self, work: impl FnOnce(&mut Collection) -> Result<T, Error>) -> Result<T, JsValue> {
        let closed = || Error::new(Code::InvalidInput, "The index has been freed. Make a new one.");
        let mut collection = self.collection.borrow_mut();
        collection.as_mut().ok_or_else(closed).and_then(work).map_err(|error| to_js(&error, None))
    }
}

#[wasm_bindgen]
impl VectorIndex {
    /// Creates an empty index.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<VectorIndex, JsValue> {
        check_names(options).map_err(|error| to_js(&error, None))?;
        let metric = member(options, "metric").as_string();
        let collection = Collection::new(member(options, "dimensions").as_f64(), metric.as_deref());
        collection.map(Self::of).map_err(|error| to_js(&error, None))
    }

    /// The number of vectors.
    #[wasm_bindgen(getter)]
    pub fn size(&self) -> usize {
        self.collection.borrow().as_ref().map_or(0, Collection::len)
    }

    /// The length of each vector.
    #[wasm_bindgen(getter)]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The metric.
    #[wasm_bindgen(getter)]
    pub fn metric(&self) -> String {
        self.metric.as_str().to_owned()
    }

    /// Adds vectors. `more` are their ids, or `{ ids, metadata }`.
    pub fn add(&self, rows: &JsValue, more: &JsValue) -> Result<(), JsValue> {
        self.with(|_| Ok(()))?;
        let rows = Floats::read_rows("rows", rows, self.dimensions)?;
        let (from, count) =
            self.with(|collection| Ok((collection.len(), collection.count(rows.length())?)))?;
        let is_pair = Js(more.clone()).is_object();
        if is_pair {
            check_beside(more).map_err(|error| to_js(&error, None))?;
        }
        let ids = if is_pair { member(more, "ids") } else { more.clone() };
        let ids = if ids.is_undefined() || ids.is_null() { None } else { Some(ids::read(&ids)?) };
        let metadata = if is_pair { metadata::read(&member(more, "metadata"), count)? } else { None };
        self.with(|collection| collection.add(&rows, ids))?;
        let Some(metadata) = metadata else { return Ok(()) };
        for at in 0..count {
            let id = self.with(|collection| Ok(collection.ids.of((from + at) as u32)))?;
            self.metadata.set(&ids::value(&id), &metadata.get(at as u32));
        }
        Ok(())
    }

    /// Returns the nearest vectors.
    pub fn search(&self, query: &JsValue, k: &JsValue) -> Result<JsValue, JsValue> {
        self.with(|_| Ok(()))?;
        let query = Floats::read("query", query)?;
        if k.is_object() {
            let why = ["k must be a whole number, not ", kind_of(k), ": search(query, 5)."];
            return Err(to_js(&Error::invalid("k", &crate::text::concat(&why)), None));
        }
        let found = self.with(|collection| collection.search(&query, k.as_f64()))?;
        let scores: Vec<_> = found.iter().map(|(_, score)| *score).collect();
        let number = |id: &Id| match id {
            Id::Number(number) => Some(*number),
            Id::Text(_) => None,
        };
        let matches = match found.iter().map(|(id, _)| number(id)).collect::<Option<Vec<_>>>() {
            Some(numbers) => matches_of_numbers(&numbers, &scores),
            None => matches_of(&ids::write(found.iter().map(|(id, _)| id)), &scores),
        };
        self.metadata.describe(&matches);
        Ok(matches)
    }

    /// Removes vectors.
    pub fn remove(&self, ids: &JsValue) -> Result<(), JsValue> {
        self.with(|_| Ok(()))?;
        let ids = ids::read(ids)?;
        let gone = self.metadata.only_some(|| ids.iter().flatten().map(ids::value).collect());
        self.with(|collection| collection.remove(ids))?;
        gone.iter().for_each(|id| self.metadata.delete(id));
        Ok(())
    }

    /// Serializes the index.
    pub fn serialize(&self) -> Result<Uint8Array, JsValue> {
        let names = self.with(|Collection { ids, .. }| Ok(ids.to_json(0, spell)))?;
        let names = self.metadata.beside(names, None)?;
        let length = self.with(|Collection { index, .. }| Ok(format::length(index, names.len())))?;
        self.written(length, |collection, put| format::write(&collection.index, &names, put))
    }

    /// Serializes the changes since the last serialization.
    #[wasm_bindgen(js_name = serializeChanges)]
    pub fn serialize_changes(&self) -> Result<Uint8Array, JsValue> {
        let Some(pending) = self.with(|collection| Ok(collection.pending()))? else {
            return self.serialize();
        };
        let (names, added) = self.with(|Collection { ids, .. }| {
            let added = (pending.first..ids.len()).map(|row| ids.of(row as u32));
            Ok((ids.to_json(pending.first, spell), added.collect::<Vec<_>>()))
        })?;
        if pending.removed.is_empty() && added.is_empty() {
            return Ok(Output::new(0.0)?.into());
        }
        let names = self.metadata.beside(names, Some(added))?;
        let length =
            self.with(|Collection { index, .. }| Ok(format::changes_length(index, &pending, names.len())))?;
        self.written(length, |collection, put| {
            format::write_changes(&collection.index, &pending, &names, put)
        })
    }

    /// Writes bytes in parts, and resets the recorded changes.
    fn written(
        &self,
        length: usize,
        write: impl FnOnce(&Collection, &mut dyn FnMut(usize, &[u8])) -> u64,
    ) -> Result<Uint8Array, JsValue> {
        let output = Output::new(length as f64)?;
        self.with(|collection| {
            let checksum = write(collection, &mut |at, part| {
                output.subarray(at as u32, (at + part.len()) as u32).copy_from(part);
            });
            collection.saved(checksum);
            Ok(())
        })?;
        Ok(output.into())
    }

    /// Restores a serialized index.
    pub fn deserialize(bytes: &JsValue) -> Result<VectorIndex, JsValue> {
        let refused = |error: Error| to_js(&error, None);
        let Some(file) = File::read(bytes)? else {
            let why = ["bytes must be a Uint8Array, not ", kind_of(bytes), "."];
            return Err(refused(Error::invalid("bytes", &crate::text::concat(&why))));
        };
        let serialized = Serialized::open(&file).map_err(refused)?;
        serialized.verify().map_err(refused)?;
        let read = |names: Result<String, Error>| {
            let names = JSON::parse(&names.map_err(refused)?).map_err(|_| refused(damaged()))?;
            let ids = member(&names, "ids");
            let ids = if ids.is_null() { None } else { Some(ids::read(&ids)?) };
            Ok::<_, JsValue>((member(&names, "next").as_f64(), ids, member(&names, "metadata")))
        };
        let (next, ids, metadata) = read(serialized.ids())?;
        let index = Collection::restore(&serialized, next, ids).map(Self::of).map_err(refused)?;
        index.metadata.restore(&metadata);
        for changes in &serialized.changes {
            let (next, ids, metadata) = read(serialized.added_ids(changes))?;
            let removed = index.with(|collection| collection.change(&serialized, changes, next, ids))?;
            removed.iter().for_each(|id| index.metadata.delete(&ids::value(id)));
            index.metadata.restore(&metadata);
        }
        index.with(|collection| {
            collection.saved(serialized.checksum());
            Ok(())
        })?;
        Ok(index)
    }

    /// Frees its memory. JavaScript's `free` would make every later call a panic; this replaces it, and the
    /// glue frees the rest when the object is garbage-collected.
    pub fn close(&self) {
        drop(self.collection.borrow_mut().take());
        self.metadata.clear();
    }
}
