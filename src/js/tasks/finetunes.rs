//! `finetunes`: LoRA adapters.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use web_sys::FormData;

use super::endpoint::{EndpointCall, Request, to_json};
use super::failure::Failure;
use super::file::File;
use super::promise::{promise, rejected};
use super::serialize::to_object;
use super::transport::{Call, Transport};
use crate::error::Error;
use crate::js::value::{Js, is_blob, member};
use crate::plan::endpoint::{FINETUNES_CREATE, FINETUNES_LIST, FINETUNES_PUBLIC, FINETUNES_UPLOAD};
use crate::service::check_done;
use crate::service::finetunes::{self, NewFinetune};
use crate::value::{Tree, Value};

/// Lists the account's finetunes, or the public ones.
#[wasm_bindgen(js_name = finetunes_list, skip_typescript)]
pub fn finetunes_list(transport: &Transport, filter: &JsValue, options: &JsValue) -> Promise {
    if !filter.is_undefined() && !filter.is_object() && !filter.is_null() {
        return rejected(Error::invalid("filter", "filter must be an object."));
    }
    let public = member(filter, "public").as_bool() == Some(true);
    let query = Js(filter.clone()).members().into_iter().filter(|(name, _)| name != "public");
    let request = Request {
        query: query.map(|(name, value)| (name, Tree::Value(value))).collect(),
        ..Request::new(if public { &FINETUNES_PUBLIC } else { &FINETUNES_LIST })
    };
    match EndpointCall::begin(transport, request, options) {
        Ok(call) => promise(async move {
            let items = call.answer(|answer| Ok(finetunes::list(&answer.result)?)).await?;
            Ok(items.into_iter().map(|item| item.0).collect::<Array>().into())
        }),
        Err(failure) => rejected(failure),
    }
}

/// Creates a finetune, whose files are uploaded afterwards.
#[wasm_bindgen(js_name = finetunes_create, skip_typescript)]
pub fn finetunes_create(transport: &Transport, input: &JsValue, options: &JsValue) -> Promise {
    let begin = || {
        let body = to_json(&to_object(&NewFinetune::read(&Js(input.clone()))?)?)?;
        let request = Request { body: Some(body), ..Request::new(&FINETUNES_CREATE) };
        EndpointCall::begin(transport, request, options)
    };
    match begin() {
        Ok(call) => {
            promise(async move { call.answer(|answer| Ok(finetunes::created(&answer.result)?.0)).await })
        }
        Err(failure) => rejected(failure),
    }
}

/// Uploads one of the two files of a finetune: a file with its name, or a name and its contents.
#[wasm_bindgen(js_name = finetunes_upload, skip_typescript)]
pub fn finetunes_upload(
    transport: &Transport,
    id: &JsValue,
    file: &JsValue,
    more: &JsValue,
    last: &JsValue,
) -> Promise {
    let (name, media, options) = if file.is_string() {
        (file.clone(), more.clone(), last)
    } else {
        (member(file, "name"), if is_blob(file) { file.clone() } else { member(file, "blob") }, more)
    };
    let begin = || {
        let request = Request { ids: vec![("id", Js(id.clone()))], ..Request::new(&FINETUNES_UPLOAD) };
        // An invalid request is rejected before the file is read.
        let call = EndpointCall::begin(transport, request, options)?;
        let no_file = || Error::invalid("file", "file must be a File, or { name, blob }.");
        let name = name.as_string().ok_or_else(no_file)?;
        finetunes::check_file(&name, 1.0)?;
        let file = File::open(&media, "blob", finetunes::MAX_BYTES)?;
        Ok::<_, Failure>((call, name, file))
    };
    match begin() {
        Ok((mut call, name, file)) => promise(async move {
            match form(call.call(), &name, file).await {
                Ok(form) => call.set_form(&form),
                Err(failure) => return Err(failure.of_call(call.call())),
            }
            call.answer(|answer| Ok(check_done(&answer.result)?)).await?;
            Ok(JsValue::UNDEFINED)
        }),
        Err(failure) => rejected(failure),
    }
}

async fn form(call: &Call, name: &str, file: File) -> Result<FormData, Failure> {
    let blob = file.read(call).await?;
    finetunes::check_file(name, blob.size())?;
    if name == finetunes::CONFIG {
        let text = call.until(&blob.text()).await?;
        finetunes::check_config(&text.as_string().unwrap_or_default())?;
    }
    let form = FormData::new()?;
    form.append_with_str("file_name", name)?;
    form.append_with_blob_and_filename("file", &blob, name)?;
    Ok(form)
}
