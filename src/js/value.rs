//! JavaScript's values as the rules see them: what a value is, is told by its shape. That holds across realms and for stand-ins, unlike
//! `instanceof`.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Function, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::package::list_kind;
use crate::value::{HEAD, MediaForm, Shape, Value};

#[wasm_bindgen]
extern "C" {
    /// Any object, with the members that tell what it is. A getter of the caller's may throw.
    type Features;
    #[wasm_bindgen(method, getter, structural, catch, js_name = getReader)]
    fn get_reader(this: &Features) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn status(this: &Features) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn headers(this: &Features) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn get(this: &Features) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = get)]
    fn get_header(this: &Features, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn entries(this: &Features) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Object, catch)]
    fn assign(target: &Object, source: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    fn array_from(iterable: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call, catch)]
    fn tag_of(value: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(js_name = String)]
    type JsText;
    #[wasm_bindgen(method, getter, structural)]
    fn length(this: &JsText) -> u32;
    #[wasm_bindgen(method, structural)]
    fn slice(this: &JsText, from: u32, to: u32) -> String;

    type View;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn buffer(this: &View) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch, js_name = byteOffset)]
    fn byte_offset(this: &View) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch, js_name = byteLength)]
    fn byte_length(this: &View) -> Result<f64, JsValue>;

    /// Its constructor throws where the buffer was handed over to somebody else.
    #[wasm_bindgen(js_name = Uint8Array, extends = Uint8Array)]
    type ByteView;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new(buffer: &JsValue) -> Result<ByteView, JsValue>;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new_part(buffer: &JsValue, offset: f64, length: f64) -> Result<ByteView, JsValue>;
}

fn features(value: &JsValue) -> Option<&Features> {
    (value.is_object() || value.is_function()).then(|| value.unchecked_ref())
}

/// `[object Blob]` and the like.
fn tag(value: &JsValue) -> String {
    tag_of(value).unwrap_or_default()
}

/// A `ReadableStream`.
pub fn is_stream(value: &JsValue) -> bool {
    features(value).is_some_and(|value| value.get_reader().is_ok_and(|member| member.is_function()))
}

/// A `Response`.
pub fn is_response(value: &JsValue) -> bool {
    response_status(value).is_some()
}

fn response_status(value: &JsValue) -> Option<u16> {
    let response = features(value)?;
    let status = response.status().ok()?.as_f64()?;
    let headers = response.headers().ok()?;
    features(&headers)?.get().is_ok_and(|get| get.is_function()).then_some(status as u16)
}

/// A `Blob` or a `File`.
pub fn is_blob(value: &JsValue) -> bool {
    value.is_object() && matches!(tag(value).as_str(), "[object Blob]" | "[object File]")
}

/// A `FormData`.
pub fn is_form(value: &JsValue) -> bool {
    value.is_object() && tag(value) == "[object FormData]"
}

/// A `FileList`, what a file input of a page gives.
pub fn is_file_list(value: &JsValue) -> bool {
    value.is_object() && tag(value) == "[object FileList]"
}

/// Bytes without a copy: an `ArrayBuffer` or a view of one.
pub fn bytes(value: &JsValue) -> Option<Uint8Array> {
    if !value.is_object() {
        return None;
    }
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Some(bytes.clone());
    }
    if ArrayBuffer::is_view(value) {
        let view = value.unchecked_ref::<View>();
        let (offset, length) = (view.byte_offset().ok()?, view.byte_length().ok()?);
        return Some(ByteView::new_part(&view.buffer().ok()?, offset, length).ok()?.into());
    }
    let tag = tag(value);
    let is_buffer = tag == "[object ArrayBuffer]" || tag == "[object SharedArrayBuffer]";
    is_buffer.then(|| ByteView::new(value).ok()).flatten().map(Into::into)
}

/// A `Float32Array`.
pub fn is_floats(value: &JsValue) -> bool {
    value.is_object() && tag(value) == "[object Float32Array]"
}

/// What a value is, for a sentence; never what it says.
pub fn kind_of(value: &JsValue) -> &'static str {
    if value.is_null() {
        "null"
    } else if value.is_undefined() {
        "undefined"
    } else if value.is_string() {
        "a string"
    } else if value.as_f64().is_some() {
        "a number"
    } else if value.as_bool().is_some() {
        "a boolean"
    } else if value.is_function() {
        "a function"
    } else if value.is_symbol() {
        "a symbol"
    } else if value.is_bigint() {
        "a bigint"
    } else if Array::is_array(value) {
        "an array"
    } else {
        "an object"
    }
}

/// A member; `undefined` where there is none, where it cannot be read, or where the value is no object.
pub fn member(value: &JsValue, name: &'static str) -> JsValue {
    match features(value) {
        Some(_) => with_key(name, |key| Reflect::get(value, key).unwrap_or_default()),
        None => JsValue::UNDEFINED,
    }
}

/// A shallow copy of an object.
pub fn copy(object: &JsValue) -> Object {
    // Of what is no object nothing is copied; a getter of the caller's that throws leaves its member out.
    let copy = Object::new();
    let _ = assign(&copy, object);
    copy
}

