//! JavaScript values as the rules read them. A value's kind is determined by its shape, which unlike
//! `instanceof` works across realms and for substitutes.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Function, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::package::{computed, copy_with_getters, kind_number, list_kind, put, read, unreadable};
use crate::error::Error;
use crate::precheck::EXTRA;
use crate::text::concat;
use crate::value::{HEAD, MediaForm, Shape, Value};

#[wasm_bindgen]
extern "C" {
    /// Any object, with the members that determine its kind. A getter of the caller may throw.
    type Features;
    #[wasm_bindgen(method, structural, catch, js_name = get)]
    fn get_header(this: &Features, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Object, catch)]
    fn assign(target: &Object, source: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    fn array_from(iterable: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Array, js_name = isArray, catch)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = Object, js_name = entries, catch)]
    fn entries_of(value: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Object, js_name = keys, catch)]
    fn keys_of(value: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call, catch)]
    fn tag_of(value: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(js_name = String)]
    type JsText;
    #[wasm_bindgen(method, getter, structural)]
    fn length(this: &JsText) -> u32;
    #[wasm_bindgen(method, structural)]
    fn slice(this: &JsText, from: u32, to: u32) -> String;

    /// Its constructor throws if the buffer is detached.
    #[wasm_bindgen(js_name = Uint8Array, extends = Uint8Array)]
    type ByteView;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new(buffer: &JsValue) -> Result<ByteView, JsValue>;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new_part(buffer: &JsValue, offset: f64, length: f64) -> Result<ByteView, JsValue>;
}

/// The kind of a value. The numbers are those of `kindNumber` in pkg-template/client/values.js.
#[allow(missing_docs, reason = "the names are JavaScript's own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Null,
    Undefined,
    Text,
    Number,
    Boolean,
    Symbol,
    BigInt,
    Function,
    List,
    Object,
    /// A `ReadableStream`.
    Stream,
    /// A `Response`.
    Response,
    /// An `ArrayBuffer` or a view of one.
    Bytes,
    /// A `Blob` or a `File`.
    Blob,
    /// A `FormData`.
    Form,
    /// A `FileList`, the value of a file input in a page.
    FileList,
}

const KINDS: [Kind; 16] = [
    Kind::Null,
    Kind::Undefined,
    Kind::Text,
    Kind::Number,
    Kind::Boolean,
    Kind::Symbol,
    Kind::BigInt,
    Kind::Function,
    Kind::List,
    Kind::Object,
    Kind::Stream,
    Kind::Response,
    Kind::Bytes,
    Kind::Blob,
    Kind::Form,
    Kind::FileList,
];

impl Kind {
    /// Determined in one call, for any value.
    pub fn of(value: &JsValue) -> Kind {
        KINDS.get(kind_number(value) as usize).copied().unwrap_or(Kind::Object)
    }
}

/// For an object or a function.
fn features(value: &JsValue) -> &Features {
    value.unchecked_ref()
}

/// A `ReadableStream`.
pub fn is_stream(value: &JsValue) -> bool {
    Kind::of(value) == Kind::Stream
}

/// A `Response`.
pub fn is_response(value: &JsValue) -> bool {
    Kind::of(value) == Kind::Response
}

/// A `Blob` or a `File`.
pub fn is_blob(value: &JsValue) -> bool {
    Kind::of(value) == Kind::Blob
}

/// A `FormData`.
pub fn is_form(value: &JsValue) -> bool {
    Kind::of(value) == Kind::Form
}

/// A `FileList`.
pub fn is_file_list(value: &JsValue) -> bool {
    Kind::of(value) == Kind::FileList
}

/// Bytes without a copy: an `ArrayBuffer` or a view of one.
pub fn bytes(value: &JsValue) -> Option<Uint8Array> {
    (Kind::of(value) == Kind::Bytes).then(|| view_of(value)).flatten()
}

fn view_of(value: &JsValue) -> Option<Uint8Array> {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Some(bytes.clone());
    }
    if ArrayBuffer::is_view(value) {
        let number = |name| member(value, name).as_f64();
        let (offset, length) = (number("byteOffset")?, number("byteLength")?);
        return Some(ByteView::new_part(&member(value, "buffer"), offset, length).ok()?.into());
    }
    ByteView::new(value).ok().map(Into::into)
}

/// An array. `Array::is_array` throws for a revoked `Proxy`, and an exception in an import traps the wasm.
pub fn is_list(value: &JsValue) -> bool {
    is_array(value).unwrap_or(false)
}

/// The items of an array, in an array of our own: reading the caller's may throw.
pub fn list(value: &JsValue) -> Option<Array> {
    if is_list(value) { array_from(value).ok() } else { None }
}

/// The items of an iterable or array-like object.
pub fn items_of(value: &JsValue) -> Result<Array, JsValue> {
    array_from(value)
}

