//! The service's own dialect: `{ response, tool_calls, usage }` at the top level, possibly beside fields of
//! other dialects.

use super::{Dialect, Failure, Sink, tools};
use crate::wire::json::Value;

/// Reads the top-level fields.
pub(super) fn fields(
    dialect: &mut Dialect,
    [response, tool_calls, usage]: [Option<Value<'_>>; 3],
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    if let Some(response) = response {
        dialect.recognised = true;
        dialect.emit_text(response, sink);
    }
    if let Some(calls) = tool_calls {
        dialect.recognised |= calls.is_array();
        tools::read(dialect, calls, sink)?;
    }
    if let Some(usage) = usage {
        dialect.emit_usage(usage, sink);
    }
    Ok(())
}
