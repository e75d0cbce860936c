//! Prints the documentation of every failure: as Markdown, which the build adds to the package as
//! `ERRORS.md`, or as JSON.
//!
//! ```sh
//! cargo run --example errors
//! cargo run --example errors -- --json
//! ```

mod document;

fn main() {
    let wants_json = std::env::args().any(|argument| argument == "--json");
    print!("{}", if wants_json { document::json().to_string() } else { document::markdown() });
}
