//! What the conversions of a stream have in common: which of its bytes are events, what becomes of those that are none, and what goes through as it came.

use super::{Converter, DONE};
use crate::wire::answer_events::{Instead, Unread};
use crate::wire::sse::Listener;
use crate::wire::window::Window;

/// Makes other events of those of a stream.
pub trait Rewriter: Listener {
    /// What it has made.
    fn output(&mut self) -> &mut Output;
    /// The stream of a whole answer that came in the place of one.
    fn whole(&self, answer: Vec<u8>) -> Vec<u8>;
    /// The bytes are over.
    fn end(&mut self);
}

/// What a [`Rewriter`] has made, and how far it is.
#[derive(Debug, Default)]
pub struct Output {
    /// Bytes that have not been taken yet.
    pub bytes: Vec<u8>,
    /// Nothing more will be made.
    pub is_over: bool,
    /// The event was cut off by the end of the stream.
    pub is_last: bool,
}

impl Output {
    /// An event as it came.
    pub fn pass(&mut self, name: Option<&[u8]>, data: &[u8]) {
        if let Some(name) = name {
            self.bytes.extend_from_slice(b"event: ");
            self.bytes.extend_from_slice(name);
            self.bytes.push(b'\n');
        }
        for line in data.split(|byte| *byte == b'\n') {
            self.bytes.extend_from_slice(b"data: ");
            self.bytes.extend_from_slice(line);
            self.bytes.push(b'\n');
        }
        self.bytes.push(b'\n');
    }

    /// The end of the stream.
    pub fn close(&mut self) {
        self.bytes.extend_from_slice(DONE);
        self.is_over = true;
    }
}

/// A stream while it is converted.
pub struct Conversion<R> {
    unread: Unread,
    /// A longer event is too large, in bytes.
    max_event_bytes: f64,
    rewriter: R,
}

impl<R: Rewriter> Conversion<R> {
    /// Of a stream of which nothing has come.
    pub fn by(rewriter: R, max_event_bytes: f64) -> Self {
        Conversion { unread: Unread::default(), max_event_bytes, rewriter }
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.rewriter.output().bytes)
    }
}

impl<R: Rewriter> Converter for Conversion<R> {
    fn is_over(&mut self) -> bool {
        self.rewriter.output().is_over
    }

    fn feed(&mut self, window: &mut Window, bytes: &[u8]) -> Vec<u8> {
        if self.is_over() {
            return Vec::new();
        }
        if !self.unread.feed(window, bytes, &mut self.rewriter) {
            // Whoever reads on knows a page by that.
            self.rewriter.output().is_over = true;
            return b"<".to_vec();
        }
        let output = self.rewriter.output();
        if self.unread.len() as f64 > self.max_event_bytes && !output.is_over {
            output.bytes.append(&mut self.unread.take());
            output.is_over = true;
        }
        self.take()
    }

    fn finish(&mut self, window: &mut Window) -> Vec<u8> {
        if self.is_over() {
            return Vec::new();
        }
        let instead = self.unread.instead();
        self.rewriter.output().is_over = instead.is_some();
        match instead {
            Some(Instead::Json(answer)) => return self.rewriter.whole(answer),
            // Whoever reads on knows a failure by it.
            Some(Instead::Text(text)) => return text,
            None => {}
        }
        self.rewriter.output().is_last = true;
        self.unread.finish(window, &mut self.rewriter);
        self.rewriter.end();
        self.rewriter.output().is_over = true;
        self.take()
    }
}
