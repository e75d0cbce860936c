//! A reply's bytes, under the limits of its call.

use super::failure::Failure;
use super::host::{Chunk, Host};
use super::lifetime::Lifetime;
use crate::error::{Code, Error};
use crate::text::{concat, decimal};

/// A reply that is being read; it reads on demand only.
pub struct Reader<H: Host> {
    body: Option<H::Body>,
    left: f64,
    limit: f64,
}

impl<H: Host> Reader<H> {
    /// Begins to read. Exceeding `limit` bytes is an error.
    pub fn open(host: &H, reply: &H::Reply, limit: f64) -> Result<Self, Failure<H>> {
        Ok(Self { body: host.open(reply)?, left: limit, limit })
    }

    /// The host's body; none at its end.
    pub fn body(&self) -> Option<&H::Body> {
        self.body.as_ref()
    }

    /// The unread rest of the reply; none at its end.
    pub fn into_body(self) -> Option<H::Body> {
        self.body
    }

    /// Stops reading and cancels the body.
    pub fn stop(&mut self, host: &H) {
        if let Some(body) = self.body.take() {
            host.stop(&body, None);
        }
    }

    /// The next chunk; none at the end or after a failure.
    pub async fn next(&mut self, host: &H, lifetime: &Lifetime<H>) -> Result<Option<H::Chunk>, Failure<H>> {
        let Some(body) = &self.body else { return Ok(None) };
        let read = match lifetime.until_read(host.read(body)).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(Failure::Foreign(cause))) => Err(lifetime.broken(cause)),
            Ok(Err(failure)) | Err(failure) => Err(failure),
        };
        match read {
            Ok(None) => {
                self.body = None;
                Ok(None)
            }
            Ok(Some(chunk)) => {
                if !chunk.is_empty() {
                    lifetime.first_byte();
                }
                self.left -= chunk.len() as f64;
                if self.left < 0.0 {
                    host.stop(body, None);
                    self.body = None;
                    return Err(too_large(self.limit).into());
                }
                Ok(Some(chunk))
            }
            Err(failure) => {
                host.stop(body, Some(&failure));
                self.body = None;
                Err(failure)
            }
        }
    }
}

/// All chunks of a reply.
pub async fn read_all<H: Host>(
    host: &H,
    lifetime: &Lifetime<H>,
    reply: &H::Reply,
    limit: f64,
    mut each: impl FnMut(H::Chunk),
) -> Result<(), Failure<H>> {
    let mut reader = Reader::open(host, reply, limit)?;
    while let Some(chunk) = reader.next(host, lifetime).await? {
        each(chunk);
    }
    Ok(())
}

/// The first bytes of a reply: reads until `limit` is reached, and includes the whole last chunk.
pub async fn read_some<H: Host>(
    host: &H,
    lifetime: &Lifetime<H>,
    reply: &H::Reply,
    limit: f64,
) -> Result<Vec<u8>, Failure<H>> {
    let mut reader = Reader::open(host, reply, limit)?;
    let mut bytes = Vec::new();
    loop {
        match reader.next(host, lifetime).await {
            Ok(Some(chunk)) => chunk.append_to(&mut bytes),
            Ok(None) => return Ok(bytes),
            Err(failure) if failure.error().is_some_and(|error| error.code == Code::TooLarge) => {
                return Ok(bytes);
            }
            Err(failure) => return Err(failure),
        }
    }
}

fn too_large(limit: f64) -> Error {
    let limit = decimal(limit as i64);
    Error::new(
        Code::TooLarge,
        concat(&["The reply is larger than ", &limit, " bytes. Raise maxResponseBytes."]),
    )
}
