//! Detects misspelt keywords in a JSON Schema. Unknown keywords are ignored by all validators and by the
//! service: a schema with `propertes` allows everything. Rejected are names that are similar to keywords,
//! unknown types, and keywords whose values have the form of another keyword's. Other names may be
//! extensions.

use crate::error::Error;
use crate::slip::{Aliases, clip, meant, sentence};
use crate::text::{concat, decimal, join, lossy};
use crate::wire::json::{self, Kind, Value};

/// Keywords of all drafts.
const KEYWORDS: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "$anchor",
    "$comment",
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];
/// Names of other libraries that are similar to a keyword, or have its meaning elsewhere.
const FOREIGN: [&str; 8] =
    ["id", "example", "name", "nullable", "strict", "optional", "enumNames", "propertyOrdering"];
const ALIASES: &Aliases = &[
    ("props fields members", "properties"),
    ("desc", "description"),
    ("requiredproperties requiredfields", "required"),
    ("additionalproperty extraproperties", "additionalProperties"),
    ("values options choices", "enum"),
    ("regex regexp", "pattern"),
];

const TYPES: &[&str] = &["object", "array", "string", "number", "integer", "boolean", "null"];
const TYPE_ALIASES: &Aliases = &[
    ("str text", "string"),
    ("int long", "integer"),
    ("float double decimal", "number"),
    ("bool", "boolean"),
    ("list tuple", "array"),
    ("dict map record struct", "object"),
    ("none nil undefined", "null"),
];

