//! How a question and its answer are put: arguments as texts parted by NUL, which neither JSON text nor anything else that is asked
//! with holds; a refusal as `{"error": {…}}`, the fields of a `WorkersAIError`.

use crate::error::Error;
use crate::secret::Hidden;
use crate::text::{concat, unsigned};
use crate::wire::json::{self, Value};

/// The arguments of a question that have not been taken.
pub(super) struct Arguments<'a>(pub(super) &'a str);

impl<'a> Arguments<'a> {
    #[inline(never)]
    pub(super) fn next(&mut self) -> &'a str {
        let end = self.0.bytes().position(|byte| byte == 0).unwrap_or(self.0.len());
        let next = self.0.get(..end).unwrap_or_default();
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        next
    }

    /// The last one, which may hold anything.
    pub(super) fn rest(&self) -> &'a str {
        self.0
    }
}

pub(super) fn number(text: &str) -> u32 {
    unsigned(text).unwrap_or(0)
}

/// The fields of an error, without what is hidden; `hidden` is as [`Hidden::read`] takes it.
#[inline(never)]
pub(super) fn fields(error: Error, hidden: &str) -> String {
    error.to_json(&Hidden::read(hidden))
}

#[inline(never)]
pub(super) fn refusal(error: Error, hidden: &str) -> String {
    concat(&["{\"error\":", &fields(error, hidden), "}"])
}

#[inline(never)]
pub(super) fn read(text: &str) -> Result<Value<'_>, Error> {
    json::parse(text.as_bytes())
        .map_err(|_| Error::invalid("options", "The options are nested too deeply, or cannot be read."))
}
