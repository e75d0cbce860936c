//! Base64 to bytes and back, without the strings that the platform makes of it on the way.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::growing::Growing;
use super::text::{Encoding, MediaText};
use super::{Kernel, finish, push};
use crate::error::Error;
use crate::js::value::member;
use crate::kernel::fault::Fault;
use crate::kernel::reader::Reader;
use crate::kernel::scratch::PIECE;

#[wasm_bindgen]
extern "C" {
    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method, js_name = encodeInto)]
    fn encode_into(this: &TextEncoder, text: &JsValue, bytes: &Uint8Array) -> Encoded;

    /// How much of a text was encoded.
    type Encoded;
    #[wasm_bindgen(method, getter, structural)]
    fn read(this: &Encoded) -> u32;
    #[wasm_bindgen(method, getter, structural)]
    fn written(this: &Encoded) -> u32;

    type TextDecoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;
    #[wasm_bindgen(method)]
    fn decode(this: &TextDecoder, bytes: &Uint8Array) -> JsValue;

    #[wasm_bindgen(js_name = String)]
    type JsText;
    #[wasm_bindgen(method, getter, structural)]
    fn length(this: &JsText) -> u32;
    #[wasm_bindgen(method, structural)]
    fn slice(this: &JsText, from: u32, to: u32) -> JsValue;

    /// A `Uint8Array` of a platform that knows base64.
    type Encodable;
    #[wasm_bindgen(method, structural, js_name = toBase64)]
    fn to_base64(this: &Encodable) -> JsValue;
}

/// Reads the base64 string of a JSON reply: the first one that a member of one of these names has, in the outermost object or in its
/// `result`. In the JSON that is left it is empty, but for a data URL's beginning.
pub struct Base64Reader {
    reader: Reader,
    bytes: Growing,
}

/// What a [`Base64Reader`] has read.
#[derive(Debug)]
pub struct Base64Reply {
    /// The JSON without the base64.
    pub rest: String,
    /// The bytes; none where no such member was found.
    pub bytes: Option<Uint8Array>,
}

impl Base64Reader {
    /// `names` are parted by commas; `length` is that of the reply, where its headers say it.
    pub fn new(names: &str, length: f64) -> Self {
        Base64Reader {
            reader: Reader::base64(names.split(',').map(str::as_bytes)),
            bytes: Growing::expecting(length / 4.0 * 3.0),
        }
    }

    /// Reads a chunk.
    pub fn push(&mut self, chunk: &Uint8Array) -> Result<(), Fault> {
        let bytes = &mut self.bytes;
        push(&mut self.reader, chunk, |kernel, made| bytes.extend(&kernel.scratch.output[..made]))
    }

    /// No more will come.
    pub fn finish(self) -> Result<Base64Reply, Fault> {
        let (rest, found) = finish(self.reader, |_, _| ())?;
        Ok(Base64Reply { rest, bytes: found.then(|| self.bytes.finish()) })
    }
}

/// Base64, of either alphabet, with padding or without, line breaks allowed, or a data URL of it, as bytes. The refusal names `field`.
pub fn decode_base64(text: &JsValue, field: &str) -> Result<Uint8Array, Error> {
    let (encoder, piece) = (TextEncoder::new(), Uint8Array::new_with_length(PIECE as u32));
    let text = text.unchecked_ref::<JsText>();
    let (mut at, length) = (0, text.length());
    let mut bytes = Growing::expecting(f64::from(length) / 4.0 * 3.0);
    let mut reader = Reader::plain();
    let mut take = |kernel: &Kernel, made: usize| bytes.extend(&kernel.scratch.output[..made]);
    let result = loop {
        if at >= length {
            break finish(reader, &mut take).map(|_| ());
        }
        // What is not ASCII takes more than one byte, so fewer characters may fit.
        let encoded = encoder.encode_into(&text.slice(at, length.min(at + PIECE as u32)), &piece);
        if let Err(fault) = push(&mut reader, &piece.subarray(0, encoded.written()), &mut take) {
            break Err(fault);
        }
        at += encoded.read().max(1);
    };
    result.map_err(|fault| fault.in_input(field))?;
    Ok(bytes.finish())
}

/// Bytes as a string of base64.
pub fn encode_base64(bytes: &Uint8Array) -> JsValue {
    // What the platform has is as fast as it gets: it makes the string itself, without bytes of it first.
    if member(bytes, "toBase64").is_function() {
        return bytes.unchecked_ref::<Encodable>().to_base64();
    }
    let text = MediaText::new(bytes, Encoding::Base64);
    TextDecoder::new().decode(&text.to_bytes())
}
