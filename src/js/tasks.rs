//! What JavaScript asks about tasks: one export, as in [`super::core`](../core/index.html). `pkg-template/tasks/ask.js` is the only
//! caller.

use wasm_bindgen::prelude::*;

use super::ask::{Arguments, number, read, refusal};
use crate::error::Error;
use crate::secret::Hidden;
use crate::text::decimal;

/// Answers a question. The numbers are known to `pkg-template/tasks/ask.js` as well.
#[wasm_bindgen(skip_typescript)]
pub fn tasks(question: u32, arguments: &str) -> String {
    let mut asked = Arguments(arguments);
    let answer = match question {
        0 => Ok(decimal(i64::from(number(asked.next())))),
        _ => read(asked.rest()).map(|value| value.text().unwrap_or_default()),
    };
    answer.unwrap_or_else(|error: Error| refusal(&error.to_json(&Hidden::default())))
}
