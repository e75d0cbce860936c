//! Documents to Markdown: the types of files, the options, and the results.

use super::read::{count, malformed, text};
use crate::error::Error;
use crate::text::concat;
use crate::wire::json::{Kind, Value};
use crate::wire::write::Writer;

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

/// The type of a file by its name; none for an extension that says nothing.
pub fn type_of(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    TYPES.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, kind)| *kind)
}

const LANGUAGES: [&str; 6] = ["en", "es", "fr", "it", "pt", "de"];
const MAX_IMAGES: i64 = 10;

/// Checks the options of a conversion as far as they are known; others go through.
pub fn check_options(options: Value<'_>) -> Result<(), Error> {
    if options.kind() != Kind::Object || options.get("$").is_some() {
        return Err(Error::invalid("conversionOptions", "conversionOptions must be an object."));
    }
    for part in ["output", "image", "html", "docx", "pdf"] {
        let Some(given) = options.get(part).filter(|given| !given.is_null()) else { continue };
        let name = concat(&["conversionOptions.", part]);
        object(given, &name)?;
        if part == "output"
            && let Some(format) = given.get("format")
            && !format.is("markdown")
            && !format.is("text")
        {
            return Err(refused(&concat(&[&name, ".format"]), "\"markdown\" or \"text\""));
        }
        check_images(given, &name)?;
        if let Some(images) = given.get("images").filter(|images| !images.is_null()) {
            let name = concat(&[&name, ".images"]);
            object(images, &name)?;
            check_images(images, &name)?;
        }
    }
    Ok(())
}

fn object(value: Value<'_>, name: &str) -> Result<(), Error> {
    if value.kind() == Kind::Object && value.get("$").is_none() {
        Ok(())
    } else {
        Err(refused(name, "an object"))
    }
}

fn check_images(given: Value<'_>, name: &str) -> Result<(), Error> {
    if let Some(language) = given.get("descriptionLanguage")
        && !LANGUAGES.iter().any(|known| language.is(known))
    {
        return Err(refused(&concat(&[name, ".descriptionLanguage"]), "one of en, es, fr, it, pt, de"));
    }
    if let Some(most) = given.get("maxConvertedImages")
        && !most.as_i64().is_some_and(|most| (0..=MAX_IMAGES).contains(&most))
    {
        return Err(refused(&concat(&[name, ".maxConvertedImages"]), "a whole number from 0 to 10"));
    }
    Ok(())
}

fn refused(name: &str, what: &str) -> Error {
    Error::invalid(name, &concat(&[name, " must be ", what, "."]))
}

/// `{ items }`, in the order of the files. A file that could not be converted is an item with an `error`.
pub fn results(result: Value<'_>) -> Result<String, Error> {
    if !result.is_array() && !result.is_object() {
        return Err(malformed("converted document"));
    }
    let mut items = result.items().collect::<Vec<_>>();
    if result.is_object() {
        items.push(result);
    }
    if items.iter().any(|item| text(*item, "format").is_none() && item.get("data").is_none()) {
        return Err(malformed("format of a document"));
    }
    Ok(Writer::object(|out| {
        out.list("items", |out| items.iter().for_each(|item| out.item(|out| document(out, *item))));
    }))
}

fn document(out: &mut Writer, item: Value<'_>) {
    let error = item.get("error").filter(|error| !error.is_null());
    let failed = error.is_some() || item.get("format").is_some_and(|format| format.is("error"));
    out.some_text("id", text(item, "id").as_deref());
    out.text("name", &text(item, "name").unwrap_or_default());
    out.text("mimeType", &text(item, "mimeType").unwrap_or_default());
    if failed {
        out.text("format", "error");
        let told = error.and_then(|error| error.text().or_else(|| text(error, "message")));
        out.text("error", &told.unwrap_or_else(|| "The file could not be converted.".to_owned()));
    } else {
        out.text("format", &text(item, "format").unwrap_or_else(|| "markdown".to_owned()));
        out.text("data", &item.get("data").and_then(|data| data.text()).unwrap_or_default());
        // The service's own documents disagree about its kind.
        out.number("tokens", count(item.get("tokens")).unwrap_or(0));
    }
}

/// `{ items: [{ extension, mimeType }] }`
pub fn supported(result: Value<'_>) -> Result<String, Error> {
    if !result.is_array() {
        return Err(malformed("list of formats"));
    }
    Ok(Writer::object(|out| {
        out.list("items", |out| {
            for item in result.items() {
                if let (Some(extension), Some(kind)) = (text(item, "extension"), text(item, "mimeType")) {
                    out.item(|out| {
                        out.text("extension", &extension);
                        out.text("mimeType", &kind);
                    });
                }
            }
        });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn parsed(text: &str) -> Value<'_> {
        json::parse(text.as_bytes()).unwrap()
    }

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
            |options: &str| check_options(parsed(options)).err().and_then(|error| error.field.clone());
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
        let told = results(parsed(came)).unwrap();
        let items = parsed(&told).get("items").unwrap().items().collect::<Vec<_>>();
        assert_eq!(items[0].get("tokens").and_then(|tokens| tokens.as_i64()), Some(12));
        assert!(items[0].get("data").unwrap().is("# a"));
        assert!(items[1].get("format").unwrap().is("error") && items[1].get("error").unwrap().is("broken"));
        assert!(items[1].get("data").is_none());
        assert!(results(parsed("5")).is_err() && results(parsed("[{}]")).is_err());
    }
}