/// The names and values of an object's own members.
pub fn entries(object: &JsValue) -> Result<Vec<(JsValue, JsValue)>, JsValue> {
    let entries = entries_of(object)?;
    let pair = |entry: JsValue| {
        let entry = entry.unchecked_into::<Array>();
        (entry.get(0), entry.get(1))
    };
    Ok(entries.iter().map(pair).collect())
}

/// The names of an object's own members; empty if they cannot be read.
pub fn keys(object: &JsValue) -> Array {
    keys_of(object).unwrap_or_default()
}

/// A `Float32Array`.
pub fn is_floats(value: &JsValue) -> bool {
    value.is_object() && tag_of(value).unwrap_or_default() == "[object Float32Array]"
}

/// The type of a value, for a message; never its contents.
pub fn kind_of(value: &JsValue) -> &'static str {
    match Kind::of(value) {
        Kind::Null => "null",
        Kind::Undefined => "undefined",
        Kind::Text => "a string",
        Kind::Number => "a number",
        Kind::Boolean => "a boolean",
        Kind::Symbol => "a symbol",
        Kind::BigInt => "a bigint",
        Kind::Function => "a function",
        Kind::List => "an array",
        _ => "an object",
    }
}

/// A member; `undefined` if it is absent or cannot be read, or if the value is no object.
pub fn member(value: &JsValue, name: &'static str) -> JsValue {
    read(value, key(name))
}

/// A member that is a function, or undefined.
pub fn function(options: &JsValue, name: &'static str) -> Result<JsValue, Error> {
    let value = member(options, name);
    if value.is_undefined() || value.is_function() {
        return Ok(value);
    }
    Err(Error::invalid(name, &concat(&[name, " must be a function, not ", kind_of(&value), "."])))
}

/// A shallow copy of an object.
pub fn copy(object: &JsValue) -> Object {
    // Empty if the value is no object.
    let copy = Object::new();
    let is_whole = assign(&copy, object).is_ok() && matches!(computed(object), Ok(None));
    if is_whole { copy } else { copy_with_getters(object) }
}

/// A shallow copy of an object with another member.
pub fn with(object: &JsValue, name: &'static str, value: &JsValue) -> JsValue {
    let copy = copy(object);
    set(&copy, name, value);
    copy.into()
}

/// An object merged with the members of another one, if there is another.
pub fn joined(object: &JsValue, more: &JsValue) -> JsValue {
    if more.is_undefined() {
        return object.clone();
    }
    let copy = copy(object);
    let _ = assign(&copy, more);
    copy.into()
}

/// An input with the members of its `extra` merged in: parameters that are sent unvalidated.
pub fn spread(input: &JsValue) -> JsValue {
    let extra = member(input, EXTRA);
    if Kind::of(&extra) != Kind::Object {
        return input.clone();
    }
    let copy = copy(input);
    // Cannot fail on a plain object.
    let _ = Reflect::delete_property(&copy, &EXTRA.into());
    let _ = assign(&copy, &extra);
    copy.into()
}

/// Sets a member of an object of our own.
pub fn set(object: &Object, name: &'static str, value: &JsValue) {
    put(object, key(name), value);
}

