//! Selects how the runtime opens a WebSocket.

use js_sys::global;

use crate::error::Error;
use crate::js::value::member;
use crate::tasks::realtime::address::Opener;

/// Determined for each connection, since a program may install a WebSocket of its own.
pub fn of_runtime() -> Result<Opener, Error> {
    let global = global();
    // Workers upgrade a fetch, which makes the reply of a service that rejects it readable.
    if member(&global, "WebSocketPair").is_function() {
        return Ok(Opener::Fetch);
    }
    if !member(&global, "WebSocket").is_function() {
        let why = "This runtime has no WebSocket: Node has one from version 22 on.";
        return Err(Error::config("WebSocket", why));
    }
    // The sockets of Node, Deno and Bun support headers, which is not standard; those of pages do not.
    let versions = member(&member(&global, "process"), "versions");
    let takes_headers = member(&global, "Deno").is_object()
        || member(&global, "Bun").is_object()
        || member(&versions, "node").is_string();
    Ok(if takes_headers { Opener::Headers } else { Opener::Plain })
}
