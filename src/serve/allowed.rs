//! The models that are allowed, and the names under which they are requested.

use crate::error::{Code, Error};
use crate::text::concat;
use crate::wire::json::{self, Value};

/// The setting `models`. `None` allows any model under its own id.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Allowed(Option<Vec<(String, String)>>);

impl Allowed {
    /// Reads the setting: a list of ids, or an object that maps names to ids.
    pub fn read(settings: Value<'_>) -> Result<Self, Error> {
        let Some(models) = settings.get("models").filter(|models| !models.is_null()) else {
            return Ok(Self(None));
        };
        let refuse = || {
            Error::config(
                "models",
                "models must be a list of model ids, or an object of names and the ids that they stand for.",
            )
        };
        let mut all = Vec::new();
        if !models.is_array() && !models.is_object() {
            return Err(refuse());
        }
        for id in models.items() {
            let id = id.text().ok_or_else(refuse)?;
            all.push((id.clone(), id));
        }
        for (key, id) in models.entries() {
            let mut name = Vec::new();
            json::unescape(key.raw(), &mut name);
            all.push((crate::text::lossy(&name), id.text().ok_or_else(refuse)?));
        }
        Ok(Self(Some(all)))
    }

    /// The id for a name.
    pub fn id(&self, name: &str) -> Result<String, Error> {
        let Some(all) = &self.0 else { return Ok(name.to_owned()) };
        if let Some((_, id)) = all.iter().find(|(own, _)| own == name) {
            return Ok(id.clone());
        }
        let mut error = Error::new(
            Code::ModelNotFound,
            concat(&[
                "The model ",
                crate::slip::clip(name),
                " is not offered here. GET /v1/models lists those that are.",
            ]),
        );
        error.field = Some("model".to_owned());
        Err(error)
    }

    /// The allowed names; `None` if any model is allowed.
    pub fn names(&self) -> Option<impl Iterator<Item = &(String, String)>> {
        self.0.as_ref().map(|all| all.iter())
    }
}

/// The model of a request: its name and its id.
pub fn model(allowed: &Allowed, request: Value<'_>) -> Result<(String, String), Error> {
    let name = super::request::required(request, "model")?;
    let id = allowed.id(&name)?;
    Ok((name, id))
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    crate::wire::write::quote(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(settings: &str) -> Result<Allowed, Error> {
        Allowed::read(json::parse(settings.as_bytes()).unwrap())
    }

    #[test]
    fn names_stand_for_ids() {
        assert_eq!(of("{}").unwrap().id("@cf/a/b").unwrap(), "@cf/a/b");
        let list = of(r#"{"models":["@cf/a/b"]}"#).unwrap();
        assert_eq!(list.id("@cf/a/b").unwrap(), "@cf/a/b");
        assert_eq!(list.id("@cf/a/c").unwrap_err().code, Code::ModelNotFound);
        let names = of(r#"{"models":{"gpt-4o":"@cf/a/b"}}"#).unwrap();
        assert_eq!(names.id("gpt-4o").unwrap(), "@cf/a/b");
        assert!(names.id("@cf/a/b").is_err());
        assert_eq!(of(r#"{"models":"all"}"#).unwrap_err().code, Code::Config);
    }
}
