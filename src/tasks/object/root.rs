//! The types allowed at the root of a JSON Schema, and wrapping of schemas where only an object is allowed.

use crate::text::{concat, lossy};
use crate::wire::json::{self, Kind, Value};

/// The name of the member that contains a wrapped value.
pub const WRAPPED: &str = "value";

/// The types allowed at the root of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// Only an object.
    pub is_object: bool,
    /// An array.
    pub array: bool,
    /// A string, a number, a boolean, `null`.
    pub scalar: bool,
}

impl Root {
    /// Those of a schema. Without a `type` all are allowed.
    pub fn of(schema: Value) -> Self {
        let Some(kind) = schema.get("type") else {
            let is_object = schema.get("properties").is_some()
                && ["anyOf", "oneOf", "allOf", "$ref", "enum", "const"]
                    .iter()
                    .all(|name| schema.get(name).is_none());
            return Self { is_object, array: !is_object, scalar: !is_object };
        };
        let kinds: Vec<Value> = if kind.is_array() { kind.items().collect() } else { vec![kind] };
        let array = kinds.iter().any(|kind| kind.is("array"));
        let object = kinds.iter().any(|kind| kind.is("object"));
        let scalar = kinds.iter().any(|kind| !kind.is("array") && !kind.is("object"));
        Self { is_object: object && !array && !scalar, array, scalar }
    }
}

/// The schema of an object whose member `value` matches `schema`: for parameters of tools, which are objects.
/// Definitions stay at the root, and other references into the schema are adjusted.
pub fn wrapped(schema: &str) -> String {
    let Ok(root) = json::parse(schema.as_bytes()) else { return schema.to_owned() };
    let mut inner = String::from("{");
    let mut outer = String::new();
    for (key, member) in root.entries() {
        let name = concat(&["\"", &lossy(key.raw()), "\":"]);
        if key.is("$defs") || key.is("definitions") {
            outer.push_str(&concat(&[",", &name, &moved(member)]));
        } else {
            if inner.len() > 1 {
                inner.push(',');
            }
            inner.push_str(&concat(&[&name, &moved(member)]));
        }
    }
    inner.push('}');
    concat(&[
        r#"{"type":"object","properties":{"value":"#,
        &inner,
        r#"},"required":["value"],"additionalProperties":false"#,
        &outer,
        "}",
    ])
}

/// A part of a schema with adjusted references.
fn moved(part: Value) -> String {
    let mut out = Vec::new();
    write_moved(part, false, &mut out);
    lossy(&out)
}

// The depth has been limited by the parser.
fn write_moved(part: Value, is_reference: bool, out: &mut Vec<u8>) {
    match part.kind() {
        Kind::Object => {
            out.push(b'{');
            for (at, (key, member)) in part.entries().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                out.push(b'"');
                out.extend_from_slice(key.raw());
                out.extend_from_slice(b"\":");
                write_moved(member, key.is("$ref"), out);
            }
            out.push(b'}');
        }
        Kind::Array => {
            out.push(b'[');
            for (at, item) in part.items().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_moved(item, false, out);
            }
            out.push(b']');
        }
        Kind::String if is_reference => {
            let body = part.body().unwrap_or_default();
            let stays = [&b"#/$defs/"[..], b"#/definitions/"].iter().any(|root| body.starts_with(root));
            match body.strip_prefix(b"#") {
                Some(rest) if !stays && (rest.is_empty() || rest.starts_with(b"/")) => {
                    out.extend_from_slice(br##""#/properties/value"##);
                    out.extend_from_slice(rest);
                    out.push(b'"');
                }
                _ => out.extend_from_slice(part.raw()),
            }
        }
        _ => out.extend_from_slice(part.raw()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(schema: &str) -> (bool, bool, bool) {
        let Root { is_object, array, scalar } = Root::of(json::parse(schema.as_bytes()).unwrap());
        (is_object, array, scalar)
    }

    #[test]
    fn the_type_tells_what_may_stand_at_the_root() {
        assert_eq!(root(r#"{"type":"object"}"#), (true, false, false));
        assert_eq!(root(r#"{"properties":{}}"#), (true, false, false));
        assert_eq!(root(r#"{"type":"array","items":{}}"#), (false, true, false));
        assert_eq!(root(r#"{"type":["object","null"]}"#), (false, false, true));
        assert_eq!(root(r#"{"enum":["a","b"]}"#), (false, true, true));
        assert_eq!(root(r#"{"type":"string"}"#), (false, false, true));
        assert_eq!(root("{}"), (false, true, true));
        assert_eq!(root(r##"{"properties":{},"$ref":"#/$defs/A"}"##), (false, true, true));
    }

    #[test]
    fn a_wrapped_schema_keeps_its_definitions_and_its_references() {
        assert_eq!(
            wrapped(r#"{"type":"array","items":{"type":"string"}}"#),
            r#"{"type":"object","properties":{"value":{"type":"array","items":{"type":"string"}}},"required":["value"],"additionalProperties":false}"#
        );
        let tree = r##"{"$defs":{"A":{"items":{"$ref":"#/$defs/A"}}},"type":"array","items":[{"$ref":"#/$defs/A"},{"$ref":"#"},{"$ref":"#/items/0"},{"const":{"$ref":1}},{"$ref":"other.json"}]}"##;
        assert_eq!(
            wrapped(tree),
            r##"{"type":"object","properties":{"value":{"type":"array","items":[{"$ref":"#/$defs/A"},{"$ref":"#/properties/value"},{"$ref":"#/properties/value/items/0"},{"const":{"$ref":1}},{"$ref":"other.json"}]}},"required":["value"],"additionalProperties":false,"$defs":{"A":{"items":{"$ref":"#/$defs/A"}}}}"##
        );
    }
}
