//! Reads the beginning of a stream, which is returned to the caller only once it has content: until then a
//! fallback model can replace it.

use super::Call;
use super::body::Reader;
use super::failure::Failure;
use super::host::{Chunk, Host, Reply};
use crate::error::Code;
use crate::wire::failure_kind::FailureKind;
use crate::wire::opening::{Opening, Watch};

impl<H: Host> Call<H> {
    /// Reads until the stream has content. `seen` are the bytes that were read before; `keep` receives the
    /// chunks that are read now.
    pub async fn until_content(
        &self,
        reply: &H::Reply,
        reader: &mut Reader<H>,
        seen: &[u8],
        chunks: bool,
        mut keep: impl FnMut(H::Chunk),
    ) -> Result<(), Failure<H>> {
        let host = &*self.client.host;
        let max_event_bytes = self.client.config.bounds.event;
        let mut watch = Watch::new(chunks, max_event_bytes as usize, self.reading.get());
        let mut opening = watch.feed(seen);
        while opening.is_none() {
            match reader.next(host, &self.lifetime).await {
                Ok(Some(chunk)) => {
                    let mut bytes = Vec::new();
                    chunk.append_to(&mut bytes);
                    opening = watch.feed(&bytes);
                    keep(chunk);
                }
                Ok(None) => opening = Some(watch.finish()),
                Err(failure) => return Err(replied(failure, reply)),
            }
        }
        let Some(Opening::Failure(kind, text)) = opening else { return Ok(()) };
        reader.stop(host);
        let error = match kind {
            FailureKind::Service => self.head(reply).failure(&text),
            kind => kind.to_error(&text, max_event_bytes as u32),
        };
        Err(error.into())
    }
}

/// Adds the reply's status to the failure of a broken connection: the model was reached, and could not
/// finish.
pub fn replied<H: Host>(failure: Failure<H>, reply: &H::Reply) -> Failure<H> {
    match failure {
        Failure::Error(mut error, cause) => {
            if error.code == Code::Network {
                error.status = error.status.or(reply.status());
            }
            Failure::Error(error, cause)
        }
        other => other,
    }
}
