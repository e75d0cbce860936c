//! The tasks: encoding of their inputs, and decoding of their answers.
//!
//! ```text
//! input -> request::plan -> check (catalogue) -> Tree of the body -> encode, send
//! answer -> request::decode -> the method's result
//! ```
//!
//! Answers of text generation are parsed by the streaming engine, apart from the others.

pub mod answer;
pub mod batch;
pub mod check;
pub mod contexts;
pub mod decision;
pub mod edits;
pub mod embeddings_input;
pub mod embeddings_list;
pub mod extraction;
pub mod fallback;
pub mod fields;
pub mod image_classification;
pub mod image_to_text;
pub mod kind;
pub mod labels;
pub mod languages;
pub mod long_audio;
pub mod media;
pub mod media_text;
pub mod nearest;
pub mod object;
pub mod object_detection;
pub mod parameters;
pub mod prepare;
pub mod realtime;
pub mod reasoning;
pub mod request;
pub mod rerank;
pub mod short_form;
pub mod speech_recognition;
pub mod summarization;
pub mod text_batches;
pub mod text_classification;
pub mod text_embeddings;
pub mod text_generation;
pub mod text_input;
pub mod text_to_image;
pub mod text_to_speech;
pub mod tools;
pub mod translation;
pub mod turn_detection;
pub mod turn_order;
pub mod usage;

#[cfg(test)]
mod testing;

use crate::value::{Members, Tree, Value};

/// All members of an input except for the named ones.
pub fn pass<V: Value>(input: &V, but: &[&str]) -> Members<V> {
    let members = input.members().into_iter().filter(|(name, _)| !but.contains(&name.as_str()));
    members.map(|(name, member)| (name, Tree::Value(member))).collect()
}
