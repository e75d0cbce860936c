//! Readers of replies in chunks: one per reply. They share the [`Kernel`], so chunks of several replies may
//! be interleaved.

use super::base64::Decoder;
use super::base64::reply::Reply;
use super::fault::Fault;
use super::floats::{Exact, Floats, MAX_EXACT};
use super::scratch::{CARRY, PIECE, Scratch};

/// The memory that all readers share: nothing in it is kept between calls.
pub struct Kernel {
    /// See [`Scratch`].
    pub scratch: Scratch,
    /// The numbers of the last call that JavaScript has to parse.
    pub exact: Vec<Exact>,
}

impl Default for Kernel {
    fn default() -> Self {
        Kernel { scratch: Scratch::default(), exact: Vec::with_capacity(MAX_EXACT) }
    }
}

/// The result of one call of [`Reader::feed`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Length of the output in the scratch memory. Valid before a fault as well.
    pub written: usize,
    /// The same piece has more: call again, with a length of 0.
    pub more: bool,
}

/// Decodes one reply. After a fault it ignores further input.
pub struct Reader {
    format: Format,
    fault: Option<Fault>,
}

enum Format {
    Floats(Box<Floats>),
    Base64(Box<Reply>),
    /// Base64 alone: the decoder, and the number of bytes that it has read.
    Plain(Decoder, u64),
}

impl Reader {
    /// For the numbers in a JSON reply.
    pub fn floats() -> Self {
        Self::of(Format::Floats(Box::default()))
    }

    /// For the first base64 string in a JSON reply with one of these names.
    pub fn base64<'a>(names: impl Iterator<Item = &'a [u8]>) -> Self {
        Self::of(Format::Base64(Box::new(Reply::new(names))))
    }

    /// For base64 that is not in JSON, or a data URL.
    pub fn plain() -> Self {
        Self::of(Format::Plain(Decoder::default(), 0))
    }

    fn of(format: Format) -> Self {
        Reader { format, fault: None }
    }

    /// Decodes the `len` bytes in the scratch memory.
    pub fn feed(&mut self, kernel: &mut Kernel, len: usize) -> Progress {
        kernel.exact.clear();
        if self.fault.is_some() {
            return Progress::default();
        }
        let mut more = false;
        let (written, result) = match &mut self.format {
            Format::Floats(floats) => {
                let (numbers, result) = floats.feed(&mut kernel.scratch, len, &mut kernel.exact);
                more = numbers.more;
                (numbers.floats * 4, result)
            }
            Format::Base64(reply) => reply.feed(&mut kernel.scratch, len),
            Format::Plain(decoder, begin) => plain(decoder, begin, &mut kernel.scratch, len),
        };
        self.fault = result.err();
        Progress { written, more }
    }

    /// Marks the end of input; returns the length of the remaining output.
    pub fn finish(&mut self, kernel: &mut Kernel) -> usize {
        if self.fault.is_some() {
            return 0;
        }
        let (written, result) = match &mut self.format {
            Format::Floats(floats) => (0, floats.finish()),
            Format::Base64(reply) => (0, reply.finish()),
            Format::Plain(decoder, begin) => {
                let mut end = 0;
                let result = decoder.finish(&mut kernel.scratch.output, &mut end);
                (end, result.map_err(|kind| Fault { kind, at: *begin }))
            }
        };
        self.fault = result.err();
        if self.fault.is_some() { 0 } else { written }
    }

    /// The fault that has stopped it.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// True if a string with one of its names has been found.
    pub fn has_found(&self) -> bool {
        matches!(&self.format, Format::Base64(reply) if reply.has_found())
    }

    /// The JSON without the decoded data.
    pub fn rest(&self) -> &[u8] {
        match &self.format {
            Format::Floats(floats) => floats.rest(),
            Format::Base64(reply) => reply.rest(),
            Format::Plain(..) => &[],
        }
    }
}

fn plain(
    decoder: &mut Decoder,
    begin: &mut u64,
    scratch: &mut Scratch,
    len: usize,
) -> (usize, Result<(), Fault>) {
    let Scratch { input, output } = scratch;
    let (mut at, to) = (CARRY, CARRY + len.min(PIECE));
    let mut out_at = 0;
    while at < to {
        (at, out_at) = decoder.run(input, at, to, output, out_at);
        if at == to {
            break;
        }
        if let Err(kind) = decoder.take(input[at], output, &mut out_at) {
            return (out_at, Err(Fault { kind, at: *begin + (at - CARRY) as u64 }));
        }
        at += 1;
    }
    *begin += (to - CARRY) as u64;
    (out_at, Ok(()))
}
