//! Plans requests before they are sent: a [`Request`] over HTTP, or the [`BindingOptions`] of a call of the
//! binding. [`base`]: the base URLs of runs and other endpoints, [`endpoint`]: lists.

pub mod base;
pub mod binding;
pub mod endpoint;
pub mod redirect;
pub mod rest;

pub use binding::BindingOptions;
pub use rest::Request;
