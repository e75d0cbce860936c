//! `extract`: typed fields from a text. Validates fields, and converts a JSON Schema to fields.

use crate::error::Error;
use crate::slip::{Aliases, check_members, meant};
use crate::text::{concat, is_all_word, lossy};
use crate::value::{Shape, Value};
use crate::wire::json::{self, Value as Json};
use crate::wire::write::Writer;

/// The types of field.
const TYPES: [&str; 9] =
    ["text", "number", "date", "time", "datetime", "duration", "list", "estimate", "forecast"];
const ITEMS: [&str; 3] = ["text", "number", "date"];
const SCALES: [&str; 2] = ["linear", "log"];
const INTERVALS: [&str; 8] = ["step", "minute", "hour", "day", "week", "month", "quarter", "year"];
/// The members of a field.
const MEMBERS: &[&str] = &[
    "type",
    "instructions",
    "unit",
    "integer",
    "decimals",
    "items",
    "min",
    "max",
    "step",
    "scale",
    "null_threshold",
    "horizon",
    "interval",
];
const ALIASES: &Aliases = &[
    ("description desc instruction prompt question", "instructions"),
    ("kind", "type"),
    ("minimum least lower", "min"),
    ("maximum most upper", "max"),
    ("precision places digits", "decimals"),
    ("itemtype itemstype of", "items"),
    ("units currency", "unit"),
    ("threshold", "null_threshold"),
];
const TYPE_ALIASES: &Aliases = &[
    ("string str", "text"),
    ("int integer float double", "number"),
    ("array", "list"),
    ("timestamp", "datetime"),
];
const LONGEST_NAME: usize = 64;
/// Limit of chained references: more are a cycle.
const MOST_REFERENCES: usize = 16;

/// Validates fields, by their names.
pub fn check<V: Value>(fields: &V) -> Result<(), Error> {
    if !fields.is_object() {
        let why = [
            "fields must be an object of fields by name, or a schema of an object, not ",
            &fields.kind(),
            ".",
        ];
        return Err(Error::invalid("fields", &concat(&why)));
    }
    let members = fields.members();
    if members.is_empty() {
        return Err(Error::invalid("fields", "fields is empty: name at least one."));
    }
    members.iter().try_for_each(|(name, field)| check_field(name, field))
}

fn check_name(name: &str) -> Result<(), Error> {
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if begins && name.len() <= LONGEST_NAME && is_all_word(name, b"_.-") {
        return Ok(());
    }
    let why = "A field's name is a letter or _, then up to 63 letters, digits, or any of _ . -";
    Err(Error::invalid("fields", why))
}

