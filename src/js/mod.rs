//! The only room that says `JsValue`: it converts, calls, converts, and never decides.

mod binding;
mod call;
pub mod client;
mod convert;
mod env;
mod error;
mod fields;
pub mod guard;
mod hooks;
pub mod host;
mod input;
mod options;
mod reply;
mod rest;
mod run;
pub mod stream;
mod text;

#[cfg(test)]
mod tests;
