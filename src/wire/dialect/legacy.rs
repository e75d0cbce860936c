//! The service's own dialect: `{ response, tool_calls, usage }` at the top level, and fields of it beside others.

use super::{Dialect, Failure, Fields, Sink, tools};

/// Reads the top-level fields; `said` tells that the same chunk has already given its text in `choices`, which `response` repeats.
pub(super) fn fields<S: Sink + ?Sized>(
    dialect: &mut Dialect,
    fields: &Fields<'_>,
    said: bool,
    sink: &mut S,
) -> Result<(), Failure> {
    if let Some(response) = fields.response.filter(|_| !said) {
        dialect.recognised = true;
        dialect.say_text(response, sink);
    }
    if let Some(calls) = fields.tool_calls {
        dialect.recognised = true;
        tools::read(dialect, calls, sink)?;
    }
    if let Some(usage) = fields.usage {
        dialect.say_usage(usage, sink);
    }
    if let Some(reason) = fields.finish_reason {
        dialect.say_finish(reason)?;
    }
    Ok(())
}