fn check_field<V: Value>(name: &str, field: &V) -> Result<(), Error> {
    check_name(name)?;
    let refuse = |member: &str, why: &str| {
        let at = if member.is_empty() {
            concat(&["fields.", name])
        } else {
            concat(&["fields.", name, ".", member])
        };
        Err(Error::invalid(&at, &concat(&[&at, " ", why, "."])))
    };
    if !field.is_object() {
        return refuse("", "must be an object with a type");
    }
    check_members(field, &concat(&["fields.", name, "."]), "member of a field", MEMBERS, ALIASES, false)?;
    let word = |member: &'static str| field.get(member).and_then(|word| word.head());
    let kind = word("type").unwrap_or_default();
    if !TYPES.contains(&kind.as_str()) {
        let why = match meant(&kind, &TYPES, TYPE_ALIASES) {
            Some(meant) => concat(&["is no type of a field: did you mean \"", meant, "\"?"]),
            None => concat(&["must be one of ", &crate::text::join(&TYPES, ", ")]),
        };
        return Err(Error::invalid(
            &concat(&["fields.", name, ".type"]),
            &concat(&["fields.", name, ".type ", &why, if why.ends_with('?') { "" } else { "." }]),
        ));
    }
    for (member, words) in [("items", &ITEMS[..]), ("scale", &SCALES), ("interval", &INTERVALS)] {
        let Some(value) = field.get(member) else { continue };
        if !words.iter().any(|word| value.is_text(word)) {
            return refuse(member, &concat(&["must be one of ", &crate::text::join(words, ", ")]));
        }
    }
    for (member, least, most) in [("decimals", 0.0, 6.0), ("horizon", 1.0, 64.0)] {
        let Some(value) = field.get(member) else { continue };
        let fits =
            value.number().is_some_and(|value| value.fract() == 0.0 && (least..=most).contains(&value));
        if !fits {
            let bounds = if member == "decimals" { "0 to 6" } else { "1 to 64" };
            return refuse(member, &concat(&["must be a whole number from ", bounds]));
        }
    }
    if let Some(threshold) = field.get("null_threshold")
        && !threshold.number().is_some_and(|value| value > 0.0 && value <= 1.0)
    {
        return refuse("null_threshold", "must be a number above 0, at most 1");
    }
    for member in ["min", "max", "step"] {
        let fits = |value: &V| {
            matches!(value.shape(), Shape::Number(number) if number.is_finite())
                || matches!(value.shape(), Shape::Text(1..))
        };
        if field.get(member).is_some_and(|value| !fits(&value)) {
            return refuse(member, "must be a number, or a date as a string");
        }
    }
    let (min, max) = (field.get("min"), field.get("max"));
    if matches!(kind.as_str(), "estimate" | "forecast") {
        for (member, bound) in [("min", &min), ("max", &max)] {
            if bound.is_none() {
                return refuse(member, "is needed: an estimate or a forecast has bounds");
            }
        }
    }
    let number = |bound: &Option<V>| bound.as_ref().and_then(V::number);
    if let (Some(min), Some(max)) = (number(&min), number(&max))
        && min >= max
    {
        return refuse("min", "must be less than max");
    }
    if word("scale").as_deref() == Some("log") && !number(&min).is_some_and(|min| min > 0.0) {
        return refuse("min", "must be above 0 on a log scale");
    }
    Ok(())
}

/// True if an answer is valid for a field of this type. `null`, or no answer, means that the text has no
/// value.
pub fn fits<V: Value>(answer: &V, field: &V) -> bool {
    let word = |member: &'static str| field.get(member).and_then(|word| word.head()).unwrap_or_default();
    let kind = word("type");
    let is_type = answer.get("type").is_none_or(|own| own.is_text(&kind));
    let Some(value) = answer.get("value") else { return is_type };
    let is_number = |value: &V| value.number().is_some_and(f64::is_finite);
    let is_text = |value: &V| matches!(value.shape(), Shape::Text(_));
    is_type
        && match kind.as_str() {
            "text" | "date" | "time" | "datetime" => is_text(&value),
            "number" if field.get("integer").and_then(|flag| flag.boolean()) == Some(true) => {
                value.number().is_some_and(|number| number.fract() == 0.0)
            }
            "number" => is_number(&value),
            "list" => {
                let items = value.items();
                value.is_list()
                    && match word("items").as_str() {
                        "number" => items.iter().all(is_number),
                        "text" | "date" => items.iter().all(is_text),
                        _ => items.iter().all(|item| is_text(item) || is_number(item)),
                    }
            }
            "duration" | "estimate" | "forecast" => is_number(&value) || is_text(&value),
            _ => true,
        }
}

/// The fields for a JSON Schema of an object, as JSON text. A property without an equivalent field is an
/// error.
pub fn from_schema(schema: &str) -> Result<String, Error> {
    let root = json::parse(schema.as_bytes()).map_err(|_| Error::not_json())?;
    let Some(properties) = root.get("properties").filter(Json::is_object) else {
        let why = "fields must be a schema of an object: each of its properties becomes a field.";
        return Err(Error::invalid("fields", why));
    };
    let mut failed = Ok(());
    let text = Writer::object(|out| {
        for (key, property) in properties.entries() {
            let name = lossy(key.raw());
            if failed.is_ok() {
                failed = check_name(&name).and_then(|()| field(out, &name, property, root));
            }
        }
    });
    failed.map(|()| text)
}