thread_local! {
    static KEYS: RefCell<Vec<(usize, &'static JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// The name of a member as a JavaScript string, created once and kept: creating one costs several times as
/// much as the lookup. Names are identified by their addresses, so they must be literals.
fn key(name: &'static str) -> &'static JsValue {
    let place = ((name.as_ptr() as usize) << 8) ^ name.len();
    KEYS.with(|keys| {
        let mut keys = keys.borrow_mut();
        let at = match keys.binary_search_by_key(&place, |(known, _)| *known) {
            Ok(at) => at,
            Err(at) => {
                keys.insert(at, (place, Box::leak(Box::new(JsValue::from_str(name)))));
                at
            }
        };
        keys.get(at).map_or(const { &JsValue::UNDEFINED }, |(_, key)| *key)
    })
}

/// A value of JavaScript's, as [`Value`].
#[derive(Debug, Clone, PartialEq)]
pub struct Js(pub JsValue);

impl Js {
    fn text_ref(&self) -> Option<&JsText> {
        self.0.is_string().then(|| self.0.unchecked_ref())
    }
}

impl Value for Js {
    #[inline(never)]
    fn member(&self, name: &'static str) -> Option<Self> {
        Some(Js(member(&self.0, name))).filter(|member| !member.0.is_undefined())
    }

    #[inline(never)]
    fn get(&self, name: &'static str) -> Option<Self> {
        self.member(name).filter(|member| !member.0.is_null())
    }

    // `shape` would also do, with a walk over the list.
    fn is_null(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }

    fn is_list(&self) -> bool {
        is_list(&self.0)
    }

    fn is_object(&self) -> bool {
        matches!(Kind::of(&self.0), Kind::Object | Kind::FileList)
    }

    fn has(&self, name: &'static str) -> bool {
        self.0.is_object() && Reflect::has(&self.0, key(name)).unwrap_or(false)
    }

    fn pairs(&self) -> Option<Vec<(Self, Option<Self>)>> {
        if !self.0.is_object() {
            return None;
        }
        let entries = member(&self.0, "entries");
        let pairs = if is_list(&self.0) {
            list(&self.0)?
        } else if let Some(entries) = entries.dyn_ref::<Function>() {
            array_from(&entries.call0(&self.0).ok()?).ok()?
        } else {
            entries_of(&self.0).ok()?
        };
        let pair = |pair: JsValue| match list(&pair) {
            Some(pair) => (Js(pair.get(0)), Some(Js(pair.get(1))).filter(|value| !value.0.is_undefined())),
            None => (Js(JsValue::NULL), None),
        };
        Some(pairs.iter().map(pair).collect())
    }

    fn members(&self) -> Vec<(String, Self)> {
        if !self.0.is_object() || is_list(&self.0) {
            return Vec::new();
        }
        let names = keys(&self.0);
        let member = |name: JsValue| {
            let value = Reflect::get(&self.0, &name).unwrap_or_default();
            (!value.is_undefined()).then(|| (name.as_string().unwrap_or_default(), Js(value)))
        };
        names.iter().filter_map(member).collect()
    }

    fn computed(&self) -> Option<String> {
        // An exception is reported where the members are read.
        computed(&self.0).ok().flatten()
    }

    fn unreadable(&self) -> Option<String> {
        unreadable(&self.0)
    }

    #[inline(never)]
    fn items(&self) -> Vec<Self> {
        list(&self.0).map(|list| list.iter().map(Js).collect()).unwrap_or_default()
    }

    #[inline(never)]
    fn shape(&self) -> Shape {
        let value = &self.0;
        match Kind::of(value) {
            Kind::Null | Kind::Undefined => Shape::Null,
            Kind::Text => Shape::Text(self.text_ref().map_or(0, |text| text.length() as usize)),
            Kind::Number => Shape::Number(value.as_f64().unwrap_or(f64::NAN)),
            Kind::Boolean => Shape::Boolean,
            Kind::Symbol | Kind::BigInt | Kind::Function => Shape::Other,
            Kind::List => list_shape(value.unchecked_ref()),
            Kind::Stream | Kind::Response => Shape::Media(None),
            Kind::Bytes => match view_of(value) {
                Some(bytes) => Shape::Media(Some(bytes.byte_length() as usize)),
                None => Shape::Object,
            },
            Kind::Blob => Shape::Media(member(value, "size").as_f64().map(|size| size as usize)),
            Kind::Form => Shape::Form,
            Kind::Object | Kind::FileList => Shape::Object,
        }
    }

    #[inline(never)]
    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn head(&self) -> Option<String> {
        let text = self.text_ref()?;
        if text.length() as usize <= HEAD { self.0.as_string() } else { Some(text.slice(0, HEAD as u32)) }
    }

    fn boolean(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn media(&self) -> Option<MediaForm> {
        match Kind::of(&self.0) {
            Kind::Stream => Some(MediaForm::Stream),
            Kind::Response => {
                let status = member(&self.0, "status").as_f64()?;
                Some(MediaForm::Response(status as u16))
            }
            Kind::Blob => Some(MediaForm::Blob),
            Kind::Bytes => Some(MediaForm::Bytes),
            _ => None,
        }
    }

    fn stated_type(&self) -> Option<String> {
        let stated = match Kind::of(&self.0) {
            Kind::Blob => member(&self.0, "type").as_string(),
            Kind::Response => {
                let headers = member(&self.0, "headers");
                features(&headers).get_header("content-type").ok()?.as_string()
            }
            _ => None,
        };
        stated.filter(|stated| !stated.is_empty())
    }

    fn kind(&self) -> String {
        kind_of(&self.0).to_owned()
    }

    fn to_json(&self) -> Option<String> {
        JSON::stringify(&self.0).ok()?.as_string()
    }
}

fn list_shape(list: &Array) -> Shape {
    let found = list_kind(list);
    let length = found.get(2).as_f64().unwrap_or(0.0) as usize;
    if length == 0 {
        return Shape::List(0);
    }
    let empty = found.get(1).as_f64().filter(|place| *place >= 0.0).map(|place| place as usize);
    match found.get(0).as_f64().unwrap_or(0.0) as u32 {
        1 => Shape::Texts(length, empty),
        2 => Shape::Numbers(length, false),
        3 => Shape::Numbers(length, true),
        _ => Shape::List(length),
    }
}
