//! The tasks: what each of them takes and gives.
//!
//! ```text
//! outline of the input -> request::plan -> check (catalogue) -> template of the body -> JavaScript sends
//! answer -> request::result -> the method's result
//! ```
//!
//! Text generation is read by the streaming engine and is apart from the others.

pub mod answer;
pub mod batch;
pub mod check;
pub mod contexts;
pub mod decision;
pub mod edits;
pub mod fallback;
pub mod fields;
pub mod image_classification;
pub mod image_to_text;
pub mod labels;
pub mod languages;
pub mod media;
pub mod object_detection;
pub mod outline;
pub mod prepare;
pub mod realtime;
pub mod request;
pub mod rerank;
pub mod short_form;
pub mod speech_recognition;
pub mod summarization;
pub mod template;
pub mod text_batches;
pub mod text_classification;
pub mod text_embeddings;
pub mod text_generation;
pub mod text_input;
pub mod text_to_image;
pub mod text_to_speech;
pub mod translation;
pub mod turn_detection;