fn field(out: &mut Writer, name: &str, property: Json, root: Json) -> Result<(), Error> {
    let refuse = |what: &str| {
        let at = concat(&["fields.", name]);
        let why =
            [&at, " ", what, ": extraction has text, numbers, dates, times, durations, and lists of them."];
        Err(Error::invalid(&at, &concat(&why)))
    };
    let inner = present(property, root);
    let described = [property, inner].iter().find_map(|part| part.get("description")?.text());
    if ["enum", "const", "anyOf", "oneOf", "allOf"].iter().any(|name| inner.get(name).is_some()) {
        return refuse("is one of several values, for which there is no field");
    }
    let Some((kind, is_integer)) = kind_of(inner) else {
        return refuse("has no type that there is a field for");
    };
    let mut items = None;
    if kind == "list" {
        let item = inner.get("items").map(|item| present(item, root));
        items = item.and_then(kind_of).map(|(kind, _)| kind).filter(|kind| ITEMS.contains(kind));
        if items.is_none() {
            return refuse("is a list of what there is no field for");
        }
    }
    out.member(name, |out| {
        out.text("type", kind);
        out.some_text("instructions", described.as_deref());
        out.some_text("items", items);
        out.flag("integer", is_integer);
    });
    Ok(())
}

/// Resolves references, and removes the alternative `null`.
fn present<'a>(property: Json<'a>, root: Json<'a>) -> Json<'a> {
    let mut part = property;
    for _ in 0..MOST_REFERENCES {
        let next = part
            .get("$ref")
            .and_then(|reference| resolved(&reference.text()?, root))
            .or_else(|| not_null(part));
        match next {
            Some(next) => part = next,
            None => break,
        }
    }
    part
}

fn resolved<'a>(reference: &str, root: Json<'a>) -> Option<Json<'a>> {
    let mut part = root;
    for step in reference.strip_prefix("#/")?.split('/') {
        part = part.get(step)?;
    }
    Some(part)
}

/// The one of two alternatives that is not `null`.
fn not_null(part: Json) -> Option<Json> {
    let alternatives: Vec<Json> = part.get("anyOf").or_else(|| part.get("oneOf"))?.items().collect();
    let is_null = |part: &Json| part.get("type").is_some_and(|kind| kind.is("null"));
    match alternatives[..] {
        [first, second] if is_null(&second) => Some(first),
        [first, second] if is_null(&first) => Some(second),
        _ => None,
    }
}

