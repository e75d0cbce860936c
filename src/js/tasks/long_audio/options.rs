//! The options of `transcribe` for long recordings, in addition to those of each of its requests.

use wasm_bindgen::prelude::*;

use crate::audio::Limits;
use crate::error::Error;
use crate::js::tasks::failure::Failure;
use crate::js::tasks::whole_number::whole_number;
use crate::js::value::{Js, function, member};
use crate::tasks::long_audio::Joined;
use crate::tasks::speech_recognition;

/// Their names.
pub const NAMES: &[&str] = &["pieceSeconds", "concurrency", "onProgress", "resume"];

/// Long enough for sentences, short enough for every model.
const PIECE_SECONDS: f64 = 60.0;
const LEAST_SECONDS: f64 = 10.0;
const MOST_SECONDS: f64 = 3600.0;
/// Size limit of a piece's file.
const PIECE_BYTES: usize = 8 << 20;
/// Minimum size, whatever the duration according to the file is: each piece is a billed request.
const LEAST_BYTES: usize = 16 << 10;
const CONCURRENCY: f64 = 2.0;
const MOST_AT_ONCE: f64 = 32.0;

/// See the module.
pub struct Options {
    /// Unchanged, for each request.
    pub own: JsValue,
    /// True if the options request that the recording is split.
    pub requested: bool,
    /// Limits of a piece.
    pub limits: Limits,
    /// Limit of concurrent requests.
    pub concurrency: usize,
    /// Called when a piece is transcribed.
    pub on_progress: JsValue,
    /// The transcript of an earlier attempt.
    pub earlier: Joined,
}

impl Options {
    /// Parses and validates them; none if they request a single request.
    pub fn read(own: &JsValue) -> Result<Option<Self>, Failure> {
        let seconds = member(own, "pieceSeconds");
        if seconds.as_f64() == Some(0.0) {
            return Ok(None);
        }
        let on_progress = function(own, "onProgress")?;
        let earlier = member(own, "resume");
        let requested = [&seconds, &on_progress, &earlier].iter().any(|option| !option.is_undefined());
        let seconds = whole_number(own, "pieceSeconds", PIECE_SECONDS, LEAST_SECONDS, MOST_SECONDS)?;
        let concurrency = whole_number(own, "concurrency", CONCURRENCY, 1.0, MOST_AT_ONCE)?;
        Ok(Some(Options {
            own: own.clone(),
            requested,
            limits: Limits { seconds, bytes: PIECE_BYTES, least_bytes: LEAST_BYTES },
            concurrency: concurrency as usize,
            on_progress,
            earlier: resumed(&earlier)?,
        }))
    }
}

/// The `partial` of an earlier attempt's error.
fn resumed(earlier: &JsValue) -> Result<Joined, Failure> {
    if earlier.is_undefined() || earlier.is_null() {
        return Ok(Joined::default());
    }
    let refusal =
        || Error::invalid("resume", "resume must be the partial of the error of an earlier attempt.");
    let earlier = speech_recognition::decode(&Js(earlier.clone())).map_err(|_| refusal())?;
    match earlier.duration {
        Some(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(Joined::after(earlier)),
        _ => Err(refusal().into()),
    }
}
