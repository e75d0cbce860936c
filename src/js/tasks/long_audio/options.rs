//! The options of `transcribe` for long recordings, beside those of each of its requests.

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
/// Of the file of a piece.
const PIECE_BYTES: usize = 8 << 20;
/// At least, whatever the file says of its times: each piece is a request that is paid for.
const LEAST_BYTES: usize = 16 << 10;
const CONCURRENCY: f64 = 2.0;
const MOST_AT_ONCE: f64 = 32.0;

/// See the module.
pub struct Options {
    /// As they came, for each request.
    pub own: JsValue,
    /// Was it said that the recording is to be cut?
    pub requested: bool,
    /// How long a piece may be.
    pub limits: Limits,
    /// Most requests at a time.
    pub concurrency: usize,
    /// Is called when a piece is transcribed.
    pub on_progress: JsValue,
    /// What an earlier attempt has transcribed.
    pub earlier: Joined,
}

impl Options {
    /// Reads and checks them; none where they say that the recording goes out as it is.
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

/// The `partial` of the error that an earlier attempt ended with.
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
