//! Finds the known model that an unknown id resembles.

use crate::catalog::{self, Entry};

/// A hint for the error of an unknown id; `None` if no known id is similar. It never rejects an id, since new
/// models may have any id.
pub fn sentence(id: &str) -> Option<String> {
    nearest(id).map(|entry| crate::text::concat(&["Did you mean ", entry.id, "?"]))
}

/// The most similar known model, active ones first: with the same name under another author or without one,
/// or at a small edit distance.
pub fn nearest(id: &str) -> Option<&'static Entry> {
    if catalog::find(id).is_some() {
        return None;
    }
    let wanted = id.to_ascii_lowercase();
    let near = |entry: &&'static Entry| {
        let known = entry.id.to_ascii_lowercase();
        let edits =
            if name_of(&known) == name_of(&wanted) { 0 } else { edits(wanted.as_bytes(), known.as_bytes()) };
        (edits, entry.deprecated())
    };
    let nearest = catalog::all().iter().min_by_key(near)?;
    // One edit per ten letters, at least two.
    (near(&nearest).0 <= (id.len() / 10).max(2)).then_some(nearest)
}

/// The id without the author.
fn name_of(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The edit distance of two texts.
fn edits(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.iter().enumerate() {
        let mut corner = above;
        row[0] = above + 1;
        for (at, other) in right.iter().enumerate() {
            let other = corner + usize::from(letter != other);
            corner = row[at + 1];
            row[at + 1] = other.min(corner + 1).min(row[at] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_nearly_right_are_found() {
        for (id, meant) in [
            ("@cf/meta/llama-3.1-8b-instuct", "@cf/meta/llama-3.1-8b-instruct"),
            ("@cf/meta/llama-3.3-70b-instruct-fp8-fst", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
            ("@cf/meta/Llama-3.3-70B-instruct-fp8-fast", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
            ("meta/llama-3.3-70b-instruct-fp8-fast", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
            ("llama-3.3-70b-instruct-fp8-fast", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
            ("@cf/baai/bge-m33", "@cf/baai/bge-m3"),
            ("@cf/llama/llama-3.3-70b-instruct-fp8-fast", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
        ] {
            assert_eq!(nearest(id).map(|entry| entry.id), Some(meant), "{id}");
        }
        for id in ["@cf/nobody/nothing", "", "gpt-4o", "@cf/baai/bge-m3"] {
            assert_eq!(nearest(id).map(|entry| entry.id), None, "{id}");
        }
        assert_eq!(sentence("@cf/baai/bge-m33").as_deref(), Some("Did you mean @cf/baai/bge-m3?"));
    }
}