/// The type of field for a schema type, and whether its numbers are integers.
fn kind_of(part: Json) -> Option<(&'static str, bool)> {
    let kind = part.get("type")?;
    let kind = if kind.is_array() {
        let kinds: Vec<Json> = kind.items().filter(|kind| !kind.is("null")).collect();
        match kinds[..] {
            [only] => only,
            _ => return None,
        }
    } else {
        kind
    };
    let format = part.get("format").and_then(|format| format.text()).unwrap_or_default();
    Some(match kind.text()?.as_str() {
        "string" => match format.as_str() {
            "date" => ("date", false),
            "time" => ("time", false),
            "date-time" => ("datetime", false),
            "duration" => ("duration", false),
            _ => ("text", false),
        },
        "number" => ("number", false),
        "integer" => ("number", true),
        "array" => ("list", false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn refused(fields: &str) -> Option<String> {
        check(&Json::sample(fields)).err().and_then(|error| error.field.clone())
    }

    #[test]
    fn fields_are_checked_before_anything_is_sent() {
        for fields in [
            r#"{"total":{"type":"number","decimals":2,"unit":"EUR"},"_x.y-z":{"type":"list","items":"date"}}"#,
            r#"{"age":{"type":"estimate","min":0,"max":120,"null_threshold":1}}"#,
            r#"{"due":{"type":"estimate","min":"2026-01-01","max":"2027-01-01"}}"#,
            r#"{"sales":{"type":"forecast","min":1,"max":9,"scale":"log","horizon":64,"interval":"month"}}"#,
        ] {
            assert_eq!(refused(fields), None, "{fields}");
        }
        for (fields, field) in [
            ("5", "fields"),
            ("{}", "fields"),
            (r#"{"1a":{"type":"text"}}"#, "fields"),
            (r#"{"":{"type":"text"}}"#, "fields"),
            (r#"{"a b":{"type":"text"}}"#, "fields"),
            (&format!(r#"{{"{}":{{"type":"text"}}}}"#, "x".repeat(65)), "fields"),
            (r#"{"a":"text"}"#, "fields.a"),
            (r#"{"a":{}}"#, "fields.a.type"),
            (r#"{"a":{"type":"string"}}"#, "fields.a.type"),
            (r#"{"a":{"type":"text","instruction":"x"}}"#, "fields.a.instruction"),
            (r#"{"a":{"type":"text","description":"x"}}"#, "fields.a.description"),
            (r#"{"a":{"type":"estimate","minimum":0,"max":9}}"#, "fields.a.minimum"),
            (r#"{"a":{"type":"number","nullThreshold":1}}"#, "fields.a.nullThreshold"),
            (r#"{"a":{"type":"list","items":"time"}}"#, "fields.a.items"),
            (r#"{"a":{"type":"number","decimals":7}}"#, "fields.a.decimals"),
            (r#"{"a":{"type":"number","decimals":1.5}}"#, "fields.a.decimals"),
            (r#"{"a":{"type":"text","null_threshold":0}}"#, "fields.a.null_threshold"),
            (r#"{"a":{"type":"estimate","max":5}}"#, "fields.a.min"),
            (r#"{"a":{"type":"forecast","min":5}}"#, "fields.a.max"),
            (r#"{"a":{"type":"estimate","min":5,"max":5}}"#, "fields.a.min"),
            (r#"{"a":{"type":"estimate","min":0,"max":5,"scale":"log"}}"#, "fields.a.min"),
            (r#"{"a":{"type":"estimate","min":1,"max":5,"scale":"ln"}}"#, "fields.a.scale"),
            (r#"{"a":{"type":"forecast","min":1,"max":5,"horizon":65}}"#, "fields.a.horizon"),
            (r#"{"a":{"type":"forecast","min":1,"max":5,"interval":"decade"}}"#, "fields.a.interval"),
            (r#"{"a":{"type":"number","min":true}}"#, "fields.a.min"),
        ] {
            assert_eq!(refused(fields).as_deref(), Some(field), "{fields}");
        }
    }

    #[test]
    fn a_schema_becomes_fields() {
        let schema = r##"{"type":"object","$defs":{"Day":{"type":"string","format":"date"}},"properties":{
            "name":{"type":"string","description":"Who \"it\" is."},
            "total":{"type":"integer","minimum":0},
            "day":{"$ref":"#/$defs/Day","description":"When."},
            "at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},
            "took":{"type":["string","null"],"format":"duration"},
            "days":{"type":"array","items":{"$ref":"#/$defs/Day"}},
            "prices":{"type":"array","items":{"type":"number"}}
        }}"##;
        assert_eq!(
            from_schema(schema).unwrap(),
            concat(&[
                r#"{"name":{"type":"text","instructions":"Who \"it\" is."},"total":{"type":"number","integer":true},"#,
                r#""day":{"type":"date","instructions":"When."},"at":{"type":"datetime"},"took":{"type":"duration"},"#,
                r#""days":{"type":"list","items":"date"},"prices":{"type":"list","items":"number"}}"#,
            ])
        );
    }

    #[test]
    fn what_has_no_form_among_fields_is_named() {
        for (property, field) in [
            (r#""a":{"type":"object"}"#, "fields.a"),
            (r#""a":{"type":"boolean"}"#, "fields.a"),
            (r#""a":{"enum":["x"]}"#, "fields.a"),
            (r#""a":{"type":["string","number"]}"#, "fields.a"),
            (r#""a":{"anyOf":[{"type":"string"},{"type":"number"}]}"#, "fields.a"),
            (r#""a":{"type":"array"}"#, "fields.a"),
            (r#""a":{"type":"array","items":{"type":"string","format":"time"}}"#, "fields.a"),
            (r##""a":{"$ref":"#/properties/a"}"##, "fields.a"),
            (r#""b":{"type":"string"},"a b":{"type":"string"}"#, "fields"),
        ] {
            let schema = concat(&[r#"{"type":"object","properties":{"#, property, "}}"]);
            assert_eq!(from_schema(&schema).unwrap_err().field.as_deref(), Some(field), "{property}");
        }
        assert_eq!(from_schema(r#"{"type":"array"}"#).unwrap_err().field.as_deref(), Some("fields"));
    }
}