/// Members whose value is a schema, or a list of schemas.
const SCHEMAS: [&str; 16] = [
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Members whose members are schemas, with arbitrary names.
const NAMED: [&str; 6] =
    ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

/// Rejects a misspelt keyword in the schema, which is JSON text, of the input `field`. Invalid JSON is
/// reported elsewhere.
pub fn check(field: &str, schema: &str) -> Result<(), Error> {
    let Ok(schema) = json::parse(schema.as_bytes()) else { return Ok(()) };
    check_schema(field, schema)?;
    // An object of types by their names, as other languages of schemas have it, would allow everything.
    let mut names = schema.entries().map(|(key, _)| lossy(key.raw()));
    if schema.is_object()
        && schema.entries().next().is_some()
        && !names.any(|name| KEYWORDS.contains(&name.as_str()))
    {
        let why =
            [field, " has no keyword of JSON Schema: an object is { type: \"object\", properties: { … } }."];
        return refuse(field, &concat(&why));
    }
    Ok(())
}

// The depth has been limited by the parser.
fn check_schema(field: &str, schema: Value<'_>) -> Result<(), Error> {
    if !schema.is_object() {
        return Ok(());
    }
    for (key, value) in schema.entries() {
        let mut name = Vec::new();
        json::unescape(key.raw(), &mut name);
        let name = lossy(&name);
        let at = concat(&[field, ".", clip(&name)]);
        if !KEYWORDS.contains(&name.as_str()) {
            check_name(&name, &at, value)?;
            continue;
        }
        check_value(&name, &at, value)?;
        if NAMED.contains(&name.as_str()) {
            for (key, inner) in value.entries() {
                check_schema(&concat(&[&at, ".", clip(&lossy(key.raw()))]), inner)?;
            }
        } else if SCHEMAS.contains(&name.as_str()) {
            check_schema(&at, value)?;
            for (place, inner) in value.items().enumerate() {
                check_schema(&concat(&[&at, ".", &decimal(place as i64)]), inner)?;
            }
        }
    }
    Ok(())
}

fn refuse(at: &str, why: &str) -> Result<(), Error> {
    Err(Error::invalid(at, why))
}

/// Checks a name that is not a keyword.
fn check_name(name: &str, at: &str, value: Value<'_>) -> Result<(), Error> {
    if FOREIGN.contains(&name) || name.starts_with("x-") {
        return Ok(());
    }
    let Some(meant) = meant(name, KEYWORDS, ALIASES) else { return Ok(()) };
    // Another client's name counts only if its value has the form of the keyword's.
    let fits = match meant {
        "properties" => value.is_object(),
        "required" | "enum" => value.is_array(),
        "pattern" | "description" => value.is_string(),
        _ => true,
    };
    if fits { refuse(at, &sentence(at, "keyword of JSON Schema", Some(meant), &[])) } else { Ok(()) }
}

/// Checks the value of a keyword, which would be ignored if invalid.
fn check_value(name: &str, at: &str, value: Value<'_>) -> Result<(), Error> {
    match name {
        "type" if value.is_array() => value.items().try_for_each(|kind| check_type(at, kind)),
        "type" => check_type(at, value),
        "required" if !value.is_array() => {
            refuse(at, &concat(&[at, " must be an array of names, beside the properties that it is about."]))
        }
        "enum" | "allOf" | "anyOf" | "oneOf" | "prefixItems" if !value.is_array() => {
            refuse(at, &concat(&[at, " must be an array."]))
        }
        "properties" | "patternProperties" | "$defs" | "definitions" if !value.is_object() => {
            refuse(at, &concat(&[at, " must be an object of schemas by name."]))
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minLength"
        | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
            if matches!(value.kind(), Kind::String | Kind::Object | Kind::Array) =>
        {
            refuse(at, &concat(&[at, " must be a number."]))
        }
        _ => Ok(()),
    }
}

fn check_type(at: &str, kind: Value<'_>) -> Result<(), Error> {
    let name = kind.text().filter(|_| kind.is_string()).unwrap_or_default();
    if TYPES.contains(&name.as_str()) {
        return Ok(());
    }
    let why = match meant(&name, TYPES, TYPE_ALIASES) {
        Some(meant) => concat(&[at, " is no type of JSON Schema: did you mean \"", meant, "\"?"]),
        None => concat(&[at, " must be one of ", &join(TYPES, ", "), ", or an array of them."]),
    };
    refuse(at, &why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(schema: &str) -> Option<(String, String)> {
        let error = check("schema", schema).err()?;
        Some((error.field.clone().unwrap_or_default(), error.message.clone()))
    }

    #[test]
    fn slips_are_refused_with_what_was_meant() {
        for (schema, field, says) in [
            (r#"{"type":"object","propertes":{}}"#, "schema.propertes", "did you mean properties?"),
            (r#"{"type":"objct"}"#, "schema.type", "\"object\""),
            (
                r#"{"type":"object","properties":{"a":{"type":"OBJECT"}}}"#,
                "schema.properties.a.type",
                "\"object\"",
            ),
            (r#"{"properties":{"a":{"type":"str"}}}"#, "schema.properties.a.type", "\"string\""),
            (r#"{"type":["string","nul"]}"#, "schema.type", "\"null\""),
            (r#"{"type":"date"}"#, "schema.type", "one of object"),
            (r#"{"type":7}"#, "schema.type", "one of object"),
            (r#"{"require":["a"]}"#, "schema.require", "did you mean required?"),
            (
                r#"{"properties":{"a":{"type":"string","required":true}}}"#,
                "schema.properties.a.required",
                "array of names",
            ),
            (r#"{"required":"a"}"#, "schema.required", "array of names"),
            (r#"{"additionalproperties":false}"#, "schema.additionalproperties", "additionalProperties"),
            (r#"{"items":{"minlength":2}}"#, "schema.items.minlength", "minLength"),
            (r#"{"anyof":[]}"#, "schema.anyof", "anyOf"),
            (r#"{"anyOf":[{"typ":"string"}]}"#, "schema.anyOf.0.typ", "type"),
            (r#"{"anyOf":{}}"#, "schema.anyOf", "array"),
            (r#"{"enums":["a"]}"#, "schema.enums", "enum"),
            (r#"{"options":["a"]}"#, "schema.options", "enum"),
            (r#"{"enum":"a"}"#, "schema.enum", "array"),
            (r#"{"props":{"a":{}}}"#, "schema.props", "properties"),
            (r#"{"properties":["a"]}"#, "schema.properties", "object of schemas"),
            (r#"{"minimum":"1"}"#, "schema.minimum", "number"),
            (r##"{"ref":"#/a"}"##, "schema.ref", "$ref"),
            (r#"{"not":{"patern":"a"}}"#, "schema.not.patern", "pattern"),
            (r#"{"name":"string","age":"number"}"#, "schema", "no keyword of JSON Schema"),
            (r#"{"city":{"type":"string"}}"#, "schema", "no keyword of JSON Schema"),
        ] {
            let (at, message) = refused(schema).unwrap_or_else(|| panic!("{schema}"));
            assert_eq!(at, field, "{schema}");
            assert!(message.contains(says), "{schema}: {message}");
        }
    }

    #[test]
    fn what_is_right_or_somebodys_own_passes() {
        for schema in [
            "{}",
            "true",
            r#"{"type":"object","properties":{"require":{"type":"string"},"propertes":{},"type":{"type":"null"}},"required":["require"]}"#,
            r##"{"$defs":{"typ":{"type":"integer"}},"$ref":"#/$defs/typ","example":1,"examples":[1],"id":"a","nullable":true}"##,
            r#"{"type":["string","null"],"enum":["propertes",null],"const":{"require":1},"default":{"typ":2},"x-order":1}"#,
            r#"{"anyOf":[{"type":"array","prefixItems":[{"type":"boolean"}],"items":false}],"additionalProperties":{"type":"number"}}"#,
            r#"{"exclusiveMinimum":true,"minimum":0,"own":{"propertes":{}},"options":{"a":1},"values":5,"strict":true}"#,
            r#"{"required":[],"dependencies":{"a":["b"]},"patternProperties":{"^typ$":{"type":"string"}}}"#,
        ] {
            assert_eq!(refused(schema), None, "{schema}");
        }
    }
}
