//! Conversion of documents to Markdown: the types of files, the options, and the results.

use serde::Serialize;

use super::fields::{count, is_list, malformed, text, whole, wrong};
use crate::error::{Code, Error};
use crate::text::{concat, decimal, split_last};
use crate::value::Value;

/// Size limit of a document in bytes.
pub const MAX_BYTES: f64 = 100.0 * 1024.0 * 1024.0;
/// The type of an unknown document.
pub const UNKNOWN_TYPE: &str = "application/octet-stream";

/// The types of the files that the service converts, by their extension.
const TYPES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("xml", "application/xml"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xlsm", "application/vnd.ms-excel.sheet.macroenabled.12"),
    ("xlsb", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    ("xls", "application/vnd.ms-excel"),
    ("et", "application/vnd.ms-excel"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("csv", "text/csv"),
    ("numbers", "application/vnd.apple.numbers"),
    ("md", "text/markdown"),
    ("txt", "text/plain"),
    ("json", "application/json"),
];

/// The type of a file by its name; none for an unknown extension.
pub fn type_of(name: &str) -> Option<&'static str> {
    let (_, extension) = split_last(name, b'.')?;
    TYPES.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, kind)| *kind)
}

const LANGUAGES: [&str; 6] = ["en", "es", "fr", "it", "pt", "de"];
const MAX_IMAGES: i64 = 10;

/// A document's validated name; `field` is the place of the document in the input.
pub fn name<V: Value>(document: &V, field: &str) -> Result<String, Error> {
    text(document, "name").ok_or_else(|| {
        let field = concat(&[field, ".name"]);
        let why = [&field, " must say the name of the file: the service looks at its extension."];
        Error::invalid(&field, &concat(&why))
    })
}

/// The error of a value that is not a document.
pub fn no_document<V: Value>(value: &V, field: &str) -> Error {
    let why = [field, " must be a File, or { name, blob }, not ", &value.kind(), "."];
    Error::invalid(field, &concat(&why))
}

/// Validates the known options of a conversion; others are passed on.
pub fn check_options<V: Value>(options: &V) -> Result<(), Error> {
    if !options.is_object() {
        return Err(Error::invalid("conversionOptions", "conversionOptions must be an object."));
    }
    for part in ["output", "image", "html", "docx", "pdf"] {
        let Some(chosen) = options.get(part) else { continue };
        let name = concat(&["conversionOptions.", part]);
        object(&chosen, &name)?;
        if part == "output"
            && let Some(format) = chosen.member("format")
            && !format.is_text("markdown")
            && !format.is_text("text")
        {
            return Err(refused(&concat(&[&name, ".format"]), "\"markdown\" or \"text\""));
        }
        check_images(&chosen, &name)?;
        if let Some(images) = chosen.get("images") {
            let name = concat(&[&name, ".images"]);
            object(&images, &name)?;
            check_images(&images, &name)?;
        }
    }
    Ok(())
}

fn object<V: Value>(value: &V, name: &str) -> Result<(), Error> {
    if value.is_object() { Ok(()) } else { Err(refused(name, "an object")) }
}

fn check_images<V: Value>(options: &V, name: &str) -> Result<(), Error> {
    if let Some(language) = options.member("descriptionLanguage")
        && !LANGUAGES.iter().any(|known| language.is_text(known))
    {
        return Err(refused(&concat(&[name, ".descriptionLanguage"]), "one of en, es, fr, it, pt, de"));
    }
    if let Some(most) = options.member("maxConvertedImages")
        && !whole(&most).is_some_and(|most| (0..=MAX_IMAGES).contains(&most))
    {
        return Err(refused(&concat(&[name, ".maxConvertedImages"]), "a whole number from 0 to 10"));
    }
    Ok(())
}

fn refused(name: &str, what: &str) -> Error {
    Error::invalid(name, &concat(&[name, " must be ", what, "."]))
}

/// A converted document, or one that could not be converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
    mime_type: String,
    format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<i64>,
}

/// Parses the results of a conversion of `sent` files, in order. A file that could not be converted has an
/// error.
pub fn results<V: Value>(result: &V, sent: usize) -> Result<Vec<Document>, Error> {
    let items = if is_list(result) {
        result.items()
    } else if result.is_object() {
        vec![result.clone()]
    } else {
        return Err(wrong(result, "converted document"));
    };
    let is_none = |item: &&V| text(*item, "format").is_none() && item.member("data").is_none();
    if let Some(other) = items.iter().find(is_none) {
        return Err(wrong(other, "format of a document"));
    }
    // The result of an empty file is an empty text.
    if items.iter().any(|item| !has_failed(item) && item.get("data").is_none()) {
        return Err(malformed("data of a document"));
    }
    if items.len() != sent {
        let (came, sent) = (decimal(items.len() as i64), decimal(sent as i64));
        let why = concat(&["The answer has ", &came, " documents for ", &sent, "."]);
        return Err(Error::new(Code::MalformedResponse, why));
    }
    Ok(items.iter().map(document).collect())
}

/// True for a file that could not be converted.
fn has_failed<V: Value>(item: &V) -> bool {
    item.get("error").is_some() || item.get("format").is_some_and(|format| format.is_text("error"))
}

