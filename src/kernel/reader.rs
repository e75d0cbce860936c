//! The readers of replies that are being read: one a reply, known by its handle. All share the scratch, so a reply's pieces may come in
//! turns with another's.

use super::base64::Decoder;
use super::base64::reply::Reply;
use super::fault::Fault;
use super::floats::{Exact, Floats, MAX_EXACT};
use super::scratch::{CARRY, PIECE, Scratch};

/// One reader.
pub enum Reader {
    /// Of numbers.
    Floats(Box<Floats>),
    /// Of base64 in JSON.
    Base64(Box<Reply>),
    /// Of base64 alone: the decoder, and how many bytes it has read.
    Plain(Decoder, u64),
}

/// Bits of what [`Kernel::feed`] says beside the number of bytes.
pub mod flags {
    /// The same piece has more to give: feed nothing.
    pub const MORE: u32 = 1;
    /// A fault was found; nothing more can be read.
    pub const FAULT: u32 = 2;
    /// The base64 string has been found.
    pub const FOUND: u32 = 4;
}

struct Open {
    reader: Reader,
    fault: Option<Fault>,
}

/// Everything that the kernels keep.
pub struct Kernel {
    /// See [`Scratch`].
    pub scratch: Scratch,
    /// The numbers of the last call that JavaScript has to read.
    pub exact: Vec<Exact>,
    /// What the last call has to say: see [`flags`], and the number of items in [`Kernel::exact`].
    pub told: [u32; 2],
    readers: Vec<Option<Open>>,
}

impl Default for Kernel {
    fn default() -> Self {
        Kernel {
            scratch: Scratch::default(),
            exact: Vec::with_capacity(MAX_EXACT),
            told: [0; 2],
            readers: Vec::new(),
        }
    }
}

impl Kernel {
    /// Opens a reader and returns its handle.
    pub fn open(&mut self, reader: Reader) -> u32 {
        let open = Some(Open { reader, fault: None });
        match self.readers.iter().position(Option::is_none) {
            Some(place) => {
                self.readers[place] = open;
                place as u32
            }
            None => {
                self.readers.push(open);
                self.readers.len() as u32 - 1
            }
        }
    }

    /// Opens a reader of base64 in JSON; the names, parted by commas, were written into the scratch.
    pub fn open_base64(&mut self, len: usize) -> u32 {
        let (piece, len) = self.scratch.piece(len);
        let reply = Reply::new(piece[..len].split(|byte| *byte == b','));
        self.open(Reader::Base64(Box::new(reply)))
    }

    /// Forgets a reader.
    pub fn close(&mut self, handle: u32) {
        if let Some(slot) = self.readers.get_mut(handle as usize) {
            *slot = None;
        }
        while matches!(self.readers.last(), Some(None)) {
            self.readers.pop();
        }
    }

    /// How many readers are open.
    pub fn open_readers(&self) -> usize {
        self.readers.iter().flatten().count()
    }

    /// Reads `len` bytes of a piece; returns how many bytes are in the output.
    pub fn feed(&mut self, handle: u32, len: usize) -> usize {
        self.told = [0; 2];
        let Some(Some(open)) = self.readers.get_mut(handle as usize) else { return 0 };
        if open.fault.is_some() {
            self.told[0] = flags::FAULT;
            return 0;
        }
        let (given, result) = match &mut open.reader {
            Reader::Floats(floats) => {
                let (given, result) = floats.feed(&mut self.scratch, len, &mut self.exact);
                self.told = [if given.more { flags::MORE } else { 0 }, self.exact.len() as u32];
                (given.floats * 4, result)
            }
            Reader::Base64(reply) => {
                let (given, result) = reply.feed(&mut self.scratch, len);
                self.told[0] = if reply.has_found() { flags::FOUND } else { 0 };
                (given, result)
            }
            Reader::Plain(decoder, begin) => plain(decoder, begin, &mut self.scratch, len),
        };
        if let Err(fault) = result {
            open.fault = Some(fault);
            self.told[0] |= flags::FAULT;
        }
        given
    }

    /// Tells a reader that no more bytes will come; returns how many more bytes are in the output.
    pub fn finish(&mut self, handle: u32) -> usize {
        self.told = [0; 2];
        let Some(Some(open)) = self.readers.get_mut(handle as usize) else { return 0 };
        if open.fault.is_none() {
            let (given, result) = match &mut open.reader {
                Reader::Floats(floats) => (0, floats.finish()),
                Reader::Base64(reply) => {
                    self.told[0] = if reply.has_found() { flags::FOUND } else { 0 };
                    (0, reply.finish())
                }
                Reader::Plain(decoder, begin) => {
                    let mut end = 0;
                    let result = decoder.finish(&mut self.scratch.output, &mut end);
                    (end, result.map_err(|kind| Fault { kind, at: *begin }))
                }
            };
            open.fault = result.err();
            if open.fault.is_none() {
                return given;
            }
        }
        self.told[0] |= flags::FAULT;
        0
    }

    /// What stopped a reader.
    pub fn fault(&self, handle: u32) -> Option<Fault> {
        self.readers.get(handle as usize)?.as_ref()?.fault
    }

    /// The rest of the JSON that a reader has read.
    pub fn rest(&self, handle: u32) -> &[u8] {
        match self.readers.get(handle as usize) {
            Some(Some(Open { reader: Reader::Floats(floats), .. })) => floats.rest(),
            Some(Some(Open { reader: Reader::Base64(reply), .. })) => reply.rest(),
            _ => &[],
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
