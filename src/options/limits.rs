//! Timeouts and size limits.

use crate::error::{Code, Error};
use crate::text::concat;

/// The longest delay of a platform's timer; a longer one means no timeout.
const MAX_TIMER_MS: f64 = 2_147_483_647.0;
/// More retries are certainly a mistake.
const MAX_RETRIES: f64 = 100.0;
const MIB: f64 = 1024.0 * 1024.0;

/// Timeouts in milliseconds; none if absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timeouts {
    /// For the whole call, including retries, delays and the body.
    pub total: Option<f64>,
    /// Until the first byte of the body.
    pub first_byte: Option<f64>,
    /// Between two reads of bytes.
    pub idle: Option<f64>,
}

impl Default for Timeouts {
    // Generations take minutes at most; a stream without bytes for two minutes is dead.
    fn default() -> Self {
        Self { total: Some(600_000.0), first_byte: None, idle: Some(120_000.0) }
    }
}

impl Timeouts {
    /// Sets one of them, by the name of its option. `code` is the code of an error.
    pub fn set(&mut self, name: &str, ms: f64, code: Code) -> Result<(), Error> {
        if ms.is_nan() || ms < 0.0 {
            return Err(Error::new(
                code,
                concat(&[name, " takes milliseconds, 0 or more (0 or Infinity for no limit)."]),
            )
            .with_field(name));
        }
        let value = (ms > 0.0 && ms <= MAX_TIMER_MS).then_some(ms);
        match name {
            "timeout.firstByte" => self.first_byte = value,
            "timeout.idle" => self.idle = value,
            _ => self.total = value,
        }
        Ok(())
    }
}

/// Size limits in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// For one event of a stream.
    pub event: f64,
    /// For one JSON reply.
    pub response: f64,
}

impl Default for Bounds {
    // A JSON reply may contain a large image or thousands of embeddings.
    fn default() -> Self {
        Self { event: 16.0 * MIB, response: 256.0 * MIB }
    }
}

/// Validates a size limit.
pub fn bytes(name: &str, value: f64) -> Result<f64, Error> {
    if value >= 1.0 && (value.fract() == 0.0 || value == f64::INFINITY) {
        return Ok(value.min(f64::from(i32::MAX)));
    }
    Err(Error::config(name, &concat(&[name, " takes a whole number of bytes, 1 or more."])))
}

/// Validates a number of retries. `code` is the code of an error.
pub fn retries(value: f64, code: Code) -> Result<u32, Error> {
    if (0.0..=MAX_RETRIES).contains(&value) && value.fract() == 0.0 {
        return Ok(value as u32);
    }
    Err(Error::new(code, "maxRetries takes a whole number from 0 to 100.").with_field("maxRetries"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_infinity_mean_no_limit() {
        let mut timeouts = Timeouts::default();
        assert!(timeouts.set("timeout", 0.0, Code::Config).is_ok());
        assert!(timeouts.set("timeout.idle", f64::INFINITY, Code::Config).is_ok());
        assert!(timeouts.set("timeout.firstByte", 5.0, Code::Config).is_ok());
        assert_eq!(timeouts, Timeouts { total: None, first_byte: Some(5.0), idle: None });
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for bad in [f64::NAN, -1.0, f64::NEG_INFINITY] {
            let error = Timeouts::default().set("timeout.idle", bad, Code::InvalidInput).err();
            assert_eq!(
                error.map(|error| (error.code, error.field.clone())),
                Some((Code::InvalidInput, Some("timeout.idle".into())))
            );
        }
        assert!(retries(1.5, Code::Config).is_err() && retries(-1.0, Code::Config).is_err());
        assert!(retries(f64::NAN, Code::Config).is_err() && retries(f64::INFINITY, Code::Config).is_err());
        assert_eq!(retries(0.0, Code::Config), Ok(0));
        assert!(
            bytes("maxEventBytes", 0.0).is_err()
                && bytes("maxEventBytes", f64::NAN).is_err()
                && bytes("x", 1.5).is_err()
        );
        assert_eq!(bytes("maxEventBytes", 1024.0), Ok(1024.0));
    }
}