fn document<V: Value>(item: &V) -> Document {
    let failed = has_failed(item);
    let (error, format) = (item.get("error"), text(item, "format"));
    let mut document = Document {
        id: text(item, "id"),
        name: text(item, "name").unwrap_or_default(),
        mime_type: text(item, "mimeType").unwrap_or_default(),
        format: format.unwrap_or_else(|| "markdown".to_owned()),
        error: None,
        data: None,
        tokens: None,
    };
    if failed {
        let why = error.and_then(|error| error.text().or_else(|| text(&error, "message")));
        document.format = "error".to_owned();
        document.error = Some(why.unwrap_or_else(|| "The file could not be converted.".to_owned()));
    } else {
        document.data = Some(
            // A substitute may return parsed JSON: converted back to text.
            item.get("data").and_then(|data| data.text().or_else(|| data.to_json())).unwrap_or_default(),
        );
        // The service's documentation is inconsistent about its type.
        document.tokens = Some(count(item.member("tokens")).unwrap_or(0));
    }
    document
}

/// A file type that can be converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Format {
    extension: String,
    mime_type: String,
}

/// Parses the file types that can be converted.
pub fn supported<V: Value>(result: &V) -> Result<Vec<Format>, Error> {
    if !is_list(result) {
        return Err(wrong(result, "list of formats"));
    }
    let format =
        |item: V| Some(Format { extension: text(&item, "extension")?, mime_type: text(&item, "mimeType")? });
    Ok(result.items().into_iter().filter_map(format).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    #[test]
    fn extensions_name_types() {
        assert_eq!(type_of("a.b.PDF"), Some("application/pdf"));
        assert_eq!(type_of("data.csv"), Some("text/csv"));
        assert_eq!(type_of("README"), None);
        assert_eq!(type_of("x.unknown"), None);
    }

    #[test]
    fn options_are_checked_as_far_as_they_are_known() {
        let field =
            |options: &str| check_options(&Json::sample(options)).err().and_then(|error| error.field.clone());
        assert_eq!(
            field(
                r#"{"output":{"format":"text"},"html":{"images":{"maxConvertedImages":3}},"pdf":{"metadata":false},"new":1}"#
            ),
            None
        );
        for (options, name) in [
            ("[]", "conversionOptions"),
            (r#"{"pdf":1}"#, "conversionOptions.pdf"),
            (r#"{"output":{"format":"html"}}"#, "conversionOptions.output.format"),
            (r#"{"image":{"descriptionLanguage":"xx"}}"#, "conversionOptions.image.descriptionLanguage"),
            (
                r#"{"docx":{"images":{"maxConvertedImages":11}}}"#,
                "conversionOptions.docx.images.maxConvertedImages",
            ),
        ] {
            assert_eq!(field(options).as_deref(), Some(name), "{options}");
        }
    }

    #[test]
    fn a_failed_file_is_an_item() {
        let came = r##"[{"id":"1","name":"a.pdf","mimeType":"application/pdf","format":"markdown","tokens":"12","data":"# a"},
            {"id":"2","name":"b.pdf","mimeType":"application/pdf","format":"error","error":"broken"}]"##;
        let documents = results(&Json::sample(came), 2).unwrap();
        assert_eq!(
            serde_json::to_string(&documents).unwrap(),
            concat!(
                r##"[{"id":"1","name":"a.pdf","mimeType":"application/pdf","format":"markdown","data":"# a","tokens":12},"##,
                r#"{"id":"2","name":"b.pdf","mimeType":"application/pdf","format":"error","error":"broken"}]"#
            )
        );
        let malformed = |text: &str, sent| {
            results(&Json::sample(text), sent).unwrap_err().code == Code::MalformedResponse
        };
        assert!(malformed("5", 1) && malformed("[{}]", 1) && malformed(came, 1));
        assert!(malformed(r#"[{"name":"a","format":"markdown","data":null}]"#, 1));
        let empty = results(&Json::sample(r#"{"name":"a","format":"markdown","data":""}"#), 1).unwrap();
        assert_eq!(empty[0].data.as_deref(), Some(""));
        for failed in
            [r#"{"error":{"code":3040,"message":"busy"}}"#, r#"[{"error":{"code":3040,"message":"busy"}}]"#]
        {
            assert_eq!(results(&Json::sample(failed), 1).unwrap_err().code, Code::Capacity, "{failed}");
        }
        let one =
            results(&Json::sample(r#"{"name":"a","error":{"message":"no"}, "format":"x"}"#), 1).unwrap();
        assert_eq!((one[0].format.as_str(), one[0].error.as_deref()), ("error", Some("no")));
    }

    #[test]
    fn documents_have_names() {
        let name = |text: &str| name(&Json::sample(text), "files[1]").map_err(|error| error.field.clone());
        assert_eq!(name(r#"{"name":"a.pdf"}"#).as_deref(), Ok("a.pdf"));
        for text in ["{}", r#"{"name":""}"#, r#"{"name":5}"#] {
            assert_eq!(name(text), Err(Some("files[1].name".to_owned())), "{text}");
        }
    }

    #[test]
    fn formats_are_pairs() {
        let formats =
            Json::sample(r#"[{"extension":".pdf","mimeType":"application/pdf","x":1},{"extension":".y"}]"#);
        assert_eq!(
            serde_json::to_string(&supported(&formats).unwrap()).unwrap(),
            r#"[{"extension":".pdf","mimeType":"application/pdf"}]"#
        );
        assert!(supported(&Json::sample("{}")).is_err());
    }
}
