//! `toMarkdown`: converts documents to Markdown.

use js_sys::{Array, JSON, Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FormData};

use super::endpoint::{EndpointCall, Member, Request};
use super::failure::Failure;
use super::file::File;
use super::promise::{promise, rejected};
use super::serialize::to_object;
use super::task::with_members;
use super::transport::{Call, Transport, check_readable};
use crate::client::pool::{Pool, Ready};
use crate::js::package::check_references;
use crate::js::value::{Js, is_blob, is_file_list, is_list, items_of, member, set};
use crate::plan::endpoint::{MARKDOWN, MARKDOWN_SUPPORTED};
use crate::service::markdown::{self, Document, UNKNOWN_TYPE};
use crate::text::{concat, decimal};

/// A document to be converted.
struct Draft {
    name: String,
    file: File,
}

/// Documents, before they are sent.
struct Documents {
    call: EndpointCall,
    drafts: Vec<Draft>,
    /// True if a list was passed.
    is_list: bool,
    /// The options of the conversion, as JSON text.
    options: Option<String>,
    is_binding: bool,
    /// The documents in the form of the binding's function, once they have been read.
    ready: Array,
}

/// Converts one document, or several.
#[wasm_bindgen(js_name = toMarkdown, skip_typescript)]
pub fn to_markdown(transport: &Transport, files: &JsValue, options: &JsValue) -> Promise {
    match begin(transport, files, options) {
        Ok(Some(documents)) => promise(documents.convert()),
        Ok(None) => Promise::resolve(&JsValue::from(Array::new())),
        Err(failure) => rejected(failure),
    }
}

fn begin(transport: &Transport, files: &JsValue, options: &JsValue) -> Result<Option<Documents>, Failure> {
    check_readable(options)?;
    let conversion = member(options, "conversionOptions");
    let mut text = None;
    if !conversion.is_undefined() {
        check_references(&conversion, "conversionOptions")?;
        markdown::check_options(&Js(conversion.clone()))?;
        text = Some(String::from(JSON::stringify(&conversion)?));
    }
    let call_options = with_members(options, &[]);
    Reflect::delete_property(&call_options, &"conversionOptions".into())?;
    let several = is_list(files) || is_file_list(files);
    let files = if several { items_of(files)? } else { Array::of1(files) };
    let mut drafts = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let field = if several { concat(&["files[", &decimal(at as i64), "]"]) } else { "files".to_owned() };
        drafts.push(draft(&file, &field)?);
    }
    if drafts.is_empty() {
        return Ok(None);
    }
    let ready = Array::new();
    let documents = ready.clone();
    let arguments = move |options: &JsValue| {
        let own = Object::new();
        let known =
            [("gateway", member(options, "gateway")), ("extraHeaders", member(options, "extraHeaders"))];
        for (name, value) in known.into_iter().chain([("conversionOptions", conversion.clone())]) {
            if !value.is_undefined() {
                set(&own, name, &value);
            }
        }
        Array::of2(&documents, &own)
    };
    let request = Request {
        member: Some(Member { method: None, arguments: Box::new(arguments) }),
        options: &["conversionOptions"],
        ..Request::new(&MARKDOWN)
    };
    let call = EndpointCall::begin(transport, request, &call_options)?;
    let is_binding = transport.is_binding();
    Ok(Some(Documents { call, drafts, is_list: several, options: text, is_binding, ready }))
}

fn draft(file: &JsValue, field: &str) -> Result<Draft, Failure> {
    let media = if is_blob(file) { file.clone() } else { member(file, "blob") };
    if media.is_undefined() {
        return Err(markdown::no_document(&Js(file.clone()), field).into());
    }
    let name = markdown::name(&Js(file.clone()), field)?;
    let file = File::open(&media, &concat(&[field, ".blob"]), markdown::MAX_BYTES)?;
    Ok(Draft { name, file })
}

impl Documents {
    async fn convert(mut self) -> Result<JsValue, JsValue> {
        let drafts = std::mem::take(&mut self.drafts);
        let sent = match self.read(drafts).await {
            Ok(sent) => sent,
            Err(failure) => return Err(failure.of_call(self.call.call())),
        };
        let documents = self.call.answer(|answer| Ok(markdown::results(&answer.result, sent)?)).await?;
        let object = |document: &Document| to_object(document).map_err(Failure::without_call);
        let documents = documents.iter().map(object).collect::<Result<Array, _>>()?;
        Ok(if self.is_list { documents.into() } else { documents.get(0) })
    }

    /// Reads all documents concurrently into the request. Returns their number.
    async fn read(&mut self, drafts: Vec<Draft>) -> Result<usize, Failure> {
        let form = if self.is_binding { None } else { Some(FormData::new()?) };
        let count = drafts.len();
        {
            let call = self.call.call();
            let mut reading = Pool::new(Ready(drafts.into_iter().map(Ok)), count, |draft| draft.read(call));
            while let Some(document) = reading.next().await {
                let (name, blob) = document?;
                match &form {
                    Some(form) => form.append_with_blob_and_filename("files", &blob, &name)?,
                    None => {
                        let document = Object::new();
                        set(&document, "name", &name.into());
                        set(&document, "blob", &blob);
                        self.ready.push(&document);
                    }
                }
            }
        }
        if let Some(form) = form {
            if let Some(options) = &self.options {
                form.append_with_str("conversionOptions", options)?;
            }
            self.call.set_form(&form);
        }
        Ok(count)
    }
}

impl Draft {
    /// Its name and its content, with the type that the name implies: without it a form would set another
    /// one, and the binding would not know the document's type.
    async fn read(self, call: &Call) -> Result<(String, Blob), Failure> {
        let Draft { name, file } = self;
        let blob = file.read(call).await?;
        if !blob.type_().is_empty() {
            return Ok((name, blob));
        }
        let media_type = markdown::type_of(&name).unwrap_or(UNKNOWN_TYPE);
        let typed = blob.slice_with_f64_and_f64_and_content_type(0.0, blob.size(), media_type)?;
        Ok((name, typed.unchecked_into()))
    }
}

/// The file types that can be converted.
#[wasm_bindgen(js_name = toMarkdownSupported, skip_typescript)]
pub fn to_markdown_supported(transport: &Transport, options: &JsValue) -> Promise {
    let method = Some((Array::new(), "supported", "toMarkdown().supported"));
    let request = Request {
        member: Some(Member { method, arguments: Box::new(|_| Array::new()) }),
        ..Request::new(&MARKDOWN_SUPPORTED)
    };
    match EndpointCall::begin(transport, request, options) {
        Ok(call) => promise(async move {
            let formats = call.answer(|answer| Ok(markdown::supported(&answer.result)?)).await?;
            Ok(to_object(&formats).map_err(Failure::without_call)?.into())
        }),
        Err(failure) => rejected(failure),
    }
}
