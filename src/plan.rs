//! What is sent, decided before anything is: a [`Request`] over HTTP, or the [`BindingOptions`] of a call to the binding. [`base`]: the
//! addresses below which both runs of models and other endpoints lie, [`endpoint`] lists.

pub mod base;
pub mod binding;
pub mod endpoint;
pub mod redirect;
pub mod rest;

pub use binding::BindingOptions;
pub use rest::Request;
