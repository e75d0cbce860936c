//! What the service has besides runs of models: its catalogue, finetunes, the gateway's logs, documents to Markdown. What each takes is
//! checked here, and what it answers becomes what JavaScript gives. Where each lies is in [`crate::plan::endpoint`].

pub mod finetunes;
pub mod logs;
pub mod markdown;
pub mod models;
pub(crate) mod read;

use crate::error::Error;
use crate::wire::json::Value;
use crate::wire::write::Writer;

/// What an endpoint's answer means, as JSON text; `whole` is the answer with its envelope, `result` without.
pub fn result(endpoint: &str, whole: Value<'_>, result: Value<'_>) -> Result<String, Error> {
    match endpoint {
        "models.list" => models::page(whole, result),
        "models.schema" => models::schema(result),
        "finetunes.list" | "finetunes.public" => finetunes::list(result),
        "finetunes.create" => finetunes::created(result),
        "gateway.url" => logs::url(result),
        "gateway.getLog" => logs::entry(result),
        "toMarkdown" => markdown::results(result),
        "toMarkdown.supported" => markdown::supported(result),
        _ if result.get("success").and_then(|success| success.as_bool()) == Some(false) => {
            Err(Error::from_event(result))
        }
        _ => Ok(Writer::object(|_| {})),
    }
}
