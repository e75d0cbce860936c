//! Converts base64 to bytes and back, without intermediate strings.

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

    /// The counts of an encoded text.
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

    /// A `Uint8Array` with native base64 support.
    type Encodable;
    #[wasm_bindgen(method, structural, js_name = toBase64)]
    fn to_base64(this: &Encodable) -> JsValue;
}

/// Decodes the base64 string of a JSON reply: the first one in a member of one of these names, in the
/// outermost object or in its `result`. In the remaining JSON it is empty, except for a data URL's prefix.
pub struct Base64Reader {
    reader: Reader,
    bytes: Growing,
}

/// The result of a [`Base64Reader`].
#[derive(Debug)]
pub struct Base64Reply {
    /// The JSON without the base64.
    pub rest: String,
    /// The bytes; none if there is no such member.
    pub bytes: Option<Uint8Array>,
}

impl Base64Reader {
    /// `names` are separated by commas; `length` is that of the reply according to its headers.
    pub fn new(names: &str, length: f64) -> Self {
        Base64Reader {
            reader: Reader::base64(names.split(',').map(str::as_bytes)),
            bytes: Growing::expecting(length / 4.0 * 3.0),
        }
    }

    /// Decodes a chunk.
    pub fn push(&mut self, chunk: &Uint8Array) -> Result<(), Fault> {
        let bytes = &mut self.bytes;
        push(&mut self.reader, chunk, |kernel, made| bytes.extend(&kernel.scratch.output[..made]))
    }

    /// Marks the end of input.
    pub fn finish(self) -> Result<Base64Reply, Fault> {
        let (rest, found) = finish(self.reader, |_, _| ())?;
        Ok(Base64Reply { rest, bytes: found.then(|| self.bytes.finish()) })
    }
}

/// Decodes base64, in either alphabet, with or without padding, with line breaks, or as a data URL. The error
/// has `field`.
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
        // Characters outside of ASCII take several bytes, so fewer may fit.
        let encoded = encoder.encode_into(&text.slice(at, length.min(at + PIECE as u32)), &piece);
        if let Err(fault) = push(&mut reader, &piece.subarray(0, encoded.written()), &mut take) {
            break Err(fault);
        }
        at += encoded.read().max(1);
    };
    result.map_err(|fault| fault.in_input(field))?;
    Ok(bytes.finish())
}

/// Encodes bytes as a base64 string.
pub fn encode_base64(bytes: &Uint8Array) -> JsValue {
    // The native method is fastest: it creates the string directly.
    if member(bytes, "toBase64").is_function() {
        return bytes.unchecked_ref::<Encodable>().to_base64();
    }
    let text = MediaText::new(bytes, Encoding::Base64);
    TextDecoder::new().decode(&text.to_bytes())
}
