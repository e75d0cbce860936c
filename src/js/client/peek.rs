//! Reads the beginning of a reply whose content type does not determine what it is.

use js_sys::{Array, Uint8Array};

use super::JsCall;
use super::answer::event_failure;
use super::streams::{body, source, stream_of};
use crate::client::Failure;
use crate::client::body::Reader;
use crate::client::opening::replied;
use crate::codes;
use crate::js::chunks::{Gathered, join};
use crate::js::fields::Fields;
use crate::js::host::body::JsBody;
use crate::js::host::{Bytes, JsHost, JsReply};
use crate::wire::beginning::{Beginning, Detector};
use crate::wire::media::Media;

type Stopped = Failure<JsHost>;

/// The type of a reply by its bytes.
pub(super) enum Peeked {
    /// Bytes, as the source of a stream of them.
    Bytes(Fields),
    /// The complete bytes of a JSON reply.
    Whole(Uint8Array),
}

/// How far a reply is read before it is forwarded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Until its first bytes determine what it is.
    Known,
    /// The same for JSON by content type: reads it to its end, unless it is events after all, whose
    /// connection may stay open.
    Whole,
    /// Like the first; a failure in the first event is an error.
    Answer,
    /// Until a stream has content, in the service's own chunks or in text: a failure before that is an error
    /// as well.
    Content { chunks: bool },
}

/// How far a reply of this type is read if it is returned as a stream.
pub(super) fn until_known(media: Media) -> Until {
    if matches!(media, Media::Json | Media::Page) { Until::Whole } else { Until::Known }
}

/// Reads that much of a reply; JSON is read to its end.
pub(super) async fn peek(call: &JsCall, reply: &JsReply, until: Until) -> Result<Peeked, Stopped> {
    if until != Until::Whole {
        body(reply)?;
    }
    let (host, lifetime) = (&*call.client.host, &*call.lifetime);
    let mut reader = Reader::open(host, reply, call.client.config.bounds.response)?;
    let (mut chunks, mut seen, mut detector) = (Vec::new(), Vec::new(), Detector::default());
    while detector.beginning().is_none() {
        let read = reader.next(host, lifetime).await;
        // JSON by content type is read completely anyway, so its failures are the same everywhere.
        let read = if until == Until::Whole { read } else { read.map_err(|failure| replied(failure, reply)) };
        let Some(Bytes(chunk)) = read? else { break };
        seen.extend(chunk.to_vec());
        chunks.push(chunk);
        detector.update(&seen, false);
    }
    let is_whole = |detector: &Detector| match detector.beginning() {
        Some(Beginning::Events) => false,
        beginning => until == Until::Whole || beginning == Some(Beginning::Json),
    };
    if is_whole(&detector) {
        let mut gathered = Gathered::default();
        chunks.iter().for_each(|chunk| gathered.push(chunk.clone()));
        while is_whole(&detector) {
            let Some(Bytes(chunk)) = reader.next(host, lifetime).await? else {
                return Ok(Peeked::Whole(gathered.finish()));
            };
            // It may turn out to be JSON lines.
            if !detector.is_final() {
                seen.extend(chunk.to_vec());
                detector.update(&seen, false);
                chunks.push(chunk.clone());
            }
            gathered.push(chunk);
        }
    }
    let fails = !matches!(until, Until::Known | Until::Whole);
    if fails && matches!(detector.beginning(), None | Some(Beginning::Other)) {
        let error = call.head(reply).failure(&seen);
        if error.internal_code.and_then(codes::find).is_some() {
            reader.stop(host);
            return Err(error.into());
        }
    }
    if fails
        && let Some(failure) = event_failure(call, reply, &seen)
        && let Err(failure) = again_or_on(call, failure)
    {
        reader.stop(host);
        return Err(failure);
    }
    if let Until::Content { chunks: own } = until {
        let keep = |Bytes(chunk): Bytes| chunks.push(chunk);
        call.until_content(reply, &mut reader, &seen, own, keep).await?;
    }
    let source = source(call, None, None);
    match reader.into_body() {
        Some(JsBody::Stream(reader)) => {
            source.value("reader", &reader);
            source.value("first", &chunks.into_iter().collect::<Array>());
        }
        _ => source.value("body", &stream_of(&join(chunks))?),
    }
    Ok(Peeked::Bytes(source))
}

/// A failure that will be retried ends the attempt. Any other is reported by the reader of the stream, which
/// knows the preceding data.
pub(super) fn again_or_on(call: &JsCall, failure: Stopped) -> Result<(), Stopped> {
    if call.may_retry(&failure) { Err(failure) } else { Ok(()) }
}
