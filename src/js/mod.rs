//! The only room that says `JsValue`: it converts, calls, converts, and never decides.

pub mod stream;
