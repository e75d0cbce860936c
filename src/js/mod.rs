//! The only room that says `JsValue`.