/// A shallow copy of an object with another member.
pub fn with(object: &JsValue, name: &'static str, value: &JsValue) -> JsValue {
    let copy = copy(object);
    set(&copy, name, value);
    copy.into()
}

/// Sets a member of an object of our own.
pub fn set(object: &Object, name: &'static str, value: &JsValue) {
    // A plain object takes any member.
    let _ = with_key(name, |key| Reflect::set(object, key, value));
}

thread_local! {
    static KEYS: RefCell<Vec<(usize, JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// Names of members as JavaScript strings, each made once: making one costs several times what the look-up does. They are known by their
/// addresses, which is why they have to be literals.
fn with_key<T>(name: &'static str, work: impl FnOnce(&JsValue) -> T) -> T {
    let place = ((name.as_ptr() as usize) << 8) ^ name.len();
    let key = KEYS.with(|keys| {
        let mut keys = keys.borrow_mut();
        match keys.binary_search_by_key(&place, |(known, _)| *known) {
            Ok(at) => keys.get(at).map(|(_, key)| key.clone()).unwrap_or_default(),
            Err(at) => {
                let key = JsValue::from_str(name);
                keys.insert(at, (place, key.clone()));
                key
            }
        }
    });
    work(&key)
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

    // The shape would tell these too, by a dozen calls or by a walk over the list.
    fn is_null(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }

    fn is_list(&self) -> bool {
        Array::is_array(&self.0)
    }

    fn has(&self, name: &'static str) -> bool {
        self.0.is_object() && with_key(name, |key| Reflect::has(&self.0, key).unwrap_or(false))
    }

    fn pairs(&self) -> Option<Vec<(Self, Option<Self>)>> {
        let value = features(&self.0)?;
        let entries = value.entries().unwrap_or_default();
        let list = if Array::is_array(&self.0) {
            self.0.clone().unchecked_into::<Array>()
        } else if let Some(entries) = entries.dyn_ref::<Function>() {
            array_from(&entries.call0(&self.0).ok()?).ok()?
        } else {
            Object::entries(self.0.unchecked_ref())
        };
        let pair = |pair: JsValue| match pair.dyn_ref::<Array>() {
            Some(pair) => (Js(pair.get(0)), Some(Js(pair.get(1))).filter(|value| !value.0.is_undefined())),
            None => (Js(JsValue::NULL), None),
        };
        Some(list.iter().map(pair).collect())
    }

    fn members(&self) -> Vec<(String, Self)> {
        if !self.0.is_object() || Array::is_array(&self.0) {
            return Vec::new();
        }
        let names = Object::keys(self.0.unchecked_ref::<Object>());
        let member = |name: JsValue| {
            let value = Reflect::get(&self.0, &name).unwrap_or_default();
            (!value.is_undefined()).then(|| (name.as_string().unwrap_or_default(), Js(value)))
        };
        names.iter().filter_map(member).collect()
    }

    #[inline(never)]
    fn items(&self) -> Vec<Self> {
        self.0.dyn_ref::<Array>().map(|list| list.iter().map(Js).collect()).unwrap_or_default()
    }

    #[inline(never)]
    fn shape(&self) -> Shape {
        let value = &self.0;
        if value.is_null() || value.is_undefined() {
            return Shape::Null;
        }
        if let Some(text) = self.text_ref() {
            return Shape::Text(text.length() as usize);
        }
        if let Some(number) = value.as_f64() {
            return Shape::Number(number);
        }
        if value.as_bool().is_some() {
            return Shape::Boolean;
        }
        if !value.is_object() {
            return Shape::Other;
        }
        if let Some(list) = value.dyn_ref::<Array>() {
            return list_shape(list);
        }
        if let Some(bytes) = bytes(value) {
            return Shape::Media(Some(bytes.byte_length() as usize));
        }
        match self.media() {
            Some(MediaForm::Blob) => Shape::Media(member(value, "size").as_f64().map(|size| size as usize)),
            Some(_) => Shape::Media(None),
            None if is_form(value) => Shape::Form,
            None => Shape::Object,
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
        let value = &self.0;
        if !value.is_object() || Array::is_array(value) {
            None
        } else if is_stream(value) {
            Some(MediaForm::Stream)
        } else if let Some(status) = response_status(value) {
            Some(MediaForm::Response(status))
        } else if is_blob(value) {
            Some(MediaForm::Blob)
        } else {
            bytes(value).map(|_| MediaForm::Bytes)
        }
    }

    fn stated_type(&self) -> Option<String> {
        let stated = match self.media()? {
            MediaForm::Blob => member(&self.0, "type").as_string(),
            MediaForm::Response(_) => {
                let headers = features(&self.0)?.headers().ok()?;
                features(&headers)?.get_header("content-type").ok()?.as_string()
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
    let length = list.length() as usize;
    if length == 0 {
        return Shape::List(0);
    }
    let found = list_kind(list);
    let empty = found.get(1).as_f64().filter(|place| *place >= 0.0).map(|place| place as usize);
    match found.get(0).as_f64().unwrap_or(0.0) as u32 {
        1 => Shape::Texts(length, empty),
        2 => Shape::Numbers(length, false),
        3 => Shape::Numbers(length, true),
        _ => Shape::List(length),
    }
}
