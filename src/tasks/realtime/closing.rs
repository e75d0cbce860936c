//! Interprets the end of a connection by its code (RFC 6455, 7.4).

use crate::error::{Code, Error};
use crate::text::{concat, decimal};

/// Limit of a close reason in the protocol, in bytes.
const MOST_REASON: usize = 123;

/// `None` for a proper end: a normal one, or one without a code that is `expected` because the caller has
/// signalled the end of the input. An unexpected end without a code is a broken connection.
pub fn judge(code: u16, reason: &str, expected: bool) -> Option<Error> {
    let (kind, what) = match code {
        1000 => return None,
        1005 if expected => return None,
        1001 | 1005 | 1006 | 1012 | 1015 => (Code::Network, "The connection broke"),
        1007 | 1003 => (Code::InvalidInput, "The service could not read what was sent"),
        1008 => (Code::Forbidden, "The service refused what was sent"),
        1009 => (Code::TooLarge, "A message was too large for the service"),
        1013 => (Code::Capacity, "The service has no capacity"),
        _ => (Code::Server, "The service ended the connection"),
    };
    let reason: String = reason.chars().filter(|char| !char.is_control()).take(MOST_REASON).collect();
    let reason = if reason.is_empty() { reason } else { concat(&[": ", &reason]) };
    let message = [what, " (close code ", &decimal(code.into()), &reason, "). Connect again."];
    Some(Error::new(kind, concat(&message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_ends_apart() {
        assert_eq!(judge(1000, "done", false), None);
        assert_eq!(judge(1005, "", true), None);
        let judged =
            |code, reason| judge(code, reason, false).map(|error| (error.code, error.message.clone()));
        assert_eq!(
            judged(1011, "internal\nerror"),
            Some((
                Code::Server,
                "The service ended the connection (close code 1011: internalerror). Connect again.".into()
            ))
        );
        assert_eq!(judged(1005, "").map(|(code, _)| code), Some(Code::Network));
        assert_eq!(judged(1006, "").map(|(code, _)| code), Some(Code::Network));
        assert_eq!(judged(1013, "").map(|(code, _)| code), Some(Code::Capacity));
        assert_eq!(judged(4000, "").map(|(code, _)| code), Some(Code::Server));
    }
}
