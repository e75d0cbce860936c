//! Prints what is known of every failure: as Markdown, which the build puts into the package as `ERRORS.md`, or as JSON.
//!
//! ```sh
//! cargo run --example errors
//! cargo run --example errors -- --json
//! ```

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    use workers_ai_wasm::codes::document;

    let wants_json = std::env::args().any(|argument| argument == "--json");
    print!("{}", if wants_json { document::json() } else { document::markdown() });
}

// The linter compiles all targets for the modules too.
#[cfg(target_arch = "wasm32")]
fn main() {}
