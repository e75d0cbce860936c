//! What is sent, decided before anything is: a [`Request`] over HTTP, or the [`BindingOptions`] of a call to the binding. [`endpoint`] is
//! for everything that is no run of a model.

pub mod binding;
pub mod endpoint;
pub mod redirect;
pub mod rest;

pub use binding::BindingOptions;
pub use rest::Request;
