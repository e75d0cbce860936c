//! The common part of stream conversions: separates events from other replies, and passes on what is not
//! converted.

use super::{Converter, DONE};
use crate::wire::answer_events::{Instead, Unread};
use crate::wire::sse::{Event, Listener, Next};
use crate::wire::window::Window;

/// Converts the events of a stream.
pub trait Rewriter {
    /// Converts one event.
    fn convert(&mut self, name: Option<&[u8]>, data: &[u8]);
    /// The output so far.
    fn output(&mut self) -> &mut Output;
    /// The converted stream for a whole answer in place of a stream.
    fn whole(&self, answer: Vec<u8>) -> Vec<u8>;
    /// The stream has ended.
    fn end(&mut self);
}

/// The output and state of a [`Rewriter`].
#[derive(Debug, Default)]
pub struct Output {
    /// Bytes that were not yet taken.
    pub bytes: Vec<u8>,
    /// There will be no more output.
    pub is_over: bool,
    /// The end of the stream cut the event off.
    pub is_last: bool,
}

impl Output {
    /// Passes on an unchanged event.
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

    /// Ends the stream.
    pub fn close(&mut self) {
        self.bytes.extend_from_slice(DONE);
        self.is_over = true;
    }
}

/// Passes the events of a stream to a [`Rewriter`], until it has no more output.
struct EventListener<'a, R>(&'a mut R);

impl<R: Rewriter> Listener for EventListener<'_, R> {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let name = event.name.map(|(at, len)| window.slice(at, len));
        self.0.convert(name, window.slice(event.data.0, event.data.1));
        if self.0.output().is_over { Next::Pause } else { Next::Continue }
    }
}

/// The conversion of one stream.
pub struct Conversion<R> {
    unread: Unread,
    /// Longest event, in bytes.
    max_event_bytes: f64,
    rewriter: R,
}

impl<R: Rewriter> Conversion<R> {
    /// A conversion without any input.
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
        if !self.unread.feed(window, bytes, &mut EventListener(&mut self.rewriter)) {
            // The consumer recognises a page by its start.
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
            // The consumer recognises a failure by the text.
            Some(Instead::Text(text)) => return text,
            None => {}
        }
        self.rewriter.output().is_last = true;
        self.unread.finish(window, &mut EventListener(&mut self.rewriter));
        self.rewriter.end();
        let output = self.rewriter.output();
        if let Some(stray) = self.unread.stray().filter(|_| !output.is_over) {
            output.pass(Some(b"error"), stray);
        }
        output.is_over = true;
        self.take()
    }
}
