//! The tasks: for each a file with what is particular to it, and one with its typings.

pub mod text_generation;
